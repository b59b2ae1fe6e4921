"""The two languages of Kiki and how one is told from a text.

Called by the CLI and ``understand``. Source of the ranges: Unicode blocks Hangul Syllables,
Hangul Jamo and Hangul Compatibility Jamo.
"""

from typing import Literal

Lang = Literal["ko", "en"]


def is_hangul(char: str) -> bool:
    """Whether *char* is a Korean letter or syllable."""
    return "가" <= char <= "힣" or "ᄀ" <= char <= "ᇿ" or "㄰" <= char <= "㆏"


def language_of(text: str) -> Lang | None:
    """``ko`` when *text* has any Hangul, ``en`` when it has ASCII letters, else ``None``."""
    if any(is_hangul(char) for char in text):
        return "ko"
    return "en" if any(char.isascii() and char.isalpha() for char in text) else None
