"""What runs, but shouldn't be approved without a look: open modes, none at all, passwords in the
clear, shells.

Called by ``arguments`` and ``tasks``. A password in the clear is an error: artifacts hold names of
secrets, never values.
"""

import re
from typing import Any

from kiki.targets.ansible import logs, sshd
from kiki.targets.ansible.check.modules import Option
from kiki.targets.ansible.check.report import Place, Report, has_template
from kiki.targets.ansible.units import GENERATOR

_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|pass|secret|secret_key|api_key|token|private_key)$"
)
_NOT_SECRET = re.compile(r"(?:^update_password$|(?:^|_)(?:msg|message|prompt|label|help)(?:_|$))")
# Of what a module hides from logs; it hides a file's contents, too.
_LIKELY = re.compile(r"pass|secret|token|key|credential|(?:^|_)auth|pin$")
_LITERAL = re.compile(r"""\s*\{\{\s*(['"])[^'"]+\1\s*(?:\||\}\})""")
_LOCKED = frozenset(("", "*", "!", "!!", "*NP*"))  # shadow(5): no password matches these
_MODES = frozenset(("mode", "directory_mode"))
# What makes a file, and whether it does so when "create" is not said: from ansible-lint's rule
# risky-file-permissions, which its profiles from "safety" to "production" have. An archive brings
# the modes of what is in it, "replace" keeps that of the file, a hard link has that of the other
# name, and a state that Jinja fills in is taken as one that needs none.
_MAKING = frozenset((
    "ansible.builtin.assemble", "ansible.builtin.copy", "ansible.builtin.file",
    "ansible.builtin.get_url", "ansible.builtin.template", "community.general.archive",
))  # fmt: skip
_CREATING = {
    "ansible.builtin.blockinfile": False,
    "ansible.builtin.lineinfile": False,
    "community.general.htpasswd": True,
    "community.general.ini_file": True,
}
_FILE = "ansible.builtin.file"
_NEW = ("directory", "touch")  # the states of _FILE that make something with a mode
_LISTS = (
    *("ps", "images", "logs", "stats", "pod ps", "volume ls", "network ls", "port", "top"),
    *("container inspect", "image inspect"),
)
_TRUE = (True, "yes", "true", "on", "1")

LOOKING = (
    *("systemctl status ", "timedatectl show", "localectl status", "getenforce", "id ", "getent "),
    *("findmnt ", "lsblk ", "lsmod", "swapon --show", "readlink ", "crontab -l ", "grep -F "),
    *(
        "lvs --noheadings ",
        "vgs --noheadings ",
        "pvs --noheadings ",
        "wipefs --no-act ",
        "blkid -p ",
    ),
    *("sed --sandbox -n ", "openssl verify ", "dpkg-query -W "),
    *("/usr/sbin/sshd -t", "/usr/sbin/sshd -T"),
    *("/usr/sbin/ufw show added", "firewall-cmd --list-"),
    *("/usr/sbin/nginx -t", "/usr/sbin/apachectl configtest", "/usr/sbin/apache2ctl configtest"),
    *("env LC_ALL=C uname ", "env LC_ALL=C ip -o addr show "),
    *("env LC_ALL=C df ", "env LC_ALL=C ps ", "env LC_ALL=C tail "),
    *("env LC_ALL=C systemctl show ", "env LC_ALL=C ss -H ", "passwd --status "),
    *("env LC_ALL=C apt -qq list ", "env LC_ALL=C dnf --quiet --cacheonly check-update"),
    *("podman --version", "podman login --get-login ", "podman healthcheck run "),
    *(f"podman {noun} inspect " for noun in ("container", "pod", "image", "network", "volume")),
    *("podman secret inspect ", "podman container ls ", "podman image ls ", "podman volume ls "),
    *("podman pod ps ", "podman volume exists "),
    *(f"env LC_ALL=C podman {said} " for said in _LISTS),
    *("podman logs --tail ", "criu --version"),
    *("skopeo --version", "env LC_ALL=C skopeo inspect ", "env LC_ALL=C timeout 300 podman wait "),
    "env LC_ALL=C journalctl --no-pager --quiet --output=short-iso --lines=",
    "journalctl --no-pager --quiet --output=cat --lines=",
    "systemctl reset-failed ",  # forgets that something failed, and changes nothing else
)
"""How commands begin that only look, whatever follows."""

LOOKING_ALONE = frozenset(
    (
        " ".join(sshd.CALLERS),
        " ".join(sshd.CAME_AS),
        f"{logs.PROGRAM} -d {logs.MAIN}",
        "env LC_ALL=C podman secret ls",
        f"{GENERATOR} --dryrun",
    )
)
"""Commands that only look, with nothing behind them."""

SHELLS = frozenset(("ansible.builtin.command", "ansible.builtin.shell", "ansible.builtin.raw"))


def check_argument(key: str, value: Any, option: Option, place: Place, report: Report) -> None:
    """One argument of a module, or of a mapping in it; *option* is what the module says of it."""
    if key in _MODES:
        _check_mode(value, place, report)
    if option.type == "path" or option.choices:
        return
    if option.secret and _LIKELY.search(key.lower()) and _is_written_out(value, place, report):
        report.error("secret_in_clear", place, name=key)
    elif isinstance(value, dict) and not option.options:
        check_variables(value, place, report)
    else:
        check_secret(key, value, place, report)


def check_secret(key: str, value: Any, place: Place, report: Report) -> None:
    """A password, token or key whose value is written out."""
    secret = _SECRET.search(key.lower()) and not _NOT_SECRET.search(key.lower())
    if secret and _is_written_out(value, place, report):
        report.error("secret_in_clear", place, name=key)


def _is_written_out(value: Any, place: Place, report: Report) -> bool:
    """Whether *value* can be read here: as it is, or as a text in Jinja that filters go over."""
    if not isinstance(value, str) or value in _LOCKED or report.tag(place) == "!vault":
        return False
    return not has_template(value) or _LITERAL.match(value) is not None


def check_variables(variables: Any, place: Place, report: Report) -> None:
    """A mapping of variables, with what is nested in it."""
    if isinstance(variables, dict):
        for key, value in variables.items():
            check_secret(str(key), value, (*place, key), report)
            check_variables(value, (*place, key), report)
    elif isinstance(variables, list):
        for index, value in enumerate(variables):
            check_variables(value, (*place, index), report)


def check_task(module: str, task: dict[str, Any], place: Place, report: Report) -> None:
    """A task as a whole: *module* is its full name."""
    ignored = task.get("ignore_errors")
    if ignored is True or (isinstance(ignored, str) and ignored.lower() in ("yes", "true")):
        report.warn("ignore_errors", (*place, "ignore_errors"))


def only_looks(module: str, task: dict[str, Any]) -> bool:
    """Whether a command is one that is known to change nothing, and says so."""
    given = task.get(module, task.get(module.rpartition(".")[2]))
    line = given.get("cmd") if isinstance(given, dict) else given
    argv = given.get("argv") if isinstance(given, dict) else None
    if isinstance(argv, list) and argv:
        line = " ".join(map(str, argv))
    if module != "ansible.builtin.command" or not isinstance(line, str):
        return False
    looks = line.startswith(LOOKING) or line in LOOKING_ALONE
    return task.get("changed_when") is False and looks


def check_made(module: str, args: dict[str, Any], place: Place, report: Report) -> None:
    """A task that makes a file without saying its mode: it gets that of whoever runs it."""
    if args.get("mode") is None and _makes(module, args):
        report.warn("mode_unset", place, module=module)


def _makes(module: str, args: dict[str, Any]) -> bool:
    if module in _CREATING:
        return _is_true(args.get("create", _CREATING[module])) and args.get("state") != "absent"
    if module == _FILE:
        return args.get("state") in _NEW and not _is_true(args.get("recurse", False))
    return module in _MAKING


def _is_true(value: Any) -> bool:
    return (value.lower() if isinstance(value, str) else value) in _TRUE


def _check_mode(value: Any, place: Place, report: Report) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        if not report.was_octal(place):
            report.error("mode_decimal", place, value=str(value))
        value = f"{value:04o}" if report.was_octal(place) else str(value)
    if not isinstance(value, str) or has_template(value):
        return
    if _is_world_writable(value):
        report.warn("mode_open", place, value=value)


def _is_world_writable(mode: str) -> bool:
    if re.fullmatch(r"(?:0o?)?[0-7]{3,4}", mode):
        sticky = len(mode) == 4 and mode[0] in "1357"
        return int(mode[-1]) & 2 != 0 and not sticky
    return any(
        re.fullmatch(r"[ugoa]*[oa][ugoa]*[+=][rwxXst]*w[rwxXst]*", part) for part in mode.split(",")
    )
