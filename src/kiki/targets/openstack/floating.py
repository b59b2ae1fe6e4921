"""Floating addresses: an address of a network outside that leads to a port.

Called by the operations that make one. Heat documents how a server's port is found: ``get_attr:
[server, addresses, network, 0, port]`` (OS::Nova::Server). The address can only be made once the
port's network has a way out, which nothing in its properties says: it waits for the interfaces.
"""

from typing import Any

from kiki.targets.openstack.template import After, Named, Section, given


def network(name: str) -> Named:
    """The network outside that addresses are of."""
    about = "Network outside, which floating addresses are of"
    return Named(sort="network", name=name, parameter="floating_network", about=about)


def address(outside: str, port: Any = "") -> Section:
    """The OS::Neutron::FloatingIP of the network *outside*, which leads to *port*."""
    properties = {"floating_network": network(outside), **given(port_id=port)}
    waits = {"depends_on": After(marks=(f"interface to {outside}", "interface"))} if port else {}
    return {"type": "OS::Neutron::FloatingIP", **waits, "properties": properties}
