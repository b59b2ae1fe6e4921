"""``kiki bench``: exit codes, both languages, JSON, the file, and that nothing is recorded."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiki.cli.commands.bench import _LEVELS
from tests.unit.cli.test_json import PROMISED, keys

FEW = ("--only", "ping", "--only", "typo", "--lang-set", "ko")
STRANGE = "ansible-hard-ko-99"


@pytest.fixture
def small_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """One request that no rule can read, and one that wants a refusal and will be read."""
    from kiki.benchmark import bench
    from kiki.benchmark.samples import Answer, Asked, Sample

    httpd = Asked(kind="ansible.package_install", fields={"names": ["httpd"]})
    base: Any = {"lang": "ko", "level": "hard", "held_out": False}
    strange = Sample(
        id=STRANGE, say="httpd 뿌빠해줘", answers=(Answer(operations=(httpd,)),), **base
    )
    turned = Sample(id="turned", say="nginx 설치", answers=(Answer(),), **base)
    monkeypatch.setattr(bench, "load", lambda: (strange, turned))


def script(folder: Path, answers: Any, model: str = "small-1") -> str:
    path = folder / "script.json"
    path.write_text(json.dumps({"model": model, "answers": answers}), "utf-8")
    return f"scripted:{path}"


def test_the_levels_are_those_of_the_set() -> None:
    from kiki.benchmark.samples import LEVELS

    assert LEVELS == _LEVELS


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_it_shows_a_table_and_ends_with_0(kiki: Any, lang: str) -> None:
    ended = kiki("bench", *FEW, "--lang", lang)
    assert ended.code == 0 and ended.err == ""
    lines = ended.out.splitlines()
    assert {"en": "rules alone", "ko": "규칙만"}[lang] in lines[0]
    assert any("p50" in line and "ms" in line for line in lines)
    assert "bench." not in ended.out


def test_json_has_the_promised_keys_only(kiki: Any, tmp_path: Path) -> None:
    engine = script(tmp_path, [{"text": "- a: {"}])
    ended = kiki("bench", *FEW, "--engine", engine, "--baseline", "yaml", "--json")
    shown = json.loads(ended.out)
    assert keys(shown) <= PROMISED
    assert shown["exit"] == ended.code == 0
    assert shown["engine"] == "small-1"
    assert shown["free"]["figures"][-1]["trials"] == shown["requests"]
    assert shown["total"]["trials"] == shown["requests"]


@pytest.mark.parametrize(("lang", "title"), [("en", "Official types"), ("ko", "공식 타입")])
def test_official_types_have_figures_of_their_own(
    kiki: Any, tmp_path: Path, lang: str, title: str
) -> None:
    held = {
        "type": "ansible.builtin.dpkg_selections",
        "body": {"name": "nginx", "selection": "hold"},
    }
    lines = [{"when": "dpkg selections", "text": {"operations": [held]}}]
    engine = script(tmp_path, [*lines, {"text": {"operations": []}}])
    words = ("bench", "--generic", "--only", "generic-ko-1[23]", "--engine", engine)
    ended = kiki(*words, "--lang", lang)
    assert title in ended.out and "bench." not in ended.out
    shown = json.loads(kiki(*words, "--json").out)
    assert keys(shown) <= PROMISED
    assert (shown["generic"], shown["requests"], shown["total"]["right"]) == (True, 2, 1)


def test_official_types_need_an_engine(kiki: Any) -> None:
    assert kiki("bench", "--generic", "--engine", "none").code == 2


def test_everything_goes_to_a_file_and_what_is_held_out_by_its_id_only(
    kiki: Any, tmp_path: Path
) -> None:
    ended = kiki("bench", "--level", "question", "--out", "deep/bench.json")
    assert ended.code == 0
    assert "deep/bench.json" in ended.err
    whole = json.loads((tmp_path / "deep/bench.json").read_text("utf-8"))
    assert keys(whole) <= PROMISED
    assert len(whole["results"]) == whole["requests"]
    assert all((one["say"] == "") == one["held_out"] for one in whole["results"])
    assert kiki("bench", "--level", "question", "--out", "deep/bench.json").code == 2
    assert kiki("bench", "--only", "ping", "--out", "deep/bench.json", "--force").code == 0


@pytest.mark.usefixtures("small_set")
def test_a_model_that_is_wrong_is_named_and_does_not_fail_it(kiki: Any, tmp_path: Path) -> None:
    wrong = {"operations": [{"kind": "ansible.service_start", "fields": {"names": ["httpd"]}}]}
    verb = {"when": "Which verb", "text": {"verb": "start"}}
    engine = script(tmp_path, [{"text": wrong}, verb])
    ended = kiki("bench", "--only", STRANGE, "--engine", engine)
    assert ended.code == 0
    assert f"{STRANGE} (model)" in ended.out and "service_start names=httpd" in ended.out


@pytest.mark.usefixtures("small_set")
def test_rules_that_are_wrong_fail_it(kiki: Any) -> None:
    ended = kiki("bench", "--json")
    shown = json.loads(ended.out)
    assert ended.code == shown["exit"] == 1
    assert [one["id"] for one in shown["wrong"]] == ["turned"]
    assert shown["wrong"][0]["operations"][0]["fields"]["names"] == ["nginx"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--only", "nothere"), 2, "nothere"),
        (("--level", "easy"), 2, "--level"),
        (("--lang-set", "fr"), 2, "--lang-set"),
        (("--repeat", "0"), 2, "--repeat"),
        (("--engine", "oracle"), 2, "oracle"),
        (("--baseline", "yaml", "--engine", "none"), 2, "--engine scripted:FILE"),
        (("--only", "ping", "--out", "."), 2, "."),
    ],
)
def test_mistakes(kiki: Any, words: tuple[str, ...], code: int, said: str) -> None:
    ended = kiki("bench", *words)
    assert ended.code == code
    assert said in ended.err


@pytest.mark.usefixtures("small_set")
def test_the_same_mistake_in_every_run_is_told_once(kiki: Any) -> None:
    shown = kiki("bench", "--repeat", "3").out
    assert "3 by rules" in shown
    assert shown.count("turned (rules): nginx 설치\n") == 1


@pytest.mark.usefixtures("small_set")
def test_an_engine_that_is_down_ends_it_with_9(kiki: Any, tmp_path: Path) -> None:
    engine = script(tmp_path, [{"error": "unavailable"}])
    assert kiki("bench", "--only", STRANGE, "--engine", engine).code == 9


def test_repeating_shows_what_was_right_every_time(kiki: Any) -> None:
    assert "pass^3" in kiki("bench", "--only", "ping", "--repeat", "3").out
    assert "pass^" not in kiki("bench", "--only", "ping").out


def test_nothing_is_recorded(kiki: Any, agent: Any, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert kiki("bench", *FEW, KIKI_STATE=str(state)).code == 0
    assert not state.exists()
    assert agent.calls == []
