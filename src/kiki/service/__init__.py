"""The agent in this process: every transition of a change and every record of it.

Called by ``wiring`` and ``jobs``. ``local.LocalAgent`` is the door; each other module is one part
of a change's life.
"""
