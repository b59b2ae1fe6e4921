"""From a request to checked and judged code, without any I/O."""

from msgspec.structs import replace

from kiki import pipeline
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.profile import Profile
from kiki.model.request import Request, Scope

FLAGS = Request(flags={"kind": "directory-create", "path": "/srv/x"}, target="ansible")


def intent(kind: str, **fields: object) -> Intent:
    operation = Operation(kind=f"ansible.{kind}", fields=fields)
    return Intent(target="ansible", name="x", operations=(operation,), reader="rules")


def inventory(**hostvars: dict[str, object]) -> Inventory:
    return Inventory(text="{}", hosts=tuple(hostvars), hostvars=hostvars)


def codes(built: pipeline.Built) -> set[str]:
    return {found.code for found in built.findings}


def test_flags_are_read_without_a_message() -> None:
    reading = pipeline.read(FLAGS, Profile(), None)
    assert reading.reader == "flags"
    assert reading.intent is not None
    assert reading.intent.operations[0].fields["path"] == "/srv/x"


def test_rendering_alone_gives_the_bytes_of_a_whole_build() -> None:
    made = intent("directory_create", path="/srv/x")
    assert (
        pipeline.render(made, FLAGS, Profile()) == pipeline.build(made, FLAGS, Profile()).artifact
    )


def test_valid_code_has_a_risk_and_no_error() -> None:
    built = pipeline.build(intent("directory_create", path="/srv/x"), FLAGS, Profile())
    assert built.valid and not built.refused
    assert built.risk == "low"


def test_findings_of_the_check_come_before_those_of_policy_and_make_it_invalid_not_refused(
    monkeypatch: object,
) -> None:
    wrong = Finding(code="ansible.no_plays", severity="error")
    made = intent("package_remove", names=["curl"])
    monkeypatch.setattr(  # type: ignore[attr-defined]
        "kiki.targets.ansible.target.AnsibleTarget.check", lambda self, artifact, *_: (wrong,)
    )
    built = pipeline.build(made, FLAGS, Profile())
    assert built.findings[0] == wrong
    assert "policy.operation_high" in codes(built)
    assert not built.valid and not built.refused


def test_policy_refuses_what_it_forbids() -> None:
    built = pipeline.build(intent("package_remove", names=["sudo"]), FLAGS, Profile())
    assert built.refused and not built.valid
    assert built.risk == "forbidden"
    assert "policy.package_protected" in codes(built)


def judged(made: Intent, hosts: Inventory, request: Request = FLAGS) -> pipeline.Built:
    artifact = pipeline.render(made, request, Profile())
    return pipeline.judge_for_hosts(made, artifact, request, Profile(), hosts)


def test_once_the_hosts_are_known_policy_knows_who_connects() -> None:
    made = intent("user_remove", names=["deploy"])
    assert not pipeline.build(made, FLAGS, Profile()).refused
    assert not judged(made, inventory(n1={}, n2={"ansible_user": "root"})).refused
    assert codes(judged(made, inventory(n1={}, n2={"ansible_user": "deploy"}))) >= {
        "policy.user_connecting"
    }
    by_flag = replace(FLAGS, scope=Scope(user="deploy"))
    assert judged(made, inventory(n1={}), by_flag).refused
    assert pipeline.build(made, by_flag, Profile()).refused


def test_once_the_hosts_are_known_policy_knows_their_ports() -> None:
    made = intent("firewall_close", ports=["2222/tcp"])
    assert not pipeline.build(made, FLAGS, Profile()).refused
    for port in (2222, "2222"):
        assert judged(made, inventory(n1={"ansible_port": port})).refused
    assert not judged(made, inventory(n1={"ansible_port": "{{ ssh_port }}"})).refused
    assert pipeline.build(intent("firewall_close", ports=["22/tcp"]), FLAGS, Profile()).refused


def test_the_number_of_hosts_counts() -> None:
    many = inventory(**{f"n{number}": {} for number in range(21)})
    built = judged(intent("directory_create", path="/srv/x"), many)
    assert "policy.many_hosts" in codes(built)
    assert (built.refused, built.risk) == (False, "high")
    assert built.findings and "ansible" not in {code.partition(".")[0] for code in codes(built)}
