"""Rules in words."""

import pytest

from kiki.vdc.names import closed
from kiki.vdc.rules import Exit, Rule, Service, Unclear, atoms, exits, parse
from tests.unit.vdc.given import codes, found, small

TCP = "tcp"


WEB, SSH, HTTPS = ("web",), Service(TCP, 22, 22), Service(TCP, 443, 443)
ANY = ("any",)


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("web -> app: 8080/tcp", Rule(WEB, ("app",), (Service(TCP, 8080, 8080),))),
        ({"web -> app": "8080/tcp"}, Rule(WEB, ("app",), (Service(TCP, 8080, 8080),))),
        ("any->web:80,443/tcp", Rule(ANY, WEB, (Service(TCP, 80, 80), HTTPS))),
        ("any → web: 53/udp, icmp", Rule(ANY, WEB, (Service("udp", 53, 53), Service("icmp")))),
        ("any -> web: 22:22/tcp", Rule(ANY, WEB, (SSH,))),
        ("any -> web: 8000-8100/TCP", Rule(ANY, WEB, (Service(TCP, 8000, 8100),))),
        ("any -> web: ssh, https", Rule(ANY, WEB, (SSH, HTTPS))),
        (
            "internet -> web: 22/tcp from 10.0.0.0/8, 2001:db8::/32",
            Rule(("internet",), WEB, (SSH,), ("10.0.0.0/8", "2001:db8::/32")),
        ),
        ("2001:db8::/32 -> web: all", Rule(("2001:db8::/32",), WEB, (Service(""),))),
        ("web, app -> db, cache: tcp", Rule(("web", "app"), ("db", "cache"), (Service(TCP),))),
    ],
)
def test_what_a_rule_says(entry: str | dict[str, str | int], rule: Rule) -> None:
    assert parse(entry) == rule


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("web -> app", "vdc.rule_shape"),
        ("web: 80/tcp", "vdc.rule_shape"),
        ("a -> b -> c: 80/tcp", "vdc.rule_shape"),
        (" -> b: 80/tcp", "vdc.rule_shape"),
        ({}, "vdc.rule_shape"),
        ("web -> app:", "vdc.rule_no_protocol"),
        ({"web -> app": 80}, "vdc.rule_no_protocol"),
        ("web -> app: 80/tcp, 443", "vdc.rule_no_protocol"),
        ("web -> app: /tcp", "vdc.port_invalid"),
        ("web -> app: 0/tcp", "vdc.port_invalid"),
        ("web -> app: 80-/tcp", "vdc.port_invalid"),
        ("web -> app: 9-8/tcp", "vdc.ports_backwards"),
        ("web -> app: 80/quic", "vdc.rule_protocol"),
        ("web -> app: shh", "vdc.rule_service"),
        ("web -> app: 80/tcp from 10.0.0.0/8", "vdc.rule_from"),
        ("any -> app: 80/tcp from here", "vdc.cidr_invalid"),
        ("any -> app: 80/tcp from 10.0.0.1/8", "vdc.cidr_host_bits"),
    ],
)
def test_what_is_no_rule(entry: str | dict[str, str | int], code: str) -> None:
    with pytest.raises(Unclear) as caught:
        parse(entry)
    assert caught.value.code == code


def test_a_tier_is_one_rule_for_each_family_and_a_network_for_its_own() -> None:
    both = [(one.source, one.family) for one in atoms(parse("web -> app: icmp"), six=True)]
    assert both == [("web", 4), ("web", 6)]
    world = [(one.source, one.family) for one in atoms(parse("any -> app: icmp"), six=True)]
    assert world == [("0.0.0.0/0", 4), ("::/0", 6)]
    assert [one.family for one in atoms(parse("2001:db8::/32 -> app: 80/tcp"), six=False)] == [6]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (["any -> web: 80/tcp", "internet -> web: 80/tcp"], "vdc.rule_twice"),
        (["any -> web: 80/tcp", "internet -> web: 80/tcp from 0.0.0.0/0"], "vdc.rule_twice"),
        (["any -> web: http, 80/tcp"], "vdc.rule_twice"),
        (["any -> web: tcp"], "vdc.rule_all_open"),
        (["any -> web: 1-65535/tcp"], "vdc.rule_open"),
        (["0.0.0.0/0 -> web: 3389/tcp"], "vdc.rule_open"),
        (["any -> web: 22/udp"], ""),
        (["any -> web: 22/tcp from 10.0.0.0/8"], ""),
        (["10.0.0.0/8 -> web: all"], ""),
        (["web -> any: 80/tcp"], "vdc.closed_names"),
        (["web -> internet: 443/tcp, 53/udp"], ""),
        (["any -> web: 80/tcp", "web -> any: 80/tcp, 53/udp"], ""),
        (["web -> internet: 53/udp", "web -> any: 53/udp"], "vdc.rule_twice"),
        (["web -> internet, web: 53/udp"], "vdc.rule_mixed"),
        (["10.0.0.0/8 -> internet: 53/udp"], "vdc.rule_through"),
    ],
)
def test_what_is_judged(rules: list[str], code: str) -> None:
    server = {"image": "i", "flavor": "f", "network": "private", "tier": "web"}
    said = codes(small(rules=rules, tiers={"web": {}}, servers={"vm": server}))
    assert said == ({code} if code else set())


def test_a_closed_tier_reaches_tiers_and_networks_that_rules_name() -> None:
    server = {"image": "i", "flavor": "f", "network": "private", "tier": "web"}
    rules = ["web -> internet: 443/tcp", "web -> db: 5432/tcp", "db -> web: 80/tcp"]
    tiers = {"web": {}, "db": {}}
    read = found(small(rules=rules, tiers=tiers, servers={"vm": server})).definition
    assert read is not None
    shut = closed(read)
    assert shut == {"web"}
    out = [one for entry in rules for one in exits(parse(entry), shut, six=False)]
    assert out == [
        Exit("web", "0.0.0.0/0", False, HTTPS, 4),
        Exit("web", "db", True, Service(TCP, 5432, 5432), 4),
    ]
