"""People, what they may do where, and the tokens that stand for them.

Called by ``store.people``, which keeps them, and by the server. Rights are what operations ask for;
roles are what people have, in one project or in all: one table says which rights are in which role,
and docs/server.md repeats it. No I/O here."""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Literal, get_args

import msgspec

from kiki.model.records import Record

Right = Literal["read", "request", "approve", "operate", "admin"]
Role = Literal["viewer", "requester", "approver", "operator", "admin"]
TokenKind = Literal["session", "api", "first"]

RIGHTS: tuple[Right, ...] = get_args(Right)
ROLES: dict[Role, frozenset[Right]] = {
    "viewer": frozenset({"read"}),
    "requester": frozenset({"request"}),
    "approver": frozenset({"read", "approve"}),
    "operator": frozenset({"read", "request", "operate"}),
    "admin": frozenset(RIGHTS),
}
"""``request`` alone shows a person no changes but their own; ``read`` shows everybody's."""


EVERYWHERE = "*"
"""The place of a role that holds in all projects."""
DEFAULT = "default"
"""The project of what names none; in a request and in the record it is the empty word."""
_PROJECT = r"[a-z0-9][a-z0-9._-]{0,39}"

Grant = Annotated[str, msgspec.Meta(pattern=rf"^({'|'.join(ROLES)})(@(\*|{_PROJECT}))?$")]
"""A role and where it holds: ``operator@web``; ``operator`` and ``operator@*`` are for all."""


def project_name(project: str) -> str:
    """What a request's project is called."""
    return project or DEFAULT


def project_of(name: str) -> str:
    """The same the other way round."""
    return "" if name == DEFAULT else name


def is_project(name: str) -> bool:
    """Whether a project can be called so."""
    return bool(re.fullmatch(_PROJECT, name))


def placed(grant: str) -> tuple[str, str]:
    """The role and the place of a grant."""
    role, _, place = grant.partition("@")
    return role, place or EVERYWHERE


def ordered(grants: Collection[str]) -> tuple[str, ...]:
    """*grants* without doubles in one order, the roles for all projects first and in their short
    form; those that a role for all has in it already are left out."""
    places = {placed(one) for one in grants}
    kept = {(role, place) for role, place in places if place == EVERYWHERE}
    kept |= {one for one in places if (one[0], EVERYWHERE) not in kept}
    rank: list[str] = list(ROLES)
    order = sorted(kept, key=lambda one: (one[1] != EVERYWHERE, one[1], rank.index(one[0])))
    return tuple(role if place == EVERYWHERE else f"{role}@{place}" for role, place in order)


def held(grants: Collection[str]) -> dict[str, frozenset[Right]]:
    """The rights in each place; of a role that is not known none."""
    known: dict[str, frozenset[Right]] = dict(ROLES)  # type: ignore[arg-type]
    found: dict[str, frozenset[Right]] = {}
    for role, place in map(placed, grants):
        found[place] = found.get(place, frozenset()) | known.get(role, frozenset())
    return found


def roles_in(grants: Collection[str], project: str) -> tuple[Role, ...]:
    """The roles that *grants* give in *project* (as a request has it), in one order."""
    there = (EVERYWHERE, project_name(project))
    named = {role for role, place in map(placed, grants) if place in there}
    return tuple(role for role in ROLES if role in named)


def serves_as(roles: Collection[Role], wanted: Role) -> bool:
    """Whether somebody with *roles* may do all that *wanted* may: has it, or is above it."""
    return ROLES[wanted] <= frozenset[Right]().union(*(ROLES[role] for role in roles))


def approves_never(role: Role) -> bool:
    """Whether *role* alone is of nobody who approves: it may not, and approvers don't serve as
    it."""
    return "approve" not in ROLES[role] and not ROLES[role] <= ROLES["approver"]


def narrowed(
    rights: Mapping[str, frozenset[Right]], scopes: Collection[Right], projects: Collection[str]
) -> dict[str, frozenset[Right]]:
    """What is left of *rights* for a token with these scopes and, unless there are none, only
    these projects."""
    everywhere = rights.get(EVERYWHERE, frozenset())
    places = {one: rights.get(one, frozenset()) | everywhere for one in projects} or dict(rights)
    return {place: found & frozenset(scopes) for place, found in places.items()}


class Account(Record, frozen=True):
    """One person. *password* is argon2id's text, empty where it is shown and for people from
    elsewhere, who have no account here but sessions."""

    name: str
    roles: tuple[Grant, ...]
    created: str
    password: str = ""


class Token(Record, frozen=True):
    """A token as it is kept: *hash* is SHA-256 in hex, empty where it is shown. *scopes* and
    *projects* (none: all) limit the rights of its account; *roles* are those of somebody from
    elsewhere; times are RFC 3339 UTC."""

    id: str
    account: str
    kind: TokenKind
    scopes: tuple[Right, ...]
    created: str
    expires: str
    note: str = ""
    hash: str = ""
    projects: tuple[str, ...] = ()
    roles: tuple[Grant, ...] = ()


class Identity(Record, frozen=True):
    """Who asks: the account, the token that said so, and what both together may do, by place."""

    name: str
    token: str
    places: dict[str, frozenset[Right]]

    @property
    def rights(self) -> frozenset[Right]:
        """All that one may do somewhere."""
        return frozenset().union(*self.places.values())

    def may(self, right: Right, project: str = EVERYWHERE) -> bool:
        """Whether this right is there, in this project or in all of them."""
        return right in self.where(project)

    def where(self, project: str) -> frozenset[Right]:
        """What one may do in this project."""
        return self.places.get(EVERYWHERE, frozenset()) | self.places.get(project, frozenset())

    def projects(self, right: Right) -> tuple[str, ...] | None:
        """The projects in which this right is there; None for all."""
        if self.may(right):
            return None
        return tuple(sorted(place for place, rights in self.places.items() if right in rights))
