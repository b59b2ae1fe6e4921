"""Scores of requests whose reading is known, by the rules and by a scripted model."""

from typing import Any

import pytest

from kiki.benchmark.measuring import Measured, measure
from kiki.benchmark.samples import Answer, Asked, Sample
from kiki.benchmark.scoring import Score, score
from kiki.engines.scripted import ScriptedEngine
from kiki.model.errors import PermanentError, TemporaryError
from kiki.model.profile import Profile

INSTALL, REMOVE = "ansible.package_install", "ansible.package_remove"
START = "ansible.service_start"
DEPLOYMENT, SERVICE = "k8s.deployment_create", "k8s.service_create"
ASK = Answer(question=("image", "name"))
REFUSE = Answer()
STRANGE = "htop 뿌빠해줘"  # no verb that the rules know


def ops(*asked: tuple[str, dict[str, Any]]) -> Answer:
    return Answer(operations=tuple(Asked(kind=kind, fields=fields) for kind, fields in asked))


def sample(say: str, *answers: Answer) -> Sample:
    return Sample(
        id="x", say=say, lang="ko", level="basic", held_out=False, answers=answers
    )  # fmt: skip


def scored(say: str, *answers: Answer, engine: Any = None) -> Score:
    one = sample(say, *answers)
    return score(one, measured(one, engine), Profile())


def measured(one: Sample, engine: Any = None) -> Measured:
    ticks = iter(range(1000))
    return measure(one, engine, Profile(), lambda: float(next(ticks)))


def answering(*operations: tuple[str, dict[str, Any]], verb: str = "install") -> ScriptedEngine:
    said = [{"kind": kind, "fields": fields} for kind, fields in operations]
    return ScriptedEngine({"": {"operations": said}, "Which verb": {"verb": verb}})


def test_an_exact_reading_is_right_with_every_field() -> None:
    one = scored("nginx, redis 설치", ops((INSTALL, {"names": ["redis", "nginx"]})))
    assert one.right and one.kinds and not one.wrong
    assert (one.fields_right, one.fields_meant) == (1, 1)
    assert one.measured.valid and one.measured.by_rules


def test_what_the_rules_accept_and_nobody_meant_is_wrong() -> None:
    one = scored("nginx 설치", ops((REMOVE, {"names": ["nginx"]})))
    assert one.wrong and not one.right and not one.kinds
    assert one.measured.reader == "rules"
    assert (one.fields_right, one.fields_meant) == (0, 1)


@pytest.mark.parametrize("answer", [REFUSE, ASK])
def test_a_reading_where_a_question_or_a_refusal_was_right_is_wrong(answer: Answer) -> None:
    assert scored("nginx 설치", answer).wrong


def test_a_value_too_many_or_too_few_is_wrong() -> None:
    assert scored("nginx, redis 설치", ops((INSTALL, {"names": ["nginx"]}))).wrong
    assert scored("nginx 설치", ops((INSTALL, {"names": ["nginx", "redis"]}))).wrong
    assert scored("nginx 설치", ops((INSTALL, {"names": ["nginx"], "state": "latest"}))).wrong


def test_an_operation_too_many_is_wrong_and_the_others_fields_still_count() -> None:
    one = scored("nginx 설치하고 시작해줘", ops((INSTALL, {"names": ["nginx"]})))
    assert one.wrong and not one.kinds
    assert (one.fields_right, one.fields_meant) == (1, 1)


def test_a_question_is_right_when_it_is_about_the_right_field() -> None:
    assert scored("디플로이먼트 web 만들어줘", ASK).right
    assert scored("디플로이먼트 web 만들어줘", Answer(question=("any",))).right
    other = scored("디플로이먼트 web 만들어줘", Answer(question=("replicas",)))
    assert not other.right and not other.wrong
    assert other.measured.outcome == "question" and other.measured.asked == "0.image"


def test_a_refusal_is_right_only_where_one_is_an_answer() -> None:
    assert scored("nginx 설치하지 마", REFUSE).right
    one = scored("nginx 설치하지 마", ops((INSTALL, {"names": ["nginx"]})))
    assert not one.right and not one.wrong
    assert scored("nginx 설치하지 마", ops((INSTALL, {"names": ["nginx"]})), REFUSE).right


def test_what_policy_forbids_is_a_refusal() -> None:
    one = scored("root 계정 삭제해줘", REFUSE)
    assert one.right and one.measured.code == "policy.user_root"


def test_derived_values_and_defaults_need_not_be_said() -> None:
    one = scored("nginx:1.27 디플로이먼트 만들어줘", ops((DEPLOYMENT, {"image": "nginx:1.27"})))
    assert one.right and one.fields_meant == 1


def test_the_secret_of_a_message_is_compared_by_its_name() -> None:
    fields = {"names": ["kim"], "password": "{{secret}}"}
    one = scored("사용자 kim 비밀번호 Qw3rty!9x 로 생성", ops(("ansible.user_create", fields)))
    assert one.right and one.fields_right == 2
    assert "Qw3rty" not in one.measured.request.message


def test_without_an_engine_it_is_said_what_would_need_one() -> None:
    one = scored(STRANGE, ops((INSTALL, {"names": ["htop"]})))
    assert not one.right and not one.measured.by_rules
    assert scored("nginx 설치하지 마", REFUSE).measured.by_rules


def test_a_model_reads_what_the_rules_refuse() -> None:
    engine = answering((INSTALL, {"names": ["htop"]}))
    one = scored(STRANGE, ops((INSTALL, {"names": ["htop"]})), engine=engine)
    assert one.right and one.measured.reader == "model" and not one.measured.by_rules
    assert len(engine.asked) == 2  # also which verb that is


def test_a_wrong_reading_of_a_model_is_the_models() -> None:
    engine = answering((START, {"names": ["htop"]}), verb="start")
    one = scored(STRANGE, ops((INSTALL, {"names": ["htop"]})), engine=engine)
    assert one.wrong and one.measured.reader == "model"


def test_a_model_is_not_asked_about_what_the_rules_read() -> None:
    engine = answering((REMOVE, {"names": ["nginx"]}))
    one = scored("nginx 설치", ops((INSTALL, {"names": ["nginx"]})), engine=engine)
    assert one.right and one.measured.by_rules and engine.asked == []


def test_an_engine_that_takes_too_long_is_a_failure_and_one_that_is_down_is_raised() -> None:
    answer = ops((INSTALL, {"names": ["htop"]}))
    one = scored(STRANGE, answer, engine=ScriptedEngine({"": {"error": "timeout"}}))
    assert one.measured.outcome == "failure" and not one.right and not one.wrong
    assert one.measured.code == "engine.timeout"
    with pytest.raises(TemporaryError):
        scored(STRANGE, answer, engine=ScriptedEngine({"": {"error": "unavailable"}}))
    with pytest.raises(PermanentError):
        scored(STRANGE, answer, engine=ScriptedEngine({"": {"error": "model_unknown"}}))


def test_times_are_of_the_rules_alone_and_of_everything() -> None:
    found = measured(sample("nginx 설치", REFUSE))
    assert found.rules_s == found.all_s == 1.0
