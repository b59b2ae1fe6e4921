"""The servers of a definition as an inventory of Ansible's, with the addresses that they have.

Called by the CLI, after a run. A floating IP is how a server is reached; without one it is the
first of its own addresses, which is reached from inside only.
"""

from kiki.documents.write import to_yaml
from kiki.vdc.definition import Definition
from kiki.vdc.heat.inventory import hosts_by_tier
from kiki.vdc.live.estate import Estate, Server
from kiki.vdc.marks import MARK
from kiki.vdc.names import members


def inventory(definition: Definition, estate: Estate) -> str:
    """The file's text; servers that are not there are left out."""
    known = {one.name: _variables(one) for one in estate.servers}
    tree = hosts_by_tier(definition, known)
    return to_yaml([{"all": {"children": tree}}], (MARK, f"Of the project {estate.project}"))


def missing(definition: Definition, estate: Estate) -> tuple[str, ...]:
    """The servers of *definition* that are not there, or have no address."""
    known = {one.name for one in estate.servers if one.addresses}
    every = (one for name, group in definition.servers.items() for one in members(name, group))
    return tuple(name for name in every if name not in known)


def _variables(server: Server) -> dict[str, str]:
    """How *server* is reached."""
    fixed = [one.address for one in server.addresses if not one.floating]
    floating = [one.address for one in server.addresses if one.floating]
    reached = [*floating, *fixed][:1]
    about = {"ansible_host": reached[0]} if reached else {}
    return about | ({"private_address": fixed[0]} if fixed else {})
