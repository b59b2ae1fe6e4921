"""Whether tasks can change anything: what a kind says of itself is not believed.

Called by ``target`` before code runs that nobody approved, and by the target of podman. A task
reads only if its module is on a list here; a program only with the words and options that stand
here. Everything else may change something. Source: the documentation of the modules, and the
manual of each program.
"""

from typing import Any

from kiki.documents.write import Tagged
from kiki.model.errors import PermanentError
from kiki.model.intent import Intent
from kiki.targets.ansible.compose import Step
from kiki.targets.ansible.tasks import REPORT, Task

_COMMAND, _SET_FACT = "ansible.builtin.command", "ansible.builtin.set_fact"
MODULES = frozenset(
    (
        "ansible.builtin.getent",
        "ansible.builtin.package_facts",
        "ansible.builtin.ping",
        "ansible.builtin.service_facts",
        "ansible.builtin.setup",
        "ansible.builtin.slurp",
        "ansible.builtin.stat",
        "containers.podman.podman_container_info",
        "containers.podman.podman_image_info",
        "containers.podman.podman_network_info",
        "containers.podman.podman_pod_info",
        "containers.podman.podman_secret_info",
        "containers.podman.podman_volume_info",
    )
)
# Programs by the words that say what they do, with the options that they may have. Options that
# write, delete, never end or show secrets are left out (journalctl --vacuum-size, tail -f).
_FORMATS = ("--format", "--filter", "--no-trunc", "--noheading")
PROGRAMS: dict[tuple[str, ...], frozenset[str]] = {
    words: frozenset(options)
    for words, options in (
        (("uname",), ("-srm", "-n")),
        (("ip", "-o", "addr", "show"), ()),
        (("df",), ("-P", "-l", "-T", "-x")),
        (("ps",), ("-e", "-o", "--sort")),
        (("tail",), ("-q", "-n")),
        (("journalctl",), ("--no-pager", "--quiet", "--output", "--lines", "--unit", "--since")),
        (("ss",), ("-H", "-l", "-n", "-t", "-u", "-p")),
        (("apt", "-qq", "list"), ("--upgradable",)),
        (("dnf", "--quiet", "--cacheonly", "check-update"), ()),
        (("systemctl", "show"), ("--no-pager", "--property", "--")),
        (("podman", "ps"), ("--all", "--size", "--pod", *_FORMATS)),
        (("podman", "images"), ("--all", "--digests", *_FORMATS)),
        (("podman", "inspect"), ("--type", "--format", "--size")),
        (("podman", "logs"), ("--tail", "--since", "--until", "--timestamps", "--names")),
        (("podman", "stats", "--no-stream"), ("--all", *_FORMATS)),
        (("podman", "port"), ("--all",)),
        (("podman", "top"), ()),
        (("podman", "diff"), ("--format",)),
        (("podman", "info"), ("--format",)),
        (("podman", "version"), ("--format",)),
        (("podman", "pod", "ps"), _FORMATS),
        (("podman", "pod", "inspect"), ("--format",)),
        (("podman", "pod", "logs"), ("--tail", "--since", "--timestamps", "--names")),
        (("podman", "pod", "stats", "--no-stream"), ("--all", *_FORMATS)),
        (("podman", "pod", "top"), ()),
        (("podman", "network", "ls"), _FORMATS),
        (("podman", "network", "inspect"), ("--format",)),
        (("podman", "volume", "ls"), _FORMATS),
        (("podman", "volume", "inspect"), ("--all", "--format")),
        (("podman", "secret", "ls"), _FORMATS),
        (("podman", "system", "df"), ("--format", "--verbose")),
    )
}
_ENGLISH = ["env", "LC_ALL=C"]


def require(intent: Intent, steps: tuple[Step, ...]) -> None:
    """PermanentError ``answers.not_a_reader`` for the first task that may change something."""
    for step in steps:
        if not reads(step.task):
            kind = intent.operations[step.operation].kind
            raise PermanentError("answers.not_a_reader", kind=kind, task=step.task.name)


def reads(task: Task) -> bool:
    """Whether *task* can change nothing."""
    brings = task.ensures or task.breaks or task.before or task.follows or task.writes
    if brings or task.secrets or task.verb not in ("none", "run"):
        return False
    every = task.each or (task.args,)
    if task.module == _SET_FACT:
        return task.report and all(set(args) == {REPORT} for args in every)
    if task.module == _COMMAND:
        return all(_asks(args) for args in every)
    return task.module in MODULES


def _asks(args: dict[str, Any]) -> bool:
    """Whether a command is one of the programs, and no more than that."""
    argv = [word.value if isinstance(word, Tagged) else word for word in args.get("argv", ())]
    if set(args) != {"argv"} or not all(isinstance(word, str) for word in argv):
        return False
    if any("{{" in word or "{%" in word for word in args["argv"] if isinstance(word, str)):
        return False
    words = tuple(argv[2:] if argv[:2] == _ENGLISH else argv)
    known = next((begins for begins in PROGRAMS if words[: len(begins)] == begins), None)
    if known is None:
        return False
    given = {word.partition("=")[0] for word in words[len(known) :] if word.startswith("-")}
    return given <= PROGRAMS[known]
