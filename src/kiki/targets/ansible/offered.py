"""Which modules ``ansible.module`` offers, and why it withholds the others.

Called by that operation and by ``generic``. Who asks for a module has no hands: a module is offered
only if it describes a state that a second run finds as it is. ``offered.json`` has every module of
the collections that are installed, by collection and reason; a test asks for those that a later
release brings. The file is read when a module is first asked for.
"""

import os
import re
from functools import cache

import msgspec

CRON = "ansible.builtin.cron"

_FILE = os.path.join(os.path.dirname(__file__), "offered.json")  # noqa: PTH118, PTH120 -- start-up
_OFFERED = "offered"
_WORDED = ("ansible.builtin.", "ansible.posix.")

_FETCHING: dict[str, tuple[str, ...]] = {
    "ansible.builtin": ("apt", "dnf", "get_url", "git", "package", "pip"),
    "community.general": (
        *("bower", "bundler", "cargo", "cpanm", "easy_install", "elasticsearch_plugin", "flatpak"),
        *("gem", "jenkins_plugin", "kibana_plugin", "logstash_plugin", "npm", "pear", "pipx"),
        *("pnpm", "redhat_subscription", "rpm_ostree_pkg", "snap", "yarn"),
    ),
    "kubernetes.core": ("helm", "helm_plugin", "helm_repository"),
}
NETWORK = frozenset(f"{of}.{name}" for of, names in _FETCHING.items() for name in names)
"""Modules that may need the site's proxy."""

REMOVING = (
    *("absent", "removed", "stopped", "unmounted", "disabled", "uninstalled", "deleted", "down"),
    *("unmerged", "uninstall", "offline", "poweredoff", "inactive"),
)
ACTING = (
    *("restarted", "reloaded", "remounted", "ephemeral", "rebooted", "killed", "once", "signalled"),
    *("reset", "refresh", "sync", "publish", "cleanup", "restart", "import", "dump", "restore"),
    *("rename", "renamed", "cloned", "build", "upgrade", "upgrade_all", "upgrade_shared"),
    *("reinstall", "reinstall_all", "install_all", "uninstall_all", "acquire", "release", "clone"),
    *("default_bandwidth_reset", "clean", "read", "keys", "all", "list", "info", "query", "ping"),
)
"""Choices of a state that are no state: they act every time, or only look."""

# Arguments that hold commands or ways to start them, that switch off a proof, that read this
# machine's own files, or that make a mistake pass for success.
_EVERYWHERE = frozenset((
    "validate", "cmd", "executable", "ssh_opts", "extra_args", "virtualenv_command", "creates",
    "validate_certs", "disable_gpg_check", "allow_unauthenticated", "gpgcheck", "repo_gpgcheck",
    "sslverify", "allow_insecure", "allow_weak", "allow_downgrade_to_insecure", "trusted",
    "accept_hostkey", "accept_newhostkey", "ignoreerrors", "ignore_errors", "unsafe_writes",
    "check_date", "check_valid_until", "env", "use_netrc", "decrypt", "local_follow",
    "daemon_reexec", "dpkg_options", "policy_rc_d", "force", "opts_no_log", "container_command",
    "proxycommand", "sambaPostexec", "sambaPreexec", "scriptpath", "userdata", "user_data",
    "cmd_args", "binary_path", "post_renderer", "kubeconfig", "insecure", "insecure_api",
    "insecure_registry", "insecure_skip_tls_verify", "insecure_ssl", "is_tls_disabled",
    "server_insecure", "skip_tls_certs_check", "tls_verify", "tlsverify", "ssl_verify",
    "hook_validate_certs", "verify_checksum", "validateSignature", "check_hostname",
    "force_restart", "force_delete", "recreate", "push", "push_args", "pull_extra_args",
))  # fmt: skip
_OF_ONE: dict[str, frozenset[str]] = {
    "ansible.builtin.copy": frozenset(("src", "remote_src")),  # a file of this machine
    "ansible.builtin.user": frozenset(("password", "ssh_key_passphrase")),  # takes only a hash
    "ansible.builtin.get_url": frozenset(("headers", "unredirected_headers")),  # hold credentials
    "community.general.archive": frozenset(("remove",)),  # takes away what it packed
    "community.mysql.mysql_db": frozenset(("use_shell", "target", "config_file")),
    "containers.podman.podman_image": frozenset(("build", "path")),  # runs what stands in a file
}
_SECRET = re.compile(
    r"(?:^|[_.-]|(?<=[a-z0-9])(?=[A-Z]))(?i:password|passwd|passphrase|pass|secret|token|"
    r"credentials?|api_?key|private_?key|access_?key|bind_?pw|basic_auth|secret_id|secretkey|"
    r"(?:account|app|application|auth|consumer|integration|service|user)_key|activationkey)$"
)
_SECRETS_OF = {"containers.podman.podman_secret": frozenset(("data",))}


@cache
def reasons() -> dict[str, str]:
    """Every module that is installed with ``offered``, or why it is not: ``disks``."""
    with open(_FILE, "rb") as file:  # noqa: PTH123 -- start-up
        found = msgspec.json.decode(file.read(), type=dict[str, dict[str, tuple[str, ...]]])
    return {
        f"{collection}.{name}": reason
        for collection, its in found.items()
        for reason, names in its.items()
        for name in names
    }


@cache
def modules() -> frozenset[str]:
    """The full names of those that are offered."""
    return frozenset(name for name, reason in reasons().items() if reason == _OFFERED)


@cache
def worded() -> tuple[str, ...]:
    """Those that plain words may mean. The names of the others are words such as network, port
    and group: they are meant only where they are spelled out."""
    return tuple(sorted(name for name in modules() if name.startswith(_WORDED)))


@cache
def withheld_modules() -> dict[str, str]:
    """Every other module, and the code in messages/*/ansible.json that says why."""
    found = reasons().items()
    return {name: f"withheld_{reason}" for name, reason in found if reason != _OFFERED}


def withheld(module: str, argument: str) -> bool:
    """Whether nobody may give this argument."""
    return argument in _EVERYWHERE or argument in _OF_ONE.get(module, ())


def is_secret(argument: str, module: str = "") -> bool:
    """Whether an argument is named like something that nobody may see."""
    if argument in _SECRETS_OF.get(module, ()):
        return True
    return _SECRET.search(argument) is not None and argument != "update_password"
