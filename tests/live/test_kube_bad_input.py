"""What goes wrong with a real cluster is said: what, where and what next, in both languages, with
its exit code and in the record. Others are in ``test_kube_changes`` (contexts, production)
and ``test_kube_node`` (an image that can't be had).
"""

import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from kiki.model.exits import Exit
from tests.live.kiki_cli import Answer, Kiki
from tests.live.kube_lab import Cluster, namespace

pytestmark = pytest.mark.clouds

WORDS = {
    "en": "create a service web on port 80 in namespace {}",
    "ko": "{} 네임스페이스에 web 서비스를 80 포트로 만들어줘",
}
WHY = "prices need an owner label"
HOOK = "guard.kiki.test"


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="kb") as name:
        yield name


@pytest.fixture
def keys(cluster: Cluster) -> Path:
    """The folder with the keys of the lab's own authority."""
    known = json.loads(cluster("config", "view", "--raw", "-o", "json"))
    return Path(known["clusters"][0]["cluster"]["certificate-authority"]).parent


def signed(keys: Path, folder: Path, subject: str, *, days: int, names: str = "") -> Path:
    """A certificate of the lab's authority beside its key: ``NAME.crt`` and ``NAME.key``."""
    made = folder / "made"
    key, request, about = (made.with_suffix(end) for end in (".key", ".csr", ".ext"))
    about.write_text(f"subjectAltName={names}\n" if names else "extendedKeyUsage=clientAuth\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-keyout", key, "-out",
            request)  # fmt: skip
    openssl("x509", "-req", "-in", request, "-CA", keys / "ca.crt", "-CAkey", keys / "ca.key",
            "-set_serial", "77", "-days", days, "-extfile", about,
            "-out", made.with_suffix(".crt"))  # fmt: skip
    return made.with_suffix(".crt")


def openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60)


def of_file(cluster: Cluster, folder: Path, **changed: str) -> str:
    """A kubeconfig as the lab's, but for what is *changed* of its user and its cluster."""
    known = json.loads(cluster("config", "view", "--raw", "-o", "json"))
    for part, inside in (("users", "user"), ("clusters", "cluster")):
        about = known[part][0][inside]
        about |= {key.replace("_", "-"): value for key, value in changed.items()
                  if key.replace("_", "-") in about}  # fmt: skip
    path = folder / "other.conf"
    path.write_text(json.dumps(known))
    return str(path)


def asked(kiki: Kiki, language: str, place: str, *flags: str) -> Answer:
    return kiki("--message", WORDS[language].format(place), "--lang", language, *flags)


def recorded(kiki: Kiki, answer: Answer) -> list[dict[str, Any]]:
    """The record of the change that an answer names; the whole of it verifies."""
    listed = json.loads(kiki("changes", "--json").out)
    change = listed["changes"][0]["id"]
    assert change in answer.told
    assert kiki("audit", "verify").code == Exit.DONE
    found: list[dict[str, Any]] = json.loads(kiki("show", change, "--json").out)["change"][
        "history"
    ]
    return found


def failed_for(kiki: Kiki, answer: Answer, code: str) -> None:
    last = recorded(kiki, answer)[-1]
    assert (last["event"], last["data"]["reason"]) == ("plan_fail", code), last


@pytest.mark.parametrize(
    ("language", "next_step"), [("en", "See that it runs"), ("ko", "서버가 실행 중인지")]
)
def test_a_server_that_is_down(
    kiki: Kiki, cluster: Cluster, tmp_path: Path, language: str, next_step: str
) -> None:
    known = json.loads(cluster("config", "view", "--raw", "-o", "json"))
    away = known["clusters"][0]["cluster"]["server"].rpartition(":")[0] + ":16999"
    path = of_file(cluster, tmp_path, server=away)
    answer = asked(kiki, language, "default", "--kubeconfig", path)
    assert answer.code == Exit.TEMPORARY, answer.told
    assert all(word in answer.err for word in (away, "Connection refused", next_step))
    failed_for(kiki, answer, "cluster.unreachable")


def test_a_server_that_goes_down_after_the_approval(
    kiki: Kiki, cluster: Cluster, tmp_path: Path, place: str
) -> None:
    path = of_file(cluster, tmp_path)
    planned = asked(kiki, "en", place, "--kubeconfig", path, "--json")
    change = planned.change["id"]
    assert kiki("approve", change, "--yes").code == Exit.DONE
    known = json.loads(cluster("config", "view", "--raw", "-o", "json"))
    server = known["clusters"][0]["cluster"]["server"]
    of_file(cluster, tmp_path, server=server.rpartition(":")[0] + ":16999")
    stopped = kiki("run", change)
    assert (stopped.code, "Connection refused" in stopped.err) == (Exit.TEMPORARY, True)
    assert recorded(kiki, stopped)[-1]["event"] == "approve", "nothing was begun"
    of_file(cluster, tmp_path)
    done = kiki("run", change, "--json")
    assert done.change["state"] == "applied", done.told


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ("has expired on 20", "Renew it")), ("ko", ("만료되었습니다", "갱신"))],
)
def test_a_login_whose_certificate_has_expired(
    kiki: Kiki, cluster: Cluster, keys: Path, tmp_path: Path, language: str, said: tuple[str, ...]
) -> None:
    old = signed(keys, tmp_path, "/O=system:masters/CN=old-admin", days=-1)
    path = of_file(cluster, tmp_path, client_certificate=str(old),
                   client_key=str(old.with_suffix(".key")))  # fmt: skip
    answer = asked(kiki, language, "default", "--kubeconfig", path)
    assert answer.code == Exit.TEMPORARY, answer.told
    assert all(word in answer.err for word in (*said, path))
    failed_for(kiki, answer, "cluster.login_expired")


class Hook(BaseHTTPRequestHandler):
    """Refuses whatever it is asked about."""

    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told = {"uid": review["request"]["uid"], "allowed": False, "status": {"message": WHY}}
        body = json.dumps({**review, "response": told}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def hook(cluster: Cluster, keys: Path, folder: Path, place: str) -> Iterator[HTTPServer]:
    """A webhook that the cluster asks about the services of *place* only."""
    made = signed(keys, folder, "/CN=hook", days=2, names="IP:127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, made.with_suffix(".key"))
    server = HTTPServer(("127.0.0.1", 0), Hook)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    cluster("label", "namespace", place, f"hooked={place}")
    cluster("create", "-f", "-", typed=json.dumps(configuration(keys, server.server_port, place)))
    try:
        yield server
    finally:
        cluster("delete", "validatingwebhookconfiguration", place)
        server.shutdown()
        server.server_close()


def configuration(keys: Path, port: int, place: str) -> dict[str, Any]:
    authority = subprocess.run(["base64", "-w0", str(keys / "ca.crt")], check=True,
                               capture_output=True, text=True).stdout  # fmt: skip
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"],
            "resources": ["services"]}  # fmt: skip
    one = {
        "name": HOOK, "rules": [rule], "sideEffects": "None", "admissionReviewVersions": ["v1"],
        "clientConfig": {"url": f"https://127.0.0.1:{port}/", "caBundle": authority},
        "namespaceSelector": {"matchLabels": {"hooked": place}}, "timeoutSeconds": 5,
        "failurePolicy": "Fail",
    }  # fmt: skip
    api = "admissionregistration.k8s.io/v1"
    about = {"name": place}
    return {"apiVersion": api, "kind": "ValidatingWebhookConfiguration", "metadata": about,
            "webhooks": [one]}  # fmt: skip


def refused(kiki: Kiki, answer: Answer, code: str, *said: str) -> None:
    """The plan is an error, and what is wrong is said with the object and what to do."""
    assert answer.code == Exit.FAILED, answer.told
    told = " ".join(answer.out.split())
    assert all(word in told for word in said), answer.told
    records = recorded(kiki, answer)
    assert records[-1]["data"]["state"] == "failed", records[-1]
    change = json.loads(kiki("changes", "--json").out)["changes"][0]["id"]
    shown = json.loads(kiki("show", change, "--json").out)["change"]
    found = [one["code"] for one in shown["stages"][0]["findings"] if one["severity"] == "error"]
    assert found == [code]


@pytest.mark.parametrize("language", WORDS)
def test_a_webhook_that_refuses_and_one_that_is_down(
    kiki: Kiki, cluster: Cluster, keys: Path, tmp_path: Path, place: str, language: str
) -> None:
    flags = ("--context", "kiki")
    with hook(cluster, keys, tmp_path, place) as server:
        answer = asked(kiki, language, place, *flags)
        next_step = {"en": "ask whoever runs the webhook", "ko": "웹훅 담당자"}[language]
        refused(kiki, answer, "k8s.live_webhook", f"Service {place}/web", HOOK, WHY, next_step)
        server.shutdown()
        server.server_close()
        answer = asked(kiki, language, place, *flags)
        next_step = {"en": "See that its service runs", "ko": "실행 중이고 응답하는지"}[language]
        refused(kiki, answer, "k8s.live_webhook_down", f"Service {place}/web", HOOK,
                "connection refused", next_step)  # fmt: skip


@pytest.mark.parametrize("language", WORDS)
def test_a_quota_and_a_missing_right(
    kiki: Kiki, cluster: Cluster, place: str, tmp_path: Path, keys: Path, language: str
) -> None:
    cluster("-n", place, "create", "quota", "small", "--hard=services=0")
    answer = asked(kiki, language, place, "--context", "kiki")
    next_step = {"en": "have the ResourceQuota raised", "ko": "ResourceQuota를 늘리"}[language]
    refused(kiki, answer, "k8s.live_quota", f"Service {place}/web", "small", "services=0",
            next_step)  # fmt: skip
    mine = signed(keys, tmp_path, "/CN=jane", days=2)
    path = of_file(cluster, tmp_path, client_certificate=str(mine),
                   client_key=str(mine.with_suffix(".key")))  # fmt: skip
    cluster("-n", place, "create", "rolebinding", "jane", "--clusterrole=view", "--user=jane")
    answer = asked(kiki, language, place, "--kubeconfig", path)
    refused(kiki, answer, "k8s.live_forbidden", "jane", "patch", "services", place, "Role")


@pytest.mark.parametrize("language", WORDS)
def test_fields_of_somebody_else(kiki: Kiki, cluster: Cluster, place: str, language: str) -> None:
    about = {"name": "web", "namespace": place}
    spec = {
        "ports": [{"port": 80, "targetPort": 8080, "protocol": "TCP"}],
        "selector": {"app": "theirs"},
    }
    theirs = {"apiVersion": "v1", "kind": "Service", "metadata": about, "spec": spec}
    cluster("apply", "--server-side", "--field-manager=platform-team", "-f", "-",
            typed=json.dumps(theirs))  # fmt: skip
    answer = asked(kiki, language, place, "--context", "kiki")
    refused(kiki, answer, "k8s.live_conflict", f"Service {place}/web", "platform-team",
            "spec.", "--take-over")  # fmt: skip
    assert cluster.object("service", "web", "-n", place)["spec"]["selector"] == {"app": "theirs"}
