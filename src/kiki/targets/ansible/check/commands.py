"""Commands: whether a module does the same, and what a shell is or would be needed for.

Called by ``tasks`` for ``command``, ``shell`` and ``raw``. A module knows whether anything
changed, works in check mode and says what it did; a command does none of that. Commands that only
look are left alone.
"""

import re
from typing import Any

from kiki.targets.ansible.check.relations import FREE_FORM
from kiki.targets.ansible.check.report import Place, Report, has_template, shown

_BUILTIN = {
    "apt": "apt apt-get aptitude dpkg", "dnf": "dnf yum rpm", "systemd_service": "systemctl",
    "service": "service chkconfig", "user": "useradd usermod userdel adduser deluser chpasswd",
    "group": "groupadd groupmod groupdel addgroup",
    "file": "chmod chown chgrp mkdir rmdir touch ln rm", "copy": "cp", "replace": "sed",
    "get_url": "wget", "uri": "curl", "git": "git", "pip": "pip pip3",
    "unarchive": "tar unzip", "cron": "crontab", "hostname": "hostnamectl", "iptables": "iptables",
    "reboot": "reboot", "known_hosts": "ssh-keyscan",
}  # fmt: skip
_OTHERS = {
    "ansible.posix.sysctl": "sysctl", "ansible.posix.mount": "mount umount",
    "ansible.posix.firewalld": "firewall-cmd", "ansible.posix.selinux": "setenforce",
    "ansible.posix.seboolean": "setsebool", "ansible.posix.synchronize": "rsync",
    "community.general.ufw": "ufw", "community.general.timezone": "timedatectl",
    "community.general.modprobe": "modprobe", "community.general.sefcontext": "semanage restorecon",
    "community.general.lvol": "lvcreate lvextend lvremove",
    "community.general.lvg": "vgcreate vgextend",
    "community.general.filesystem": "mkfs mkfs.ext4 mkfs.xfs", "community.general.parted": "parted",
    "community.general.nmcli": "nmcli", "community.general.npm": "npm",
    "community.general.snap": "snap",
    "community.general.alternatives": "alternatives update-alternatives",
    "community.general.locale_gen": "locale-gen", "community.general.htpasswd": "htpasswd",
    "community.general.terraform": "terraform", "community.general.shutdown": "shutdown poweroff",
    "community.general.redhat_subscription": "subscription-manager",
    "containers.podman.podman_container": "podman", "kubernetes.core.k8s": "kubectl",
    "kubernetes.core.helm": "helm", "openstack.cloud.resource": "openstack",
    "community.mysql.mysql_query": "mysql", "community.postgresql.postgresql_query": "psql",
}  # fmt: skip
MODULES = {
    word: f"ansible.builtin.{module}"
    for module, words in _BUILTIN.items()
    for word in words.split()
} | {word: module for module, words in _OTHERS.items() for word in words.split()}
# No module does what these do. One that says where it has nothing to do is left alone.
_ALONE = frozenset(
    ("skopeo", "swapoff", "swapon", "update-ca-certificates", "update-ca-trust", "postgresql-setup")
)
# Most of the modules for these know no check mode, so a command is as good, if it is of that sort.
_HALF_KNOWN = frozenset(("podman",))
# With these words the program only looks, or does what no module does.
_LOOKING = re.compile(
    r"""(?:^|\s)(?:
      -?-?(?:status|list\S*|show|info|version|help|check|get\S*|describe|logs?|inspect|search|dry-run\S*)
      |is-(?:active|enabled|failed|system-running)|cat|ps|images|history|diff|rev-parse|ls-remote|ls-files
      |freeze|exec|wait|top|config|query\S*|state|verify|daemon-reload|-q\w*|-V|-l|-L|-S|-n|-t\w*f?|repolist
      |check-update|makecache|stats?|events|explain|api-resources|cluster-info|rollout|token
    )(?:\s|$)""",
    re.VERBOSE,
)
_PREFIXES = frozenset(("sudo", "nohup", "time", "env", "exec", "command", "/usr/bin/env"))
_SHELL_SIGNS = re.compile(r"[|&;<>$`*?~(){}\[\]#!\n\\]|^\s*(?:cd|export|source|\.|if|for|while)\s")
_PIPES = re.compile(r"(?:^|\s)(?:\||\|\||&&|;|>|>>|<|2>|2>&1|&>)(?=\s|$|/)|;\s*$")
_REMOVING = re.compile(
    r"\brm\s+(?:-\w+\s+|--\S+\s+)*(?:-\w*[rR]\w*|--recursive)(?:\s+-\S+)*\s+(.*)"
)
_EVERYTHING = re.compile(
    r"^[\"']?(?:/\*?|/(?:bin|boot|etc|home|lib|lib64|opt|root|sbin|usr|var)/?\*?|~/?\*?)"
    r"[\"']?(?:\s|$|;|&)"
)


def check_command(module: str, args: dict[str, Any], place: Place, report: Report) -> None:
    """What a command of the module *module* does that should be done otherwise."""
    text = _text(args)
    program = _program(text)
    instead = MODULES.get(program, "")
    told = bool({"creates", "removes"} & args.keys())
    if told and program in _HALF_KNOWN:
        pass
    elif instead and not _LOOKING.search(text) and not _is_plain_look(program, text):
        report.warn("shell_for_module", place, command=program, module=instead)
    elif program not in _ALONE or not told:
        report.warn("shell", place, module=module)
    _check_removal(text, place, report)
    if module.endswith(".shell") and text and not has_template(text):
        if not _SHELL_SIGNS.search(text):
            report.warn("shell_needless", place)
    elif module.endswith(".command") and "argv" not in args and (sign := _PIPES.search(text)):
        report.error("command_needs_shell", place, sign=sign[0].strip())


def _text(args: dict[str, Any]) -> str:
    """The command, as one text."""
    value = args.get(FREE_FORM, args.get("cmd", args.get("argv", "")))
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "").strip()


def _program(text: str) -> str:
    """The name of the program that is started first."""
    for word in text.split():
        name = word.rpartition("/")[2]
        if name and name not in _PREFIXES and "=" not in word and not word.startswith("-"):
            return name
    return ""


def _is_plain_look(program: str, text: str) -> bool:
    """Whether the program only looks when nothing tells it to change something; or does more than
    the module can, such as a ``curl`` whose answer goes on through a pipe."""
    if program == "sysctl":
        return "-w" not in text and "=" not in text and "-p" not in text
    if program in ("mount", "hostnamectl", "timedatectl", "crontab"):
        return len(text.split()) == 1
    if program == "sed":
        return " -i" not in text
    return program in ("rm", "cp") and "*" in text


def _check_removal(text: str, place: Place, report: Report) -> None:
    found = _REMOVING.search(text)
    if found is None:
        return
    what = found[1].strip()
    if _EVERYTHING.search(what):
        report.error("rm_everything", place, path=shown(what))
    else:
        report.warn("rm_recursive", place, path=shown(what))
