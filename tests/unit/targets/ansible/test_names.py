"""Names by family: the table is consistent, and unknown names pass through."""

import msgspec
import pytest

from kiki.targets.ansible import fields, names


@pytest.mark.parametrize("sort", ["packages", "services", "groups"])
def test_the_table_is_consistent(sort: names.Sort) -> None:
    kinds = {
        "packages": fields.PackageName,
        "services": fields.ServiceName,
        "groups": fields.UserName,
    }
    for name, entry in names._table(sort).items():
        assert set(entry) == {"called", *names.FAMILIES}
        assert name == name.lower()
        for family in names.FAMILIES:
            msgspec.convert(entry[family], kinds[sort])
            native = entry[family].lower()
            assert names.canonical(sort, native) == entry["called"][0], f"{native} means another"


def test_nothing_is_called_the_same_twice() -> None:
    for sort, entries in msgspec.json.decode(_data()).items():
        called = [name for entry in entries for name in entry["called"]]
        assert len(called) == len(set(called)), sort


def _data() -> bytes:
    with open(names.__file__.replace("names.py", "names.json"), "rb") as file:  # noqa: PTH123
        return file.read()


def test_by_family() -> None:
    assert names.by_family("packages", ("nginx", "unknown-thing")) == (
        (None, ("nginx", "unknown-thing")),
    )
    assert names.by_family("services", ("Apache2", "sshd")) == (
        ("RedHat", ("httpd", "sshd")),
        ("Debian", ("apache2", "ssh")),
    )


def test_two_names_for_one_thing_are_one() -> None:
    assert names.named("packages", ("httpd", "apache2"), "Debian") == ("apache2",)


def test_unknown_names_keep_their_case() -> None:
    assert names.named("packages", ("ImageMagick",), "RedHat") == ("ImageMagick",)


def test_related_finds_the_package_of_a_service() -> None:
    assert names.related("services", "ssh", "packages") == ("openssh-server",)
    assert names.related("services", "myapp", "packages") == ()
