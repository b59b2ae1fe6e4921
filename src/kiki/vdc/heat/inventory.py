"""The servers as an inventory of Ansible's, as far as a definition tells.

Called by ``compiling`` and ``live.addresses``. Groups are tiers; addresses are the stack's outputs
and come later, but for fixed ones, which are reached from inside only and so are no
``ansible_host``.
"""

from collections.abc import Mapping
from typing import Any

from kiki.documents.write import to_yaml
from kiki.vdc.definition import Definition
from kiki.vdc.names import members

_WITHOUT = "without_tier"


def inventory(definition: Definition, comments: tuple[str, ...]) -> str:
    """The file's text."""
    tree = hosts_by_tier(definition, None)
    return to_yaml([{"all": {"children": tree}}], comments)


def hosts_by_tier(
    definition: Definition, known: Mapping[str, dict[str, str]] | None
) -> dict[str, Any]:
    """Each tier's group with its servers. *known* are the variables of those that are there, which
    are then the only ones; None: nobody asked."""
    children: dict[str, Any] = {}
    for name, group in definition.servers.items():
        hosts: dict[str, Any] = {}
        for index, member in enumerate(members(name, group)):
            values = {"ansible_user": group.login} if group.login else {}
            if group.addresses:
                values["private_address"] = group.addresses[index]
            if known is None or member in known:
                hosts[member] = values | (known or {}).get(member, {})
        children.setdefault(group_name(group.tier), {"hosts": {}})["hosts"].update(hosts)
    return dict(sorted(children.items()))


def group_name(name: str | None) -> str:
    """A group for the tier *name*, or for none: of letters, digits and ``_``, and never called as
    a host is."""
    if not name:
        return _WITHOUT
    return "tier_" + "".join(char if char.isalnum() else "_" for char in name)
