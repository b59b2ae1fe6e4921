"""No value that passes can mean something else in a playbook, and every limit has its code."""

from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiki.targets.ansible import fields

LIMITED = {
    "package": fields.PackageName,
    "service": fields.ServiceName,
    "user": fields.UserName,
    "owner": fields.Owner,
    "path": fields.AbsolutePath,
    "optional path": fields.OptionalPath,
    "file name": fields.FileName,
    "mode": fields.Mode,
    "secret": fields.SecretName,
    "port": fields.Port,
}


def passes(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        assert fields.code_of(str(error)).startswith("ansible.invalid_") or "length" in str(error)
        return False
    return True


@pytest.mark.parametrize("name", LIMITED)
@given(text=st.text(max_size=12))
@example(text="nginx\n")
@example(text="80/tcp\n")
@example(text="0644\n")
@example(text="/a\n")
@example(text="/{{ x }}")
@example(text="/a/{% x %}")
@example(text="{# x #}")
@example(text="/a\x00")
def test_nothing_that_passes_has_jinja_or_line_feeds(name: str, text: str) -> None:
    if passes(text, LIMITED[name]):
        assert not {"{", "}", "\n", "\r", "\0"} & set(text)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("package", "nginx", True),
        ("package", "g++", True),
        ("package", "libc6:amd64", True),
        ("package", "nginx=1.22.1-9+deb12u1", True),
        ("package", "@development-tools", True),
        ("package", "-y", False),
        ("package", "a b", False),
        ("package", "", False),
        ("service", "getty@tty1.service", True),
        ("service", "../x", False),
        ("user", "_apt", True),
        ("user", "machine$", True),
        ("user", "Anna", False),
        ("user", "a" * 33, False),
        ("owner", "", True),
        ("path", "/a", True),
        ("path", "/한글/파일.txt", True),
        ("path", "/a/..b", True),
        ("path", "/a/../b", False),
        ("path", "/..", False),
        ("path", "/.", False),
        ("path", "/./.", False),
        ("path", "/", False),
        ("path", "//", False),
        ("path", "a", False),
        ("optional path", "", True),
        ("file name", "index.html", True),
        ("file name", ".htaccess", False),
        ("file name", "a/b", False),
        ("mode", "644", True),
        ("mode", "1777", True),
        ("mode", "888", False),
        ("mode", "77", False),
        ("port", "1/tcp", True),
        ("port", "65535/udp", True),
        ("port", "8000-8100/tcp", True),
        ("port", "65536/tcp", False),
        ("port", "080/tcp", False),
        ("port", "0/tcp", False),
        ("port", "80", False),
        ("port", "80/sctp", False),
    ],
)
def test_limits(name: str, value: str, wanted: bool) -> None:
    assert passes(value, LIMITED[name]) == wanted


@given(start=st.integers(1, 65535), end=st.integers(1, 65535))
def test_a_range_must_not_end_before_it_starts(start: int, end: int) -> None:
    if end < start:
        with pytest.raises(ValueError, match="ends before it starts"):
            fields.check_ports((f"{start}-{end}/tcp",))
    else:
        fields.check_ports((f"{start}-{end}/tcp",))


def test_modes_have_their_leading_zero() -> None:
    assert [fields.four_digits(mode) for mode in ("644", "0644", "1777")] == [
        "0644",
        "0644",
        "1777",
    ]
