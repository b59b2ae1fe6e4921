"""Modules that only look: what of their results tells what a host had before a change.

Called through ``known``. Of a file read by ``slurp`` the executor gives the text.
"""

from kiki.targets.ansible.modules.known import Module

_STAT = (
    "exists",
    "isreg",
    "isdir",
    "islnk",
    "size",
    "mode",
    "pw_name",
    "gr_name",
    "uid",
    "gid",
    "lnk_source",
    "lnk_target",
)

MODULES = {
    "stat": Module(kept=tuple(f"stat.{key}" for key in (*_STAT, "checksum"))),
    "slurp": Module(kept=("content", "encoding")),
    "getent": Module(kept=("ansible_facts",)),
    "set_fact": Module(kept=("ansible_facts",)),
    "command": Module(kept=("stdout", "rc")),
}
