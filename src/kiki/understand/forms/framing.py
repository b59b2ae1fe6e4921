"""The clauses of a form: what its verb takes, where the ordinary clauses do not see it.

Called by ``reader`` before anything is read. A form's verb may close the message after a pause
("please create them"), and what stands in brackets after a verb belongs to what stands before it.
"""

import msgspec

from kiki.understand.lexer import Word
from kiki.understand.parts import UNSAID, Clause, Split, Verb, announces, longest, past, separates

_LONGEST = 4  # words of a frame
_THESE = ("these", "those", "this", "that", "the", "all")


def framed(words: tuple[Word, ...], made: Split) -> Split:
    """*made* with the verb that closes a form, if it had none, and brackets where they belong. The
    words of phrases that only frame a form have that role."""
    roles = {
        index: "form"
        for first, word in enumerate(words)
        for index in range(first, first + word.length("form"))
        if word.length("form") > 1
    }
    clauses = [msgspec.structs.replace(one, args=list(one.args)) for one in made.clauses]
    made = msgspec.structs.replace(
        made, roles={**roles, **made.roles}, clauses=clauses, rest=list(made.rest)
    )
    if all(verb.id == UNSAID for clause in made.clauses for verb in clause.verbs):
        _find_verb(words, made)
    for before, clause in zip(made.clauses, made.clauses[1:], strict=False):
        _move_bracket(words, before, clause)
    return made


def _move_bracket(words: tuple[Word, ...], before: Clause, clause: Clause) -> None:
    """As in "/srv/www 디렉토리 생성 (소유자 nginx), 80 포트 오픈": what stands in brackets right
    after a verb describes what it made."""
    shut = next((i for i in clause.args if words[i].has("shut")), -1)
    last = before.verbs[-1].last
    if shut < 0 or not clause.args or clause.args[0] != last or not words[last].has("open"):
        return
    before.args += [index for index in clause.args if index <= shut]
    clause.args = [index for index in clause.args if index > shut]
    while clause.args and separates(words[clause.args[0]]):
        clause.args.pop(0)


def _find_verb(words: tuple[Word, ...], made: Split) -> None:
    """As in "image x, flavor y: that's how the server named web should look, please create it":
    the only verb closes a sentence."""
    ending = [index for index in range(1, len(words)) if _closes(words, index)]
    found = longest(words[ending[0]], "verb", "base") if len(ending) == 1 else None
    if found is None:
        return
    first, last = ending[0], ending[0] + found[1]
    after = past(words, last, "pronoun") if last < len(words) else last
    if after == last and _past_things(words, last) > last and words[last].text.lower() in _THESE:
        after = last + 1  # "these servers": the noun says what they are
    first -= words[first - 1].has("prep", "to")
    made.roles |= dict.fromkeys(range(first, after), f"verb:{found[0]}")
    named = [index for clause in made.clauses for index in clause.args]
    args = [index for index in sorted({*made.rest, *named}) if not first <= index < after]
    made.clauses = [Clause([Verb(found[0], first, last)], args)]
    made.rest = []


def _closes(words: tuple[Word, ...], index: int) -> bool:
    """Whether a verb at *index* asks for what was named before: it stands after a pause, "please"
    or a count, and before nothing, a pronoun, "with", or what announces a form; or only words that
    frame a form lead up to it ("with these please create")."""
    found = longest(words[index], "verb", "base")
    if found is None:
        return False
    before, last = words[index - 1], _past_things(words, index + found[1])
    following = words[last] if last < len(words) else None
    announced = following is not None and announces(following)
    if before.has("prep", "to"):
        return announced  # "deployments to create:"
    if not (before.has("fill") or separates(before) or before.has("num")):
        return False
    ends = following is None or separates(following) or announced or following.has("prep", "with")
    return ends or _leads_up(words, index)


def _leads_up(words: tuple[Word, ...], index: int) -> bool:
    """Whether only words of forms, and at least one, stand between a full stop and *index*."""
    framed_words = 0
    for place in range(index - 1, -1, -1):
        inside = any(
            first + words[first].length("form") > place
            for first in range(max(0, place - 3), place + 1)
        )
        if separates(words[place]):
            break
        if not inside and not words[place].has("fill"):
            return False
        framed_words += inside
    return framed_words > 0


def _past_things(words: tuple[Word, ...], index: int) -> int:
    """Past "them" or "these servers", which were named before, and past "please"."""
    after = past(words, index, "pronoun") if index < len(words) else index
    if index < len(words) and words[index].text.lower() in _THESE and index + 1 < len(words):
        noun = past(words, index + 1, "noun")
        after = noun if noun > index + 1 else after
    return past(words, after, "fill") if after < len(words) else after
