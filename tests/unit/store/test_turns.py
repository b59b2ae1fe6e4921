"""Writers of one process take turns, in the order in which they came."""

import threading
import time
from pathlib import Path

import pytest

from kiki.model.errors import TemporaryError
from kiki.store.database import Database
from kiki.store.turns import Turns


def test_in_order() -> None:
    turns, came = Turns("db", 10.0), list[int]()

    def one(number: int) -> None:
        with turns.turn():
            came.append(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(10)]
    with turns.turn():
        for thread in threads:
            thread.start()
            time.sleep(0.02)
        assert came == []
    for thread in threads:
        thread.join()
    assert came == list(range(10))


def test_who_waits_too_long_is_told_and_the_others_go_on() -> None:
    turns, told = Turns("db", 0.05), list[str]()

    def late() -> None:
        with pytest.raises(TemporaryError) as caught, turns.turn():
            pass
        told.append(caught.value.code)

    with turns.turn():
        thread = threading.Thread(target=late)
        thread.start()
        thread.join()
    assert told == ["store.locked"]
    with turns.turn():
        pass


def test_a_failure_gives_the_turn_back() -> None:
    turns = Turns("db", 0.05)
    with pytest.raises(ZeroDivisionError), turns.turn():
        1 / 0  # noqa: B018
    with turns.turn():
        pass


def test_sixty_threads_at_once_lose_nothing(state: Path) -> None:
    """With SQLite's own waiting some of them wait for ever."""
    database = Database(state / "kiki.db", 30.0)

    def one(number: int) -> None:
        for step in range(5):
            with database.writing() as connection:
                connection.execute("INSERT INTO locks VALUES (?, 'b', 'c')", (f"{number}-{step}",))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM locks").fetchone() == (300,)
    database.close()
