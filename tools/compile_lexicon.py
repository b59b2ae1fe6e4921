"""Compiles the words of both languages: called by ``compile_vocabulary.py``.

Spells out what the data files only state: forms of verbs, particles, numbers. The result is what
``kiki.understand.lexicon`` loads; deterministic.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from kiki.understand.lexicon import Entry, Lexicon

Written = tuple[str, Entry]
_SIMPLE = {
    "fill": "fill", "asking": "fill", "first": "first", "last": "last", "det": "det",
    "all": "all", "and": "and",
    "pronoun": "pronoun", "there": "there", "that": "that", "number_of": "number_of",
    "negation": "neg", "forbid": "forbid", "again": "again", "need": "need", "lacking": "lack",
    "rather": "rather", "fix": "fix", "instead": "instead", "protocol": "proto",
    "ensure": "ensure", "prevent": "prevent", "unwished": "unwished",
    "be": "be", "must": "must", "shall": "shall",
    "hope": "hope", "could": "could", "needed": "needed", "states": "states", "pinned": "pinned",
    "shall_not": "shall_not",
}  # fmt: skip
_SS = 20  # ㅆ among the consonants that may end a syllable
_VOWELS = "aeiou"
# First and last words of verbs that may have their object between them: turn nginx off.
_APART = ("turn", "switch", "bring", "shut", "take", "fire", "spin")
# What one does to a deed: do a restart of nginx.
_LIGHT = ("do", "perform", "trigger", "kick off", "run")
_ASIDE = ("on", "off", "up", "down")


def build(folder: Path, nouns_of_kinds: dict[str, Any], programs: Iterable[str]) -> Lexicon:
    """The lexicon of the YAML files in *folder*, the nouns that kinds bring themselves and the
    *programs* whose calls are read."""
    data = {path.stem: _load(path) for path in folder.glob("*.yaml")}
    nouns = _merged(data["nouns"], nouns_of_kinds)
    written = [
        *_verbs(data["verbs"], data["endings"]), *_endings(data["endings"]),
        *_particles(data["particles"]), *_numbers(data["numbers"]), *_nouns(nouns),
        *_phrases(data["phrases"]), *_forms(data["forms"]), *_products(data["products"]),
    ]  # fmt: skip
    words, phrases = _split(written)
    return Lexicon(
        words=words,
        phrases=phrases,
        products=_product_names(data["products"]),
        kept=frozenset(
            alias for entry in data["products"].values() for alias in entry.get("also", [])
        ),
        images={
            name: entry["image"] for name, entry in data["products"].items() if "image" in entry
        },
        packages=frozenset(data["packages"][0]),
        ports=data["ports"],
        common=frozenset(data["common"]),
        functional=frozenset(data["functional"]),
        labels=frozenset(data["labels"][0]),
        groups=frozenset(data["groups"][0]),
        about=frozenset(verb for verb, entry in data["verbs"].items() if entry.get("about")),
        commands=frozenset(programs),
    )


def once(loader: type[yaml.BaseLoader] | type[yaml.SafeLoader]) -> Any:
    """*loader*, but it takes no key twice: the second would silently be the only one."""

    class Once(loader):  # type: ignore[misc,valid-type]
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            """The mapping; ValueError with the place of a second key."""
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            twice = sorted(key for key in set(keys) if keys.count(key) > 1)
            if twice:
                raise ValueError(f"{twice} twice in one mapping{node.start_mark}")
            return super().construct_mapping(node, deep=deep)

    return Once


def _load(path: Path) -> Any:
    """The YAML of *path* with every scalar a string: "no" and "on" are words here."""
    return yaml.load(path.read_text("utf-8"), Loader=once(yaml.BaseLoader))


def _merged(nouns: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    merged = {name: dict(entry) for name, entry in nouns.items()}
    for name, entry in more.items():
        composed = {"ko": _composed(entry.get("ko_joined", []))}
        for lang in ("ko", "en", "before"):
            known = merged.setdefault(name, {}).get(lang, [])
            new = [*entry.get(lang, []), *composed.get(lang, ())]
            merged[name][lang] = list(dict.fromkeys([*known, *new]))
    return merged


def _verbs(verbs: dict[str, Any], endings: dict[str, Any]) -> Iterator[Written]:
    for verb, entry in verbs.items():
        pairs = (" ".join(pair) for pair in product(*entry.get("pairs", [[]])))
        for surface in (*entry.get("en", []), *filter(None, pairs)):
            yield from _english(verb, surface)
        for surface in entry.get("noun", []):
            yield from ((done, Entry("verb", verb, "base")) for done in _doing(surface))
        for surface in (*entry.get("noun", []), *entry.get("deed", [])):
            yield surface, Entry("deed", verb)
        for first, surface in entry.get("around", []):
            yield surface, Entry("around", verb, first)
        for surface in entry.get("done", []):
            yield surface, Entry("state", verb)
        for surface in (*entry.get("ko", []), *_composed(entry.get("ko_joined", []))):
            yield surface, Entry("vnoun", verb)
        for surface in entry.get("only", []):
            yield surface, Entry("verb", verb, "base")
        for surface in entry.get("so", []):
            yield surface, Entry("vform", verb, "so")
        for form in ("must", "hoped"):
            yield from ((surface, Entry("vform", verb, form)) for surface in entry.get(form, []))
        for surface in entry.get("native", []):
            yield from _native(verb, endings["native"][surface], endings["native_endings"])


def _english(verb: str, surface: str) -> Iterator[Written]:
    """The forms that a request can have: install, (that) installs, (for) installing."""
    first, space, rest = surface.partition(" ")
    yield surface, Entry("verb", verb, "base")
    yield _third(first) + space + rest, Entry("verb", verb, "third")
    yield _gerund(first) + space + rest, Entry("verb", verb, "gerund")
    if first in _APART and rest in _ASIDE:
        yield first, Entry("apart", verb, rest)


def _doing(noun: str) -> Iterator[str]:
    """As in "do a restart of", "kick off the installation of"."""
    article = "an" if noun[0] in _VOWELS else "a"
    for light in _LIGHT:
        for det in (f"{article} ", "the ", ""):
            yield from (f"{light} {det}{noun} {link}" for link in ("of", "on", "for"))


def _third(word: str) -> str:
    return word + ("es" if word.endswith(("s", "sh", "ch", "x")) else "s")


def _gerund(word: str) -> str:
    if word == "open":
        return "opening"
    if word.endswith("e"):
        return word[:-1] + "ing"
    short = len(word) <= 4 and word[-1] not in _VOWELS + "wxy" and word[-2] in _VOWELS
    doubled = short and len(word) > 2 and word[-3] not in _VOWELS
    return word + (word[-1] if doubled else "") + "ing"


def _native(verb: str, stems: dict[str, Any], endings: dict[str, Any]) -> Iterator[Written]:
    if stems.get("inf"):
        yield _did(stems["inf"]) + "으면", Entry("vform", verb, "hoped")
    for stem, forms in endings.items():
        if not stems.get(stem):
            continue
        for form, tails in forms.items():
            for tail in tails:
                if tail not in stems.get("without", ()):
                    yield stems[stem] + tail, Entry("vform", verb, form)


def _did(inf: str) -> str:
    """열어 -> 열었: the syllable gets what ends it in the past."""
    return inf[:-1] + chr(ord(inf[-1]) + _SS)


def _endings(endings: dict[str, Any]) -> Iterator[Written]:
    for form, surfaces in endings["ha"].items():
        yield from ((surface, Entry("ha", "", form)) for surface in surfaces)
    for form, surfaces in endings["aux"].items():
        yield from ((surface, Entry("aux", "", form)) for surface in surfaces)
    thanks = _composed(endings["aux_joined"])
    yield from ((surface, Entry("aux", "", "final")) for surface in thanks)
    classes = {"request": "req", "wish": "wish", "duty": "duty", "light": "light",
               "thing": "thing", "done": "done",
               "after": "after", "purpose": "purpose"}  # fmt: skip
    for key, cls in classes.items():
        yield from ((surface, Entry(cls)) for surface in endings[key])


def _particles(particles: dict[str, Any]) -> Iterator[Written]:
    for link, surfaces in particles["ko"].items():
        yield from ((surface, Entry("part", link)) for surface in surfaces)
    for link, surfaces in particles["en"].items():
        yield from ((surface, Entry("prep", link)) for surface in surfaces)


def _numbers(numbers: dict[str, Any]) -> Iterator[Written]:
    for counter, surfaces in numbers["counters"].items():
        yield from ((surface, Entry("cnt", counter)) for surface in surfaces)
    for value, surface in enumerate(numbers["en"], 1):
        yield surface, Entry("num", "word", str(value))
    for surface, value in numbers["en_more"].items():
        yield surface, Entry("num", "word", value)
    yield from _native_numbers(numbers)
    yield from _sino_numbers(numbers["sino_units"])


def _native_numbers(numbers: dict[str, Any]) -> Iterator[Written]:
    """하나 to 쉰아홉, and the forms before a counter (한, 두, 스무)."""
    tens = {0: ""} | {int(ten): stem for ten, stem in numbers["native_tens"].items()}
    for ten, stem in tens.items():
        if ten:
            before = numbers["native_twenty"] if ten == 20 else stem
            yield stem, Entry("num", "native", str(ten))
            yield before, Entry("num", "before", str(ten))
        for unit, surface in enumerate(numbers["native_units"], 1):
            yield stem + surface, Entry("num", "native", str(ten + unit))
        for unit, surface in enumerate(numbers["native_before"], 1):
            yield stem + surface, Entry("num", "before", str(ten + unit))


def _sino_numbers(units: list[str]) -> Iterator[Written]:
    """일 to 백; the short ones are read as numbers only right before a counter."""
    yield "백", Entry("num", "sino", "100")
    for value in range(1, 100):
        ten, unit = divmod(value, 10)
        head = "" if ten == 0 else ("" if ten == 1 else units[ten - 1]) + "십"
        surface = head + (units[unit - 1] if unit else "")
        yield surface, Entry("num", "before" if len(surface) == 1 else "sino", str(value))


def _nouns(nouns: dict[str, Any]) -> Iterator[Written]:
    for name, entry in nouns.items():
        composed = _composed(entry.get("ko_joined", []))
        for surface in [*entry.get("ko", []), *composed, *entry.get("en", [])]:
            yield surface, Entry("noun", name)
        for surface in entry.get("before", []):
            yield surface, Entry("noun", name, "before")


def _composed(lists: list[list[str]]) -> Iterator[str]:
    """Any word of the first list, then one of the second, and so on; "" is none."""
    joined = (" ".join(filter(None, parts)) for parts in product(*lists)) if lists else ()
    yield from filter(None, joined)


def _phrases(phrases: dict[str, Any]) -> Iterator[Written]:
    for key, entry in phrases.items():
        if key == "both":
            yield from _both(entry)
            continue
        composed = (one for lists in entry.get("ko_joined", []) for one in _composed(lists))
        for surface in [*entry.get("ko", []), *composed, *entry.get("en", [])]:
            form = "asking" if key == "asking" else ""
            yield surface, Entry(_SIMPLE[key], surface if key == "protocol" else "", form)


def _both(entry: dict[str, Any]) -> Iterator[Written]:
    """How many things were named, by number."""
    for count, written in entry.items():
        for surface in [*written.get("ko", []), *written.get("en", [])]:
            yield surface, Entry("both", count)


def _forms(forms: dict[str, Any]) -> Iterator[Written]:
    """The words of structured messages, by what they say there."""
    for what, written in forms.items():
        for surface in [*written["ko"], *written["en"]]:
            yield surface, Entry("form", what)


def _products(products: dict[str, Any]) -> Iterator[Written]:
    """Korean and several-word names; single English ones are recognised as values."""
    for name, entry in products.items():
        for surface in entry.get("ko", []):
            yield surface, Entry("product", name)
        for surface in entry.get("en", []):
            if " " in surface:
                yield surface, Entry("product", name)


def _product_names(products: dict[str, Any]) -> dict[str, str]:
    names = {name: name for name in products}
    for name, entry in products.items():
        aliases = [*entry.get("en", []), *entry.get("also", [])]
        names |= {alias.lower(): name for alias in aliases if " " not in alias}
    return dict(sorted(names.items()))


def _split(written: Iterable[Written]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Single words and phrases; the later words of Korean phrases become pieces of their own, so
    that a particle can be cut from them."""
    words: dict[str, list[Entry]] = {}
    phrases: dict[str, list[Written]] = {}
    for surface, entry in ((surface.lower(), entry) for surface, entry in written):
        if " " not in surface and (surface.isascii() or not _mixed(surface)):
            _add(words, surface, entry)
            continue
        _add_phrase(phrases, surface, entry)
        for piece in _korean_pieces(surface):
            _add(words, piece, Entry("piece"))
    ordered = {key: sorted(set(found), key=_longest_first) for key, found in phrases.items()}
    return dict(sorted(words.items())), dict(sorted(ordered.items()))


def _longest_first(written: Written) -> tuple[int, Written]:
    return -len(written[0]), written


def _mixed(surface: str) -> bool:
    """Whether *surface* mixes scripts (마리아db), which the lexer cuts apart."""
    return any(char.isascii() for char in surface)


def _korean_pieces(surface: str) -> list[str]:
    return re.findall(r"[가-힣]+", surface)


def _add(words: dict[str, list[Entry]], surface: str, entry: Entry) -> None:
    known = words.setdefault(surface, [])
    if entry not in known and not (entry.cls == "piece" and known):
        known.append(entry)


def _add_phrase(phrases: dict[str, list[Written]], surface: str, entry: Entry) -> None:
    phrases.setdefault(surface[:2], []).append((surface, entry))
