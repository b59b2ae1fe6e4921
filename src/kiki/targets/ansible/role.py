"""The role layout: a complete role and a playbook that uses it.

Called by ``render``. What differs from request to request is a variable of the role, with its
default and its place in the argument specification.
"""

import re
from typing import Any

from msgspec.structs import replace

from kiki.documents.write import Tagged, to_yaml
from kiki.model.artifact import File, header
from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.targets.ansible import render, specs
from kiki.targets.ansible.compose import Step
from kiki.targets.ansible.handlers import with_handlers
from kiki.targets.ansible.tasks import ACTION_TAG, PROBE_TAG, Variable

MIN_ANSIBLE = "2.16"
_PLATFORMS = [{"name": "EL", "versions": ["8", "9"]}, {"name": "Debian", "versions": ["all"]}]


def files(name: str, intent: Intent, steps: tuple[Step, ...], profile: Profile) -> tuple[File, ...]:
    """The playbook ``<name>.yml`` and the role's files under ``roles/``."""
    role, entry = role_name(name), f"{name}.yml"
    text = to_yaml([use(role, intent, steps)], header(intent.digest()))
    return (File(path=entry, text=text), *role_files(role, entry, intent, steps, profile))


def use(role: str, intent: Intent, steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """The play that uses *role*."""
    return [render.play(intent, steps, []) | {"roles": [{"role": role}]}]


def role_files(
    role: str, entry: str, intent: Intent, steps: tuple[Step, ...], profile: Profile
) -> tuple[File, ...]:
    """The files of *role*, which the playbook *entry* uses."""
    variables = _Variables(role)
    tasks, handlers = with_handlers(steps, profile, variables.place, role)
    comments = header(intent.digest())
    root = f"roles/{role}"
    pages = {
        f"{root}/defaults/main.yml": variables.defaults(),
        **({f"{root}/handlers/main.yml": handlers} if handlers else {}),
        f"{root}/meta/argument_specs.yml": specs.of(role, steps, variables.all),
        f"{root}/meta/main.yml": _meta(role),
        f"{root}/tasks/main.yml": tasks,
        f"{root}/tests/test.yml": _test(role, intent, steps),
    }
    written = [File(path=path, text=to_yaml([data], comments)) for path, data in pages.items()]
    readme = File(
        path=f"{root}/README.md", text=_readme(role, entry, steps, variables.all, comments)
    )
    bodies = [
        File(path=f"{root}/files/{name}", text=text) for name, text in variables.files.items()
    ]
    return (*written, *bodies, readme)


def _test(role: str, intent: Intent, steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """A play on any inventory's hosts: the role with its probes. It is included, not imported: a
    linter looks for what is imported, and where roles are is only said when this is run."""
    task = {"name": f"Apply {role}", "ansible.builtin.include_role": {"name": role}}
    return [render.play(intent, steps, [task]) | {"name": f"Test {role}", "hosts": "all"}]


def role_name(name: str) -> str:
    """*name* as Galaxy and ansible-lint want roles named: lower case letters, digits and ``_``."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain if plain[:1].isalpha() else f"role_{plain}".rstrip("_")


class _Variables:
    """The role's variables in the order of their first use."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.all: list[Variable] = []
        self.files: dict[str, str] = {}

    def place(self, variable: Variable) -> Any:
        """Take *variable* in and give the reference to it."""
        name = self._free(f"{self.role}_{variable.name}")
        body = _body(variable)
        if body:
            variable = replace(variable, value=self._filed(variable.file, body))
        self.all.append(replace(variable, name=name, file=variable.file if body else ""))
        return render.Source(f"{{{{ {name} }}}}") if body else f"{{{{ {name} }}}}"

    def defaults(self) -> dict[str, Any]:
        """Each variable's default."""
        return {variable.name: specs.plain(variable.value) for variable in self.all}

    def _filed(self, path: str, body: str) -> str:
        """The name, in the role's folder ``files``, of a file with *body*. Linters read any YAML in
        a role as if it were Ansible's, so that gets another ending."""
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", path.rpartition("/")[2]).lstrip(".-") or "file"
        name += ".txt" if name.endswith((".yml", ".yaml")) else ""
        free, count = name, 1
        while self.files.get(free, body) != body:
            count += 1
            free = f"{count}-{name}"
        self.files[free] = body
        return free

    def _free(self, name: str) -> str:
        taken = {variable.name for variable in self.all}
        free, count = name, 1
        while free in taken:
            count += 1
            free = f"{name}_{count}"
        return free


def _body(variable: Variable) -> str:
    """The content that becomes a file; empty where a file could not hold exactly that."""
    value = variable.value.value if isinstance(variable.value, Tagged) else variable.value
    return value if variable.file and "\r" not in value else ""


def _meta(role: str) -> dict[str, Any]:
    return {
        "galaxy_info": {
            "author": "kiki",
            "description": f"Apply {role}",
            "license": "Apache-2.0",
            "min_ansible_version": MIN_ANSIBLE,
            "role_name": role,
            "platforms": _PLATFORMS,
        },
        "dependencies": [],
    }


def _readme(
    role: str,
    entry: str,
    steps: tuple[Step, ...],
    variables: list[Variable],
    comments: tuple[str, ...],
) -> str:
    lines = ["<!--", *comments, "-->", "", f"# {role}", "", "What it does, in this order:", ""]
    lines += [f"{number}. {step.task.name}" for number, step in enumerate(steps, 1)]
    if variables:
        lines += ["", "## Variables", "", "| variable | what it is | default |", "|---|---|---|"]
        lines += [f"| `{each.name}` | {each.about} | {_shown(each)} |" for each in variables]
    lines += _needs(steps) + _notifiable(steps)
    lines += ["", "## Use", "", "```", f"ansible-playbook -i INVENTORY {entry}", "```"]
    test = f"ANSIBLE_ROLES_PATH=roles ansible-playbook -i INVENTORY roles/{role}/tests/test.yml"
    again = f"{test} --check --skip-tags {ACTION_TAG},{PROBE_TAG}"
    lines += ["", "## Test", "", "On hosts to try it on. It has to pass, probes and all:", ""]
    lines += ["```", test, "```", "", "After it nothing is left to change (`changed=0`):", ""]
    lines += ["```", again, "```"]
    return "\n".join(lines) + "\n"


def _needs(steps: tuple[Step, ...]) -> list[str]:
    rows = [f"| `{name}` | {each['description']} |" for name, each in specs.needed(steps).items()]
    head = ["", "It needs these, too, from the play or an inventory:", ""]
    return [*head, "| variable | what it is |", "|---|---|", *rows] if rows else []


def _notifiable(steps: tuple[Step, ...]) -> list[str]:
    names = [f"- {step.task.name}" for step in steps if step.causes]
    about = "Each is done at its place among the tasks when what it follows changed:"
    return ["", "## Handlers", "", about, "", *names] if names else []


def _shown(variable: Variable) -> str:
    value = variable.value
    if variable.file:
        return f"`files/{value}`"
    if isinstance(value, list | tuple):
        return ", ".join(f"`{entry}`" for entry in value).replace("|", r"\|")
    text = value.value if isinstance(value, Tagged) else value
    return f"{len(text)} characters, see `defaults/main.yml`"
