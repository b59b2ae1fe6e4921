"""The command line over HTTP says what it says in this process, and logs in."""

import io
import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.cli.dispatch import dispatch
from kiki.cli.screen import Screen
from kiki.wiring import actor
from tests.unit.cli.whole import Ended, Kiki
from tests.unit.server.running import PASSWORD, Running, start, token_of

WEB = ("--message", "demo 네임스페이스에 nginx 디플로이먼트 3개 만들어줘", "-t", "k8s")
COMMANDS = (
    WEB,
    (*WEB, "--json"),
    ("--message", "nginx 디플로이먼트 만들어줘. YAML만 출력.", "-t", "k8s", "--name", "web"),
    ("--message", "사용자 추가해줘"),
    ("--message", "오늘 날씨 알려줘"),
    ("--message", "install nginx", "--inventory", "nothere.ini"),
    ("changes",),
    ("changes", "--json"),
    ("show", "ID"),
    ("show", "ID", "--json"),
    ("show", "zzz"),
    ("diff", "ID"),
    ("approve", "ID"),
    ("run", "ID"),
    ("undo", "ID"),
    ("redo", "ID"),
    ("resume", "ID"),
    ("plan", "ID"),
    ("reject", "ID", "no"),
    ("cancel", "ID"),
    ("answer", "ID", "kim"),
    ("bundle", "ID", "--out", "OUT"),
    ("audit", "verify"),
    ("audit", "log"),
    ("explain", "vm.swappiness를 10으로 설정"),
    ("kinds", "cron"),
)


class Both:
    """One command line twice; each remembers its own first change."""

    def __init__(self, folder: Path, migrated: Path, running: Running) -> None:
        self.folder = folder
        self.local, self.remote = Kiki(folder / "l"), Kiki(folder / "r")
        shutil.copytree(migrated, folder / "l" / "state")
        (folder / "r").mkdir()
        # Called as the user here, whose name is as long.
        token = token_of(running.server, running.accounts, "admin", actor())
        reached = {"KIKI_BASE_URL": running.url, "KIKI_TOKEN": token}
        self.remote.environ |= reached

    def ended(self, kiki: Kiki, words: tuple[str, ...]) -> Ended:
        first = kiki.changes()[-1]["id"] if "ID" in words else ""
        given = {"ID": first, "OUT": str(kiki.folder / "b.zip")}
        return kiki(*(given.get(word, word) for word in words))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    served = Path(shutil.copytree(migrated, folder / "served"))
    with start(served) as running:
        made = Both(folder, migrated, running)
        made.local(*WEB)
        made.remote(*WEB)
        yield made


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_same_output(both: Both, words: tuple[str, ...]) -> None:
    here, there = both.ended(both.local, words), both.ended(both.remote, words)
    assert there.code == here.code
    assert alike(there.out) == alike(here.out)
    if words != ("--message", "install nginx", "--inventory", "nothere.ini"):
        assert alike(there.err) == alike(here.err)


def alike(text: str) -> str:
    """*text* without ids, times, digests, people and folders."""
    text = re.sub(r"sha256:[0-9a-f]{8,64}", "DIGEST", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*Z?", "TIME", text)
    text = re.sub(r"(?<![0-9A-Za-z_])[0-9a-z]{14}(?![0-9A-Za-z_])", "ID", text)
    text = re.sub(r"ID(?:은\(는\)|은|는)", "ID은", text)  # by the last sound of an id
    text = re.sub(r"/\S*/both\d*/[lr]\b", "/FOLDER", text)
    text = re.sub(r".*account_set.*\n", "", text)  # only the server has people
    text = re.sub(r'"sequence": \d+|^ *\d+(?= +TIME)', "NUMBER", text, flags=re.M)
    return re.sub(r" +", " ", text)


def line(home: Path, words: list[str], typed: str, **environ: str) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(out, err, io.StringIO(typed), plain=True)
    given = {"HOME": str(home), "KIKI_STATE": str(home / "s"), "PATH": os.defpath, "LANG": "C"}
    code = dispatch(words, environ=given | environ, screen=screen)
    return Ended(code, out.getvalue(), err.getvalue())


def test_from_the_first_token_to_an_account_of_ones_own(tmp_path: Path, migrated: Path) -> None:
    with start(Path(shutil.copytree(migrated, tmp_path / "state")), empty=True) as running:
        url, home = running.url, tmp_path / "home"
        without = line(home, ["--base-url", url, *WEB], "")
        assert without.code == 2
        assert f"kiki login {url}" in without.err
        assert "KIKI_TOKEN" in without.err

        first = f"{running.accounts.first_token()}\nkim\n{PASSWORD}\n"
        assert line(home, ["login", url, "--first"], first).code == 0
        kept = home / ".config" / "kiki" / "tokens.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert line(home, ["--base-url", url, *WEB], "").code == 0

        made = line(home, ["people", "set", "lee", "--roles", "requester", "--new-password",
                           "--base-url", url], f"{PASSWORD}2\n")  # fmt: skip
        assert made.code == 0, made.err
        assert "lee" in line(home, ["people", "list", "--base-url", url], "").out

        lee = tmp_path / "lee"
        assert line(lee, ["login", url], f"lee\n{PASSWORD}2\n").code == 0
        listed = line(lee, ["changes", "--base-url", url], "")
        assert "nginx" not in listed.out + listed.err, "others' changes are not shown"
        denied = line(lee, ["people", "list", "--base-url", url], "")
        assert (denied.code, "admin" in denied.err) == (2, True)

        token = line(home, ["token", "new", "--scopes", "read", "--base-url", url], "").out.strip()
        assert line(lee, ["changes", "--base-url", url], "", KIKI_TOKEN=token).code == 0
        assert line(home, ["logout", url], "").code == 0
        assert line(home, ["changes", "--base-url", url], "").code == 2


def test_a_wrong_password_says_no_more_than_that(tmp_path: Path, running: Running) -> None:
    for name in ("admin", "nobody"):
        ended = line(tmp_path, ["login", running.url], f"{name}\nwrong-wrong-wrong\n")
        assert (ended.code, "wrong-wrong" in ended.err) == (2, False)
        assert "Name or password is wrong" in ended.err
