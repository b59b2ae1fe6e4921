"""Only ``kiki.settings`` reads the environment, and every setting is documented."""

import ast
from pathlib import Path

import pytest

import kiki
from kiki.model.profile import Profile
from kiki.settings.values import KEYS, Settings
from tests.pages import both

SOURCE = Path(kiki.__file__).parent
on_both_pages = pytest.mark.parametrize(
    "page", both("configuration.md"), ids=lambda page: page.name
)
# ``provision`` starts before there are settings; ``cli`` hands ``os.environ`` on and looks at no
# name in it; a run's own environment is made from the process's in ``execution``. A catalogue's
# driver is a program of its own: it is handed OpenStack's variables and sets them for its client.
HANDED_ON = (
    "cli/main.py", "cli/dispatch.py", "cli/completing_values.py", "cli/commands/agent.py",
    "cli/commands/worker.py", "server/main.py", "server/working.py",
)  # fmt: skip
EXCEPTED = ("settings", "provision", "execution")
HANDED_OVER = ("catalogues/driver/clouds.py",)


def readers() -> list[str]:
    found = []
    for path in SOURCE.rglob("*.py"):
        inside = path.relative_to(SOURCE)
        if inside.parts[0] in EXCEPTED or str(inside) in (*HANDED_ON, *HANDED_OVER):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"):
                found.append(f"{inside}:{node.lineno}")
    return found


def test_nobody_else_reads_the_environment() -> None:
    assert not readers()


@pytest.mark.parametrize("path", HANDED_ON)
def test_who_hands_it_on_looks_at_no_name_in_it(path: str) -> None:
    for node in ast.walk(ast.parse((SOURCE / path).read_text("utf-8"))):
        if isinstance(node, ast.Subscript | ast.Attribute):
            assert "environ" not in ast.unparse(node.value).split(".")


def test_every_key_is_a_field_with_the_same_default() -> None:
    for key in KEYS:
        assert key.name in Settings.__struct_fields__
        if key.name != "state_dir":
            assert getattr(Settings(state_dir="/"), key.name) == key.default


@on_both_pages
@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_documented(key: object, page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    row = next(line for line in lines if line.startswith(f"| `{key.name}` |"))  # type: ignore[attr-defined]
    for variable in key.variables:  # type: ignore[attr-defined]
        assert f"`{variable}`" in row


@on_both_pages
@pytest.mark.parametrize("name", Profile.__struct_fields__)
def test_every_profile_key_is_documented(name: str, page: Path) -> None:
    assert f"| `{name}` |" in page.read_text("utf-8")


@on_both_pages
def test_no_documented_setting_is_unknown(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    rows = [line.split("`")[1] for line in lines if line.startswith("| `")]
    assert set(rows) <= {key.name for key in KEYS} | set(Profile.__struct_fields__)
