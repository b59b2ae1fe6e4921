"""The process that asks: what it gets, what it never shows, and that nobody waits for it."""

import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from kiki.catalogues import asking
from kiki.catalogues.asking import Answer, ask
from kiki.catalogues.live import FRESH_S, LiveCatalogue
from kiki.catalogues.openstack import OpenStackCatalogue
from kiki.model.errors import TemporaryError, UsageError

PYTHON = Path(sys.executable)
SECRET = "Geheim-0815"


def script(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    path = folder / "driver.py"
    path.write_text("import json, os, sys, time\norder = json.loads(sys.stdin.readline())\n" + code)
    monkeypatch.setattr(asking, "SCRIPT", path)


def test_a_credential_goes_through_the_pipe_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    code = f"""
here = open("/proc/self/environ").read() + open("/proc/self/cmdline").read()
open({str(seen)!r}, "w").write(here)
print(json.dumps({{"names": {{"images": [str(order["variables"]["OS_PASSWORD"] == {SECRET!r})]}}}}))
"""
    script(tmp_path, monkeypatch, code)
    monkeypatch.setenv("OS_PASSWORD", SECRET)
    variables = {"OS_AUTH_URL": "http://127.0.0.1:1", "OS_PASSWORD": SECRET}
    made = OpenStackCatalogue(
        "", variables, lambda: PYTHON, timeout_s=2, environment={"no_proxy": "here"}
    )
    assert made.names("images") == ("True",)
    assert made.place("images") == "http://127.0.0.1:1"
    assert SECRET not in seen.read_text()
    assert "no_proxy=here" in seen.read_text()


def test_one_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, monkeypatch, "open('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)\n")
    monkeypatch.setattr(asking, "START_S", 2.0)
    monkeypatch.chdir(tmp_path)
    begun = time.monotonic()
    assert ask(PYTHON, "clouds", {}, 0.5, {}) == Answer(error="timeout")
    assert time.monotonic() - begun < 20
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("code", ["print('no JSON')", "sys.exit(3)", "print('{\"other\": 1}')"])
def test_one_that_does_not_work_is_said(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path, monkeypatch, code)
    with pytest.raises(TemporaryError) as raised:
        ask(PYTHON, "clouds", {}, 2, {})
    assert raised.value.code == "catalogue.client_failed"


def test_a_python_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError) as raised:
        ask(tmp_path / "python", "clouds", {}, 2, {})
    assert raised.value.code == "catalogue.client_failed"


class Counting(LiveCatalogue):
    """Counts how often its system is asked; *answer* is raised when it is an error."""

    sorts = ("images",)

    def __init__(self, answer: Answer | UsageError) -> None:
        self.now, self.times = 0.0, 0
        super().__init__("here", clock=lambda: self.now)
        self._told = answer

    def _ask(self) -> Answer:
        self.times += 1
        if isinstance(self._told, UsageError):
            raise self._told
        return self._told


@pytest.mark.parametrize("error", ["", "timeout"])
def test_a_system_is_asked_once_and_again_after_a_while(error: str) -> None:
    made = Counting(Answer(names={"images": ["a"]}, error=error))
    for _ in range(3):
        try:
            made.names("images")
        except TemporaryError as raised:
            assert raised.code == f"catalogue.{error}"
    assert made.times == 1
    made.now += FRESH_S + 1
    with pytest.raises(TemporaryError) if error else nullcontext():
        made.names("images")
    assert made.times == 2


def test_a_client_that_can_not_be_installed_is_not_tried_twice() -> None:
    made = Counting(UsageError("provision.missing_runtime"))
    for _ in range(2):
        with pytest.raises(UsageError):
            made.names("images")
    assert made.times == 1
