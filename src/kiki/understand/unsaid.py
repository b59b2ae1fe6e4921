"""Messages and clauses without a verb: they name things, and what they name may be to be made.

Called by ``rules`` with the words of a message and by ``interpret`` with the phrases of a clause
(docs/decisions/0012-messages-without-a-verb.md). In Korean a wish is a request ("app 서버 한 대
부탁드립니다") and a mere name a question ("nginx 디플로이먼트 3개"). In English the clause asks for
something if that is named as new ("a redis deployment") or if it is said how it is to be ("web
deployment, nginx:1.27"); where it is to be is not enough, and what is named as known ("the web
deployment") is there already.
"""

from collections.abc import Iterable

from kiki.understand.filling import Setting
from kiki.understand.lexer import Word
from kiki.understand.parts import Clause, Split, Verb, is_output
from kiki.understand.phrases import Item
from kiki.understand.place import Placement

_VERB = "create"
_KNOWN = frozenset((
    "the", "this", "that", "these", "those", "my", "our", "your", "its", "their", "existing",
))  # fmt: skip
_NEW = frozenset(("a", "an", "new", "another"))

# -- Korean: the words of a message ---------------------------------------------------------------


def named_only(words: tuple[Word, ...]) -> bool:
    """Whether *words* are Korean and name a thing, and nothing in them asks or negates."""
    korean = any(word.sort == "hangul" for word in words)
    thing = any(word.has("noun") for word in words)
    other = any(word.has("ask") or word.has("neg") or word.has("forbid") for word in words)
    known = all(word.senses or word.value or not word.text.strip() for word in words)
    return korean and thing and known and not other


def wished(words: tuple[Word, ...]) -> bool:
    """Whether *words*, which are Korean, ask for what they name: "부탁드립니다"."""
    return _wish(words) < len(words)


def changes(words: tuple[Word, ...]) -> bool:
    """Whether *words* say what something is to become: "시간대는 UTC**로**"."""
    last = next((w for w in reversed(words) if not (w.has("sep") or w.has("fill"))), None)
    return last is not None and last.has("part", "inst")


def made_of(words: tuple[Word, ...], verb: str = _VERB) -> Split:
    """One clause of all Korean *words*, with *verb*: what they name is to be made, or set."""
    wish = _wish(words)
    made = Split(order="final")
    args = [i for i in range(wish) if not is_output(words, i)]
    made.roles |= {i: "output" for i in range(wish) if is_output(words, i)}
    while args and (words[args[-1]].has("sep") or words[args[-1]].has("fill")):
        made.roles[args.pop()] = "separator"
    after = wish + words[wish].length("req") if wish < len(words) else wish
    made.roles |= dict.fromkeys(range(wish, after), f"verb:{verb}")
    made.rest = list(range(after, len(words)))
    if args:
        first = wish if wish < len(words) else args[-1]
        made.clauses.append(Clause([Verb(verb, first, max(first + 1, after))], args))
    return made


def _wish(words: tuple[Word, ...]) -> int:
    """Where the words that ask begin, at the end of a sentence; their number if nothing asks."""
    for index, word in enumerate(words):
        length = word.length("req")
        rest = words[index + length :] if length else ()
        if length and (not rest or rest[0].has("sep") or all(w.has("fill") for w in rest)):
            return index
    return len(words)


# -- English: the phrases of a clause -------------------------------------------------------------


def is_there(items: tuple[Item, ...], setting: Setting) -> bool:
    """Whether the first thing named comes with "the" or "our": "we still need the data"."""
    first = next((item for item in items if item.values), None)
    return first is not None and bool(_beside(first, setting) & _KNOWN)


def is_new(items: tuple[Item, ...], setting: Setting) -> bool:
    """Whether the first noun comes with "a" or "new"."""
    first = next((item for item in items if item.sort == "noun"), None)
    return first is not None and bool(_beside(first, setting) & _NEW)


def asks(items: tuple[Item, ...], placements: Iterable[Placement], setting: Setting) -> bool:
    """Whether *items*, which *placements* took, ask for something to be made."""
    placements = tuple(placements)
    if any(_beside(item, setting) & _KNOWN for item in items if _is_thing(item, placements)):
        return False
    if any(placement.doubts for placement in placements):
        return False  # "broken web deployment, 3 replicas": no name, perhaps
    if any(_tells(item) for item in items):
        return False  # "deployment wanted": no name, either
    if len(placements) == 1 and placements[0].pronoun:
        return False  # "a service for it": for what?
    return is_new(items, setting) or any(_says_how(placement) for placement in placements)


def _tells(item: Item) -> bool:
    """Whether a value that nothing announces may say what became of a thing: wanted, crashed."""
    announced = item.link == "name" or item.inner in ("name", "cop")
    return not announced and any(
        value.text.isalpha() and value.text.lower().endswith("ed") and not value.quoted
        for value in item.values
    )


def _is_thing(item: Item, placements: tuple[Placement, ...]) -> bool:
    """Whether *item* names what is to be made, or says what it is made of."""
    nouns = {noun for placement in placements for noun in placement.kind.nouns}
    roles = {f"field:{name}" for p in placements for name in (p.own, p.kind.product)}
    words = [word for value in item.values for word in value.words]
    return (item.sort == "noun" and bool(set(item.ids) & nouns)) or any(
        p.roles.get(word) in roles for p in placements for word in words
    )


def _beside(item: Item, setting: Setting) -> set[str]:
    return {setting.words[index].text.lower() for index in item.words}


def _says_how(placement: Placement) -> bool:
    """Whether anything is said but what it is called and where it is to be."""
    named = {placement.own, "" if placement.products else placement.kind.product}
    product = placement.kind.product
    return any(
        field.name in placement.values
        and not field.spread
        and (field.name not in named or (field.name == product and product in placement.explicit))
        for field in placement.kind.fields
    )
