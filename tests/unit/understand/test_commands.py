"""Commands of a shell in a message: what their table says, and that nothing of them is dropped."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiki.messages import known
from kiki.model.catalogue import Catalogue
from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request, Scope
from kiki.targets import registry
from kiki.understand.commands.programs import Form, forms
from kiki.understand.commands.spelling import SPELLINGS
from kiki.understand.commands.wording import leads, links, trails
from kiki.understand.lexicon import lexicon
from kiki.understand.reader import read
from kiki.understand.secrets import redact
from tests.conftest import ROOT

VOCABULARY = registry.vocabulary()
KINDS = {kind.id: kind for kind in VOCABULARY.kinds}
FORMS = [(name, form) for name, made in forms().items() for form in made]
NAMES = [" ".join((name, *form.words)) for name, form in FORMS]
COMMANDS = (
    "apt install -y lsof strace",
    "systemctl enable --now nginx",
    "useradd -m -s /bin/bash kim",
    "userdel -r kim",
    "mkdir -p -m 0750 /data/in",
    "rm -f /tmp/x",
    "rm -rf /opt/x",
    "firewall-cmd --permanent --add-port=80/tcp",
    "ufw allow 80/tcp",
    "kubectl create ns sandbox-07",
    "kubectl create deployment web --image=nginx --replicas=3",
    "kubectl expose deployment web --port=80 --type=NodePort",
    "openstack server create --image cirros --flavor m1.tiny --network private probe01",
    "ansible all -m ping",
)


def reading(message: str, *, limit: str = "", **answers: str) -> Reading:
    request = Request(message=message, answers=answers, scope=Scope(limit=limit))
    return read(request, VOCABULARY, Profile())


def refusal(message: str) -> tuple[str, str]:
    made = reading(message)
    assert made.refusal is not None, made
    return made.refusal.code.removeprefix("understand."), made.refusal.params["words"]


# -- the table --------------------------------------------------------------------------------


def _fields(form: Form) -> Iterator[tuple[str, str]]:
    """Each kind and field that *form* may fill."""
    places = [word.strip("{/+-*}") for word in form.words if word.startswith("{")]
    named = [*places, *form.gives, *form.same, *form.same.values()]
    yield from ((form.kind, name) for name in named if name != "hosts" and not form.amends)
    for option in form.options.values():
        names = [*filter(None, [option.field]), *option.gives]
        yield from ((option.kind or form.kind, name) for name in names)


@pytest.mark.parametrize("form", [form for _, form in FORMS], ids=NAMES)
def test_a_form_names_only_what_there_is(form: Form) -> None:
    for kind, field in _fields(form):
        assert KINDS[kind].field(field)
    spellings = {form.spelling, *(option.spelling for option in form.options.values())} - {""}
    assert spellings <= set(SPELLINGS)
    assert set(form.needs) <= set(form.options)
    for option in form.options.values():
        assert not option.also or option.also in KINDS
        assert not option.beside or option.beside in form.options
    for code in {form.asks, *form.assumes, *(o.asks for o in form.options.values())} - {""}:
        assert known(code, "en"), code


def test_the_lexicon_has_the_programs() -> None:
    assert lexicon().commands == frozenset(forms())


@pytest.mark.parametrize("page", ["understanding.md", "understanding.ko.md"])
def test_every_program_is_documented(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    assert [name for name in forms() if f"`{name}" not in text] == []


# -- nothing is dropped -----------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_read(command: str) -> None:
    assert reading(command).intent is not None


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_that_is_not_known_is_named(command: str) -> None:
    for option in ("--frobnicate", "--frobnicate=1", "-Z"):
        code, words = refusal(f"{command} {option}")
        assert code == "command_option"
        assert words == option.partition("=")[0]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("sign", ["| tee log", "> /tmp/log", "2>&1", "|| true", "$(id)", "*"])
def test_what_only_a_shell_can_work_out_is_named(command: str, sign: str) -> None:
    assert reading(f"{command} {sign}").refusal is not None


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "around",
    ["{} 하지 마", "don't run {}", "{}?", "if it is missing: {}", "{} 하면 안 됩니다",
     "내일 {} 실행해줘", "`{}` 실행하지 마세요", "why did `{}` fail", "{} 했습니다",
     "did you run {}", "{} 해도 될까요?", "{} 말고", "never {}", "{} on web01 only",
     "web01에서 {} 실행해줘", "{} 하고 확인해줘", "{}\n그건 빼고", "# 나중에\n{}"],
)  # fmt: skip
def test_what_stands_around_it_is_never_read_away(command: str, around: str) -> None:
    assert reading(around.format(command)).intent is None


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "around",
    ["{} 이거 그대로 해주세요", "please run {}", "다음 명령 실행해줘: {}", "run `{}` please",
     "```\n{}\n```", "$ {}", "sudo {}", "can you run {}?", "모든 서버에서 {} 실행 부탁드립니다",
     "{} on all servers, thanks", "안녕하세요\n{}\n감사합니다", "1. {}"],
)  # fmt: skip
def test_mere_wording_changes_nothing(command: str, around: str) -> None:
    alone, other = reading(command).intent, reading(around.format(command)).intent
    assert alone is not None
    assert other is not None
    assert other.digest() == alone.digest()


@given(st.text(alphabet="ab 하지마not-\n`\"'$;&|#.,", max_size=12))
@example("\n- ")
def test_any_text_before_or_after_is_accounted_for(text: str) -> None:
    """Whatever is added: it is wording, punctuation or a sign, an argument, or it stops us."""
    made = reading(f"kubectl create ns demo{text}")
    if made.intent is not None:
        assert made.leftover == ()
        covered = "".join(token.text for token in made.tokens)
        said = f"kubectl create ns demo{text}"
        left = [char for char in said if char not in covered and char not in " \n`\"'"]
        assert left == []


PIECES = sorted(
    {
        *forms(),
        "sudo",
        "&&",
        ";",
        "|",
        "하고",
        "해줘",
        "please",
        "and",
        "`",
        "'",
        '"',
        "$",
        "=",
        "-",
    }
    | {part for _, form in FORMS for word in form.words for part in word.split("|")}
    | {option for _, form in FORMS for option in form.options}
    | {"nginx", "kim", "/srv/x", "80/tcp", "80", "demo", "0750", "a=b", "--image=nginx", "\n"}
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(forms())),
    st.lists(st.sampled_from(PIECES), max_size=8),
    st.sampled_from([" ", "  ", ""]),
)
def test_no_mixture_is_too_strange(program: str, pieces: list[str], space: str) -> None:
    message = space.join([f"{program} ", *pieces])
    made = reading(message)
    assert sum(part is not None for part in (made.intent, made.question, made.refusal)) == 1
    for token in made.tokens:
        assert message[token.start : token.end] == token.text
    if made.intent is not None:
        assert made.leftover == ()
        assert all(one.end <= other.start for one, other in pairwise(made.tokens))


# -- requests in words beside them ------------------------------------------------------------


@pytest.mark.parametrize("command", ["apt install jq", "systemctl enable --now nginx"])
@pytest.mark.parametrize(
    "words",
    ["80 포트 열어줘", "open port 80", "kim 사용자 만들고 80 포트 열어줘", "delete user kim"],
)
@pytest.mark.parametrize("between", [" 하고 ", "\n", ", then ", " 한 다음에 "])
def test_both_are_done_in_order(command: str, words: str, between: str) -> None:
    first, second, both = map(reading, (command, words, command + between + words))
    assert first.intent is not None
    assert second.intent is not None
    assert both.intent is not None
    plain = [(one.kind, one.fields) for one in both.intent.operations]
    wanted = (*first.intent.operations, *second.intent.operations)
    assert plain == [(one.kind, one.fields) for one in wanted]


@pytest.mark.parametrize(
    "words",
    ["하지 마", "내일 80 포트 열어줘", "80 포트 열지 마", "web01에서만 해줘", "and friends",
     "그룹은 wheel", "안 되면 httpd 설치해줘", "먼저 80 포트 열어줘", "no, httpd", "확인해줘",
     "on web01 open port 80", "web01에서 80 포트 열어줘"],
)  # fmt: skip
@pytest.mark.parametrize("between", [" 하고 ", "\n", ", then "])
def test_what_is_no_request_by_itself_is_not_read_away(words: str, between: str) -> None:
    assert reading(f"apt install jq{between}{words}").intent is None


# -- what is asked and said -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "field", "answer"),
    [
        ("touch /tmp/x", "0.touch", "ansible.file_create"),
        ("ufw allow 80", "0.ports", "80/tcp,80/udp"),
        ("firewall-cmd --add-port=80/tcp", "0.permanent", "ansible.firewall_open"),
        ("ping -c 3 node1", "hosts", "node1"),
    ],
)
def test_a_command_that_does_less_is_asked_about(command: str, field: str, answer: str) -> None:
    asked = reading(command).question
    assert asked is not None
    assert asked.field == field
    assert answer in [choice.value for choice in asked.choices]
    assert reading(command, **{field: answer}).intent is not None


def test_the_answer_about_protocols_is_taken() -> None:
    made = reading("ufw allow 80,443", **{"0.ports": "80/tcp,443/tcp"}).intent
    assert made is not None
    assert made.operations[0].fields["ports"] == ["80/tcp", "443/tcp"]


def test_each_command_is_an_assumption() -> None:
    made = reading("sudo apt-get update && sudo apt-get install -y jq").intent
    assert made is not None
    said = {(one.code, one.params.get("command")) for one in made.assumptions}
    assert ("assumption.command_beside", "apt-get update") in said
    assert ("assumption.command", "apt-get install -y jq") in said


@pytest.mark.parametrize("command", [*COMMANDS, "firewall-cmd --permanent --zone=public -q"])
def test_no_word_is_shown_twice(command: str) -> None:
    tokens = reading(command).tokens
    assert all(one.end <= other.start for one, other in pairwise(tokens))
    assert "".join(token.text for token in tokens) == command.replace(" ", "")


def test_hosts_are_those_of_the_command() -> None:
    made = reading("ansible web -m ping").intent
    assert made is not None
    assert made.hosts == ("web",)
    limited = reading("ansible web -m ping", limit="db").refusal
    assert limited is not None
    assert limited.code == "understand.command_hosts"


def test_ping_takes_a_host_that_the_inventory_has() -> None:
    class Hosts(Catalogue):
        def names(self, sort: str) -> tuple[str, ...]:
            return ("web01.example.org",)

    made = read(Request(message="ping web01.example.org"), VOCABULARY, Profile(), None, Hosts())
    assert made.intent is not None
    assert made.intent.hosts == ("web01.example.org",)


@pytest.mark.parametrize("target", ["k8s", "openstack"])
def test_another_target_than_the_wanted_one_is_asked(target: str) -> None:
    made = read(Request(message="apt install jq", target=target), VOCABULARY, Profile())
    assert made.question is not None
    assert made.question.code == "question.target_mismatch"


@pytest.mark.parametrize(
    "message", ['ping " "', 'adduser ""', 'rm -rf ""', 'kubectl create ns ""', 'apt install ""']
)
def test_nothing_in_quotes_is_no_name(message: str) -> None:
    assert reading(message).refusal is not None


def test_a_secret_in_a_command_stays_a_reference() -> None:
    redacted = redact("useradd -m -p hunter2pass kim")
    assert "hunter2pass" in redacted.values.values()
    made = reading(redacted.message)
    assert made.refusal is not None
    assert "hunter2" not in str(made)


# -- cost -------------------------------------------------------------------------------------


def test_other_messages_load_nothing_of_it() -> None:
    code = (
        "import sys; from kiki.targets import registry; from kiki.understand.reader import read;"
        "from kiki.model.request import Request; from kiki.model.profile import Profile;"
        "read(Request(message='frobnicate nginx'), registry.vocabulary(), Profile());"
        "print(*[m for m in sys.modules if m.startswith('kiki.understand.commands')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("judge", [leads, trails, links])
def test_long_text_is_no_wording_and_judged_at_once(judge: object) -> None:
    assert callable(judge)
    assert not judge("해줘 " * 2000 + "x")
