"""Words that no field of a model's answer has, and that are no value."""

import pytest

from tests.unit.understand.test_belonging import refused
from tests.unit.understand.test_model import Op, answered, op, operations, read


def services(*names: str) -> list[Op]:
    return [op("k8s.service_create", name=name, port=80) for name in names]


def directories(*paths: str) -> list[Op]:
    return [op("ansible.directory_create", path=path) for path in paths]


SERVICES = "쿠버네티스 서비스 두 개 뾰로롱: front 80 포트, shop 80 포트"


def test_how_many_things_there_are_is_no_value() -> None:
    reading, _ = read(SERVICES, answered(*services("front", "shop")), meant="create")
    assert len(operations(reading)) == 2


def test_another_number_is_one() -> None:
    assert refused(SERVICES.replace("두 개", "세 개"), *services("front", "shop"))


def test_a_number_of_what_one_operation_makes_is_one() -> None:
    message = "서버 2대 뾰로롱: web, db, rocky-9 이미지 m1.small lab-net"
    shared = {"image": "rocky-9", "flavor": "m1.small", "network": "lab-net"}
    assert refused(
        message, *(op("openstack.server_create", name=n, **shared) for n in ("web", "db"))
    )


@pytest.mark.parametrize(
    "message",
    [
        "/app 아래 폴더 2개 뾰로롱: /app/bin, /app/log",
        "whizz the directories /app/bin and /app/log under /app",
    ],
)
def test_where_all_paths_are_is_no_value(message: str) -> None:
    reading, _ = read(message, answered(*directories("/app/bin", "/app/log")), meant="create")
    assert [fields["path"] for _, fields in operations(reading)] == ["/app/bin", "/app/log"]


def test_a_folder_that_is_only_named_is_one() -> None:
    message = "whizz the directories /app, /app/bin and /app/log"
    assert refused(message, *directories("/app/bin", "/app/log"))


def test_who_signs_is_no_value() -> None:
    said = op("ansible.service_restart", names=["tomcat"])
    asked = "we dream of a restart of the tomcat service"
    reading, engine = read(f"{asked}. Kind regards, Elena", answered(said))
    assert engine.asked
    assert operations(reading) == [("ansible.service_restart", {"names": ["tomcat"]})]
    assert refused(f"{asked} for Elena", said)
