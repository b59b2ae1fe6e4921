"""The engine: adding up, finding rules by themselves, and denying when one fails."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.model.artifact import Artifact
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.policy import engine, rules
from kiki.policy.case import Case, Concern, Verdict

ARTIFACT = Artifact(target="ansible", intent_digest="", entry="", files=())


def intent(*operations: tuple[str, dict[str, Any]]) -> Intent:
    made = tuple(Operation(kind=kind, fields=fields) for kind, fields in operations)
    return Intent(target="ansible", name="x", operations=made, reader="rules")


def judged(*operations: tuple[str, dict[str, Any]], risks: tuple[str, ...] = ()) -> Verdict:
    given = risks or ("low",) * len(operations)
    return engine.judge(intent(*operations), ARTIFACT, given, Scope(), Profile(), ("web1",))


def added(**opinions: Any) -> Verdict:
    case = Case(intent=intent(), artifact=ARTIFACT, risks=(), scope=Scope(), profile=Profile())
    said = {name: _saying(value) for name, value in opinions.items()}
    return engine.judge_case(case, said)


def _saying(value: Any) -> Callable[[Case], Any]:
    def rule(_: Case) -> Any:
        if isinstance(value, BaseException):
            raise value
        return value

    return rule


REFUSAL = Finding(code="policy.no", severity="error")
HIGH = Concern(code="policy.high", risk="high")
MEDIUM = Concern(code="policy.medium", risk="medium")


class TestAddingUp:
    def test_nothing_said_is_low(self) -> None:
        assert added(a=()) == Verdict(risk="low", approvers=("requester",))

    def test_the_highest_risk_counts_and_high_needs_somebody_else(self) -> None:
        verdict = added(a=(MEDIUM,), b=(HIGH, MEDIUM))
        assert verdict.risk == "high"
        assert verdict.approvers == ("other",)
        assert verdict.findings == (Finding(code="policy.high", severity="warning"),)
        assert verdict.rules == {"a": ("policy.medium",), "b": ("policy.high", "policy.medium")}

    def test_a_refusal_forbids_and_stands_first(self) -> None:
        verdict = added(a=(HIGH,), b=(REFUSAL,))
        assert verdict.risk == "forbidden"
        assert verdict.approvers == ()
        assert [found.severity for found in verdict.findings] == ["error", "warning"]

    def test_a_concern_may_forbid(self) -> None:
        verdict = added(a=(Concern(code="policy.x", risk="forbidden"),))
        assert verdict.risk == "forbidden"
        assert verdict.findings[0].severity == "error"

    def test_a_warning_of_a_rule_raises_nothing(self) -> None:
        verdict = added(a=(Finding(code="policy.w", severity="warning"),))
        assert (verdict.risk, len(verdict.findings)) == ("low", 1)


class TestDenying:
    @pytest.mark.parametrize(
        "failure", [RuntimeError("boom"), KeyError("names"), RecursionError(), AssertionError()]
    )
    def test_a_rule_that_raises(self, failure: Exception) -> None:
        verdict = added(good=(MEDIUM,), bad=failure)
        assert verdict.risk == "forbidden"
        (found,) = verdict.findings
        assert found.code == "policy.rule_failed"
        assert found.params["rule"] == "bad"
        assert type(failure).__name__ in found.params["detail"]

    @pytest.mark.parametrize(
        "answer",
        [
            None,
            True,
            "fine",
            (True,),
            (None,),
            (Concern(code="x", risk="none"),),  # type: ignore[arg-type]
            (Finding(code="x", severity="fatal"),),  # type: ignore[arg-type]
        ],
    )
    def test_a_rule_that_answers_nonsense(self, answer: Any) -> None:
        verdict = added(bad=answer)
        assert [found.code for found in verdict.findings] == ["policy.rule_failed"]

    def test_an_interruption_is_not_an_answer(self) -> None:
        with pytest.raises(KeyboardInterrupt):
            added(a=KeyboardInterrupt())

    def test_no_rules_at_all(self) -> None:
        verdict = added()
        assert verdict.risk == "forbidden"
        assert [found.code for found in verdict.findings] == ["policy.no_rules"]

    def test_fields_of_a_wrong_type(self) -> None:
        verdict = judged(("ansible.file_remove", {"path": {"a": 1}}))
        assert {found.code for found in verdict.findings} == {"policy.rule_failed"}
        assert verdict.findings[0].params["rule"] == "protected_paths"

    def test_a_setting_that_is_no_number(self) -> None:
        profile = Profile(defaults={"policy.many_hosts.limit": "many"})
        verdict = engine.judge(intent(), ARTIFACT, (), Scope(), profile, ())
        assert verdict.findings[0].params["rule"] == "many_hosts"


class TestDiscovery:
    @pytest.fixture
    def more(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        """Puts rule files beside the real ones, as somebody who adds a rule does."""
        monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])

        def write(name: str, text: str) -> None:
            (tmp_path / f"{name}.py").write_text(text)
            engine.found_rules.cache_clear()

        yield write
        engine.found_rules.cache_clear()
        for name in [name for name in sys.modules if name.startswith("kiki.policy.rules.zz_")]:
            del sys.modules[name]

    def test_a_new_file_is_a_new_rule(self, more: Any) -> None:
        more(
            "zz_no_ping",
            "from kiki.model.finding import Finding\n"
            "def judge(case):\n"
            "    kinds = [operation.kind for operation in case.intent.operations]\n"
            "    no = Finding(code='policy.no_ping', severity='error')\n"
            "    return (no,) * kinds.count('ansible.ping')\n",
        )
        assert judged(("ansible.ping", {})).rules["zz_no_ping"] == ("policy.no_ping",)
        assert judged(("ansible.file_create", {"path": "/srv/a"})).risk == "low"

    @pytest.mark.parametrize(
        "text", ["import nothing_of_this_name", "def judge(:", "x = 1", "raise SystemError('no')"]
    )
    def test_a_rule_that_cannot_be_loaded_denies(self, more: Any, text: str) -> None:
        more("zz_broken", text)
        verdict = judged(("ansible.ping", {}))
        assert verdict.risk == "forbidden"
        assert verdict.findings[0].params["rule"] == "zz_broken"

    def test_the_built_in_ones_are_all_there(self) -> None:
        folder = Path(rules.__file__).parent
        files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
        assert set(engine.found_rules()) == files
        assert len(files) >= 11


class TestWhole:
    def test_a_usual_change_is_approved_by_its_requester(self) -> None:
        verdict = judged(
            ("ansible.package_install", {"names": ["nginx"], "state": "present"}),
            ("ansible.service_start", {"names": ["nginx"]}),
            ("ansible.firewall_open", {"ports": ["80/tcp"]}),
            risks=("low", "medium", "medium"),
        )
        assert verdict.risk == "medium"
        assert verdict.findings == ()
        assert verdict.approvers == ("requester",)

    def test_one_refused_operation_refuses_all(self) -> None:
        verdict = judged(
            ("ansible.package_install", {"names": ["nginx"]}),
            ("ansible.directory_remove", {"path": "/etc"}),
            risks=("low", "high"),
        )
        assert verdict.risk == "forbidden"
        assert verdict.findings[0].code == "policy.path_protected"

    def test_an_operation_that_nobody_knows_is_high_and_not_refused(self) -> None:
        verdict = judged(("future.thing_do", {"what": [{"deep": 1}]}), risks=("unheard",))
        assert verdict.risk == "high"

    JSON = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=6,
    )
    NAMES = st.sampled_from(["path", "names", "ports", "image", "network", "namespace", "x"])
    KINDS = st.sampled_from(
        ["ansible.file_remove", "ansible.package_remove", "ansible.user_create", "ansible.ping",
         "ansible.firewall_close", "ansible.service_stop", "k8s.deployment_create", "", "x", "a.b"]
    )  # fmt: skip

    @given(KINDS, st.dictionaries(NAMES, JSON, max_size=3), st.text(max_size=5))
    def test_it_never_raises(self, kind: str, fields: dict[str, Any], risk: str) -> None:
        verdict = judged((kind, fields), risks=(risk,))
        assert verdict.risk in ("low", "medium", "high", "forbidden")
        assert verdict.risk in ("high", "forbidden") or risk in ("low", "medium")
