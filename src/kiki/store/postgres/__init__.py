"""The record in PostgreSQL, where the setting ``database`` says so.

Why it is as it is: docs/decisions/0030-postgresql.md.
"""
