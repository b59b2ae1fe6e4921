"""Which roles a person's groups give them: the table of a source in ``logins.toml``.

Called by ``doors``. Groups are compared without case; a full name of a directory in the spelling of
``ldap``."""

from collections.abc import Collection, Mapping

from kiki.model.people import ordered


def roles(table: Mapping[str, Collection[str]], groups: Collection[str]) -> tuple[str, ...]:
    """All that the groups give, in one order; none when none of them is in the table."""
    known = {_same(group) for group in groups}
    return ordered(
        {grant for group, given in table.items() if _same(group) in known for grant in given}
    )


def _same(group: str) -> str:
    """Blanks after a comma mean nothing in a full name."""
    if "=" not in group:
        return group.casefold()
    return ",".join(part.strip() for part in group.split(",")).casefold()
