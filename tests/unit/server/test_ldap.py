"""Logging in to a real slapd, over StartTLS and ldaps, and what is tried against it."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.model.errors import KikiError, TemporaryError, UsageError
from kiki.server.sources.definitions import Ldap
from kiki.server.sources.ldap import LdapSource
from kiki.server.sources.port import Person
from tests.unit.cli.whole import Ended
from tests.unit.server.certificates import self_signed
from tests.unit.server.directory import BASE, BIND, PASSWORD, SLAPD, Directory, directory
from tests.unit.server.running import start
from tests.unit.server.test_cli import line

pytestmark = pytest.mark.skipif(SLAPD is None, reason="no slapd here (Debian's package slapd)")
PEOPLE, GROUPS = f"ou=people,{BASE}", f"ou=groups,{BASE}"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    with directory(tmp_path_factory.mktemp("ldap") / "d") as found:
        yield found


def source(there: Directory, **fields: Any) -> LdapSource:
    """Search and bind over StartTLS, unless *fields* say something else."""
    usual: dict[str, Any] = {
        "url": f"ldap://localhost:{there.port}", "roles": {}, "ca_file": str(there.ca),
        "base": PEOPLE, "bind_dn": f"cn=kiki,{BASE}", "bind_secret": "ldap-bind", "timeout_s": 2,
    }  # fmt: skip
    return LdapSource("ldap", Ldap(**(usual | fields)), {"ldap-bind": BIND, "bad": "x"}.__getitem__)


def code(there: Directory, name: str, password: str = PASSWORD, **fields: Any) -> str:
    with pytest.raises(KikiError) as caught:
        source(there, **fields).person(name, password)
    assert (caught.value.code == "login.down") == isinstance(caught.value, TemporaryError)
    return caught.value.code


def test_search_and_bind(there: Directory) -> None:
    assert source(there).person("kim", PASSWORD) == Person("kim", (f"cn=web-ops,{GROUPS}",))


def test_ldaps_and_binding_as_oneself(there: Directory) -> None:
    fields = {"url": f"ldaps://localhost:{there.secure}", "user_dn": f"uid={{name}},{PEOPLE}"}
    assert source(there, **fields).person("kim", PASSWORD).groups == (f"cn=web-ops,{GROUPS}",)
    assert code(there, "kim", "wrong", **fields) == "login.refused"
    assert code(there, f"kim,{PEOPLE}+uid=kim", **fields) == "login.refused"


def test_the_subject_is_the_directorys_spelling(there: Directory) -> None:
    assert source(there).person("KIM", PASSWORD).subject == "kim"


def test_groups_that_are_looked_for(there: Directory) -> None:
    found = source(there, group_base=GROUPS)
    assert found.person("boss", PASSWORD).groups == ("admins", f"cn=admins,{GROUPS}")
    assert found.person("lee", PASSWORD).groups == ()


def test_a_group_of_the_same_short_name_elsewhere_is_another(there: Directory) -> None:
    assert source(there, group_base=GROUPS).person("eve", PASSWORD).groups == ()
    assert source(there).person("eve", PASSWORD).groups == (f"cn=admins,ou=own,{BASE}",)


def test_a_wrong_password_and_a_name_that_is_not_there(there: Directory) -> None:
    assert code(there, "kim", "wrong") == "login.refused"
    assert code(there, "nobody") == "login.refused"


def test_an_empty_password_is_no_bind(there: Directory) -> None:
    for fields in ({}, {"user_dn": f"uid={{name}},{PEOPLE}"}):
        assert code(there, "kim", "", **fields) == "login.refused"
    assert code(there, "", PASSWORD) == "login.refused"


@pytest.mark.parametrize(
    "name", ["*", "k*", "kim)(uid=*", "*)(|(uid=kim", "kim\0", "kim\\2a", "(", "kim)(|(cn=*))"]
)
def test_nothing_gets_into_the_filter(there: Directory, name: str) -> None:
    assert code(there, name) == "login.refused"


def test_several_entries_are_nobody(there: Directory) -> None:
    assert code(there, "kim", filter="(|(uid={name})(uid=lee))") == "login.refused"


def test_a_wrong_secret_of_the_settings_is_no_wrong_password(there: Directory) -> None:
    assert code(there, "kim", bind_secret="bad") == "login.down"


def test_a_certificate_that_is_not_known_or_of_another_name(
    there: Directory, tmp_path: Path
) -> None:
    other, _ = self_signed(tmp_path, "localhost")
    for url in (f"ldap://localhost:{there.port}", f"ldaps://localhost:{there.secure}"):
        assert code(there, "kim", url=url, ca_file=str(other)) == "login.down"
        assert code(there, "kim", url=url.replace("localhost", "127.0.0.1")) == "login.down"


def test_a_directory_that_is_away_or_says_nothing(there: Directory) -> None:
    assert code(there, "kim", url="ldap://localhost:1") == "login.down"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"ldap://127.0.0.1:{silent.getsockname()[1]}"
        assert code(there, "kim", url=url) == "login.down"


def test_the_definition_needs_a_way_to_find_people(tmp_path: Path) -> None:
    from kiki.server.sources.definitions import read

    file = tmp_path / "logins.toml"

    def why(text: str) -> str:
        file.write_text(text)
        with pytest.raises(UsageError, match=r"login\.file_wrong") as caught:
            read(str(file), ("web",))
        return str(caught.value.params["why"])

    good = '[l]\nkind="ldap"\nurl="ldaps://h"\nbase="b"\n[l.roles]\n"g"=["operator@web"]\n'
    file.write_text(good)
    assert read(str(file), ("web",))["l"].roles == {"g": ("operator@web",)}
    assert "user_dn" in why(good.replace('base="b"', ""))
    assert "no project db" in why(good.replace("@web", "@db"))
    assert "url" in why(good.replace("ldaps://h", "http://h"))
    assert "url" in why(good.replace("ldaps://h", "ldaps://u:p@h"))
    why(good.replace("operator@web", "king"))
    assert "name" in why(good.replace("[l", "[L"))
    why(good.replace("base=", "based="))
    why("[")


def test_the_command_line_logs_in_by_a_directory(
    there: Directory, tmp_path: Path, migrated: Path
) -> None:
    """All of it: the file, the kept secret, slapd, the table, the session."""
    file, folder = tmp_path / "logins.toml", shutil.copytree(migrated, tmp_path / "state")
    file.write_text(
        f'[corp]\nkind = "ldap"\nurl = "ldap://localhost:{there.port}"\nca_file = "{there.ca}"\n'
        f'base = "{PEOPLE}"\nbind_dn = "cn=kiki,{BASE}"\nbind_secret = "ldap-bind"\n'
        f'group_base = "{GROUPS}"\n[corp.roles]\nadmins = ["admin"]\nweb-ops = ["operator@web"]\n'
    )
    with start(Path(folder), KIKI_PROJECTS="web", KIKI_LOGINS=str(file)) as running:
        running.server.agent_of("admin").keep_secret("ldap-bind", BIND)

        def login(name: str) -> Ended:
            home = tmp_path / name
            home.mkdir()
            words, typed = ["login", running.url, "--with", "corp"], f"{name}\n{PASSWORD}\n"
            return line(home, words, typed)

        assert "corp:kim" in login("kim").out
        assert "web-ops" not in login("boss").out
        refused = login("eve")  # in a group of the same short name, elsewhere
        assert refused.code != 0 and "corp" in refused.err and PASSWORD not in refused.err
        people = running.ask("GET", "/api/v1/people").json["people"]
        roles = {one["name"]: one["roles"] for one in people if ":" in one["name"]}
        assert roles == {"corp:kim": ["operator@web"], "corp:boss": ["admin"]}
