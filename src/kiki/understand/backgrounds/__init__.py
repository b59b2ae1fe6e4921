"""What a message says beside its request: greetings, reasons, thanks, and what it introduces.

Called by ``understand.tries`` when nothing was read. What is set aside is certain to be no part
of the request, and is told as an assumption.
"""
