"""What golden cases can't show: order, names, exact text, and what rendering imports."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kiki.documents.write import Tagged
from kiki.model.profile import Profile
from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.render import file_name, raw
from kiki.targets.ansible.role import role_name
from kiki.targets.ansible.target import TARGET
from kiki.targets.ansible.tasks import listing, literal
from tests.unit.targets.ansible.building import intent

ROOT = Path(__file__).parents[4]


class Loader(yaml.SafeLoader):
    """Reads ``!unsafe`` as Ansible does: plain text."""


def as_text(loader: yaml.SafeLoader, node: Any) -> Any:
    return loader.construct_scalar(node)


Loader.add_constructor("!unsafe", as_text)


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40))
def test_content_is_written_as_it_is(text: str) -> None:
    """What YAML gives is the text itself, or the text between Jinja's raw marks."""
    case = intent(("file_create", {"path": "/tmp/a", "content": text}))
    file = TARGET.render(case, "playbook", Profile()).files[0]
    tasks: list[dict[str, Any]] = yaml.load(file.text, Loader)[0]["tasks"]
    content = tasks[-1]["ansible.builtin.copy"]["content"]
    assert content in (text, "{% raw %}" + text + "{% endraw %}")


@pytest.mark.parametrize("text", ["{{ x }}", "a {% b", "a {# b", "\n{{ x }}", "[{{ x }}]"])
def test_what_looks_like_jinja_is_never_plain(text: str) -> None:
    marked = literal(text)
    assert isinstance(marked, Tagged)
    assert raw(marked) in (marked, "{% raw %}" + text + "{% endraw %}")


@pytest.mark.parametrize(
    "text", ["\n{{ x }}", "{{ x }}{% endraw %}", "{{ x }}\r\n", '{"a": "{{ x }}"}', "[{{ x }}]"]
)
def test_raw_marks_are_not_used_where_they_would_change_the_text(text: str) -> None:
    assert isinstance(raw(Tagged(tag="!unsafe", value=text)), Tagged)


def test_tasks_are_in_the_order_of_operations() -> None:
    case = intent(
        ("file_create", {"path": "/tmp/b"}),
        ("package_install", {"names": ["nginx"]}),
        ("file_create", {"path": "/tmp/a"}),
    )
    numbers = [step.operation for step in steps_of(case) if step.task.verb != "none"]
    assert numbers == [0, 1, 1, 2]
    assert [step.operation for step in steps_of(case)] == sorted(
        step.operation for step in steps_of(case)
    )


def test_titles_are_unique_in_a_play() -> None:
    case = intent(*[("service_restart", {"names": ["nginx"]})] * 3)
    titles = [step.task.name for step in steps_of(case) if not step.task.probe]
    assert titles == ["Restart nginx", "Restart nginx (2)", "Restart nginx (3)"]


@pytest.mark.parametrize(
    ("name", "file", "role"),
    [
        ("web", "web", "web"),
        ("My App 1.0", "My-App-1.0", "my_app_1_0"),
        ("HTTPD 배포", "HTTPD", "httpd"),
        ("배포", "playbook", "playbook"),
        ("../../etc", "etc", "etc"),
        ("24h", "24h", "role_24h"),
        ("...", "playbook", "playbook"),
    ],
)
def test_names_of_files_and_roles(name: str, file: str, role: str) -> None:
    assert file_name(name) == file
    assert role_name(file_name(name)) == role


@given(name=st.text(max_size=30))
def test_paths_never_leave_the_artifact(name: str) -> None:
    case = intent(("ping", {}), name=name)
    for layout in ("playbook", "role"):
        for file in TARGET.render(case, layout, Profile()).files:
            assert not file.path.startswith(("/", "."))
            assert ".." not in file.path.split("/")


def test_long_lists_make_short_titles() -> None:
    assert listing(("a", "b", "c", "d")) == "a, b, c, d"
    assert listing(("a", "b", "c", "d", "e")) == "a, b, c and 2 more"


def test_secrets_are_named_and_never_written() -> None:
    case = intent(("user_create", {"names": ["a"], "password": "db-1"}), ("ping", {}))
    assert TARGET.secrets(case) == ("db-1",)
    text = TARGET.render(case, "playbook", Profile()).files[0].text
    assert "kiki_secret_db_1 | password_hash" in text
    assert "no_log: true" in text


def test_rendering_imports_nothing_heavy() -> None:
    """It is on the path of ``kiki gen``, whose whole process has 55 ms."""
    program = (
        "import sys; from kiki.targets.ansible.target import TARGET\n"
        "from kiki.model.intent import Intent, Operation\n"
        "from kiki.model.profile import Profile\n"
        "fields = {'names': ['nginx']}\n"
        "made = Operation(kind='ansible.package_install', fields=fields)\n"
        "case = Intent(target='ansible', name='a', operations=(made,), reader='flags')\n"
        "TARGET.render(case, 'playbook', Profile())\n"
        "print(' '.join(sorted(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-S", "-c", _with_path(program)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(run.stdout.split())
    heavy = {"yaml", "pathlib", "subprocess", "difflib", "sqlalchemy", "jsonschema_rs"}
    assert not heavy & loaded
    ours = {name for name in loaded if name.startswith("kiki.targets.ansible")}
    assert not [name for name in ours if ".check" in name or name.endswith((".plan", ".role"))]
    assert [name for name in ours if name.endswith(".operation")] == [
        "kiki.targets.ansible.operations.package_install.operation"
    ]


def _with_path(program: str) -> str:
    paths = [path for path in sys.path if path]
    return f"import sys; sys.path[:0] = {[str(ROOT / 'src'), *paths]!r}\n{program}"


def test_missing_package_lists_are_fetched_once_in_a_play() -> None:
    case = intent(
        ("package_install", {"names": ["nginx"]}),
        ("package_install", {"names": ["curl"], "state": "latest"}),
    )
    tasks = [step.task for step in steps_of(case)]
    assert [task.name for task in tasks if task.register] == ["Look for package lists (Debian)"]
    ages = [task.args["cache_valid_time"] for task in tasks if task.module.endswith(".apt")]
    assert ages == ["{{ 3600 if kiki_found.matched else 0 }}", 3600, 3600]
