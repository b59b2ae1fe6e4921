"""A model behind an OpenAI-compatible server, from the command line to the record."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.model.exits import Exit
from tests.conftest import ROOT
from tests.unit.cli.whole import Kiki
from tests.unit.engines.serving import KEY, Api, serving

MESSAGE = "nginx 패키지 뾰로롱해 봐봐"
READ = {"operations": [{"kind": "ansible.package_install", "fields": {"names": ["nginx"]}}]}
DOWN = "http://127.0.0.1:9/v1"


@pytest.fixture
def api() -> Iterator[Api]:
    served = Api(keeps=("response_format",))
    served.hold = lambda _: json.dumps(READ)
    served.key = KEY
    with serving(served):
        yield served


@pytest.fixture
def kiki(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kiki:
    monkeypatch.chdir(tmp_path)
    return Kiki(tmp_path)


def test_an_address_alone_makes_a_model_read_what_rules_refuse(kiki: Kiki, api: Api) -> None:
    ended = kiki("--message", MESSAGE, MODEL_URL=api.url)
    assert ended.code == Exit.DONE, ended.err
    assert "small-1" in ended.out
    assert "ansible.builtin.apt" in ended.out
    assert len(api.chats) == 1


def test_how_the_answer_was_made_is_in_the_record_and_the_key_nowhere(kiki: Kiki, api: Api) -> None:
    ended = kiki("--message", MESSAGE, MODEL_URL=api.url)
    shown = kiki.shown()
    assert shown["reading"]["operations"][0]["sources"]["names"]["detail"] == "small-1"
    kept = next(one for one in shown["reading"]["assumptions"] if one["code"] == "assumption.model")
    assert kept["params"] == {
        "model": "small-1", "seed": "42", "temperature": "0", "rung": "response_format"
    }  # fmt: skip
    assert KEY not in ended.out + ended.err
    for path in kiki.folder.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()


def test_the_server_gets_the_message_and_nothing_else_of_the_request(kiki: Kiki, api: Api) -> None:
    kiki("--message", MESSAGE + " 비밀번호 Geheim-4711", "--name", "box", MODEL_URL=api.url)
    sent = json.dumps(api.asked, ensure_ascii=False)
    assert "뾰로롱" in sent
    assert not [word for word in ("Geheim", "box", "root", str(kiki.folder)) if word in sent]


@pytest.mark.parametrize("engine", ["none", "auto"])
def test_without_an_engine_or_without_an_address_rules_alone_read(
    kiki: Kiki, api: Api, engine: str
) -> None:
    address = {"MODEL_URL": api.url} if engine == "none" else {}
    ended = kiki("--message", MESSAGE, KIKI_ENGINE=engine, **address)
    assert ended.code == Exit.REFUSED
    assert not api.paths


def test_what_rules_read_needs_no_server(kiki: Kiki) -> None:
    assert kiki("--message", "nginx 설치해줘", MODEL_URL=DOWN).code == Exit.DONE
    assert kiki("gen", "--kind", "ping", "--target", "ansible", MODEL_URL=DOWN).code == Exit.DONE


def test_an_engine_without_an_address_says_so_when_it_is_wanted(kiki: Kiki) -> None:
    assert kiki("--message", "nginx 설치해줘", KIKI_ENGINE="openai").code == Exit.DONE
    ended = kiki("--message", MESSAGE, "--lang", "en", KIKI_ENGINE="openai")
    assert ended.code == Exit.USAGE
    assert "MODEL_URL" in ended.err


def test_a_server_that_is_down_is_temporary_recorded_and_said(kiki: Kiki) -> None:
    ended = kiki("--message", MESSAGE, "--lang", "en", MODEL_URL=DOWN)
    assert ended.code == Exit.TEMPORARY
    assert "nothing listens there; start the server, or correct MODEL_URL" in ended.err
    shown = kiki.shown()
    assert (shown["state"], shown["reason"]) == ("failed", "engine.unavailable")
    log = json.loads(kiki("audit", "log", "--json").out)["records"]
    assert log[-1]["data"]["reason"] == "engine.unavailable"
    assert kiki("audit", "verify").code == Exit.DONE
    assert "KIKI" not in kiki("show", shown["id"], "--lang", "ko").out


def test_what_a_server_says_can_not_move_the_cursor(kiki: Kiki, api: Api) -> None:
    said = '{"error": {"message": "\\u001b[2Jgone \\u001b]0;title\\u0007"}}'
    api.statuses = [(403, {}, said.encode())]
    ended = kiki("--message", MESSAGE, MODEL_URL=api.url)
    assert ended.code == Exit.FAILED
    assert "\x1b" not in ended.out + ended.err
    assert "\x1b" not in kiki("show", kiki.changes()[0]["id"]).out


# -- which model ----------------------------------------------------------------------------------


def test_a_wrong_model_is_permanent_and_names_those_there_are(kiki: Kiki, api: Api) -> None:
    api.models = ["a", "b"]
    ended = kiki("--message", MESSAGE, "--model", "local-llama", "--lang", "en", MODEL_URL=api.url)
    assert ended.code == Exit.FAILED
    assert "There are: a, b." in ended.err


@pytest.mark.parametrize("flag", [True, False])
def test_a_flag_chooses_the_model_and_wins_over_the_setting(
    kiki: Kiki, api: Api, flag: bool
) -> None:
    api.models = ["a", "b"]
    words = ("--model", "b") if flag else ()
    kiki("--message", MESSAGE, *words, MODEL_URL=api.url, KIKI_MODEL="a")
    assert api.chats[0]["model"] == ("b" if flag else "a")


def test_several_models_are_a_question_that_can_be_answered_later(kiki: Kiki, api: Api) -> None:
    api.models = ["a", "b"]
    ended = kiki("--message", MESSAGE, "--lang", "en", MODEL_URL=api.url)
    assert ended.code == Exit.QUESTION
    assert "has several models" in ended.err
    shown = kiki.shown()
    question = shown["question"] if "question" in shown else shown["reading"]["question"]
    assert [choice["value"] for choice in question["choices"]] == ["a", "b"]
    answered = kiki("answer", shown["id"], "b", MODEL_URL=api.url)
    assert answered.code == Exit.DONE, answered.err
    assert [body["model"] for body in api.chats] == ["b"]


# -- while it works -------------------------------------------------------------------------------


def test_a_terminal_shows_how_far_it_is_and_a_file_does_not(kiki: Kiki, api: Api) -> None:
    on_terminal = kiki("--message", MESSAGE, "--lang", "en", terminal=True, MODEL_URL=api.url)
    assert "Asking the model small-1: 1 tokens so far" in on_terminal.err
    elsewhere = kiki("--message", MESSAGE, "--lang", "en", MODEL_URL=api.url)
    assert "Asking" not in elsewhere.err
    explained = kiki("explain", MESSAGE, "--lang", "en", terminal=True, MODEL_URL=api.url)
    assert explained.code == Exit.DONE
    assert "Asking the model small-1" in explained.err


def started(kiki: Kiki, *words: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiki", *words],
        env=kiki.environ | {"PYTHONPATH": str(ROOT / "src")} | more,
        cwd=kiki.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_ctrl_c_while_a_model_answers_ends_cleanly_and_keeps_the_change(
    kiki: Kiki, api: Api
) -> None:
    kiki("--message", MESSAGE, MODEL_URL=api.url)  # the rung is known, the state folder there
    before = len(api.chats)
    api.pause_s = 0.5
    process = started(kiki, "--message", MESSAGE, "--lang", "en", MODEL_URL=api.url)
    wait_for(lambda: len(api.chats) > before)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == Exit.CANCELLED, err
    assert "Traceback" not in err
    newest = kiki.changes()[0]
    assert newest["state"] == "draft"
    assert newest["id"] in err
    api.pause_s = 0.0
    again = kiki("plan", newest["id"], MODEL_URL=api.url)
    assert again.code == Exit.DONE, again.err
    assert kiki.changes()[0]["state"] == "checked"


# -- doctor and start-up --------------------------------------------------------------------------


def doctor(kiki: Kiki, **more: str) -> dict[str, Any]:
    checks = json.loads(kiki("doctor", "--json", "--lang", "en", **more).out)["checks"]
    found: dict[str, Any] = next(one for one in checks if one["code"].startswith("engine."))
    return found


def test_doctor_says_which_engine_there_is_and_how_it_answers(kiki: Kiki, api: Api) -> None:
    assert doctor(kiki)["code"] == "engine.check_none"
    held = doctor(kiki, MODEL_URL=api.url)
    assert (held["code"], held["ok"]) == ("engine.check_held", True)
    assert held["text"] == (
        f"The model small-1 at {api.url}/v1 answers, held to the schema by response_format"
    )
    assert not api.chats
    api.keeps, api.version, api.owner = (), "b2", "llamacpp"
    assert doctor(kiki, MODEL_URL=api.url)["code"] == "engine.check_loose"


def test_doctor_says_what_is_wrong_with_a_server(kiki: Kiki, api: Api) -> None:
    down = doctor(kiki, MODEL_URL=DOWN)
    assert (down["code"], down["ok"], down["level"]) == ("engine.unavailable", False, "optional")
    assert "nothing listens there" in down["text"]
    assert doctor(kiki, MODEL_URL=api.url, API_KEY="other")["code"] == "engine.key_refused"
    assert doctor(kiki, MODEL_URL="ftp://x")["code"] == "engine.bad_url"
    assert doctor(kiki, KIKI_ENGINE="openai")["code"] == "engine.url_missing"
    script = kiki.folder / "script.json"
    script.write_text("[]", "utf-8")
    assert doctor(kiki, KIKI_ENGINE=f"scripted:{script}")["code"] == "engine.check_other"
    ended = kiki("doctor", "--lang", "ko", MODEL_URL=DOWN)
    assert "응답하지 않습니다" in ended.out


def test_a_configured_server_costs_nothing_until_it_is_asked(tmp_path: Path) -> None:
    code = (
        "import sys; from kiki.cli.dispatch import dispatch;"
        "dispatch(['gen', '--kind', 'ping', '--target', 'ansible']);"
        "heavy = ('http.client', 'ssl', 'socket', 'urllib.parse', 'kiki.engines.http');"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    environ = {"PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path), "MODEL_URL": DOWN}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )
    assert done.stderr == "[]\n"
