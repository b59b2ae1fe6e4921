"""A container's variables and words, and which of them are secrets.

Called by ``podman``. A secret's value ends here: only the name of its variable goes on.
"""

import re

from kiki.migration.given import Given
from kiki.migration.losses import Losses
from kiki.migration.secrecy import MIN_REPEATED, is_secret, secrets_in

_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")  # what a ConfigMap may be read from
_KEY = re.compile(r"(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?")
# Podman's own, in every container.
_OWN = ("HOSTNAME", "container")
_DEFAULTS = (
    "TERM=xterm",
    "HOME=/root",
    "HOME=/",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
)


def is_key(text: str) -> bool:
    """Whether *text* may be the key of a label or an annotation."""
    return len(text) <= 253 and _KEY.fullmatch(text) is not None


def variables(given: Given) -> dict[str, str]:
    """What was set for this container, by name; neither the image's nor podman's own. Values may
    be secrets."""
    of_image = set(given.image.get("Env") or [])
    found = {}
    for one in given.config.get("Env") or []:
        name, _, value = str(one).partition("=")
        if one not in of_image and one not in _DEFAULTS and name not in _OWN:
            found[name] = value
    return dict(sorted(found.items()))


def secrets_of(given: Given, found: dict[str, str]) -> dict[str, str]:
    """The variables that are secrets: podman's own ones, those that look like it, and those that
    have the value of another one in them."""
    own = {one.get("target") or one["name"] for one in given.secrets if one.get("type") == "env"}
    sure = {name: value for name, value in found.items()
            if given.hides_all or name in own or is_secret(name, value)}  # fmt: skip
    values = [value for value in sure.values() if len(value) >= MIN_REPEATED]
    return {name: value for name, value in found.items()
            if name in sure or any(one in value for one in values)}  # fmt: skip


def repeats(given: Given, found: dict[str, str], text: str) -> bool:
    """Whether *text* has the value of a secret of the container's in it."""
    return any(len(value) >= MIN_REPEATED and value in text
               for value in secrets_of(given, found).values())  # fmt: skip


def plain(given: Given, found: dict[str, str], losses: Losses) -> dict[str, str]:
    """The variables that may stand in a manifest."""
    secret_ones = secrets_of(given, found)
    kept = {name: value for name, value in found.items() if name not in secret_ones}
    for name in [name for name in kept if not _VARIABLE.fullmatch(name)]:
        losses.say("migrate.variable_name", container=given.name, variable=name)
        del kept[name]
    return kept


def secret(
    given: Given, found: dict[str, str], hidden: tuple[str, ...], losses: Losses
) -> tuple[str, ...]:
    """The names of those that may not, and of the *hidden* words of the command."""
    names = list(secrets_of(given, found))
    for name in [name for name in names if not _VARIABLE.fullmatch(name)]:
        losses.say("migrate.variable_name", container=given.name, variable=name)
        names.remove(name)
    return tuple(sorted({*names, *hidden}))


def command(
    given: Given, found: dict[str, str], losses: Losses
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """``command``, ``args`` and the names of variables that stand in them for secrets; the first
    two empty where the image says the same."""
    (entry, words), (own_entry, own_words) = given.words, given.of_image
    if entry == own_entry:
        entry = []
        words = [] if words == own_words else words
    names = _names(tuple(entry + words), secrets_of(given, found))
    if names:
        shown = ", ".join(sorted(names.values()))
        losses.say("migrate.secret_in_command", container=given.name, variables=shown)
    known = (*found, *names.values())
    return _written(entry, names, known), _written(words, names, known), tuple(names.values())


def _names(words: tuple[str, ...], found: dict[str, str]) -> dict[str, str]:
    """For each secret in *words* the variable that stands for it: the one that has it already, or
    a new one. Longest first."""
    by_value = {value: name for name, value in found.items()}
    whole = " ".join(words)
    repeated = {value for value in by_value if len(value) >= MIN_REPEATED and value in whole}
    secrets = sorted(repeated | set(secrets_in(words)), key=lambda value: (-len(value), value))
    return {value: by_value.get(value, f"COMMAND_SECRET_{number}")
            for number, value in enumerate(secrets, start=1)}  # fmt: skip


def _written(words: list[str], names: dict[str, str], known: tuple[str, ...]) -> tuple[str, ...]:
    """Words as Kubernetes reads them: ``$(NAME)`` is a variable there, so one that was meant as it
    stands is escaped."""
    written = []
    for word in words:
        for name in known:
            word = word.replace(f"$({name})", f"$$({name})")
        for value, name in names.items():
            word = word.replace(value, f"$({name})")
        written.append(word)
    return tuple(written)
