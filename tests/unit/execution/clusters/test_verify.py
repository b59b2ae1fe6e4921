"""Whether workloads are up, and why not, as pods and events of a real 1.20 say it."""

from typing import Any

import pytest

from kiki.execution.clusters.driver import reasons, rollout, verify
from kiki.execution.clusters.driver.kinds import Kinds
from kiki.execution.clusters.driver.program import Step
from tests.unit.execution.clusters.fake_api import FakeApi, thing

LABELS = {"app": "web"}
SPEC = {"replicas": 2, "selector": {"matchLabels": LABELS}}


def web(**status: Any) -> dict[str, Any]:
    return thing("Deployment", "web", spec=SPEC, metadata={"generation": 3}, status=status)


def pod(name: str = "web-1", **status: Any) -> dict[str, Any]:
    about = {"labels": LABELS, "creationTimestamp": f"2026-01-01T00:00:0{len(name) % 10}Z"}
    return thing("Pod", name, metadata=about, status=status)


UP = {"observedGeneration": 3, "availableReplicas": 2, "updatedReplicas": 2, "replicas": 2}


@pytest.mark.parametrize(
    ("status", "up", "hopeless"),
    [
        (UP, True, False),
        ({**UP, "observedGeneration": 2}, False, False),
        ({**UP, "availableReplicas": 1}, False, False),
        ({**UP, "replicas": 3}, False, False),
        ({**UP, "availableReplicas": 0, "conditions": [
            {"type": "Progressing", "reason": "ProgressDeadlineExceeded"}]}, False, True),
    ],
)  # fmt: skip
def test_a_deployment_is_up_when_all_of_it_is_new_and_available(
    status: dict[str, Any], up: bool, hopeless: bool
) -> None:
    found = rollout.state(web(**status))
    assert (found.up, found.hopeless) == (up, hopeless)


def test_the_other_workloads() -> None:
    def of(kind: str, spec: dict[str, Any], **status: Any) -> tuple[bool, str]:
        live = {"kind": kind, "metadata": {"generation": 1}, "spec": spec,
                "status": {"observedGeneration": 1, **status}}  # fmt: skip
        found = rollout.state(live)
        return found.up, found.text

    daemons = {"desiredNumberScheduled": 2, "numberAvailable": 2, "updatedNumberScheduled": 1}
    assert of("DaemonSet", {}, **daemons) == (False, "1/2")
    assert of("StatefulSet", {"replicas": 2}, readyReplicas=2, updatedReplicas=2) == (True, "2/2")
    assert of("StatefulSet", {"replicas": 2}, readyReplicas=2, updatedReplicas=1) == (False, "1/2")
    kept = {"replicas": 1, "updateStrategy": {"type": "OnDelete"}}
    assert of("StatefulSet", kept, readyReplicas=1, updatedReplicas=0) == (True, "1/1")
    assert of("Job", {}, conditions=[{"type": "Complete", "status": "True"}])[0]
    assert not of("Job", {}, active=1)[0]
    assert of("Pod", {}, phase="Succeeded") == (True, "Succeeded")


def waiting(reason: str, **more: Any) -> dict[str, Any]:
    told = {"waiting": {"reason": reason, "message": "m"}}
    return {"name": "c", "image": "nginx:nope", "state": told, **more}


PENDING = {"type": "PodScheduled", "status": "False", "message": "no nodes available"}
ENDED = {"terminated": {"exitCode": 3, "reason": "Error"}}
AGAIN = {"name": "c", "image": "nginx:nope", "state": {"running": {}}, "lastState": ENDED,
         "restartCount": 1, "ready": False}  # fmt: skip
CRASHED = waiting("CrashLoopBackOff", lastState=ENDED, restartCount=2)


@pytest.mark.parametrize(
    ("status", "code", "params"),
    [
        ({"phase": "Pending", "conditions": [PENDING]}, "pending",
         {"pod": "web-1", "message": "no nodes available"}),
        ({"phase": "Pending", "containerStatuses": [waiting("ImagePullBackOff")]}, "image",
         {"image": "nginx:nope", "reason": "ImagePullBackOff", "message": "m"}),
        ({"phase": "Running", "containerStatuses": [CRASHED]}, "crash",
         {"container": "c", "exit": "3 Error", "log": "one | two"}),
        ({"phase": "Pending", "containerStatuses": [waiting("CreateContainerConfigError")]},
         "container", {"reason": "CreateContainerConfigError"}),
        ({"phase": "Running"}, "not_ready", {"pod": "web-1", "message": "-"}),
        ({"phase": "Running", "containerStatuses": [AGAIN]}, "crash",
         {"container": "c", "exit": "3 Error", "log": "one | two"}),
        ({"phase": "Failed", "reason": "Evicted"}, "failed", {"message": "Evicted"}),
    ],
)  # fmt: skip
def test_why_a_pod_is_not_up(status: dict[str, Any], code: str, params: dict[str, str]) -> None:
    live = web()
    api = FakeApi(live, pod(**status))
    api.logs["/api/v1/namespaces/demo/pods/web-1/log"] = "one\ntwo\n"
    found, said = reasons.why(api, Kinds(api, "demo"), live)  # type: ignore[arg-type]
    assert found == code
    assert params.items() <= said.items()


def event(name: str, message: str, time: str) -> dict[str, Any]:
    return thing("Event", name, message=message, lastTimestamp=f"2026-01-01T00:00:{time}Z")


def test_an_image_that_is_waited_for_has_the_registrys_own_words() -> None:
    live = web()
    status = {"phase": "Pending", "containerStatuses": [waiting("ImagePullBackOff")]}
    api = FakeApi(
        live, pod(**status),
        event("a", 'Failed to pull image "nginx:nope": not found', "01"),
        event("b", "Error: ErrImagePull", "02"), event("c", "Error: ImagePullBackOff", "03"),
    )  # fmt: skip
    code, said = reasons.why(api, Kinds(api, "demo"), live)  # type: ignore[arg-type]
    assert (code, said["message"]) == ("image", 'Failed to pull image "nginx:nope": not found')


def test_a_probe_that_fails_is_told_of_one_that_was_started_again() -> None:
    live = web()
    api = FakeApi(live, pod(phase="Running", containerStatuses=[AGAIN]),
                  event("a", "Readiness probe failed: 404", "01"))  # fmt: skip
    code, said = reasons.why(api, Kinds(api, "demo"), live)  # type: ignore[arg-type]
    assert (code, said["message"]) == ("not_ready", "Readiness probe failed: 404")


def test_why_there_is_no_pod() -> None:
    failed = {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: small"}
    live = web(conditions=[failed])
    api = FakeApi(live)
    found = reasons.why(api, Kinds(api, "demo"), live)  # type: ignore[arg-type]
    assert found == ("no_pods", {"message": "exceeded quota: small"})


def test_a_log_that_can_not_be_had_says_why() -> None:
    live = web()
    api = FakeApi(live, pod(phase="Running", containerStatuses=[CRASHED]))
    code, said = reasons.why(api, Kinds(api, "demo"), live)  # type: ignore[arg-type]
    assert (code, said["log"]) == ("crash", "(no node)")


def test_a_log_that_is_gone_since_is_asked_of_the_present_container() -> None:
    class Restarted(FakeApi):
        def text(self, path: str, **query: Any) -> str:
            gone = "unable to retrieve container logs for containerd://1"
            return gone if query["previous"] == "true" else "no database\n"

    live = web()
    api = Restarted(live, pod(phase="Running", containerStatuses=[CRASHED]))
    code, said = reasons.why(api, Kinds(api, "demo"), live)  # type: ignore[arg-type]
    assert (code, said["log"]) == ("crash", "no database")


def answered(api: FakeApi, *wanted: Step, seconds: float = 0) -> tuple[Any, list[Any]]:
    said: list[Any] = []
    until = verify.time.monotonic() + seconds
    kinds = Kinds(api, "demo")  # type: ignore[arg-type]
    return verify._waited(api, kinds, list(wanted), until, said.append), said  # type: ignore[arg-type]


def step(one: dict[str, Any], act: str = "apply", uid: str = "") -> Step:
    return Step("Deployment demo/web", act, one, uid=uid)


def test_what_is_up_is_said_and_nothing_is_waited_for() -> None:
    down, said = answered(FakeApi(web(**UP)), step(web()))
    assert (down, said) == ([], [{"title": "Deployment demo/web", "up": True, "text": "2/2"}])


def test_what_is_not_up_in_time_has_its_reason() -> None:
    api = FakeApi(web(observedGeneration=3), pod(phase="Pending", conditions=[PENDING]))
    down, _ = answered(api, step(web()))
    assert [one["code"] for one in down] == ["k8s.down_pending"]


def test_what_is_deleted_has_to_be_gone() -> None:
    live = thing("Service", "web", metadata={"finalizers": ["x/y"]})
    assert answered(FakeApi(), step(live, "delete"))[0] == []
    assert answered(FakeApi(live), step(live, "delete", uid="older"))[0] == []
    (held,) = answered(FakeApi(live), step(live, "delete", uid="uid-web"))[0]
    assert (held["code"], held["params"]) == ("k8s.down_not_deleted", {"finalizers": "x/y"})
