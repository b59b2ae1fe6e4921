"""Commands of a shell that are pasted into a message: ``systemctl enable --now nginx``.

Called by ``messages`` for what the rules refuse. ``programs/*.yaml`` say what every command and
option means; whatever they don't name is refused by its name.
"""
