"""Putting values into a configuration file that is somebody's own."""

import tomllib
from pathlib import Path

import pytest

from kiki.model.errors import UsageError
from kiki.settings import load
from kiki.settings.writing import put

VALUES = {"engine": "embedded", "model": "tiny"}


def test_a_new_file_is_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "config" / "kiki" / "config.toml"
    put(path, VALUES)
    assert tomllib.loads(path.read_text()) == VALUES
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# mine\nlang = 'ko'  # why\n\nforks = 3\n",
        'engine = "none"\nmodel="x"\nlang = "ko"\n',
        '"engine" = "none"\n',
        'lang = "ko"',
        'model_dirs = [\n  "/a",\n]\n\n[table]\nengine = "inside"\n',
    ],
)
def test_everything_else_stays(tmp_path: Path, before: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(before)
    path.chmod(0o640)
    put(path, VALUES)
    after = path.read_text()
    assert tomllib.loads(after) == {**tomllib.loads(before), **VALUES}
    assert all(
        line in after
        for line in before.splitlines()
        if not line.startswith(("engine", "model=", '"engine'))
    )
    assert path.stat().st_mode & 0o777 == 0o640
    put(path, VALUES)
    assert path.read_text() == after


def test_what_would_say_something_else_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    before = 'lang = """\nengine = "x"\n"""\n'  # a text that looks like a line of ours
    path.write_text(before)
    with pytest.raises(UsageError) as raised:
        put(path, VALUES)
    assert raised.value.code in ("settings.not_put", "settings.not_toml")
    assert path.read_text() == before


def test_a_broken_file_and_one_that_can_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("x =")
    with pytest.raises(UsageError) as raised:
        put(path, VALUES)
    assert raised.value.code == "settings.not_toml"
    (tmp_path / "file").touch()
    with pytest.raises(UsageError) as raised:
        put(tmp_path / "file" / "config.toml", VALUES)
    assert raised.value.code == "settings.not_put"


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text("")
    (tmp_path / "config.toml").symlink_to(tmp_path / "real.toml")
    put(tmp_path / "config.toml", VALUES)
    assert (tmp_path / "config.toml").is_symlink()
    assert tomllib.loads((tmp_path / "real.toml").read_text()) == VALUES


def test_what_was_put_is_what_is_loaded(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    put(Path(load({}, environ, "/").config_file), VALUES)
    found = load({}, environ, "/")
    assert (found.engine, found.model) == ("embedded", "tiny")
