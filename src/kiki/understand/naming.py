"""Reads Korean messages without a verb: "app 서버 한 대 부탁드립니다", "nginx 디플로이먼트 3개".

Called by ``rules`` when no clause was found. All words become one clause that makes what they name;
what is made of it is decided by ``rules``: a wish is a request, a mere name a question
(docs/decisions/0012-messages-without-a-verb.md).
"""

from kiki.understand.lexer import Word
from kiki.understand.parts import Clause, Split, Verb, is_output

_VERB = "create"


def named_only(words: tuple[Word, ...]) -> bool:
    """Whether *words* are Korean and name a thing, and nothing in them asks or negates."""
    korean = any(word.sort == "hangul" for word in words)
    thing = any(word.has("noun") for word in words)
    other = any(word.has("ask") or word.has("neg") or word.has("forbid") for word in words)
    known = all(word.senses or word.value or not word.text.strip() for word in words)
    return korean and thing and known and not other


def asks(words: tuple[Word, ...]) -> bool:
    """Whether somebody asks for what is named: "부탁드립니다"."""
    return _wish(words) < len(words)


def made_of(words: tuple[Word, ...]) -> Split:
    """One clause of all words: what they name is to be made."""
    wish = _wish(words)
    made = Split(order="final")
    args = [i for i in range(wish) if not is_output(words, i)]
    made.roles |= {i: "output" for i in range(wish) if is_output(words, i)}
    while args and (words[args[-1]].has("sep") or words[args[-1]].has("fill")):
        made.roles[args.pop()] = "separator"
    after = wish + words[wish].length("req") if wish < len(words) else wish
    made.roles |= dict.fromkeys(range(wish, after), f"verb:{_VERB}")
    made.rest = list(range(after, len(words)))
    if args:
        first = wish if wish < len(words) else args[-1]
        made.clauses.append(Clause([Verb(_VERB, first, max(first + 1, after))], args))
    return made


def _wish(words: tuple[Word, ...]) -> int:
    """Where the words that ask begin, at the end of a sentence; their number if nothing asks."""
    for index, word in enumerate(words):
        length = word.length("req")
        rest = words[index + length :] if length else ()
        if length and (not rest or rest[0].has("sep") or all(w.has("fill") for w in rest)):
            return index
    return len(words)
