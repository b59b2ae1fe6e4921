"""What Ansible itself says of the tasks in its modules' examples; run with Ansible's own Python.

``python ansible_verdicts.py``: one JSON object a line, ``{"module", "args", "errors"}``, for every
task of every module's EXAMPLES whose arguments are a mapping without Jinja. *errors* are those of
``ArgumentSpecValidator``, which is what ``AnsibleModule`` asks before a module begins.
"""

import ast
import copy
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ansible.modules
import yaml
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from ansible_specs import specification  # noqa: E402
from dump_ansible_doc import COLLECTIONS, ansible_doc  # noqa: E402

RULES = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")


class Loader(yaml.SafeLoader):
    """Reads Ansible's own tags as text."""


Loader.add_multi_constructor("!", lambda loader, _, node: str(node.value))


def tasks(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping that may be a task, wherever it stands."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from tasks(each)


def documents(text: str) -> list[Any]:
    try:
        return list(yaml.load_all(text, Loader))
    except yaml.YAMLError:
        return []


def damaged(args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """*args* with one argument left out, misspelt, or with a value of another kind."""
    for key in args:
        rest = {name: value for name, value in args.items() if name != key}
        yield rest
        yield rest | {f"{key}_x": args[key]}
        for value in ("nonsense", ["a"], {"a": 1}):
            yield args | {key: value}


def errors(given: dict[str, Any], args: dict[str, Any]) -> list[str]:
    rules = {name: given.get(name) for name in RULES}
    spec = copy.deepcopy(given["argument_spec"])  # defaults are filled in by what is validated
    validator = ModuleArgumentSpecValidator(spec, **rules)
    try:
        return list(validator.validate(args).error_messages)
    except Exception as error:  # noqa: BLE001 -- a refusal, too
        return [f"{type(error).__name__}: {error}"]


def main() -> None:
    specs: dict[str, dict[str, Any] | None] = {}
    for collection in COLLECTIONS:
        names = sorted(ansible_doc("-l", collection))
        specs |= {name: specification(name) for name in names}
    texts = dict(_examples(specs))
    for owner, text in texts.items():
        for task in tasks(documents(text)):
            for key, args in task.items():
                given = specs.get(key)
                if given and isinstance(args, dict) and "{{" not in json.dumps(args, default=str):
                    for each in (args, *damaged(args)):
                        found = {"module": key, "args": each, "errors": errors(given, each)}
                        print(json.dumps({"owner": owner, **found}, default=str))


def _examples(names: Any) -> Iterator[tuple[str, str]]:
    for name in names:
        path = _source(name)
        for node in ast.parse(path.read_text("utf-8")).body if path.exists() else ():
            target = getattr(node, "targets", [None])[0]
            if getattr(target, "id", "") == "EXAMPLES":
                yield name, str(ast.literal_eval(node.value))


def _source(name: str) -> Path:
    collection, _, short = name.rpartition(".")
    if collection == "ansible.builtin":
        return Path(ansible.modules.__file__ or "").with_name(f"{short}.py")
    root = Path(os.environ["ANSIBLE_COLLECTIONS_PATH"]) / "ansible_collections"
    return root / collection.replace(".", "/") / "plugins/modules" / f"{short}.py"


if __name__ == "__main__":
    main()
