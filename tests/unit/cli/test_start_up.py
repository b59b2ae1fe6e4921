"""What is answered before anything is imported, and what it costs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tools import render_help

from kiki import __version__
from kiki.cli import completing, main, route
from kiki.cli.parser import Parser

ROOT = Path(__file__).resolve().parents[3]
SOURCE = str(ROOT / "src")
ENVIRON = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, "LC_ALL": "C.UTF-8"}
# What a bare ``python -c pass`` and ``os`` bring, plus these few, is all that may be there.
HEAVY = ("argparse", "re", "typing", "enum", "msgspec", "json", "pathlib", "kiki.model")


def python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRON | environ)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["gen", "-t", "k8s", "-h"], []])
def test_nothing_heavy_is_imported_for_what_a_file_answers(words: list[str]) -> None:
    code = (
        "import sys; from kiki.cli.main import main; "
        f"main({words!r}); print(*sys.modules, file=sys.stderr)"
    )
    loaded = set(python(code).stderr.split())
    assert "kiki.cli.main" in loaded
    assert not loaded.intersection(HEAVY)


def loaded_by(words: list[str]) -> set[str]:
    code = (
        "import sys; from kiki.cli.main import main; "
        f"assert main({words!r}) == 0; print(*sys.modules, file=sys.stderr)"
    )
    return set(python(code).stderr.split())


def test_words_to_checked_yaml_import_no_full_yaml_reader() -> None:
    said = "demo 네임스페이스에 nginx 디플로이먼트 3개와 80 포트 서비스 만들어줘. YAML만 출력."
    loaded = loaded_by(["--message", said, "--target", "k8s"])
    assert "kiki.documents.read" in loaded, "what was made is checked"
    assert not loaded & {"yaml", "pathlib", "tempfile", "sqlalchemy", "jsonschema_rs"}


def test_gen_imports_no_database_no_rules_and_no_yaml_reader() -> None:
    loaded = loaded_by(
        ["gen", "-t", "k8s", "--name", "web", "--image", "nginx:1.27", "--port", "80"]
    )
    assert "msgspec" in loaded
    heavy = {
        "yaml",
        "sqlalchemy",
        "jsonschema_rs",
        "http.client",
        "subprocess",
        "typing_extensions",
    }
    assert not loaded & heavy
    assert "rich" not in loaded


def test_typing_extensions_can_be_imported_afterwards() -> None:
    pytest.importorskip("typing_extensions")
    code = (
        "from kiki.cli.main import main; main(['config', 'show']); "
        "import typing_extensions; print(typing_extensions.__name__)"
    )
    assert python(code).stdout.endswith("typing_extensions\n")


def test_what_was_hidden_from_msgspec_and_argparse_is_there_for_others() -> None:
    code = (
        "from kiki.cli.main import main; main(['config', 'show']); "
        "import sys, platform, gettext, uuid; "
        "print(platform.machine() != '', gettext.gettext('a'), gettext.NullTranslations.__name__, "
        "uuid._LINUX == (platform.system() == 'Linux'))"
    )
    assert python(code).stdout.endswith("True a NullTranslations True\n")


def test_gen_loads_no_openssl_and_looks_for_no_translations() -> None:
    loaded = loaded_by(["gen", "-t", "k8s", "--name", "web", "--image", "nginx:1.27"])
    assert not loaded & {"_hashlib", "platform", "gettext", "locale"}


def test_the_version() -> None:
    code = "from kiki.cli.main import main; main(['--version'])"
    assert python(code).stdout == f"kiki {__version__}\n"


@pytest.mark.parametrize(
    ("words", "environ", "first"),
    [
        (["--help"], {}, "usage: kiki"),
        (["--help"], {"LC_ALL": "ko_KR.UTF-8"}, "사용법: kiki"),
        (["--help", "--lang", "ko"], {}, "사용법: kiki"),
        (["--lang=en", "gen", "-h"], {"LC_ALL": "ko_KR.UTF-8"}, "usage: kiki gen"),
        (["gen-k8s", "--help"], {}, "usage: kiki gen"),
        (["help"], {}, "usage: kiki --message"),
        (["help", "show"], {}, "usage: kiki show"),
        (["--message", "gen", "--help"], {}, "usage: kiki --message"),
        (["--json", "changes", "--help"], {}, "usage: kiki changes"),
    ],
)
def test_help_pages(words: list[str], environ: dict[str, str], first: str) -> None:
    code = f"import sys; from kiki.cli.main import main; sys.exit(main({words!r}))"
    ended = python(code, **environ)
    assert ended.returncode == 0
    assert ended.stdout.startswith(first)


def test_help_as_a_message_is_a_message() -> None:
    assert main._page(["--message", "x", "--", "--help"]) is None


def test_the_rendered_files_are_current() -> None:
    stale = [str(path) for path, text in render_help.rendered().items() if _old(path, text)]
    assert not stale, "run tools/render_help.py"


def _old(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text("utf-8") != text


def test_every_command_has_its_page_in_both_languages() -> None:
    for command in ("kiki", *route.COMMANDS):
        for lang in ("en", "ko"):
            assert main.help_page(command, lang), (command, lang)


def test_every_shown_flag_is_on_its_page() -> None:
    from kiki.cli.dispatch import parser_for

    for command in ("kiki", *route.COMMANDS):
        parser: Parser = parser_for(command)
        page = main.help_page(command, "ko") or ""
        assert all(flag in page for flag in parser.flags()), command


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kiki sh", ["show"]),
        ("kiki re", ["reject", "resume", "redo"]),
        ("kiki gen --na", ["--name", "--namespace"]),
        ("kiki gen -t ", ["ansible", "k8s", "openstack", "podman"]),
        ("kiki gen --layout r", ["role"]),
        ("kiki audit v", ["verify"]),
        ("kiki secret r", ["rotate", "remove"]),
        ("kiki model ", ["list", "pull", "use", "verify", "remove", "stop", "serve"]),
        ("kiki model use --with ", ["embedded", "openvino"]),
        ("kiki --verify ", ["none", "syntax", "all"]),
        ("kiki changes --state fa", ["failed"]),
        ("kiki zzz", []),
    ],
)
def test_fixed_words_are_completed_from_the_table(line: str, expected: list[str]) -> None:
    words = line.split()[1:] + ([""] if line.endswith(" ") else [])
    assert completing.candidates(words, completing.read_words(main.PAGES)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "kiki show ",
        "kiki gen --out ",
        "kiki check a",
        "kiki --message ",
        "kiki model use ",
        "kiki secret rotate d",
    ],
)
def test_what_changes_is_not_in_the_table(line: str) -> None:
    words = line.split()[1:] + ([""] if line.endswith(" ") else [])
    assert completing.candidates(words, completing.read_words(main.PAGES)) is None


@pytest.mark.parametrize(
    ("line", "answer"),
    [("kiki chang", "changes "), ("kiki gen --ou", "--out "), ("kiki config ", "show ")],
)
def test_a_shell_is_answered(line: str, answer: str) -> None:
    code = "import sys; from kiki.cli.main import main; sys.exit(main([]))"
    script = f"exec 8>&1; {sys.executable} -c '{code}'"
    environ = ENVIRON | {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line))}
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environ)
    assert ended.stdout == answer


def test_ids_are_completed_from_the_record(agent: object, monkeypatch: pytest.MonkeyPatch) -> None:
    import argparse

    from kiki.cli import completing_values

    monkeypatch.setattr("kiki.cli.context.agent_for", lambda *_: agent)
    monkeypatch.setattr(agent, "change", _change())
    found = completing_values._ids("0abc", argparse.Namespace(base_url=""))
    assert found == {"0abcdefgh12345": "install nginx"}
    assert completing_values._ids("zz", argparse.Namespace()) == {}


def test_names_of_secrets_are_completed_from_the_store(
    agent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import argparse

    from kiki.cli import completing_values
    from kiki.model.errors import RecordError

    monkeypatch.setattr("kiki.cli.context.agent_for", lambda *_: agent)
    for name in ("db-root", "db-root", "web"):
        agent.keep_secret(name, "x")
    assert completing_values._secrets("d", argparse.Namespace(base_url="")) == ["db-root"]
    agent.raising["secrets"] = RecordError("store.master_key_wrong")
    assert completing_values._secrets("", argparse.Namespace()) == []
    parser = completing_values.whole_parser()
    args = parser.parse_args(["secret", "remove", "db-root", "--force"])
    assert (args.what, args.name, args.force) == ("remove", "db-root", True)


def test_the_whole_parser_can_be_built() -> None:
    from kiki.cli import completing_values

    args = completing_values.whole_parser().parse_args(["show", "0abc", "--yaml"])
    assert (args.command, args.id, args.yaml) == ("show", "0abc", True)


def _change() -> object:
    from kiki.model.change import Change
    from kiki.model.request import Request

    at = "2026-01-31T09:00:00.000Z"
    request = Request(message="install nginx")
    return Change(id="0abcdefgh12345", state="draft", request=request, created=at, updated=at)


def test_answers_are_completed_from_the_open_question(
    agent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import argparse

    from kiki.cli import completing_values
    from kiki.model.request import Request

    monkeypatch.setattr("kiki.cli.context.agent_for", lambda *_: agent)
    assert completing_values._answers("", argparse.Namespace(id="0abc")) == []
    agent.submit(Request(message="asking"))
    found = completing_values._answers("ng", argparse.Namespace(id="0abc", base_url=""))
    assert found == ["nginx"]
