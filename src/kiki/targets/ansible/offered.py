"""Which modules ``ansible.module`` offers, and why it withholds the others.

Called by that operation and by ``generic``. Who asks for a module has no hands: a module is offered
only if it describes a state that a second run finds as it is. What stands in neither list, as a
module that a later Ansible brings, is not offered; a test then asks which it is.
"""

import re

CRON = "ansible.builtin.cron"

_BUILTIN = (
    *("apt", "apt_repository", "blockinfile", "copy", "cron", "deb822_repository", "debconf"),
    *("dnf", "dpkg_selections", "file", "get_url", "git", "group", "hostname", "known_hosts"),
    *("lineinfile", "package", "pip", "replace", "systemd_service", "user", "yum_repository"),
)
_POSIX = ("acl", "authorized_key", "mount", "seboolean", "selinux", "sysctl")
MODULES = frozenset(
    [f"ansible.builtin.{name}" for name in _BUILTIN] + [f"ansible.posix.{name}" for name in _POSIX]
)
NETWORK = frozenset(
    f"ansible.builtin.{name}" for name in ("apt", "dnf", "get_url", "git", "package", "pip")
)
"""Modules that may need the site's proxy."""

# Why a module is withheld: codes in messages/*/ansible.json, which say it to people.
_RUNS = "withheld_runs"  # commands: what it does is in no schema, and no check could judge it
_WRITES_PLAY = "withheld_play"  # changes what the play itself is: tasks, variables, hosts, handlers
_LOOKS = "withheld_looks"  # and changes nothing: it is no request
_ACTS = "withheld_acts"  # every time it runs: a second run can't prove anything
_FILES = "withheld_files"  # of this machine are taken, or what was fetched is run
_FIREWALL = (
    "withheld_firewall"  # can lock everybody out: the curated kinds keep SSH's own port open
)
_OTHER_NAME = "withheld_other_name"  # another name, or an older one, of a module that is offered
_KEYS = (
    "withheld_keys"  # decides which packages are trusted: signatures are for people to decide on
)

_GROUPS: dict[str, tuple[str, ...]] = {
    _RUNS: (
        *("ansible.builtin.command", "ansible.builtin.shell", "ansible.builtin.raw"),
        *("ansible.builtin.script", "ansible.builtin.expect", "ansible.posix.at"),
    ),
    _WRITES_PLAY: (
        *("ansible.builtin.add_host", "ansible.builtin.group_by", "ansible.builtin.meta"),
        *("ansible.builtin.import_playbook", "ansible.builtin.import_role"),
        *("ansible.builtin.import_tasks", "ansible.builtin.include_role"),
        *("ansible.builtin.include_tasks", "ansible.builtin.include_vars"),
        *("ansible.builtin.set_fact", "ansible.builtin.set_stats"),
        *("ansible.builtin.validate_argument_spec", "ansible.builtin.async_status"),
    ),
    _LOOKS: (
        *("ansible.builtin.assert", "ansible.builtin.debug", "ansible.builtin.fail"),
        *("ansible.builtin.find", "ansible.builtin.gather_facts", "ansible.builtin.getent"),
        *("ansible.builtin.mount_facts", "ansible.builtin.package_facts", "ansible.builtin.ping"),
        *("ansible.builtin.service_facts", "ansible.builtin.setup", "ansible.builtin.slurp"),
        *("ansible.builtin.stat", "ansible.posix.firewalld_info", "ansible.posix.rhel_facts"),
    ),
    _ACTS: (
        *("ansible.builtin.pause", "ansible.builtin.reboot", "ansible.builtin.tempfile"),
        *("ansible.builtin.uri", "ansible.builtin.wait_for", "ansible.posix.rpm_ostree_upgrade"),
        "ansible.builtin.wait_for_connection",
    ),
    _FILES: (
        *("ansible.builtin.assemble", "ansible.builtin.fetch", "ansible.builtin.subversion"),
        *("ansible.builtin.template", "ansible.builtin.unarchive", "ansible.posix.patch"),
        "ansible.posix.synchronize",
    ),
    _FIREWALL: ("ansible.builtin.iptables", "ansible.posix.firewalld", "community.general.ufw"),
    _OTHER_NAME: (
        *("ansible.builtin.dnf5", "ansible.builtin.service", "ansible.builtin.systemd"),
        *("ansible.builtin.sysvinit", "ansible.posix.rhel_rpm_ostree"),
    ),
    _KEYS: ("ansible.builtin.apt_key", "ansible.builtin.rpm_key"),
}
WITHHELD: dict[str, str] = {name: why for why, names in _GROUPS.items() for name in names}
"""Every other module that is shipped, and why it is not offered: ``ansible.<why>``."""

REMOVING = ("absent", "removed", "stopped", "unmounted", "disabled")
ACTING = ("restarted", "reloaded", "remounted", "ephemeral")
"""Choices of a state that are no state: they act every time."""

# Arguments that hold commands or ways to start them, that switch off a proof, that read this
# machine's own files, or that make a mistake pass for success.
_EVERYWHERE = frozenset((
    "validate", "cmd", "executable", "ssh_opts", "extra_args", "virtualenv_command", "creates",
    "validate_certs", "disable_gpg_check", "allow_unauthenticated", "gpgcheck", "repo_gpgcheck",
    "sslverify", "allow_insecure", "allow_weak", "allow_downgrade_to_insecure", "trusted",
    "accept_hostkey", "accept_newhostkey", "ignoreerrors", "ignore_errors", "unsafe_writes",
    "check_date", "check_valid_until", "env", "use_netrc", "decrypt", "local_follow",
    "daemon_reexec", "dpkg_options", "policy_rc_d", "force", "opts_no_log",
))  # fmt: skip
_OF_ONE: dict[str, frozenset[str]] = {
    "ansible.builtin.copy": frozenset(("src", "remote_src")),  # a file of this machine
    "ansible.builtin.user": frozenset(("password", "ssh_key_passphrase")),  # takes only a hash
    "ansible.builtin.get_url": frozenset(("headers", "unredirected_headers")),  # hold credentials
}
_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|pass|secret|token|credentials?|api_?key|private_?key|"
    r"access_?key)$",
    re.IGNORECASE,
)


def withheld(module: str, argument: str) -> bool:
    """Whether nobody may give this argument."""
    return argument in _EVERYWHERE or argument in _OF_ONE.get(module, ())


def is_secret(argument: str) -> bool:
    """Whether an argument is named like something that nobody may see."""
    return _SECRET.search(argument) is not None and argument != "update_password"
