"""Ports of a service as they are written."""

import pytest

from kiki.targets.kubernetes.ports import ServicePort, check, manifest, port_of


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("80", ServicePort(name="", port=80)),
        ("80:8080", ServicePort(name="", port=80, target=8080)),
        ("http=80:8080:30080", ServicePort(name="http", port=80, target=8080, node=30080)),
    ],
)
def test_a_port(text: str, port: ServicePort) -> None:
    assert port_of(text) == port


@pytest.mark.parametrize("text", ["0", "65536", "80:65536", "80:80:29999", "80:80:32768"])
def test_no_port(text: str) -> None:
    with pytest.raises(ValueError, match=r"at `\$\.ports`"):
        port_of(text)


@pytest.mark.parametrize("texts", [("80", "80:81"), ("a=80", "a=81")])
def test_twice(texts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="same number or name"):
        check(tuple(map(port_of, texts)))


def test_the_target_is_said_or_where_the_pods_listen_or_the_port() -> None:
    said, open_, plain = port_of("80:81"), port_of("80"), port_of("80")
    targets = [
        manifest(said, 82, several=False)["targetPort"],
        manifest(open_, 82, several=False)["targetPort"],
        manifest(plain, 0, several=False)["targetPort"],
    ]
    assert targets == [81, 82, 80]


def test_each_of_several_has_a_name() -> None:
    assert "name" not in manifest(port_of("80"), 0, several=False)
    assert manifest(port_of("80"), 0, several=True)["name"] == "port-80"
