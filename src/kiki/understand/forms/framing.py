"""The clauses of a form: what its verb takes, where the ordinary clauses do not see it.

Called by ``reader`` before anything is read. A form's verb may close the message after a pause
("please create them"), and what stands in brackets after a verb belongs to what stands before it.
"""

import msgspec

from kiki.understand.lexer import Word
from kiki.understand.parts import UNSAID, Clause, Split, Verb, announces, longest, past, separates

_THESE = ("these", "those")


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
    made.roles |= dict.fromkeys(range(first, after), f"verb:{found[0]}")
    named = [index for clause in made.clauses for index in clause.args]
    args = [index for index in sorted({*made.rest, *named}) if not first <= index < after]
    made.clauses = [Clause([Verb(found[0], first, last)], args)]
    made.rest = []


def _closes(words: tuple[Word, ...], index: int) -> bool:
    """Whether a verb at *index* asks for what was named before it: it stands after a pause,
    "please" or a count, and before nothing, a pronoun, "with", or what announces a form."""
    found = longest(words[index], "verb", "base")
    before = words[index - 1]
    if found is None or not (before.has("fill") or separates(before) or before.has("num")):
        return False
    last = index + found[1]
    last = past(words, last, "pronoun") if last < len(words) else last
    last = past(words, last, "fill") if last < len(words) else last
    last = _past_things(words, last)
    following = words[last] if last < len(words) else None
    ends = following is None or separates(following) or announces(following)
    return ends or (following is not None and following.has("prep", "with"))


def _past_things(words: tuple[Word, ...], index: int) -> int:
    """Past "these servers": the things that were named before."""
    found = longest(words[index], "form") if index < len(words) else None
    after = index + 1 if found is not None and words[index].text.lower() in _THESE else index
    return past(words, after, "noun") if index < after < len(words) else index
