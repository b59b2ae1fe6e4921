"""Blanks a part of a message, so that every other place stays what it is.

Called by whatever reads a message without some of its words.
"""

from collections.abc import Iterable


def blanked(message: str, places: Iterable[tuple[int, int]]) -> str:
    """*message* with blanks in *places* (first character, last one excluded): no words are found
    there."""
    for start, end in places:
        message = message[:start] + " " * (end - start) + message[end:]
    return message
