"""What Ansible connects to for each host of a frozen inventory.

Called by ``service.locking`` and ``hosts.ways``. Read from the host's own variables, as the
connection plugins read them: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/ssh_connection.html.
No name is looked up, and what an ssh configuration file says is not seen here.
"""

import ipaddress
import re
from typing import Any

from kiki.model.inventory import Inventory

SSH_PORT = "22"

# Of several that are set the plugins take the last.
_HOST = ("ansible_host", "ansible_ssh_host")
_PORT = ("ansible_port", "ansible_ssh_port")
_VARIABLE = re.compile(r"\{\{ *(\w+) *\}\}")


def addresses(inventory: Inventory) -> dict[str, str]:
    """``address:port`` of every host that the limit leaves, with the inventory's (first) name for
    it."""
    found: dict[str, str] = {}
    for host in inventory.hosts:
        found.setdefault(_address(host, inventory.hostvars.get(host, {})), host)
    return found


def value(host: str, variables: dict[str, Any], *names: str) -> str:
    """What the last of the variables *names* that is set says of *host*; empty for none, and for
    a template that only a run can resolve."""
    known = {
        "inventory_hostname": host,
        "inventory_hostname_short": host.partition(".")[0],
        **variables,
    }
    return _last(names, known)


def address(host: str, variables: dict[str, Any]) -> str:
    """The address of *host*, without its port."""
    return _plain(value(host, variables, *_HOST) or host)


def port(host: str, variables: dict[str, Any]) -> str:
    """The port of *host*."""
    return value(host, variables, *_PORT) or SSH_PORT


def _address(host: str, variables: dict[str, Any]) -> str:
    return f"{address(host, variables)}:{port(host, variables)}"


def _last(names: tuple[str, ...], known: dict[str, Any]) -> str:
    """The value of the last of *names* that is set, templates that only name a variable filled in;
    empty for none, and for a template that only a run can resolve."""
    given = [str(known[name]).strip() for name in names if known.get(name) not in (None, "")]
    text = given[-1] if given else ""
    text = _VARIABLE.sub(lambda found: str(known.get(found[1], found[0])), text)
    return "" if "{{" in text or "{%" in text else text


def _plain(address: str) -> str:
    """One spelling of each address: names without case and last dot, IPv6 shortened."""
    text = address.casefold().strip("[]").rstrip(".")
    try:
        return str(ipaddress.ip_address(text)) if ":" in text else text
    except ValueError:
        return text
