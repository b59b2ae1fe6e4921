"""ufw and firewalld: a rule was removed on a host whose firewall keeps nobody out.

Called through ``known``. ufw gives ``ufw status verbose``; firewalld says when it only wrote files.
"""

from kiki.targets.ansible.modules.known import Module

_UFW = {
    "Status: inactive": "ansible.firewall_off",
    "Default: allow (incoming)": "ansible.firewall_lets_in",
}
_FIREWALLD = {"(offline operation": "ansible.firewall_off"}

MODULES = {"ufw": Module(remarks=_UFW), "firewalld": Module(remarks=_FIREWALLD)}
