"""Who may do what, reach what and take how much of a namespace: on a real Kubernetes, planned,
applied, verified and taken back."""

from collections.abc import Iterator

import pytest

from kiki.model.exits import Exit
from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_kube_changes import asked, run, verbs

pytestmark = pytest.mark.clouds


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="kb") as name:
        yield name


def listed(cluster: Cluster, place: str) -> set[str]:
    """What stands in the namespace and no cluster puts there by itself."""
    kinds = "sa,role,rolebinding,networkpolicy,quota,limitrange"
    names = cluster("-n", place, "get", kinds, "-o", "name").split()
    return set(names) - {"serviceaccount/default"}


def there_and_back(kiki: Kiki, cluster: Cluster, place: str, words: str) -> list[tuple[str, str]]:
    """What the plan does: it is applied, found unchanged, and taken back."""
    before = listed(cluster, place)
    planned = asked(kiki, words)
    assert listed(cluster, place) == before
    done = run(kiki, planned)
    assert (done.code, done.change["state"]) == (Exit.DONE, "applied"), done.told
    again = asked(kiki, words)
    assert again.change["state"] == "applied", again.told
    assert {verb for _, verb in verbs(again)} == {"none"}
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert listed(cluster, place) == before
    return verbs(planned)


def test_an_account_gets_its_rights_and_loses_them(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    words = f"let service account ci read pods and deployments in namespace {place}"
    assert there_and_back(kiki, cluster, place, words) == [
        (f"ServiceAccount {place}/ci", "create"),
        (f"Role {place}/ci-read-pods-deployments", "create"),
        (f"RoleBinding {place}/ci-read-pods-deployments", "create"),
    ]


def test_rights_are_those_asked_for_and_an_account_that_is_there_stays(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    cluster("-n", place, "create", "serviceaccount", "ci")
    before = cluster.object("sa", "ci", "-n", place)
    done = run(kiki, asked(kiki, f"{place} 네임스페이스의 ci 서비스 계정에 파드 조회 권한 줘"))
    assert done.change["state"] == "applied", done.told
    who = f"--as=system:serviceaccount:{place}:ci"
    assert cluster("-n", place, "auth", "can-i", "list", "pods", who).strip() == "yes"
    mays = cluster("-n", place, "auth", "can-i", "--list", "--no-headers", who)
    assert [line.split()[0] for line in mays.splitlines() if "watch" in line] == ["pods"]
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cluster.object("sa", "ci", "-n", place) == before


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("deny all ingress in namespace {}", "NetworkPolicy {}/default-deny-ingress"),
        (
            "allow traffic from pods app=api to pods app=web on port 80 in namespace {}",
            "NetworkPolicy {}/allow-app-api-to-app-web-80-tcp",
        ),
        (
            "{} 네임스페이스에 CPU 총량 4, 메모리 총량 8Gi, 파드 20개 쿼터 걸어줘",
            "ResourceQuota {}/quota",
        ),
        (
            "{} 네임스페이스에 리밋 레인지 만들어줘. 기본 메모리 256Mi, 최대 메모리 1Gi",
            "LimitRange {}/limits",
        ),
    ],
)
def test_what_guards_a_namespace_comes_and_goes(
    kiki: Kiki, cluster: Cluster, place: str, words: str, made: str
) -> None:
    found = there_and_back(kiki, cluster, place, words.format(place))
    assert found == [(made.format(place), "create")]
