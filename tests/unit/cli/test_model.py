"""``kiki model``: what it shows, what it asks, what it writes, and how it ends."""

import hashlib
import json
import tomllib
from pathlib import Path

import pytest

from kiki.cli import models
from kiki.engines.embedded import host
from kiki.provision.models import catalogue, memory, pulls, sources
from kiki.provision.models.catalogue import Model, Source
from tests.unit.cli.conftest import Run

BYTES = b"tiny model" * 1000
TINY = Model(
    id="tiny",
    name="Tiny Model",
    file="tiny.gguf",
    size=len(BYTES),
    sha256=hashlib.sha256(BYTES).hexdigest(),
    licence="Apache-2.0",
    languages=("en", "ko"),
    family="none",
    context=2048,
    memory_mb={"embedded": 10},
    note="model.note_qwen_0_5b",
)
LARGE = Model(
    **{
        **{name: getattr(TINY, name) for name in Model.__struct_fields__},
        "id": "large",
        "file": "large.gguf",
        "memory_mb": {"embedded": 1000, "openvino": 1000},
        "sources": (Source(kind="url", url="http://127.0.0.1:1/large.gguf"),),
    }
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two small models, and much memory."""
    monkeypatch.setattr(catalogue, "models", lambda: (LARGE, TINY))
    monkeypatch.setattr(memory, "free_mb", lambda: 100_000)
    monkeypatch.setattr(pulls, "SPARE", 0)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(host, "stop", lambda socket: False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "stick" / "tiny.gguf"
    path.parent.mkdir()
    path.write_bytes(BYTES)
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "state" / "kiki" / "models"


# -- list ---------------------------------------------------------------------------------------


def test_the_list_says_what_is_here_and_what_is_not(kiki: Run, file: Path, shelf: Path) -> None:
    shelf.mkdir(parents=True)
    (shelf / ".large.gguf.partial").write_bytes(BYTES[: len(BYTES) // 2])
    kiki("model", "pull", "tiny", "--from", str(file), "--yes")
    ended = kiki("model", "list")
    assert ended.code == 0
    large, _, tiny, _, _, engine, running = ended.out.splitlines()
    assert large.split()[0] == "large"
    assert "50% fetched" in large
    assert tiny.split() == [
        "tiny",
        "0",
        "MB",
        "Apache-2.0",
        "en,",
        "ko",
        "here",
        str(shelf / "tiny.gguf"),
    ]
    assert engine.startswith("Engine: auto")
    assert running == "No model is running."
    assert "50% 받음" in kiki("model", "list", "--lang", "ko").out


def test_the_list_as_json(kiki: Run, file: Path) -> None:
    kiki("model", "pull", "tiny", "--from", str(file), "--yes")
    found = json.loads(kiki("model", "list", "--json").out)
    assert [(one["id"], one["state"]) for one in found["models"]] == [
        ("large", "absent"),
        ("tiny", "proven"),
    ]
    assert found["models"][1]["sha256"] == TINY.sha256
    assert (found["engine"], found["running"]) == ("auto", None)


@pytest.mark.parametrize(("data", "state"), [(BYTES[::-1], "unproven"), (b"x", "damaged")])
def test_the_list_hashes_nothing(kiki: Run, shelf: Path, data: bytes, state: str) -> None:
    shelf.mkdir(parents=True)
    (shelf / "tiny.gguf").write_bytes(data)
    found = json.loads(kiki("model", "list", "--json").out)
    assert found["models"][1]["state"] == state


def test_what_runs_is_shown(kiki: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    status = {"model": "tiny", "backend": "llama", "pid": 7, "uses": 2, "up_s": 9.0, "idle_s": 3.2}
    monkeypatch.setattr(host, "status", lambda socket, timeout_s: status)
    assert (
        "Running: tiny (process 7), idle for 3 s; it ends after 600 s." in kiki("model", "list").out
    )

    def loading(socket: str, timeout_s: float) -> None:
        raise TimeoutError

    monkeypatch.setattr(host, "status", loading)
    assert "being loaded" in kiki("model", "list").out


# -- pull ---------------------------------------------------------------------------------------


def test_nothing_is_fetched_without_a_yes(kiki: Run, file: Path, shelf: Path) -> None:
    ended = kiki("model", "pull", "tiny", "--from", str(file))
    assert ended.code == 2
    assert "--yes" in ended.err
    assert "Tiny Model, 0 MB (Apache-2.0)" in ended.err
    declined = kiki("model", "pull", "tiny", "--from", str(file), typed=[""])
    assert declined.code == 2
    assert not (shelf / "tiny.gguf").exists()


def test_a_yes_at_the_terminal_fetches(kiki: Run, file: Path, shelf: Path) -> None:
    ended = kiki("model", "pull", "tiny", "--from", str(file.parent), typed=["y"])
    assert ended.code == 0
    assert (shelf / "tiny.gguf").read_bytes() == BYTES
    assert "kiki model use tiny" in ended.err


def test_the_best_that_can_be_had_is_proposed(
    kiki: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = {"KIKI_MODEL_MIRRORS": str(file.parent)}
    ended = kiki("model", "pull", **mirror)
    assert (ended.code, "Tiny Model" in ended.err) == (2, True)  # the larger one does not answer
    monkeypatch.setattr(sources, "reachable", lambda source: source.kind == "url")
    assert "from http://127.0.0.1:1/large.gguf" in kiki("model", "pull", **mirror).err
    monkeypatch.setattr(memory, "free_mb", lambda: 100)
    monkeypatch.setattr(sources, "reachable", lambda source: True)
    assert str(file) in kiki("model", "pull", **mirror).err
    monkeypatch.setattr(memory, "free_mb", lambda: 1)
    assert "fits" in kiki("model", "pull", **mirror).err
    monkeypatch.setattr(memory, "free_mb", lambda: 100_000)
    monkeypatch.setattr(sources, "reachable", lambda source: False)
    ended = kiki("model", "pull", "--json")
    assert json.loads(ended.out)["error"]["code"] == "model.none_reachable"


def test_what_is_here_is_not_fetched_and_not_asked_about(
    kiki: Run, file: Path, shelf: Path
) -> None:
    dirs = {"KIKI_MODEL_DIRS": f"{shelf},{file.parent}"}
    ended = kiki("model", "pull", "tiny", "--from", "http://127.0.0.1:1/x", **dirs)
    assert ended.code == 0
    assert str(file) in ended.out
    assert not (shelf / "tiny.gguf").exists()


def test_a_damaged_one_elsewhere_is_fetched_after_a_yes(
    kiki: Run, file: Path, shelf: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "tiny.gguf").write_bytes(BYTES[::-1])
    dirs = {"KIKI_MODEL_DIRS": f"{shelf},{other}"}
    ended = kiki("model", "pull", "tiny", "--from", str(file), **dirs)
    assert (ended.code, "SHA-256" in ended.err, "--yes" in ended.err) == (2, True, True)
    assert kiki("model", "pull", "tiny", "--from", str(file), "--yes", **dirs).code == 0
    assert (shelf / "tiny.gguf").read_bytes() == BYTES
    assert (other / "tiny.gguf").exists()


def test_a_wrong_file_ends_with_an_error_and_is_not_kept(
    kiki: Run, file: Path, shelf: Path
) -> None:
    file.write_bytes(BYTES[::-1])
    ended = kiki("model", "pull", "tiny", "--from", str(file), "--yes")
    assert ended.code == 1
    assert "SHA-256" in ended.err
    assert not (shelf / "tiny.gguf").exists()
    assert not (shelf / ".tiny.gguf.partial").exists()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("pull", "tiny"), "--from"),
        (("pull", "none"), "large, tiny"),
        (("use",), "large, tiny"),
        (("use", "tiny"), "kiki model pull tiny"),
        (("use", "tiny", "--with", "openvino"), "embedded"),
        (("remove", "tiny"), "kiki model pull tiny"),
        (("remove",), "large, tiny"),
        (("verify", "tiny"), "kiki model pull tiny"),
        (("dance",), "list, pull, use"),
        ((), "list|pull"),
    ],
)
def test_wrong_usage_says_what_to_do(kiki: Run, words: tuple[str, ...], part: str) -> None:
    ended = kiki("model", *words)
    assert ended.code == 2
    assert part in ended.err


# -- use ----------------------------------------------------------------------------------------


def test_use_writes_the_users_configuration(kiki: Run, file: Path, tmp_path: Path) -> None:
    kiki("model", "pull", "tiny", "--from", str(file), "--yes")
    config = tmp_path / "config" / "kiki" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("# mine\nforks = 3\n")
    ended = kiki("model", "use", "tiny", XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert ended.code == 0
    found = tomllib.loads(config.read_text())
    assert found == {"engine": "embedded", "model": "tiny", "forks": 3}
    assert "# mine" in config.read_text()
    listed = kiki("model", "list", XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert "* tiny" in listed.out
    assert "Engine: embedded, model: tiny" in listed.out


def test_use_says_when_the_environment_wins(kiki: Run, file: Path, tmp_path: Path) -> None:
    kiki("model", "pull", "tiny", "--from", str(file), "--yes")
    given = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "KIKI_ENGINE": "none"}
    assert "KIKI_ENGINE is set" in kiki("model", "use", "tiny", **given).err


def test_use_refuses_a_damaged_file(kiki: Run, shelf: Path, tmp_path: Path) -> None:
    shelf.mkdir(parents=True)
    (shelf / "tiny.gguf").write_bytes(BYTES[::-1])
    ended = kiki("model", "use", "tiny", XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert ended.code == 1
    assert not (tmp_path / "config").exists()


# -- verify, remove, stop -----------------------------------------------------------------------


def test_verify_hashes_again_and_moves_a_bad_one_aside(kiki: Run, file: Path, shelf: Path) -> None:
    assert "no model here" in kiki("model", "verify").out
    kiki("model", "pull", "tiny", "--from", str(file), "--yes")
    assert kiki("model", "verify").code == 0
    assert "tiny is right" in kiki("model", "verify", "tiny").out
    (shelf / "tiny.gguf").write_bytes(BYTES[::-1])
    ended = kiki("model", "verify", "--json")
    assert ended.code == 1
    assert json.loads(ended.out)["bad"] == ["tiny"]
    assert (shelf / "tiny.gguf.damaged").exists()
    assert not (shelf / "tiny.gguf").exists()


def test_a_bad_file_in_somebody_elses_folder_stays_there(
    kiki: Run, file: Path, shelf: Path
) -> None:
    file.write_bytes(BYTES[::-1])
    dirs = {"KIKI_MODEL_DIRS": f"{shelf},{file.parent}"}
    assert kiki("model", "verify", **dirs).code == 1
    assert file.exists()
    assert "only looks into" in kiki("model", "remove", "tiny", "--yes", **dirs).err


def test_remove_asks_and_takes_the_states_with_it(
    kiki: Run, file: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiki("model", "pull", "tiny", "--from", str(file), "--yes")
    states = [shelf / "states" / f"{sha256[:24]}-x.state" for sha256 in (TINY.sha256, "0" * 64)]
    states[0].parent.mkdir()
    for state in states:
        state.touch()
    assert kiki("model", "remove", "tiny").code == 2
    assert kiki("model", "remove", "tiny", typed=["n"]).code == 2
    assert (shelf / "tiny.gguf").exists()
    ended: list[str] = []
    monkeypatch.setattr(host, "stop", lambda socket: bool(ended.append(socket)) or True)
    monkeypatch.setattr(models.Stock, "running", lambda self: models.Running("tiny"))
    assert kiki("model", "remove", "tiny", typed=["y"]).code == 0
    assert not (shelf / "tiny.gguf").exists()
    assert [state.exists() for state in states] == [False, True]
    assert len(ended) == 1


def test_stop(kiki: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kiki("model", "stop").out == "No model is running.\n"
    monkeypatch.setattr(host, "stop", lambda socket: True)
    assert kiki("model", "stop").out == "The model's server has ended.\n"
    assert json.loads(kiki("model", "stop", "--json").out) == {"stopped": True}
