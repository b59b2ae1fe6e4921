"""Putting parameters into a text, with Korean particles that fit them.

Called by ``messages``. ``{name}`` is replaced by the parameter; ``{name:을/를}`` by the parameter
and the particle that goes with its last sound. Hangul and digits decide it; after anything else
both forms are written, as ``을(를)``. Quotes that close before the particle stand before the pair:
``'{name:'을/를}``.
"""

from collections.abc import Mapping

_DIGITS_WITH_FINAL = "013678"  # 영 일 삼 육 칠 팔
_DIGITS_WITH_RIEUL = "178"  # 일 칠 팔
_QUOTES = "'\""
_RIEUL = 8  # index of ㄹ among the 28 finals of a Hangul syllable


class _Value(str):
    __slots__ = ()

    def __format__(self, spec: str) -> str:
        with_final, slash, without = spec.lstrip(_QUOTES).partition("/")
        if not slash:
            return str(self)
        closing = spec[: len(spec) - len(spec.lstrip(_QUOTES))]
        return str(self) + closing + particle(self, with_final, without)


class _Params(dict[str, _Value]):
    def __missing__(self, key: str) -> _Value:
        return _Value("{" + key + "}")


def fill(template: str, params: Mapping[str, object]) -> str:
    """*template* with its placeholders replaced; one that has no parameter stays as it is."""
    if "{" not in template:
        return template
    values = _Params({key: _Value(value) for key, value in params.items()})
    try:
        return template.format_map(values)
    except (ValueError, IndexError, AttributeError):  # a broken template is a test's failure
        return template


def particle(word: str, with_final: str, without: str) -> str:
    """The particle after *word*: ``을`` or ``를``, ``으로`` or ``로`` (also after ㄹ) ..."""
    final = _final(word.rstrip("\"'`)]} ")[-1:])
    if final is None:
        common = with_final.removesuffix(without)
        return f"({common}){without}" if common != with_final else f"{with_final}({without})"
    if final == _RIEUL and with_final == "으로":
        return without
    return with_final if final else without


def _final(char: str) -> int | None:
    if "가" <= char <= "힣":
        return (ord(char) - ord("가")) % 28
    if char and char in "0123456789":
        return _RIEUL if char in _DIGITS_WITH_RIEUL else int(char in _DIGITS_WITH_FINAL)
    return None
