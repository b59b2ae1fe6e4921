"""YAML: deterministic writing (``write``) and strict reading with positions (``read``).

Called by targets, which write and check files. No files are opened here: text in, text out.
"""
