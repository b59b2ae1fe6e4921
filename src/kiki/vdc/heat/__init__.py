"""A definition as Heat templates, each for who can create it.

Called through ``compiling``. The same definition gives the same bytes.
"""
