"""The driver without a client: all sorts at once, one time limit, and errors by their name only."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiki.catalogues import asking
from kiki.catalogues.driver import listing

SECRET = "Geheim-0815"


class System:
    """A module of the driver whose lists are those given."""

    def __init__(self, begin: Callable[[], None] = lambda: None, **lists: Any) -> None:
        self._begin, self._lists = begin, lists

    def connected(self, order: dict[str, Any]) -> Any:
        return self

    def begin(self, client: Any) -> None:
        self._begin()

    def lists(self, client: Any, order: dict[str, Any]) -> dict[str, listing.Names]:
        return self._lists


def answer(system: System, timeout_s: float = 5, most: int = 10) -> dict[str, Any]:
    order = {"sorts": list(system._lists), "timeout_s": timeout_s, "most": most}
    return listing.answer(system, order)


def raising(error: BaseException) -> Any:
    def raises() -> Any:
        raise error

    return raises


class HttpError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(SECRET)
        self.http_status = status


class ConnectTimeout(Exception):  # noqa: N818 -- as requests calls it
    pass


def test_names_are_sorted_without_doubles_and_empty_ones() -> None:
    found = answer(System(images=lambda: ["b", "a", None, "", "b"]))
    assert found == {"names": {"images": ["a", "b"]}, "errors": {}}


def test_one_that_fails_leaves_the_others() -> None:
    made = System(
        images=lambda: ["a"],
        flavors=raising(HttpError(403)),
        networks=lambda: map(str, range(11)),
        keypairs=raising(ConnectTimeout(SECRET)),
    )
    found = answer(made)
    assert found["names"] == {"images": ["a"]}
    assert found["errors"] == {
        "flavors": "HttpError 403", "networks": "too_many", "keypairs": "timeout",
    }  # fmt: skip
    assert SECRET not in json.dumps(found)


def test_a_slow_one_does_not_hold_the_others_up() -> None:
    begun = time.monotonic()
    made = System(images=lambda: ["a"], flavors=lambda: time.sleep(2) or ["b"])
    assert answer(made, timeout_s=0.3) == {
        "names": {"images": ["a"]}, "errors": {"flavors": "timeout"},
    }  # fmt: skip
    assert time.monotonic() - begun < 1.5


def test_a_system_that_lets_nobody_in_in_time_is_not_waited_for() -> None:
    begun = time.monotonic()
    made = System(lambda: time.sleep(2), images=lambda: ["a"])
    assert answer(made, timeout_s=0.3) == {"error": "timeout"}
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("system", ["clouds", "clusters"])
def test_without_its_client_the_program_says_so(system: str) -> None:
    order = {"system": system, "cloud": "x", "variables": {}, "kubeconfig": "/x", "context": "",
             "sorts": [], "timeout_s": 1, "most": 1}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(asking.SCRIPT)],
        input=json.dumps(order) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(asking.SCRIPT).parent,
    )
    assert json.loads(done.stdout) == {"error": "ModuleNotFoundError"}
