"""Dump what Ansible knows about its modules and keywords into the checker's data file.

Run by hand when ansible-core or a collection moves, with the Python of an Ansible environment::

    <environment>/bin/python tools/dump_ansible_doc.py src/kiki/targets/ansible/check/modules.json

Sources: ``ansible-doc --json`` for options, and the modules' own argument specifications for what
the documentation does not have (arguments that exclude or need each other). The output is the same
bytes for the same versions.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible import release
from ansible.config import manager
from ansible.module_utils import basic

WHOLE = ("ansible.builtin", "ansible.posix")
# Collections whose module names are all known, but only those modules' arguments that Kiki writes.
PARTS = {"community.general": ("community.general.ufw",)}
RELATIONS = (
    "mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by",
)  # fmt: skip
# Where the documentation is narrower than what the module takes.
CORRECTIONS: dict[str, dict[str, Any]] = {
    "ansible.builtin.debug": {"msg": {"type": "raw"}},
    "ansible.builtin.include_tasks": {"apply": {"type": "dict"}},
    "ansible.builtin.include_role": {"apply": {"type": "dict"}},
    "ansible.builtin.package": {"name": {"type": "raw", "required": True}, "state": {}},
    "ansible.builtin.assert": {"that": {"type": "raw", "required": True}},
}
# These hand on what they don't know themselves.
ANY_ARGUMENT = ("ansible.builtin.add_host", "ansible.builtin.package", "ansible.builtin.set_fact")
NOT_ARGUMENTS = ("free_form", "free-form", "key_value", "_raw_params")
FREE_FORM = (
    "command", "shell", "raw", "script", "meta", "include_tasks", "import_tasks", "include_vars",
    "import_playbook",
)  # fmt: skip


UNDOCUMENTED_KEYWORDS = {"listen": ["Handler"], "local_action": ["Handler", "Task"]}


class Caught(BaseException):
    """Raised in place of running a module; holds its argument specification's relations."""


def main() -> None:
    """Write the data file named on the command line."""
    names = {collection: listed(collection) for collection in (*WHOLE, *PARTS)}
    wanted = [name for collection in WHOLE for name in names[collection]]
    wanted += [name for part in PARTS.values() for name in part]
    data = {
        "versions": versions(),
        "keywords": keywords(),
        "redirects": redirects(tuple(names)),
        "names": sorted(name for part in PARTS for name in names[part]),
        "modules": {name: module(name, doc) for name, doc in sorted(documented(wanted).items())},
    }
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    Path(sys.argv[1]).write_text(text.replace('},"', '},\n"') + "\n")


def ansible_doc(*args: str) -> Any:
    """The answer of ``ansible-doc --json``."""
    command = [str(Path(sys.executable).with_name("ansible-doc")), "--json", *args]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def listed(collection: str) -> list[str]:
    """The names of a collection's modules."""
    return sorted(ansible_doc("-l", collection))


def documented(names: list[str]) -> dict[str, Any]:
    """The documentation of each module."""
    return {name: found["doc"] for name, found in ansible_doc(*names).items()}


def versions() -> dict[str, str]:
    """Where the data is from."""
    found = {"ansible.builtin": release.__version__}
    for name in (*WHOLE[1:], *PARTS):
        manifest = collection_root(name) / "MANIFEST.json"
        found[name] = json.loads(manifest.read_text())["collection_info"]["version"]
    return found


def collection_root(name: str) -> Path:
    """The folder of an installed collection."""
    found = importlib.import_module("ansible_collections." + name)
    return Path(next(iter(found.__path__)))


def keywords() -> dict[str, list[str]]:
    """Each keyword and where it may stand: Play, Role, Block, Task or Handler."""
    names = sorted(ansible_doc("-t", "keyword", "-l"))
    return UNDOCUMENTED_KEYWORDS | {
        name: sorted(doc["applies_to"])
        for name, doc in ansible_doc("-t", "keyword", *names).items()
        if doc.get("applies_to")
    }


def redirects(collections: tuple[str, ...]) -> dict[str, str]:
    """Modules of the collections we know that once had another short name, by that name."""
    found = dict(routed(Path(manager.__file__).with_name("ansible_builtin_runtime.yml")))
    for collection in collections[1:]:
        found.update(routed(collection_root(collection) / "meta/runtime.yml"))
    return {
        old: new
        for old, new in found.items()
        if new.startswith(tuple(collections)) and new.rpartition(".")[2] != old
    }


def routed(path: Path) -> Iterator[tuple[str, str]]:
    """The redirected modules of one ``runtime.yml``."""
    routing = yaml.safe_load(path.read_text()).get("plugin_routing", {})
    both = {**routing.get("action", {}), **routing.get("modules", {})}
    return ((old, to["redirect"]) for old, to in both.items() if "redirect" in to)


def module(name: str, doc: dict[str, Any]) -> dict[str, Any]:
    """One module's entry."""
    options = {
        key: option(value)
        for key, value in (doc.get("options") or {}).items()
        if key not in NOT_ARGUMENTS
    }
    options.update(CORRECTIONS.get(name, {}))
    entry: dict[str, Any] = {"options": options, **relations(name, doc)}
    if name in ANY_ARGUMENT:
        entry["any"] = True
    if name.removeprefix("ansible.builtin.") in FREE_FORM:
        entry["free_form"] = True
    return entry


def option(doc: dict[str, Any]) -> dict[str, Any]:
    """What matters of one option's documentation."""
    entry: dict[str, Any] = {}
    for key in ("type", "elements", "required", "aliases", "choices"):
        if doc.get(key):
            entry[key] = doc[key]
    if doc.get("default") is not None:
        entry["default"] = doc["default"]
    if isinstance(entry.get("choices"), dict):
        entry["choices"] = list(entry["choices"])
    if doc.get("suboptions"):
        entry["options"] = {key: option(value) for key, value in doc["suboptions"].items()}
    return entry


def by_main_name(rule: Any, doc: dict[str, Any]) -> Any:
    """*rule* with the names that the documentation has: a module may call them by an alias."""
    options = (doc.get("options") or {}).items()
    main = {alias: name for name, each in options for alias in each.get("aliases", ())}

    def renamed(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [renamed(each) for each in value]
        return main.get(value, value) if isinstance(value, str) else value

    if isinstance(rule, dict):
        return {renamed(key): renamed(value) for key, value in rule.items()}
    return renamed(rule)


def relations(name: str, doc: dict[str, Any]) -> dict[str, Any]:
    """Relations between arguments, from the module's own call of AnsibleModule."""
    collection, _, short = name.rpartition(".")
    where = "ansible.modules." if collection == "ansible.builtin" else None
    path = (where or f"ansible_collections.{collection}.plugins.modules.") + short
    try:
        importlib.import_module(path).main()
    except Caught as caught:
        given: dict[str, Any] = caught.args[0]
        return {key: by_main_name(given[key], doc) for key in RELATIONS if given.get(key)}
    except (ImportError, AttributeError, SystemExit):
        return {}  # an action without a module, or one that needs another system
    return {}


def catch(_: Any, argument_spec: Any = None, *args: Any, **kwargs: Any) -> None:
    """Stands in for ``AnsibleModule.__init__``."""
    raise Caught(kwargs)


if __name__ == "__main__":
    basic.AnsibleModule.__init__ = catch  # type: ignore[method-assign, assignment]
    main()
