"""Structured messages: forms, lists, values in brackets, values that several things share.

Called by ``messages`` for what the rules refused. ``sections`` cuts a message into lines and
sentences, ``things`` finds what each of them names and what it says of which thing, ``reader``
makes operations of them.
"""
