"""A host of the inventory that a thing is said to be of says where it is to be done."""

import pytest

from kiki.catalogues.listed import ListedCatalogue
from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.reader import read

HOSTS = ListedCatalogue({"hosts": ("n1", "n2", "web")})


def reading(message: str) -> Reading:
    return read(Request(message=message), registry.vocabulary(), Profile(), catalogue=HOSTS)


@pytest.mark.parametrize(
    ("message", "kind", "hosts"),
    [
        ("n1의 디스크 사용량 보여줘", "ansible.health_check", ("n1",)),
        ("n1 메모리 사용량 보여줘", "ansible.health_check", ("n1",)),
        ("n1, n2의 디스크 사용량 보여줘", "ansible.health_check", ("n1", "n2")),
        ("n1의 nginx 재시작해줘", "ansible.service_restart", ("n1",)),
        ("n2 nginx 재시작해줘", "ansible.service_restart", ("n2",)),
        ("web 서버의 커널 버전 알려줘", "ansible.host_facts", ("web",)),
        ("show the uptime of n1 and n2", "ansible.host_facts", ("n1", "n2")),
    ],
)
def test_whose_it_is_says_where(message: str, kind: str, hosts: tuple[str, ...]) -> None:
    made = reading(message).intent
    assert made is not None
    assert ([one.kind for one in made.operations], set(made.hosts)) == ([kind], set(hosts))


@pytest.mark.parametrize(
    "message",
    ["n9의 디스크 사용량 보여줘", "n9 nginx 재시작해줘", "show the uptime of n1 and n9"],
)
def test_a_name_that_the_inventory_lacks_is_no_host(message: str) -> None:
    assert reading(message).intent is None


def test_what_is_named_with_its_own_noun_stays_that() -> None:
    made = reading("web 서비스 재시작해줘").intent
    assert made is not None
    assert (made.operations[0].fields["names"], made.hosts) == (["web"], ())
