"""What is only to be created, said in words and by pasted commands."""

import pytest

from kiki import pipeline
from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.model.request import Request


def intent(message: str) -> Intent:
    found = pipeline.read(Request(message=message, target="k8s"), Profile(), None)
    assert found.intent is not None, found
    return found.intent


@pytest.mark.parametrize(
    "message",
    [
        "demo 네임스페이스에 nginx:1.27 디플로이먼트 web 3개 없을 때만 생성해줘",
        "demo 네임스페이스에 nginx:1.27 디플로이먼트 web 만들어줘. 이미 있으면 실패하게 해줘",
        "네임스페이스 demo2 있으면 실패하게 만들어줘",
        "create namespace demo2, fail if it already exists",
        "create a deployment web of nginx:1.27 in namespace demo only if it does not exist",
        "kubectl create namespace demo2",
        "kubectl run web --image=nginx:1.27 -n demo",
    ],
)
def test_it_is_only_to_be_created_and_said(message: str) -> None:
    made = intent(message)
    assert made.create_only
    assert "assumption.create_only" in [one.code for one in made.assumptions]


@pytest.mark.parametrize(
    "message",
    [
        "네임스페이스 demo2가 없으면 만들어줘",
        "create namespace demo2",
        "kubectl scale deployment web --replicas=3 -n demo",
    ],
)
def test_anything_else_is_applied(message: str) -> None:
    assert not intent(message).create_only
