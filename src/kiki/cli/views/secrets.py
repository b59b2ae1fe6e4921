"""Secrets without their values, and a master key that was exchanged.

Called by ``secret``.
"""

from collections.abc import Sequence
from typing import Any

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.model.secret import MasterRotation, SecretVersion, is_taken

_PLANNED = ("planned", "awaiting_approval", "approved")
_NAMED = 3
"""How many changes a row names."""


def human(versions: Sequence[SecretVersion], look: Look, *, every: bool) -> str:
    """A row for each version, newest first within a name; those that were taken out of messages
    are only counted unless *every* is wanted."""
    shown = [one for one in versions if every or not is_taken(one.name)]
    hidden = len(versions) - len(shown)
    lines = [_table(shown, look)] if shown else [] if hidden else [look.label("no_secrets")]
    if hidden:
        lines.append(look.label("secrets_of_messages", count=hidden))
    return "\n".join(lines)


def _table(shown: Sequence[SecretVersion], look: Look) -> str:
    titles = ("secret_name", "secret_version", "secret_created", "secret_use")
    rows = [_row(one, shown, look) for one in _newest_first(shown)]
    return table([[look.heading(name) for name in titles], *rows])


def _newest_first(shown: Sequence[SecretVersion]) -> list[SecretVersion]:
    """By name, and within one the newest first: they come oldest first."""
    newest_first = list(reversed(shown))
    newest_first.sort(key=lambda one: one.name)
    return newest_first


def _row(one: SecretVersion, every: Sequence[SecretVersion], look: Look) -> list[str]:
    name = look.paint(one.name, "bold") if counts(one, every) else one.name
    created = one.created[:16].replace("T", " ")
    return [name, _version(one, every, look), created, _uses(one, look)]


def _version(one: SecretVersion, every: Sequence[SecretVersion], look: Look) -> str:
    if is_taken(one.name):
        return one.version
    return f"{one.version} ({look.label('secret_counts' if counts(one, every) else 'secret_old')})"


def _uses(one: SecretVersion, look: Look) -> str:
    named = [f"{use.change} ({look.say(f'state.{use.state}')})" for use in one.used_by[-_NAMED:]]
    more = len(one.used_by) - len(named)
    return ", ".join(named) + (f" +{more}" if more else "") if named else "-"


def counts(one: SecretVersion, every: Sequence[SecretVersion]) -> bool:
    """Whether *one* is the version that a new plan takes; of what was taken out of a message each
    is."""
    newest = [other.version for other in every if other.name == one.name][-1:]
    return is_taken(one.name) or newest == [one.version]


def waiting(every: Sequence[SecretVersion], newest: SecretVersion) -> tuple[str, ...]:
    """Changes that were planned with an older version of *newest* and have not run."""
    older = [one for one in every if one.name == newest.name and one.version != newest.version]
    found = [use.change for one in older for use in one.used_by if use.state in _PLANNED]
    return tuple(dict.fromkeys(found))


def rotation(made: MasterRotation, look: Look) -> str:
    """From which master key to which, and how much went along."""
    lines = [
        look.label("master_key_now", source=one_line(made.after), id=made.after_id),
        look.label("master_key_before", source=one_line(made.before), id=made.before_id or "-"),
        look.label("master_key_moved", data_keys=made.data_keys, secrets=made.secrets),
    ]
    return "\n".join(lines)


def as_json(versions: Sequence[SecretVersion]) -> list[dict[str, Any]]:
    """Keys of each: see ``one_as_json``."""
    return [one_as_json(one, versions) for one in versions]


def one_as_json(one: SecretVersion, every: Sequence[SecretVersion]) -> dict[str, Any]:
    """Keys: name, version, created, counts, from_message, data_key, master_key (source, id),
    used_by (change, state, pending)."""
    return {
        "name": one.name,
        "version": one.version,
        "created": one.created,
        "counts": counts(one, every),
        "from_message": is_taken(one.name),
        "data_key": one.data_key,
        "master_key": {"source": one.master, "id": one.master_id},
        "used_by": [
            {"change": use.change, "state": use.state, "pending": use.pending}
            for use in one.used_by
        ],
    }


def rotation_as_json(made: MasterRotation) -> dict[str, Any]:
    """Keys: before and after (source, id), data_keys, sealed_anew."""
    return {
        "before": {"source": made.before, "id": made.before_id},
        "after": {"source": made.after, "id": made.after_id},
        "data_keys": made.data_keys,
        "sealed_anew": made.secrets,
    }
