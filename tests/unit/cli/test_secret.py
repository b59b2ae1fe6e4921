"""``kiki secret``: values come without echo or on stdin, and are never said again."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiki.model.errors import StateError
from kiki.model.exits import Exit
from kiki.model.secret import SecretUse, SecretVersion

CANARY = "C4nary-value!"
AT = "2026-01-31T09:00:00.000Z"


def version(name: str, number: int, *uses: SecretUse) -> SecretVersion:
    return SecretVersion(
        name=name, version=f"v{number}", created=AT, data_key="d" * 16,
        master="file:keys/data.key", master_id="e" * 16, used_by=uses,
    )  # fmt: skip


@pytest.fixture
def stored(agent: Any) -> Any:
    agent.versions = [
        version("db-root", 1, SecretUse(change="0abc", state="awaiting_approval", pending=True)),
        version("db-root", 2),
        version("password-1", 3, SecretUse(change="0abd", state="applied")),
    ]
    return agent


def typing(monkeypatch: pytest.MonkeyPatch, *values: str) -> list[str]:
    """What getpass gives, one after another; the prompts that it showed."""
    prompts: list[str] = []
    left = iter(values)

    def getpass(prompt: str) -> str:
        prompts.append(prompt)
        return next(left)

    monkeypatch.setattr("getpass.getpass", getpass)
    return prompts


class TestValues:
    def test_typed_twice_without_echo(self, kiki: Any, agent: Any, monkeypatch: Any) -> None:
        prompts = typing(monkeypatch, CANARY, CANARY)
        ended = kiki("secret", "set", "db-root", typed=())
        assert ended.code == Exit.DONE
        assert agent.calls[0] == ("keep_secret", ("db-root", CANARY, False))
        assert prompts == ["Value of db-root (not shown): ", "Once more: "]
        assert CANARY not in ended.out + ended.err

    def test_typed_differently_nothing_is_stored(
        self, kiki: Any, agent: Any, monkeypatch: Any
    ) -> None:
        typing(monkeypatch, CANARY, "other")
        ended = kiki("secret", "set", "db-root", typed=())
        assert ended.code == Exit.USAGE
        assert agent.calls == []
        assert CANARY not in ended.err

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            (CANARY, CANARY),
            (CANARY + "\n", CANARY),
            (CANARY + "\r\n", CANARY),
            (CANARY + "\n\n", CANARY + "\n"),
            (" a\nb ", " a\nb "),
        ],
    )
    def test_from_stdin(
        self, kiki: Any, agent: Any, monkeypatch: Any, given: str, kept: str
    ) -> None:
        monkeypatch.setattr("kiki.cli.screen.Screen.read_all", lambda self: given)
        assert kiki("secret", "rotate", "db-root").code == Exit.DONE
        assert agent.calls[0] == ("keep_secret", ("db-root", kept, True))

    def test_with_json_on_a_terminal_nothing_is_asked(self, kiki: Any, agent: Any) -> None:
        ended = kiki("secret", "set", "db-root", "--json", typed=())
        assert ended.code == Exit.USAGE
        assert json.loads(ended.out)["error"]["code"] == "secret.needs_stdin"
        assert agent.calls == []

    @pytest.mark.parametrize(
        "words",
        [
            ("set", "db-root", CANARY),
            ("set", "db-root", "--" + CANARY),
            ("set", "db-root", "--value", CANARY),
            ("set", "db-root", "-p", CANARY),
            ("rotate", "db-root", CANARY, "more"),
            ("list", "db-root", CANARY),
            ("remove", "db-root", CANARY),
            (CANARY,),
        ],
    )
    @pytest.mark.parametrize("lang", ["en", "ko"])
    def test_one_on_the_command_line_is_refused_and_not_repeated(
        self, kiki: Any, agent: Any, words: tuple[str, ...], lang: str
    ) -> None:
        ended = kiki("secret", *words, "--json", "--lang", lang)
        assert ended.code == Exit.USAGE
        assert agent.calls == []
        assert CANARY not in ended.out + ended.err

    def test_an_unset_name_is_not_repeated_either(self, tmp_path: Path) -> None:
        """``kiki secret set NAME=VALUE`` reaches the service, which does not say it again."""
        from kiki.model.errors import UsageError
        from kiki.service import keeping

        with pytest.raises(UsageError) as caught:
            keeping._require_fit(f"db={CANARY}", "x")
        assert CANARY not in str(caught.value)


class TestSense:
    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (("set",), "cli.argument_missing"),
            (("rotate",), "cli.argument_missing"),
            (("remove",), "cli.argument_missing"),
            (("set", "db", "--force"), "cli.flag_unknown"),
            (("set", "db", "--master-key"), "cli.flag_unknown"),
            (("list", "--version", "v1"), "cli.flag_unknown"),
            (("remove", "db", "--all"), "cli.flag_unknown"),
            (("rotate", "db", "--master-key"), "secret.name_or_master_key"),
            (("lsit",), "cli.choice"),
            ((), "cli.argument_missing"),
        ],
    )
    def test_what_does_not_go_together(
        self, kiki: Any, agent: Any, words: tuple[str, ...], code: str
    ) -> None:
        ended = kiki("secret", *words, "--json")
        assert ended.code == Exit.USAGE
        assert json.loads(ended.out)["error"]["code"] == code
        assert agent.calls == []


class TestList:
    def test_names_versions_and_uses(self, kiki: Any, stored: Any) -> None:
        out = kiki("secret", "list").out.splitlines()
        assert out[0].split() == ["NAME", "VERSION", "CREATED", "USED", "BY"]
        assert out[1].split() == ["db-root", "v2", "(in", "force)", "2026-01-31", "09:00", "-"]
        assert out[2].startswith("db-root  v1 (old)")
        assert "0abc (waiting for approval)" in out[2]
        assert out[3] == "Taken out of messages: 1 (kiki secret list --all)"

    def test_all_of_them_and_one_name(self, kiki: Any, stored: Any) -> None:
        assert "password-1  v3" in kiki("secret", "list", "--all").out
        assert "password-1" not in kiki("secret", "list", "db-root").out
        assert "password-1" in kiki("secret", "list", "password-1").out

    def test_none(self, kiki: Any) -> None:
        assert kiki("secret", "list").out == "There are no secrets.\n"

    def test_json(self, kiki: Any, stored: Any) -> None:
        listed = json.loads(kiki("secret", "list", "--json").out)["secrets"]
        assert [one["counts"] for one in listed] == [False, True, True]
        assert listed[0] == {
            "name": "db-root",
            "version": "v1",
            "created": AT,
            "counts": False,
            "from_message": False,
            "data_key": "d" * 16,
            "master_key": {"source": "file:keys/data.key", "id": "e" * 16},
            "used_by": [{"change": "0abc", "state": "awaiting_approval", "pending": True}],
        }


def test_a_new_value_says_which_changes_to_plan_again(
    kiki: Any, stored: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("kiki.cli.screen.Screen.read_all", lambda self: CANARY)
    ended = kiki("secret", "rotate", "db-root")
    assert "0abc" in ended.err
    assert "kiki plan" in ended.err
    assert json.loads(kiki("secret", "rotate", "db-root", "--json").out)["waiting"] == ["0abc"]


def test_removing(kiki: Any, stored: Any) -> None:
    ended = kiki("secret", "remove", "db-root", "--version", "v1", "--force")
    assert ended.code == Exit.DONE
    assert stored.calls == [("remove_secret", ("db-root", "v1", True))]
    stored.raising["remove_secret"] = StateError("secret.in_use", name="db-root", changes="0abc")
    ended = kiki("secret", "remove", "db-root")
    assert ended.code == Exit.USAGE
    assert "0abc" in ended.err
    assert "--force" in ended.err


def test_rotating_the_master_key_says_what_to_set_now(kiki: Any, agent: Any) -> None:
    ended = kiki("secret", "rotate", "--master-key", "command:/bin/vault get 'x y'")
    assert agent.calls == [("rotate_master_key", ("command:/bin/vault get 'x y'",))]
    assert "master_key = command:/bin/vault get 'x y'" in ended.err
    assert "1111111111111111" in ended.out
    ended = kiki("secret", "rotate", "--master-key")
    assert agent.calls[-1] == ("rotate_master_key", ("",))
    assert ended.err == ""
    ended = kiki("secret", "rotate", "--master-key", "default", KIKI_MASTER_KEY="env:X")
    assert 'master_key = ""' in ended.err
