"""``kiki vdc`` as a command: what it refuses, what it writes, and how it ends."""

import json
from pathlib import Path

import pytest

from kiki.vdc.shape import published
from tests.unit.cli.conftest import Run

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "vdc"
STARTER = str(GOLDEN / "starter" / "definition.yaml")
PEOPLED = str(GOLDEN / "lab" / "definition.yaml")
BAD = str(GOLDEN / "bad_rules" / "definition.yaml")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "needs"),
        ("draw a.yaml", "is not one of"),
        ("check", "FILE"),
        ("check a.yaml b.yaml", "b.yaml"),
        ("check nowhere.yaml", "nowhere.yaml"),
        ("check a.yaml --out x", "--out"),
        ("render a.yaml --sarif", "--sarif"),
        ("render a.yaml --format svg", "--format"),
        ("graph a.yaml --format png", "svg, mermaid"),
        ("init a.yaml", "a.yaml"),
        ("init --preset prod", "lab, starter"),
        ("schema --preset lab", "--preset"),
        (f"plan {STARTER}", "--cloud"),
        (f"import {STARTER} --cloud x", "starter"),
        (f"plan {STARTER} --cloud x --yes", "--yes"),
        (f"diff {STARTER} {STARTER} {STARTER}", "starter"),
        (f"diff {STARTER}", "OLD NEW"),
        (f"check {STARTER} --take-over", "--take-over"),
        (f"run {STARTER} --cloud x --base-url http://127.0.0.1:1", "http://127.0.0.1:1"),
        (f"plan {PEOPLED} --cloud x", "kiki secret set vdc-"),
    ],
)
def test_what_is_refused(kiki: Run, words: str, said: str) -> None:
    ended = kiki("vdc", *words.split())
    assert ended.code == 2, ended
    assert said in ended.err


@pytest.mark.parametrize("what", ["check", "render", "graph", "plan"])
def test_a_definition_with_errors(kiki: Run, what: str) -> None:
    ended = kiki("vdc", what, BAD)
    assert ended.code == 5
    assert "wbe" in (ended.out if what == "check" else ended.err)
    assert what == "check" or not ended.out


def test_a_good_one(kiki: Run) -> None:
    ended = kiki("vdc", "check", STARTER)
    assert (ended.code, "No errors" in ended.out) == (0, True)


def test_korean(kiki: Run) -> None:
    assert "오류가 없습니다" in kiki("vdc", "check", STARTER, "--lang", "ko").out
    assert "티어" in kiki("vdc", "check", BAD, "--lang", "ko").out


def test_json_and_sarif(kiki: Run) -> None:
    told = json.loads(kiki("vdc", "check", BAD, "--json").out)
    assert told["exit"] == 5
    assert {"vdc.rule_twice", "vdc.tier_empty"} <= {one["code"] for one in told["findings"]}
    sarif = json.loads(kiki("vdc", "check", BAD, "--sarif").out)
    assert sarif["runs"][0]["results"][0]["locations"]
    made = json.loads(kiki("vdc", "render", STARTER, "--json").out)
    assert [file["path"] for file in made["artifact"]["files"]] == [
        "admin.yaml", "dev-team.yaml", "dev-team.inventory.yml"
    ]  # fmt: skip
    drawn = json.loads(kiki("vdc", "graph", STARTER, "--json").out)
    assert drawn["text"].startswith("<svg")


def test_files_are_written_once_and_left_ones_named(kiki: Run, tmp_path: Path) -> None:
    words = ("vdc", "render", STARTER, "--out", "out")
    assert kiki(*words).code == 0
    made = (tmp_path / "out" / "dev-team.yaml").read_text("utf-8")
    assert made == (GOLDEN / "starter" / "expected" / "dev-team.yaml").read_text("utf-8")
    assert kiki(*words).code == 2
    (tmp_path / "out" / "old.yaml").write_text(made)
    (tmp_path / "out" / "mine.yaml").write_text("a: 1\n")
    again = kiki(*words, "--force")
    assert again.code == 0 and "old.yaml" in again.err and "mine.yaml" not in again.err


def test_a_picture_of_either_sort(kiki: Run, tmp_path: Path) -> None:
    assert kiki("vdc", "graph", STARTER).out == (GOLDEN / "starter/graph.svg").read_text("utf-8")
    mermaid = kiki("vdc", "graph", STARTER, "--format", "mermaid").out
    assert mermaid == (GOLDEN / "starter/graph.mmd").read_text("utf-8")
    assert kiki("vdc", "graph", STARTER, "--out", "a.mmd").code == 0
    assert (tmp_path / "a.mmd").read_text("utf-8") == mermaid


def test_presets_check_and_the_slides_mistake_is_said(kiki: Run) -> None:
    ended = kiki("vdc", "init", "--preset", "lab", "--out", "lab.yaml")
    assert ended.code == 0 and "vlab-user1" in ended.err
    assert kiki("vdc", "check", "lab.yaml").code == 0
    assert kiki("vdc", "init").out.startswith("# yaml-language-server")


def test_the_schema(kiki: Run) -> None:
    assert kiki("vdc", "schema").out == published().decode()


def test_stdin_is_a_definition(kiki: Run) -> None:
    ended = kiki("vdc", "check", "-", typed=["vdc: 1"])
    assert ended.code == 5 and "-:1:1" in ended.out


def test_a_definition_from_words(kiki: Run, tmp_path: Path) -> None:
    words = "dev VDC: 웹 서버 2대, 사설망 10.0.0.0/24, SSH 허용"
    asked = kiki("vdc", "new", words)
    assert asked.code == 3 and "이미지" in asked.err and not asked.out
    given = ("--image", "rocky-9", "--flavor", "m1.small", "--out", "dev.yaml")
    assert kiki("vdc", "new", words, *given).code == 0
    text = (tmp_path / "dev.yaml").read_text("utf-8")
    assert text.startswith("# Kiki가 말로 만들었습니다: dev VDC") and "# 가정: " in text
    assert kiki("vdc", "check", "dev.yaml").code == 0


def test_words_that_are_not_understood(kiki: Run) -> None:
    ended = kiki("vdc", "new", "dev VDC: 2 web servers, and be quick", "--json")
    assert json.loads(ended.out)["problem"]["params"] == {"words": "be quick"}
    assert ended.code == 4 and "be quick" in ended.err
    wrong = kiki("vdc", "new", "dev VDC: 2 web servers, network 10.0.0.1/24, image i, flavor f")
    assert wrong.code == 5 and not wrong.out


def test_two_definitions_compared(kiki: Run, tmp_path: Path) -> None:
    text = Path(STARTER).read_text("utf-8").replace("count: 2", "count: 3")
    (tmp_path / "new.yaml").write_text(text.replace("100GB", "200GB"))
    ended = kiki("vdc", "diff", STARTER, "new.yaml")
    assert ended.code == 0
    assert "+ server web-2 (dev-team)" in ended.out and "size: 100 -> 200" in ended.out
    told = json.loads(kiki("vdc", "diff", STARTER, "new.yaml", "--json").out)["differences"]
    assert {one["action"] for one in told} == {"add", "update"}
    assert "Nothing changes" in kiki("vdc", "diff", STARTER, STARTER).out
    assert "바뀌는 것이 없습니다" in kiki("vdc", "diff", STARTER, STARTER, "--lang", "ko").out
    assert kiki("vdc", "diff", STARTER, BAD).code == 5
    assert kiki("vdc", "diff", STARTER).code == 2


def test_check_knows_a_definition(kiki: Run) -> None:
    assert "wbe" in kiki("check", BAD).out
    assert kiki("check", STARTER).code == 0


def test_the_schema_is_in_the_reader_s_language(kiki: Run) -> None:
    assert "가상 데이터센터" in kiki("vdc", "schema", "--lang", "ko").out
