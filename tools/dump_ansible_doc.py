"""Dump what Ansible knows about its modules and keywords into the checker's data files.

Run by ``make ansible-data`` when ansible-core or a collection moves, with the Python of Ansible's
environment::

    .venv-ansible/bin/python tools/dump_ansible_doc.py src/kiki/targets/ansible/check/data

Sources: ``ansible-doc --json``, and the modules' own argument specifications (``ansible_specs``),
which decide where both speak: they are what runs. The output is the same bytes for the same
versions: ``index.json`` (versions, keywords, where each module stands) and one file a collection
with a module on each line.
"""

import importlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible import release
from ansible.config import manager
from ansible_specs import relations, specification

BUILTIN = "ansible.builtin"
COLLECTIONS = (
    BUILTIN, "ansible.posix", "community.general", "community.mysql", "community.postgresql",
    "containers.podman", "kubernetes.core", "openstack.cloud",
)  # fmt: skip
# Where the documentation is narrower than what the module takes.
CORRECTIONS: dict[str, dict[str, Any]] = {
    "ansible.builtin.debug": {"msg": {"type": "raw"}},
    "ansible.builtin.include_tasks": {"apply": {"type": "dict"}},
    "ansible.builtin.include_role": {"apply": {"type": "dict"}},
    "ansible.builtin.package": {"name": {"type": "raw", "required": True}, "state": {}},
    "ansible.builtin.assert": {"that": {"type": "raw", "required": True}},
    "ansible.builtin.validate_argument_spec": {
        "argument_spec": {"type": "dict", "required": True},
        "provided_arguments": {"type": "dict"},
    },
}
# These hand on what they don't know themselves.
ANY_ARGUMENT = ("ansible.builtin.add_host", "ansible.builtin.package", "ansible.builtin.set_fact")
NOT_ARGUMENTS = ("free_form", "free-form", "key_value", "_raw_params")
FREE_FORM = (
    "command", "shell", "raw", "script", "meta", "include_tasks", "import_tasks", "include_vars",
    "import_playbook",
)  # fmt: skip
UNDOCUMENTED_KEYWORDS = {"listen": ["Handler"], "local_action": ["Handler", "Task"]}
SHARED_BY = 4  # modules; an option that so many have alike is written once for the collection
SHARED_SIZE = 40  # characters; shorter ones are not worth a reference


def main() -> None:
    """Write the data files into the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    index: dict[str, Any] = {
        "versions": versions(),
        "keywords": keywords(),
        **routes(),
        "undeclared": [],
        "collections": {},
    }
    for collection in COLLECTIONS:
        entries = entries_of(collection, index["undeclared"])
        index["collections"][collection] = written(folder / f"{collection}.jsonl", entries)
    (folder / "index.json").write_text(packed(index).replace('},"', '},\n"') + "\n")
    (folder / "elsewhere.json").write_text(packed(elsewhere()).replace('","', '",\n"') + "\n")


def ansible_doc(*args: str) -> Any:
    """The answer of ``ansible-doc --json``."""
    command = [str(Path(sys.executable).with_name("ansible-doc")), "--json", *args]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def entries_of(collection: str, undeclared: list[str]) -> dict[str, dict[str, Any]]:
    """Every module of the *collection*, by its short name; those without a specification of their
    own are added to *undeclared*."""
    found = {}
    docs = ansible_doc(*sorted(ansible_doc("-l", collection)))
    for name, each in sorted(docs.items()):
        given = specification(name)
        if given is None:
            undeclared.append(name)
        found[name.rpartition(".")[2]] = module(name, each["doc"], given)
    return found


def written(path: Path, entries: dict[str, dict[str, Any]]) -> dict[str, list[int]]:
    """Write one line a module, the first line being the options that many share; where each
    module's line begins and how long it is, in bytes."""
    counted = Counter(
        (key, packed(option))
        for entry in entries.values()
        for key, option in entry.get("options", {}).items()
    )
    common = sorted(
        one for one, times in counted.items() if times >= SHARED_BY and len(one[1]) > SHARED_SIZE
    )
    numbers = {one: number for number, one in enumerate(common)}
    first = "[" + ",".join(f"[{json.dumps(key)},{option}]" for key, option in common) + "]\n"
    places, lines, at = {"": [0, len(first.encode())]}, [first], len(first.encode())
    for name, entry in entries.items():
        line = packed(shortened(entry, numbers)) + "\n"
        places[name] = [at, len(line.encode())]
        at += places[name][1]
        lines.append(line)
    path.write_text("".join(lines), encoding="utf-8")
    return places


def shortened(entry: dict[str, Any], numbers: dict[tuple[str, str], int]) -> dict[str, Any]:
    """*entry* with numbers in place of the options that are written once for all."""
    options = entry.get("options", {})
    shared = {key: numbers.get((key, packed(option))) for key, option in options.items()}
    own = {key: option for key, option in options.items() if shared[key] is None}
    rest = {key: value for key, value in entry.items() if key != "options"}
    known = sorted(number for number in shared.values() if number is not None)
    return {"options": own, **({"shared": known} if known else {}), **rest}


def packed(value: Any) -> str:
    """*value* as JSON on one line."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def versions() -> dict[str, str]:
    """Where the data is from."""
    found = {BUILTIN: release.__version__}
    for name in COLLECTIONS[1:]:
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


def routes() -> dict[str, dict[str, str]]:
    """What collections say of modules that are elsewhere: ``redirects`` (short or full old names
    to full new ones), ``removed`` and ``deprecated`` (full names, with what they say about it)."""
    found: dict[str, dict[str, str]] = {"redirects": {}, "removed": {}, "deprecated": {}}
    builtin = Path(manager.__file__).with_name("ansible_builtin_runtime.yml")
    for old, to in routed(builtin):
        if to.get("redirect", "").startswith(tuple(f"{name}." for name in COLLECTIONS)):
            found["redirects"][old] = to["redirect"]
    for collection in COLLECTIONS[1:]:
        for old, to in routed(collection_root(collection) / "meta/runtime.yml"):
            note_route(f"{collection}.{old}", to, found)
    return found


def elsewhere() -> dict[str, str]:
    """Short names of modules in collections that are not here, by collection, with blanks
    between."""
    found: dict[str, list[str]] = {}
    for old, to in routed(Path(manager.__file__).with_name("ansible_builtin_runtime.yml")):
        collection, _, short = to.get("redirect", "").rpartition(".")
        if short == old and collection not in COLLECTIONS:
            found.setdefault(collection, []).append(old)
    return {collection: " ".join(sorted(names)) for collection, names in found.items()}


def note_route(name: str, to: dict[str, Any], found: dict[str, dict[str, str]]) -> None:
    """Sort one module's routing into *found*."""
    if "redirect" in to:
        found["redirects"][name] = to["redirect"]
    if "tombstone" in to:
        found["removed"][name] = " ".join(str(to["tombstone"].get("warning_text", "")).split())
    elif "deprecation" in to:
        found["deprecated"][name] = " ".join(str(to["deprecation"].get("warning_text", "")).split())


def routed(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every module that a ``runtime.yml`` speaks of."""
    routing = yaml.safe_load(path.read_text()).get("plugin_routing", {})
    yield from {**routing.get("action", {}), **routing.get("modules", {})}.items()


def module(name: str, doc: dict[str, Any], given: dict[str, Any] | None) -> dict[str, Any]:
    """One module's entry, of its documentation and what it *given* to ``AnsibleModule``."""
    spec = given["argument_spec"] if given else {}
    options = merged(doc.get("options") or {}, spec)
    options.update(CORRECTIONS.get(name, {}))
    entry: dict[str, Any] = {"options": options, **relations(given or {}, main_names(options))}
    if given and not given.get("supports_check_mode"):
        entry["blind"] = True
    if name in ANY_ARGUMENT:
        entry["any"] = True
    if name.removeprefix(f"{BUILTIN}.") in FREE_FORM:
        entry["free_form"] = True
    if old := doc.get("deprecated"):
        entry["deprecated"] = " ".join(str(old.get("alternative") or old.get("why") or "-").split())
    return entry


def main_names(options: dict[str, Any]) -> dict[str, str]:
    """The main name of each alias."""
    return {alias: name for name, one in options.items() for alias in one.get("aliases", ())}


def merged(docs: dict[str, Any], specs: dict[str, Any]) -> dict[str, Any]:
    """The options of a level: those of the specification, and those that are only documented."""
    found = {key: declared(spec, docs.get(key, {})) for key, spec in specs.items()}
    taken = {*found, *(alias for one in found.values() for alias in one.get("aliases", ()))}
    for key, doc in docs.items():
        if key not in taken and key not in NOT_ARGUMENTS:
            found[key] = documented(doc)
    return {key: found[key] for key in sorted(found) if not_internal(key)}


def not_internal(key: str) -> bool:
    """Whether people may write the argument *key*: those with an underscore are Ansible's own."""
    return key not in NOT_ARGUMENTS and not key.startswith("_")


def documented(doc: dict[str, Any]) -> dict[str, Any]:
    """An option as its documentation has it."""
    entry = {
        key: doc[key]
        for key in ("type", "elements", "required", "aliases", "choices")
        if doc.get(key)
    }
    if isinstance(entry.get("choices"), dict):
        entry["choices"] = list(entry["choices"])
    if doc.get("default") is not None:
        entry["default"] = doc["default"]
    if doc.get("suboptions"):
        entry["options"] = merged(doc["suboptions"], {})
    return tidy(entry)


def declared(spec: dict[str, Any], doc: dict[str, Any]) -> dict[str, Any]:
    """An option as the module declares it."""
    kind = spec.get("type") or "str"
    entry: dict[str, Any] = {"type": kind if isinstance(kind, str) else "raw"}
    if isinstance(spec.get("elements"), str):
        entry["elements"] = spec["elements"]
    if spec.get("fallback"):
        entry["elsewhere"] = True
    elif spec.get("required"):
        entry["required"] = True
    if aliases := sorted({*(spec.get("aliases") or ()), *(doc.get("aliases") or ())}):
        entry["aliases"] = aliases
    if spec.get("choices"):
        entry["choices"] = list(spec["choices"])
    if spec.get("default") is not None:
        entry["default"] = spec["default"]
    if spec.get("no_log"):
        entry["secret"] = True
    inside = spec.get("options") or {}
    if inside or doc.get("suboptions"):
        entry["options"] = merged(doc.get("suboptions") or {}, inside)
        if not inside:  # the module takes any mapping, whatever the documentation has of it
            entry["any"] = True
            entry["options"] = {key: optional(one) for key, one in entry["options"].items()}
        entry |= relations(spec, main_names(entry["options"]))
    return tidy(entry | leaving(spec))


def optional(option: dict[str, Any]) -> dict[str, Any]:
    """*option* without that it is required."""
    return {key: value for key, value in option.items() if key != "required"}


def leaving(spec: dict[str, Any]) -> dict[str, Any]:
    """When the option, or one of its aliases, is to go."""
    when = spec.get("removed_in_version") or spec.get("removed_at_date")
    found: dict[str, Any] = {"removed": str(when)} if when else {}
    old = {
        each["name"]: str(each.get("version") or each.get("date"))
        for each in spec.get("deprecated_aliases") or ()
    }
    return found | ({"old_aliases": old} if old else {})


def tidy(entry: dict[str, Any]) -> dict[str, Any]:
    """*entry* without what is usual: text is the usual type."""
    if entry.get("type") == "str":
        del entry["type"]
    plain = json.loads(json.dumps(entry, default=str))
    assert isinstance(plain, dict)
    return plain


if __name__ == "__main__":
    main()
