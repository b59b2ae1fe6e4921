"""The driver script's own functions. ansible_runner is not here: an empty one stands in, as
whether the two work together is seen in tests/live/test_runner_*.py."""

import importlib.util
import json
import os
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from kiki.execution import drivers


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    """The script as a module."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("", ".config", ".config.command", ".runner", ".utils"):
            module = ModuleType("ansible_runner" + name)
            for thing in ("CommandConfig", "Runner", "OutputEventFilter"):
                setattr(module, thing, object)
            patch.setitem(sys.modules, module.__name__, module)
        spec = importlib.util.spec_from_file_location("kiki_driver", drivers.SCRIPT / "__main__.py")
        assert spec is not None and spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        yield loaded


def event(name: str, text: str = "", **data: Any) -> dict[str, Any]:
    return {"event": name, "stdout": text, "counter": 1, "event_data": data}


def test_a_result_is_cut_down_to_what_is_used(driver: Any) -> None:
    res = {
        "changed": True,
        "msg": "m",
        "diff": [],
        "invocation": {"a": 1},
        "ansible_facts": {},
        "results": [1],
    }
    line = driver.message(
        event("runner_on_ok", "changed: [n1]", host="n1", task="T", task_action="copy", res=res),
        {"dnf": ["results"]},
    )
    assert line["res"] == {"changed": True, "msg": "m", "diff": []}
    assert (line["host"], line["task"], line["task_action"]) == ("n1", "T", "copy")
    assert "text" not in line


@pytest.mark.parametrize("module", ["dnf", "ansible.builtin.dnf"])
def test_what_is_wished_of_a_module_comes_with_it(driver: Any, module: str) -> None:
    res = {"changed": True, "results": ["Installed: a"], "delta": {}}
    given = event("runner_on_ok", "changed: [n1]", task_action=module, res=res)
    wished = {"dnf": ["results", "absent"], "apt": ["delta"]}
    assert driver.message(given, wished)["res"]["kept"] == {"results": ["Installed: a"]}
    hidden = given | {"event_data": {"task_action": module, "res": {"censored": "x"}}}
    assert "kept" not in driver.message(hidden, wished)["res"]


@pytest.mark.parametrize(("text", "changed"), [("changed: [n1]", True), ("ok: [n1]", False)])
def test_of_a_hidden_result_the_printed_word_tells(driver: Any, text: str, changed: bool) -> None:
    line = driver.message(event("runner_on_ok", text, res={"censored": "hidden"}), {})
    assert line["res"] == {"censored": "hidden", "changed": changed}


@pytest.mark.parametrize("command", [["podman", "ps", "x y"], "podman ps"])
def test_a_program_that_is_not_there_is_named(driver: Any, command: Any) -> None:
    """Ansible's command module says in words only that it could not be started."""
    failed = {"msg": "Error executing command.", "rc": 2, "cmd": command}
    line = driver.message(
        event("runner_on_failed", host="n1", task="T", task_action="command", res=failed), {}
    )
    kept = line["res"]
    assert kept["msg"] == "Error executing command. No such file or directory: 'podman'"
    assert "cmd" not in kept


def test_a_skipped_task_tells_why_in_its_text(driver: Any) -> None:
    text = 'skipping: [n1] => {"changed": false, "skip_reason": "Conditional result was False"}'
    line = driver.message(event("runner_on_skipped", text), {})
    assert line["res"] == {"changed": False, "skip_reason": "Conditional result was False"}


@pytest.mark.parametrize(
    "text", ["skipping: [n1]", "skipping: [n1] => {broken", "x => [1]", "=> {}"]
)
def test_a_text_without_a_result_has_none(driver: Any, text: str) -> None:
    assert driver.printed(text) == {}


def test_loop_items_have_a_label(driver: Any) -> None:
    line = driver.message(event("runner_item_on_ok", "", res={"item": "a"}), {})
    assert line["res"]["_ansible_item_label"] == "a"


def test_data_that_did_not_arrive_is_said(driver: Any) -> None:
    assert driver.message({"uuid": "u", "counter": 7, "stdout": ""}, {})["event"] == "lost"


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("runner_on_start", "", False),
        ("runner_on_file_diff", "--- secret file", False),
        ("verbose", "  \r\n", False),
        ("verbose", "[ERROR]: x", True),
        ("runner_on_ok", "", True),
        ("playbook_on_stats", "", True),
    ],
)
def test_what_is_sent(driver: Any, name: str, text: str, wanted: bool) -> None:
    assert driver.wanted(event(name, text)) is wanted


def test_enormous_texts_are_cut_at_any_depth(driver: Any) -> None:
    cut = driver.short({"a": ["x" * (driver.ENORMOUS + 5)], "n": 3})
    assert len(cut["a"][0]) == driver.ENORMOUS
    assert cut["n"] == 3


def test_enormous_texts_are_cut_at_a_line_end_not_within_a_secret(driver: Any) -> None:
    text = "first\n" + "x" * driver.ENORMOUS + "C4nary-value\n"
    assert driver.short(text) == "first\n"


def test_a_slow_reader_gets_everything(driver: Any) -> None:
    source, target = os.pipe()
    sink = driver.Sink(target)
    got: list[bytes] = []

    def read() -> None:
        with os.fdopen(source, "rb") as file:
            got.append(file.read())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(200):
        sink.send({"n": number, "text": "x" * 5000})
    os.close(target)
    reader.join()
    assert [json.loads(line)["n"] for line in got[0].splitlines()] == list(range(200))


def test_a_reader_that_died_does_not_stop_the_run(driver: Any) -> None:
    source, target = os.pipe()
    os.close(source)
    sink = driver.Sink(target)
    sink.send({"n": 1})
    sink.send({"n": 2})
    os.close(target)


def test_the_script_imports_nothing_of_kiki() -> None:
    text = (drivers.SCRIPT / "__main__.py").read_text()
    assert "from kiki" not in text
    assert "import kiki" not in text
    assert not [
        line for line in text.splitlines() if line.startswith(("import ansible.", "from ansible."))
    ]
