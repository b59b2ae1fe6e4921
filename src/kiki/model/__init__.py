"""Pure data that every layer shares.

Called by everything; imports nothing of Kiki but itself, does no I/O and reads no clock.
"""
