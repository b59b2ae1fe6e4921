"""Whether every variable that is asked for is defined somewhere.

Called by ``files`` once every file was looked at. A playbook's variables may be defined in itself,
in what it brings in and in any file that is no playbook; which host has them, and when, is not
asked.
"""

import re
from collections.abc import Mapping
from typing import Protocol

from kiki.targets.ansible.check.modules import nearest
from kiki.targets.ansible.check.report import Report
from kiki.targets.ansible.check.variables.naming import ITEM, Names, Use

# Ansible's own, from its documentation of special variables; facts begin with "ansible_".
_MAGIC_WORDS = """
    environment group_names groups hostvars inventory_dir inventory_file inventory_hostname
    inventory_hostname_short omit play_hosts playbook_dir role_name role_names role_path vars
    discovered_interpreter_python module_setup gather_subset packages services undef lookup query q
    range dict lipsum cycler joiner namespace now self caller varargs kwargs finalize
"""
MAGIC = frozenset(_MAGIC_WORDS.split())
_GIVEN = re.compile(r"(?:ansible|getent|facter|ohai|kiki)_\w+")  # facts; what Kiki adds to a run


class Looked(Protocol):
    """A file that was looked at. *is_playbook*: what it defines is for itself and what brings it
    in."""

    @property
    def is_playbook(self) -> bool:
        """Whether it is to be run."""
        ...

    report: Report
    names: Names
    brings: set[str]


def check_undefined(files: Mapping[str, Looked], given: set[str], *, opaque: bool) -> None:
    """Warn of each variable that nothing defines. *given* are names that inventories and files of
    variables define; *opaque*: some file of variables can't be read, so nothing can be said."""
    shared = given.union(*(each.names.defined for each in files.values() if not each.is_playbook))
    anyones = shared.union(*(each.names.defined for each in files.values()))
    unseen = opaque or any(each.names.open for each in files.values())
    for path, file in files.items():
        known = shared | _own(path, files) if file.is_playbook else anyones
        for use in _unknown(file, known if file.is_playbook else known | {ITEM}):
            if use.name == ITEM:
                file.report.warn("item_without_loop", use.place)
            elif not unseen:
                near = nearest(use.name, sorted(known))
                code = "variable_undefined_near" if near else "variable_undefined"
                file.report.warn(code, use.place, variable=use.name, near=near)


def _unknown(file: Looked, known: set[str]) -> list[Use]:
    """The first use of each name that is not known."""
    found: dict[str, Use] = {}
    for use in file.names.uses:
        name = use.name
        if name in known or name in MAGIC or name in file.names.guarded or _GIVEN.fullmatch(name):
            continue
        found.setdefault(name, use)
    return list(found.values())


def _own(path: str, files: Mapping[str, Looked]) -> set[str]:
    """What the playbook at *path*, those that it brings in, and those that bring it in define."""
    related = {path, *files[path].brings}
    related |= {other for other, each in files.items() if path in each.brings}
    return set().union(*(files[each].names.defined for each in related if each in files))
