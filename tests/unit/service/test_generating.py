"""Code without a record, and checks of files whose kind nobody said."""

import pytest

from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.service.generating import LocalGenerator
from tests.unit.service.world import failing

PLAY = File(path="site.yml", text="- name: X\n  hosts: all\n  taskz: []\n")
TASKS = File(path="tasks.yml", text="- name: X\n  ansible.builtin.pingg:\n")
MANIFEST = File(path="pod.yaml", text="apiVersion: v1\nkind: Podd\nmetadata:\n  name: a\n")
TEMPLATE = File(path="stack.yaml", text="heat_template_version: 2021-04-16\nresourcez: {}\n")
ENVIRONMENT = File(path="env.yaml", text="parameter_defaults:\n  a: 1\n")
VARIABLES = File(path="vars.yml", text="port: 80\n")
BROKEN = File(path="broken.yml", text="a: [1, 2\n")
GENERATOR = LocalGenerator(Profile(), None)


def test_flags_become_code_and_with_strict_also_findings() -> None:
    request = Request(flags={"kind": "package-remove", "name": "sudo"}, target="ansible")
    quick = GENERATOR.generate(request, strict=False)
    strict = GENERATOR.generate(request, strict=True)
    assert quick.artifact is not None
    assert quick.artifact == strict.artifact
    assert quick.findings == ()
    assert "policy.package_protected" in {found.code for found in strict.findings}


def test_a_missing_flag_is_a_question_and_no_code() -> None:
    request = Request(flags={"kind": "directory-create"}, target="ansible")
    made = GENERATOR.generate(request, strict=True)
    assert made.artifact is None
    assert made.reading.question is not None


@pytest.mark.parametrize(
    ("file", "target"),
    [
        (PLAY, "ansible"),
        (TASKS, "ansible"),
        (MANIFEST, "k8s"),
        (TEMPLATE, "openstack"),
        (ENVIRONMENT, "openstack"),
        (File(path="a", text="kind: Service\n"), "k8s"),
        (File(path="a", text="---\n# nothing\n---\napiVersion: v1\nkind: Podd\n"), "k8s"),
        (File(path="a", text="AWSTemplateFormatVersion: 2010-09-09\n"), "openstack"),
    ],
)
def test_a_file_is_checked_as_what_its_documents_are(file: File, target: str) -> None:
    assert GENERATOR.check("", (file,)) == GENERATOR.check(target, (file,))


def test_what_is_wrong_in_it_is_found() -> None:
    for file in (PLAY, MANIFEST, TEMPLATE):
        found = GENERATOR.check("", (file,))
        assert any(one.severity == "error" for one in found), file.path


def test_files_of_several_targets_are_each_checked_by_theirs() -> None:
    found = GENERATOR.check("", (MANIFEST, PLAY, TEMPLATE))
    for file, target in ((MANIFEST, "k8s"), (PLAY, "ansible"), (TEMPLATE, "openstack")):
        alone = GENERATOR.check(target, (file,))
        assert alone
        assert all(one in found for one in alone)
    assert len(found) == sum(len(GENERATOR.check("", (one,))) for one in (MANIFEST, PLAY, TEMPLATE))


def test_a_file_of_variables_goes_with_the_playbook() -> None:
    assert GENERATOR.check("", (PLAY, VARIABLES)) == GENERATOR.check("ansible", (PLAY, VARIABLES))


@pytest.mark.parametrize(
    "text", ["port: 80\n", "", "just words\n", "- 1\n- 2\n", "# a comment\n", "[]\n", "{}\n"]
)
def test_what_nobody_recognises_is_a_usage_error_with_the_targets(text: str) -> None:
    with failing(UsageError, "check.unknown") as caught:
        GENERATOR.check("", (File(path="x.yml", text=text),))
    assert caught.value.params == {"file": "x.yml", "known": "ansible, k8s, openstack, podman"}


def test_what_is_nobody_s_is_left_alone_in_a_project() -> None:
    """A compose file or a workflow is no mistake of the playbook beside it."""
    compose = File(path="compose.yml", text="services: {web: {environment: {PASSWORD: x}}}\n")
    found = GENERATOR.check("", (PLAY, MANIFEST, compose))
    assert found == GENERATOR.check("", (PLAY, MANIFEST))


ROLE = File(
    path="roles/web/tasks/main.yml",
    text="---\n- name: A\n  ansible.builtin.ping:\n  notify: Nobody\n",
)
USER = File(path="web.yml", text="---\n- name: W\n  hosts: w\n  roles: [web]\n")
OTHER = File(path="bad.yml", text="---\n- name: B\n  hosts: w\n  tasks: [{name: T, pingg: }]\n")


def test_of_an_entry_only_what_it_brings_in_is_told() -> None:
    found = GENERATOR.check("", (USER, ROLE, OTHER), "web.yml")
    assert [(one.file, one.code) for one in found] == [(ROLE.path, "ansible.handler_missing")]
    whole = {one.file for one in GENERATOR.check("", (USER, ROLE, OTHER))}
    assert whole == {ROLE.path, OTHER.path}


def test_a_file_at_ansible_s_places_needs_nothing_in_it() -> None:
    alone = File(path="group_vars/all.yml", text="db_password: hunter2\n")
    assert [one.code for one in GENERATOR.check("", (alone,))] == ["ansible.secret_in_clear"]


def test_what_is_no_yaml_has_findings_of_its_own() -> None:
    found = GENERATOR.check("", (BROKEN,))
    assert [(one.code, one.file, one.severity) for one in found] == [
        ("documents.unclosed", "broken.yml", "error")
    ]
    several = GENERATOR.check("", (PLAY, BROKEN, MANIFEST))
    assert found[0] in several
    assert {one.file for one in several} == {"broken.yml", "site.yml", "pod.yaml"}


def test_hostile_yaml_is_told_apart_too() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    for text in (bomb, "[" * 5000, "? {a: b}\n: c\n", "1: 2\n", "!!python/object:os.system x\n"):
        try:
            GENERATOR.check("", (File(path="x", text=text),))
        except UsageError as error:
            assert error.code == "check.unknown"


def test_a_wrong_target_is_named() -> None:
    with failing(UsageError, "understand.target_unknown"):
        GENERATOR.check("docker", (PLAY,))
