"""Bad input gets a clear error, in the right language, with the documented exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiki.model.exits import Exit

SOURCE = str(Path(__file__).resolve().parents[3] / "src")
HOSTS = ("--inventory", "node1,node2")


@pytest.mark.parametrize(
    ("words", "code", "shown"),
    [
        (("--mesage", "nginx"), "cli.flag_unknown_near", "--message"),
        (("--message", "nginx", "--inventroy", "x"), "cli.flag_unknown_near", "--inventory"),
        (("--message", "nginx", "--qqqq"), "cli.flag_unknown", "--qqqq"),
        (("--message", "nginx", "extra"), "cli.word_unexpected", "extra"),
        (("--message",), "cli.value_missing", "--message"),
        (("--target", "k8s"), "cli.message_missing", "kiki --message"),
        (("--message", "nginx", "--verify", "everything"), "cli.choice", "none, syntax, all"),
        (("--message", "nginx", "--yes=1"), "cli.value_unwanted", "--yes"),
        (("--message", "nginx", "--lang", "fr"), "cli.choice", "ko, en"),
        (
            ("--message", "nginx", "--inventory", "nothere.ini"),
            "inventory.unreadable",
            "nothere.ini",
        ),
        (
            ("--message", "nginx", "--inventory", "@nothere.ini"),
            "inventory.unreadable",
            "nothere.ini",
        ),
        (("--message", "nginx", "--inventory-file", "nothere"), "inventory.unreadable", "nothere"),
        (
            ("--message", "nginx", *HOSTS, "--extra-vars", "{"),
            "cli.extra_vars_json",
            "--extra-vars",
        ),
        (("--message", "nginx", *HOSTS, "--extra-vars", "x"), "cli.extra_vars", "x"),
        (("--message", "nginx", *HOSTS, "--ssh-key", "nokey"), "cli.ssh_key", "nokey"),
        (("chagnes",), "cli.command_unknown_near", "kiki changes"),
        (("qqqqqq",), "cli.command_unknown", "qqqqqq"),
        (("login", "--username", "x"), "secret.words", "kiki login"),
        (("health-ai",), "cli.retired_health_ai", "health-ai"),
        (("show",), "cli.argument_missing", "ID"),
        (("answer", "0abc"), "cli.argument_missing", "VALUE"),
        (("show", "0abc", "--yml"), "cli.flag_unknown_near", "--yaml"),
        (("changes", "--limit", "0"), "cli.number", "0"),
        (("changes", "--limit", "many"), "cli.number", "many"),
        (("changes", "--state", "don"), "cli.choice", "applied"),
        (("changes", "--since", "yesterday"), "cli.time", "yesterday"),
        (("audit", "verfy"), "cli.choice", "verify, log"),
        (("completion", "tcsh"), "cli.choice", "bash, zsh, fish"),
        (("check", "nothere.yaml"), "cli.file_unreadable", "nothere.yaml"),
        (("check", "--kube-version", "1.28", "x.yaml"), "k8s.version_unknown", "1.29, 1.30"),
        (("--message", "nginx", "--kube-version", "newest"), "k8s.version_unknown", "1.37"),
        (("gen", "-t", "k8s", "--set", "port"), "cli.set", "port"),
        (("gen", "-t", "k8s", "--imgae", "x"), "cli.flag_unknown_near", "--image"),
        (("gen", "--message", "nginx"), "cli.message_elsewhere", "kiki --message"),
        (("explain", "nginx \udcff"), "cli.not_text", "\\udcff"),
        (("--message", "nginx", "--name", "x\udcff"), "cli.not_text", "\\udcff"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_usage(kiki: Any, words: tuple[str, ...], code: str, shown: str, lang: str) -> None:
    ended = kiki("--lang", lang, "--json", *words)
    assert ended.code == Exit.USAGE
    error = json.loads(ended.out)["error"]
    assert error["code"] == code
    assert shown in error["text"] + error["help"]
    assert error["text"] in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(("lang", "said"), [("en", "no flag"), ("ko", "플래그가 없습니다")])
def test_errors_in_the_words_are_said_in_the_language_asked_for(
    kiki: Any, lang: str, said: str
) -> None:
    assert said in kiki("--lang", lang, "--nonsense", "x").err


def test_errors_in_the_words_are_said_in_the_messages_language(kiki: Any) -> None:
    assert "플래그가 없습니다" in kiki("--message", "Nginx 설치", "--nonsense").err


def test_an_unknown_target_is_refused_with_those_there_are(kiki: Any) -> None:
    ended = kiki("gen", "-t", "kuberntes", "--name", "x", "--json")
    assert ended.code == Exit.USAGE
    assert "k8s" in ended.out


def test_out_that_exists_is_left_alone(kiki: Any) -> None:
    Path("web.yml").write_text("mine")
    ended = kiki("--message", "nginx", "--out", "web.yml")
    assert ended.code == Exit.USAGE
    assert "--force" in ended.err
    assert Path("web.yml").read_text() == "mine"


def test_out_that_exists_is_asked_about_on_a_terminal(kiki: Any) -> None:
    Path("web.yml").write_text("mine")
    assert kiki("--message", "nginx", "--out", "web.yml", typed=["n"]).code == Exit.USAGE
    assert Path("web.yml").read_text() == "mine"
    assert kiki("--message", "nginx", "--out", "web.yml", typed=["y"]).code == Exit.DONE
    assert "Install nginx" in Path("web.yml").read_text()


def test_force_replaces_and_keeps_the_mode(kiki: Any) -> None:
    Path("web.yml").write_text("mine")
    Path("web.yml").chmod(0o640)
    assert kiki("--message", "nginx", "--out", "web.yml", "--force").code == Exit.DONE
    assert Path("web.yml").stat().st_mode & 0o777 == 0o640


def test_folders_on_the_way_are_made(kiki: Any) -> None:
    ended = kiki("--message", "nginx", "--out", "a/b/web.yml")
    assert (ended.code, ended.out) == (Exit.DONE, "")
    assert "a/b/web.yml" in ended.err
    assert [path.name for path in Path("a/b").iterdir()] == ["web.yml"]


def test_out_through_a_link_keeps_the_link(kiki: Any) -> None:
    Path("real.yml").write_text("old")
    Path("web.yml").symlink_to("real.yml")
    kiki("--message", "nginx", "--out", "web.yml", "--force")
    assert Path("web.yml").is_symlink()
    assert "Install nginx" in Path("real.yml").read_text()


@pytest.mark.parametrize("out", ["folder", "folder/"])
def test_out_that_is_a_folder(kiki: Any, out: str) -> None:
    Path("folder").mkdir()
    assert kiki("--message", "nginx", "--out", out).code == Exit.USAGE


def test_out_below_a_file(kiki: Any) -> None:
    Path("file").write_text("x")
    assert kiki("--message", "nginx", "--out", "file/web.yml").code == Exit.USAGE


def test_out_on_a_full_device(kiki: Any) -> None:
    ended = kiki("--message", "nginx", "--out", "/dev/full")
    assert ended.code == Exit.TEMPORARY
    assert "full" in ended.err


def test_a_device_is_written_to_and_stays(kiki: Any) -> None:
    assert kiki("--message", "nginx", "--out", "/dev/null").code == Exit.DONE
    assert Path("/dev/null").is_char_device()


def test_a_write_that_fails_leaves_the_old_file(kiki: Any, monkeypatch: Any) -> None:
    Path("web.yml").write_text("mine")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", full)
    ended = kiki("--message", "nginx", "--out", "web.yml", "--force")
    assert ended.code == Exit.TEMPORARY
    assert Path("web.yml").read_text() == "mine"
    assert [path.name for path in Path().iterdir()] == ["web.yml"]


def test_a_read_only_folder(kiki: Any, monkeypatch: Any) -> None:
    real = os.open

    def denied(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_WRONLY:
            raise OSError(30, "Read-only file system", path)
        return real(path, flags, *rest, **more)

    monkeypatch.setattr("os.open", denied)
    ended = kiki("--message", "nginx", "--out", "web.yml")
    assert ended.code == Exit.USAGE
    assert "Read-only" in ended.err


def test_confirm_shows_and_asks(kiki: Any) -> None:
    ended = kiki("--message", "nginx", "--out", "web.yml", "--confirm", typed=["n"])
    assert ended.code == Exit.USAGE
    assert "Install nginx" in ended.err
    assert not Path("web.yml").exists()
    assert kiki("--message", "nginx", "--out", "web.yml", "--confirm").code == Exit.USAGE
    assert (
        kiki("--message", "nginx", "--out", "web.yml", "--confirm", typed=["y"]).code == Exit.DONE
    )


def test_control_characters_never_reach_the_terminal(kiki: Any, agent: Any) -> None:
    ended = kiki("--message", "nginx \x1b]0;title\x07\x1b[2J\u202egnp", *HOSTS, "--yes")
    for char in ("\x1b", "\x07", "\u202e"):
        assert char not in ended.out + ended.err
    assert "\\x1b" in ended.out
    listed = kiki("changes")
    assert "\x1b" not in listed.out


def test_a_mistake_in_kiki_is_said(kiki: Any, agent: Any) -> None:
    agent.raising["submit"] = ZeroDivisionError("oops")
    ended = kiki("--message", "nginx")
    assert ended.code == Exit.FAILED
    assert "mistake in Kiki" in ended.err


def test_a_reader_that_has_gone_ends_nothing(tmp_path: Path) -> None:
    """``kiki changes | head``: no traceback, and the command's own exit code."""
    code = (
        "import sys; from kiki.cli.screen import standard\n"
        "screen = standard(plain=True)\n"
        "for _ in range(5000): screen.out('x' * 100)\n"
        "screen.close(); print('still here', file=sys.stderr); sys.exit(7)"
    )
    script = f'{sys.executable} -c "{code}" | head -1; exit ${{PIPESTATUS[0]}}'
    environ = os.environ | {"PYTHONPATH": SOURCE}
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environ)
    assert ended.returncode == 7
    assert "Traceback" not in ended.stderr
    assert "still here" in ended.stderr


def test_a_full_disk_behind_stdout_is_said() -> None:
    code = "from kiki.cli.main import main; import sys; sys.exit(main(['config', 'show']))"
    environ = os.environ | {"PYTHONPATH": SOURCE}
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environ,
        )
    assert ended.returncode == Exit.TEMPORARY
    assert "could not be written" in ended.stderr


def test_utf_8_is_written_whatever_the_locale(tmp_path: Path) -> None:
    code = "from kiki.cli.main import main; import sys; sys.exit(main(['chat', '--lang', 'ko']))"
    environ = os.environ | {"PYTHONPATH": SOURCE, "LC_ALL": "POSIX", "PYTHONIOENCODING": "latin-1"}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environ)
    assert "오류" in ended.stderr.decode()


@pytest.mark.parametrize("command", ["explain", "check"])
def test_bytes_on_stdin_that_are_not_text(command: str) -> None:
    code = f"from kiki.cli.main import main; import sys; sys.exit(main(['{command}', '-']))"
    environ = os.environ | {"PYTHONPATH": SOURCE}
    ended = subprocess.run(
        [sys.executable, "-c", code], input=b"\xff\xfe", capture_output=True, env=environ
    )
    assert ended.returncode == Exit.USAGE
    assert b"UTF-8" in ended.stdout + ended.stderr


def test_several_files_need_a_folder(kiki: Any) -> None:
    words = ("gen", "-t", "ansible", "--kind", "package_install", "--name", "nginx")
    assert kiki(*words, "--layout", "role", "--out", "role.yml").code == Exit.USAGE
    assert kiki(*words, "--layout", "role", "--out", "role").code == Exit.DONE
    assert len([path for path in Path("role").rglob("*") if path.is_file()]) > 1
    assert kiki(*words, "--layout", "role", "--out", "role").code == Exit.USAGE
    assert kiki(*words, "--layout", "role", "--out", "role", "--force").code == Exit.DONE


@pytest.mark.parametrize(
    "value", ["db_password=C4nary1 oops", "token=C4nary1 'x", "password C4nary1"]
)
def test_extra_vars_that_are_wrong_are_shown_without_their_secrets(kiki: Any, value: str) -> None:
    ended = kiki("--message", "nginx", "--extra-vars", value, "--json")
    assert ended.code == 2
    assert "cli.extra_vars" in ended.out
    assert "C4nary1" not in ended.out + ended.err


def test_a_mistake_in_kiki_is_shown_without_secrets(kiki: Any, agent: Any) -> None:
    agent.raising["find"] = ValueError("bad value: password=C4nary1")
    ended = kiki("changes")
    assert ended.code == 1
    assert "ValueError" in ended.err
    assert "C4nary1" not in ended.out + ended.err
