"""Modules of Ansible that come with a program: what no module of a collection does."""
