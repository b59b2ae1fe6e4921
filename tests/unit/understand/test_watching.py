"""Looks that are repeated, said in words and by pasted commands."""

import pytest

from kiki import pipeline
from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.service.submission import aimed


def reading(message: str) -> Reading:
    return pipeline.read(Request(message=message), Profile(), None)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("stage 네임스페이스 파드 계속 지켜봐줘", "k8s.objects_list"),
        ("실시간으로 컨테이너 사용량 보여줘", "podman.container_stats"),
        ("메모리 사용량 쭉 확인해줘", "ansible.health_check"),
        ("watch the pods in stage", "k8s.objects_list"),
        ("follow the logs of pod shop", "k8s.logs_show"),
        ("show the deployments in stage live", "k8s.objects_list"),
        ("kubectl get deployments -n stage --watch", "k8s.objects_list"),
        ("kubectl logs -f shop", "k8s.logs_show"),
        ("podman logs --follow shop", "podman.container_logs"),
        ("watch -n 5 kubectl get pods", "k8s.objects_list"),
    ],
)
def test_what_is_looked_at_again(message: str, kind: str) -> None:
    intent = reading(message).intent
    assert intent is not None
    assert [one.kind for one in intent.operations] == [kind]
    assert intent.watch
    assert "assumption.watched" in [one.code for one in intent.assumptions]
    assert aimed(Request(message=message), intent).watch


@pytest.mark.parametrize(
    "message",
    [
        "shop 디플로이먼트 계속 재시작해줘", "nginx 설치하고 계속 지켜봐줘", "서버 지켜봐줘",
        "watch out for the nginx service", "monitor pods", "kubectl get -f web.yaml",
        "kubectl rollout restart deployment/shop -w",
    ],
)  # fmt: skip
def test_what_is_no_look(message: str) -> None:
    assert reading(message).intent is None


def test_an_ordinary_look_is_one() -> None:
    intent = reading("stage 네임스페이스 파드 보여줘").intent
    assert intent is not None
    assert not intent.watch
    assert not aimed(Request(message=""), intent).watch
