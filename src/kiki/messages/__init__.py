"""Codes to prose, in Korean and English.

Called by the CLI, and by whatever shows something to a person. A code ``area.rest`` lives in
``<language>/<area>.json`` under the key ``rest``; an area is read when it is first needed.
A missing code or parameter never raises here: the reader then sees the code itself, and
``tests/unit/messages`` fails.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kiki.messages.catalogue import entry
from kiki.messages.filling import fill
from kiki.model.languages import Lang


class Message(NamedTuple):
    """*text* says what is so and where; *help* what to do next, empty for labels."""

    text: str
    help: str = ""


def text(code: str, lang: Lang, params: Mapping[str, object] | None = None) -> Message:
    """The prose for *code* in *lang*, with *params* put in.

    Params may be of any type; they are shown as ``str`` shows them. Control characters in them
    are the caller's to escape. A param ``NAME.en`` or ``NAME.ko`` is NAME in that language: texts
    that are not Kiki's own, such as a site's reasons.
    """
    params = _chosen(params or {}, lang)
    found = entry(lang, code)
    if found is None:
        return Message(_bare(code, params))
    return Message(fill(found.get("text", code), params), fill(found.get("help", ""), params))


def _chosen(params: Mapping[str, object], lang: Lang) -> Mapping[str, object]:
    """*params* with those that have several languages in *lang*."""
    ending = "." + lang
    mine = {key: value for key, value in params.items() if key.endswith(ending)}
    return {**params, **{key[: -len(ending)]: value for key, value in mine.items()}}


def known(code: str, lang: Lang) -> bool:
    """Whether *code* has prose in *lang*."""
    return entry(lang, code) is not None


def _bare(code: str, params: Mapping[str, object]) -> str:
    inside = ", ".join(f"{key}={value}" for key, value in sorted(params.items()))
    return f"{code} ({inside})" if inside else code
