"""Templates of the user's own: read once, judged under the user's path, and made a stack."""

from typing import Any

import pytest

from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.targets.openstack.stacks import fields_of
from kiki.targets.openstack.target import TARGET
from kiki.targets.port import Taken
from tests.unit.targets.openstack.test_live import INVENTORY

TEMPLATE = """\
heat_template_version: 2021-04-16
parameters:
  called: {type: string}
  word: {type: string, hidden: true, default: ""}
resources:
  net: {type: 'OS::Neutron::Net', properties: {name: {get_param: called}}}
  pair: {type: 'OS::Heat::Value', properties: {value: {get_param: word}}}
"""


class Disk:
    """Files in memory."""

    def __init__(self, **files: str) -> None:
        self._files = {f"{name}.yaml": text for name, text in files.items()}

    def read(self, path: str, within: str = "") -> str:
        if path not in self._files:
            raise UsageError("files.not_there", path=path)
        return self._files[path]


def asked(**more: Any) -> Intent:
    fields = {"path": "x.yaml", "stack": "app", **more}
    operation = Operation(kind="openstack.template_apply", fields=fields)
    return Intent(target="openstack", name="app", operations=(operation,), reader="flags")


def taken(disk: Disk, **more: Any) -> Taken:
    return TARGET.take_in(asked(**more), lambda: disk)  # type: ignore[arg-type, return-value]


def codes(disk: Disk, **more: Any) -> list[str]:
    found = taken(disk, **more)
    assert not found.intent.operations[0].given or not found.findings
    return [one.code.removeprefix("openstack.") for one in found.findings]


def test_a_template_becomes_a_stack_with_its_values() -> None:
    env = "parameters: {called: low}\nparameter_defaults: {called: lowest}\n"
    disk = Disk(x=TEMPLATE, env=env)
    found = taken(disk, environments=["env.yaml"], parameters=["word={{secret:w}}"]).intent
    (one,) = fields_of(found.operations[0]).stacks
    assert (one.name, one.file) == ("app", "given/x.yaml")
    assert (one.parameters, one.hidden) == ({"called": "low"}, {"word": "w"})
    assert TARGET.secrets(found) == ("w",)
    said = taken(disk, environments=["env.yaml"], parameters=["called=high"]).intent
    assert fields_of(said.operations[0]).stacks[0].parameters == {"called": "high"}


def test_the_program_has_the_template_as_it_was_written() -> None:
    found = taken(Disk(x=TEMPLATE), parameters=["called=a"]).intent
    artifact = TARGET.render(found, "playbook", Profile())
    assert artifact.text_of("given/x.yaml") == TEMPLATE
    assert TARGET.check(artifact) == ()
    made = TARGET.program(artifact, INVENTORY, Scope())
    assert made.text_of("app.yaml") == TEMPLATE
    assert "called: a" in made.text_of("apply.yaml")


def test_nothing_is_read_twice() -> None:
    found = taken(Disk(x=TEMPLATE), parameters=["called=a"]).intent
    assert TARGET.take_in(found, lambda: Disk()).intent == found  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("more", "code"),
    [({}, "own_parameter_missing"), ({"parameters": ["called=a", "b=c"]}, "own_parameter_unknown"),
     ({"parameters": ["called={{ x }}"]}, "own_braces"),
     ({"parameters": ["called=a", "word=plain"]}, "own_hidden_plain"),
     ({"parameters": ["called={{secret:a}}"]}, "own_secret_shown"),
     ({"path": "gone.yaml"}, "files.not_there"),
     ({"parameters": ["called=a"], "environments": ["reg.yaml"]}, "own_environment")],
)  # fmt: skip
def test_what_can_not_be_is_said_before_anything_is_kept(more: dict[str, Any], code: str) -> None:
    assert codes(Disk(x=TEMPLATE, reg="resource_registry: {}\n"), **more) == [code]


def test_nested_templates_and_files_are_told_with_their_line() -> None:
    value = "{type: 'OS::Heat::Value', properties: {value: {get_file: a.sh}}}"
    text = f"{TEMPLATE}  deep: {{type: other.yaml}}\n  read: {value}\n"
    found = taken(Disk(x=text), parameters=["called=a"]).findings
    nested = [(one.line, one.params["name"]) for one in found if one.code.endswith("own_nested")]
    assert nested == [(8, "other.yaml"), (9, "a.sh")]


def test_a_template_that_heat_would_not_take() -> None:
    assert "own_too_large" in codes(Disk(x=TEMPLATE + "#" * 600_000), parameters=["called=a"])
    found = taken(
        Disk(x=TEMPLATE.replace("Neutron::Net'", "Neutron::Nett'")), parameters=["called=a"]
    )
    assert (found.findings[0].file, found.findings[0].line) == ("x.yaml", 6)


def test_each_stack_once_and_nothing_beside() -> None:
    one = taken(Disk(x=TEMPLATE), parameters=["called=a"]).intent
    twice = Intent(target="openstack", name="app", operations=one.operations * 2, reader="flags")
    with pytest.raises(UsageError, match="own_apart"):
        TARGET.render(twice, "playbook", Profile())


def test_the_file_of_the_user_is_what_it_was() -> None:
    found = taken(Disk(x=TEMPLATE), parameters=["called=a"]).intent
    assert found.operations[0].given == (File(path="x.yaml", text=TEMPLATE),)
