"""In which language Kiki speaks: ``--lang``, then the message, then the setting, then the language
in which the change that a command is about was asked for, then the locale."""

import io
from typing import Any

import pytest

from kiki.cli.dispatch import dispatch
from kiki.cli.screen import Screen
from kiki.model.languages import language_of
from tests.unit.cli.conftest import ID

KOREAN, ENGLISH = "node1에 asking 설치", "asking for nginx on node1"
ON = ("--inventory", "hosts.ini,")
ABOUT = [
    ("answer", ID, "nginx"),
    ("show", ID),
    ("plan", ID),
    ("undo", ID),
    ("redo", ID),
    ("resume", ID),
    ("cancel", ID),
    ("reject", ID),
    ("policy", "explain", ID),
    ("bundle", ID),
    ("run", ID),  # fails: not approved
    ("approve", ID, "--digest", "sha256:123456789"),  # fails: another digest
]


def spoken(ended: Any) -> str | None:
    """The language of what was said, beside the request itself and what is the same in both."""
    said = ended.out + ended.err
    for own in (KOREAN, ENGLISH):
        said = said.replace(own, "")
    return language_of(said)


@pytest.fixture
def about(agent: Any, monkeypatch: Any) -> None:
    """What the commands here ask of the agent beside what it can do."""
    monkeypatch.setattr(agent, "resume", agent.replan, raising=False)
    monkeypatch.setattr(agent, "rulings", lambda _: (), raising=False)


@pytest.mark.usefixtures("about")
@pytest.mark.parametrize("words", ABOUT, ids=lambda words: " ".join(words[:2]))
def test_a_command_speaks_as_its_change_was_asked_for(kiki: Any, words: tuple[str, ...]) -> None:
    kiki("--message", KOREAN, *ON)
    assert spoken(kiki(*words)) == "ko"


@pytest.mark.usefixtures("about")
@pytest.mark.parametrize("words", ABOUT, ids=lambda words: " ".join(words[:2]))
def test_also_where_the_locale_is_the_other(kiki: Any, words: tuple[str, ...]) -> None:
    kiki("--message", ENGLISH, *ON, LANG="ko_KR.UTF-8")
    assert spoken(kiki(*words, LANG="ko_KR.UTF-8")) == "en"


def test_a_flag_of_the_asking_holds_for_what_follows(kiki: Any) -> None:
    kiki("--lang", "ko", "--message", ENGLISH, *ON)
    assert spoken(kiki("answer", ID, "nginx")) == "ko"


def test_what_a_person_chose_wins_over_the_change(kiki: Any) -> None:
    kiki("--message", KOREAN, *ON)
    assert spoken(kiki("show", ID, "--lang", "en")) == "en"
    assert spoken(kiki("answer", ID, "nginx", KIKI_LANG="en")) == "en"
    assert spoken(kiki("show", ID, KIKI_LANG="ko")) == "ko"


def test_work_under_way_is_told_in_that_language(kiki: Any, agent: Any) -> None:
    kiki("--message", KOREAN.replace("asking", "nginx"), *ON)
    kiki("approve", ID)
    assert "적용" in kiki("run", ID).err


def test_a_message_on_stdin_decides_as_one_on_the_line(agent: Any, tmp_path: Any) -> None:
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(out, err, io.StringIO(KOREAN), plain=True)
    environ = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    dispatch(["--message", "-"], environ=environ, screen=screen, make_agent=lambda *_: agent)
    assert agent.change.request.lang == "ko" and language_of(err.getvalue()) == "ko"
