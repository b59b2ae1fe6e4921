"""Reads a message by other words for a part of it: "n1 살아있어?", "who is using port 8080?".

Called by ``understand.tries`` when the rules alone refuse. The first way whose form the message
has, and whose words make a reading of its kinds, is what is meant; where one of several may be, it
is asked which, with these words as the choices.
"""

from collections.abc import Callable

from kiki.model.intent import Assumption, Choice, Question, Reading
from kiki.understand.draft import noted
from kiki.understand.rephrasing import (
    accounts,
    clouds,
    clusters,
    containers,
    databases,
    english,
    english_settings,
    files,
    folders,
    images,
    jobs,
    korean,
    korean_settings,
    looks,
    rights,
    servers,
    sidecars,
)
from kiki.understand.rephrasing.moved import Moved
from kiki.understand.rephrasing.way import Way

MEANT = "meant"  # the field of the question; its answer is one of the messages that may be meant
_CODE = "question.meant"
_KOREAN = (
    *korean.WAYS, *folders.KOREAN, *containers.KOREAN, *clusters.KOREAN, *servers.KOREAN,
    *korean_settings.WAYS, *accounts.KOREAN, *databases.KOREAN, *looks.KOREAN, *jobs.KOREAN,
    *files.KOREAN, *images.KOREAN, *clouds.KOREAN, *sidecars.KOREAN, *rights.KOREAN,
)  # fmt: skip
_ENGLISH = (
    *english.WAYS, *folders.ENGLISH, *containers.ENGLISH, *clusters.ENGLISH, *servers.ENGLISH,
    *english_settings.WAYS, *accounts.ENGLISH, *databases.ENGLISH, *looks.ENGLISH, *jobs.ENGLISH,
    *files.ENGLISH, *images.ENGLISH, *clouds.ENGLISH, *sidecars.ENGLISH, *rights.ENGLISH,
)  # fmt: skip


def rephrased(
    message: str, target: str, answer: str, read: Callable[[str], Reading]
) -> Reading | None:
    """The reading of *message* by other words, or the question which are meant; None if no form is
    its own. *target* is the only one wanted, where one is; *answer* is what was answered."""
    said_in_korean = any("가" <= char <= "힣" for char in message)
    for way in _KOREAN if said_in_korean else _ENGLISH:
        match = way.form.search(message)
        if match is None:
            continue
        moved = [Moved(message, match, says) for says in way.says]
        found = [(one, made) for one in moved if (made := _made(one, way, target, read))]
        if not found:
            continue
        if way.asks == "always" or (way.asks and len(found) > 1):
            return _chosen(found, match.span(), answer)
        return _told(message, *_surest(found), match.span())
    return None


def _made(moved: Moved, way: Way, target: str, read: Callable[[str], Reading]) -> Reading | None:
    """The reading of other words, if it is one of the kinds that they are for."""
    reading = read(moved.text)
    if reading.intent is not None:
        operations = reading.intent.operations
        fits = way.fits is None or way.fits(operations)
        about = not way.kinds or any(one.kind in way.kinds for one in operations)
        return reading if about and fits and target in ("", reading.intent.target) else None
    asked = reading.question
    return reading if asked is not None and _of(asked, way) else None


def _of(asked: Question, way: Way) -> bool:
    """Whether a question may be about one of the kinds; that which hosts are meant names none."""
    of_hosts = any(kind.startswith("ansible.") for kind in way.kinds)
    of_any = not way.kinds or asked.params.get("kind", "") in way.kinds
    return of_any or (asked.field == "hosts" and of_hosts)


def _surest(found: list[tuple[Moved, Reading]]) -> tuple[Moved, Reading]:
    return next((one for one in found if one[1].intent is not None), found[0])


def _chosen(found: list[tuple[Moved, Reading]], place: tuple[int, int], answer: str) -> Reading:
    """What *answer* says is meant; while there is none, the question."""
    for moved, reading in found:
        if moved.text.strip() == answer:
            return moved.told(reading)
    choices = tuple(Choice(value=moved.text.strip()) for moved, _ in found)
    question = Question(_CODE, MEANT, {}, choices, start=place[0], end=place[1])
    tokens = found[0][0].told(found[0][1]).tokens
    return Reading(reader="rules", tokens=tokens, question=question)


def _told(message: str, moved: Moved, reading: Reading, place: tuple[int, int]) -> Reading:
    given = {"given": message[place[0] : place[1]].strip(), "value": moved.text.strip()}
    return noted(moved.told(reading), [Assumption("assumption.rephrased", given)])
