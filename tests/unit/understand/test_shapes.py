"""What the value of a field may look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.messages import known
from kiki.model.vocabulary import FieldSpec, FieldType, Shape
from kiki.understand.nearness import slip
from kiki.understand.shapes import UnfitError, value_of


def spec(shape: Shape, kind: FieldType = "str", **more: object) -> FieldSpec:
    return FieldSpec(name="f", type=kind, shape=shape, **more)  # type: ignore[arg-type]


FITS = [
    ("package", "g++", "g++"),
    ("package", "python3-pip", "python3-pip"),
    ("service", "nginx.service", "nginx"),
    ("service", "getty@tty1", "getty@tty1"),
    ("user", "www-data", "www-data"),
    ("label", "Web", "web"),
    ("image", "nginx", "nginx"),
    ("image", "nginx:1.27", "nginx:1.27"),
    ("flavor", "m1.small", "m1.small"),
    ("image", "registry.local:5000/a/b:v1", "registry.local:5000/a/b:v1"),
    ("osimage", "Rocky Linux 9", "Rocky Linux 9"),
    ("path", "/srv/app/", "/srv/app"),
    ("mode", "755", "0755"),
    ("mode", "0600", "0600"),
    ("page", "a.html", "a.html"),
    ("portspec", "80", "80/tcp"),
    ("portspec", "53/UDP", "53/udp"),
    ("portspec", "8000~8100", "8000-8100/tcp"),
    ("secret", "{{secret:password-1}}", "password-1"),
    ("text", "  any ", "  any "),
    ("bytes", "10Gi", "10Gi"),
    ("bytes", "0.5Gi", "0.5Gi"),
    ("cidr", "10.0.0.5", "10.0.0.5"),
    ("cidr", "10.0.0.0/24", "10.0.0.0/24"),
    ("publish", "8080:80", "8080:80"),
    ("site", "Blog.example.com", "blog.example.com"),
    ("pair", "LOG_LEVEL=debug", "LOG_LEVEL=debug"),
]
MISFITS = [
    ("package", "a b"),
    ("package", "x.sh"),
    ("package", "-x"),
    ("service", "backup.sh"),
    ("service", "a/b"),
    ("user", "Kim"),
    ("user", "1kim"),
    ("user", "a" * 33),
    ("label", "a_b"),
    ("label", "-a"),
    ("label", "a" * 64),
    ("image", "not an image"),
    ("image", "nginx:"),
    ("image", "A/B"),
    ("path", "relative"),
    ("path", "/"),
    ("path", "/a/../b"),
    ("path", "/a/*"),
    ("path", "/a$b"),
    ("path", "/{{x}}"),
    ("path", "//a"),
    ("path", "/" + "a" * 5000),
    ("mode", "888"),
    ("mode", "rwx"),
    ("page", "index.php"),
    ("portspec", "0"),
    ("portspec", "65536"),
    ("portspec", "90-80"),
    ("portspec", "80/icmp"),
    ("secret", "hunter2"),
    ("bytes", "10"),
    ("bytes", "20GB"),
    ("bytes", "0Gi"),
    ("bytes", "0.0Gi"),
    ("cidr", "10.0.0.5/24"),
    ("cidr", "/swapfile"),
    ("publish", "8080"),
    ("publish", "80/tcp"),
    ("publish", "0:80"),
    ("site", "web"),
    ("pair", "app.conf"),
    ("flavor", "a b"),
    ("network", ""),
]


@pytest.mark.parametrize(("shape", "text", "value"), FITS)
def test_fits(shape: Shape, text: str, value: str) -> None:
    assert value_of(spec(shape), text) == value


@pytest.mark.parametrize(("shape", "text"), MISFITS)
def test_misfits_say_what_is_expected(shape: Shape, text: str) -> None:
    with pytest.raises(UnfitError) as raised:
        value_of(spec(shape), text)
    assert known(raised.value.code, "ko")


@pytest.mark.parametrize(
    ("text", "fits"), [("1", 1), ("65535", 1), ("0", 0), ("65536", 0), ("x", 0)]
)
def test_ports(text: str, fits: int) -> None:
    if fits:
        assert value_of(spec("port", "int"), text) == int(text)
        return
    with pytest.raises(UnfitError):
        value_of(spec("port", "int"), text)


@pytest.mark.parametrize("text", ["29999", "32768"])
def test_a_field_has_its_own_bounds(text: str) -> None:
    with pytest.raises(UnfitError):
        value_of(spec("port", "int", minimum=30000, maximum=32767), text)


def test_lists_are_cut_at_commas_and_hold_a_value_once() -> None:
    assert value_of(spec("package", "list"), "a, b,a,") == ["a", "b"]
    with pytest.raises(UnfitError):
        value_of(spec("package", "list"), " , ")


def test_choices_and_switches() -> None:
    assert value_of(spec("choice", choices=("NodePort", "ClusterIP")), "nodeport") == "NodePort"
    assert value_of(spec("switch", "bool"), "Yes") is True
    for shape in ("choice", "switch"):
        with pytest.raises(UnfitError):
            value_of(spec(shape), "other")  # type: ignore[arg-type]


@given(st.text(max_size=40), st.sampled_from(["path", "image", "label", "portspec", "service"]))
def test_no_text_breaks_a_shape(text: str, shape: Shape) -> None:
    try:
        value = value_of(spec(shape), text)
    except UnfitError:
        return
    assert isinstance(value, str)
    assert value


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("nginxx", "nginx"),
        ("ngnix", "nginx"),
        ("nginy", "nginx"),
        ("ngin", "nginx"),
        ("nginx", ""),
        ("nginx2", ""),
        ("vin", ""),
        ("postgres", ""),
        ("gninx", "nginx"),
        ("xinx", ""),
        ("", ""),
    ],
)
def test_a_slip_of_the_hand(name: str, near: str) -> None:
    assert slip(name, ("nginx", "vim", "redis")) == near
