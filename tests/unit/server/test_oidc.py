"""Logging in with a browser: the flow against a real provider, and tokens and codes that are not to
be believed."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from joserfc.jwk import ECKey, RSAKey

from kiki.model.errors import KikiError, TemporaryError
from kiki.server.sources.definitions import Oidc
from kiki.server.sources.oidc import OidcSource
from kiki.server.sources.port import Person
from tests.unit.cli.whole import Kiki
from tests.unit.server.provider import (
    CLIENT,
    SECRET,
    Provider,
    provider,
    returned,
    unsigned,
    with_the_public_key,
)
from tests.unit.server.running import Running, start

BACK = "http://127.0.0.1:4711/callback"


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as found:
        yield found


def source(there: Provider, **fields: Any) -> OidcSource:
    usual: dict[str, Any] = {"url": there.url, "client_id": CLIENT, "roles": {},
                             "client_secret": "oidc", "timeout_s": 2}  # fmt: skip
    return OidcSource("sso", Oidc(**(usual | fields)), {"oidc": SECRET, "bad": "x"}.__getitem__)


def login(found: OidcSource, there: Provider) -> Person:
    """All of it, as a browser does it."""
    begun = found.begin(BACK, "a")
    code, state = returned(there.open(begun.url))
    assert state == begun.ticket
    return found.finish(state, code)


def refused(found: OidcSource, there: Provider) -> str:
    """The code of the error and, of a token that does not hold, what is wrong with it."""
    with pytest.raises(KikiError) as caught:
        login(found, there)
    assert (caught.value.code == "login.down") == isinstance(caught.value, TemporaryError)
    why = caught.value.params.get("why", "")
    return (
        f"{caught.value.code} {why}".strip()
        if caught.value.code == "login.bad_token"
        else caught.value.code
    )


def test_the_whole_flow(there: Provider) -> None:
    assert login(source(there), there) == Person("kim", ("ops",))
    there.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    there.published = [there.key]
    found = source(there, subject="preferred_username", groups="roles")
    there.claims = {"preferred_username": "Lee", "roles": "one"}
    assert login(found, there) == Person("Lee", ("one",))


def test_new_keys_are_asked_for(there: Provider) -> None:
    found = source(there)
    login(found, there)
    there.key = ECKey.generate_key("P-256", {"kid": "next", "use": "sig"})
    there.published.append(there.key)
    assert login(found, there).subject == "kim"


def test_forged_tokens(there: Provider) -> None:
    found = source(there)
    there.header = {"alg": "none"}
    there.sign = unsigned
    assert refused(found, there) == "login.bad_token signature"
    there.header = {}
    there.sign = with_the_public_key(there)
    assert refused(found, there) == "login.bad_token signature"
    there.sign = there._signed
    there.key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})  # another's key
    assert refused(found, there) == "login.bad_token signature"
    there.key = ECKey.generate_key("P-256", {"kid": "unknown", "use": "sig"})
    assert refused(found, there) == "login.bad_token key"
    there.header = {"jwk": there.key.as_dict(private=False)}  # it brings its own
    assert refused(found, there).startswith("login.bad_token")
    there.sign = lambda *_: "a.b"
    assert refused(found, there) == "login.bad_token signature"


@pytest.mark.parametrize(
    ("claims", "wrong"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": [CLIENT, "another"]}, "azp"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "azp"),
        ({"exp": 1000}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": 1000}, "iat"),
        ({"iat": 9999999999}, "iat"),
        ({"nbf": 9999999999}, "nbf"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": None}, "sub"),
        ({"groups": {"a": 1}}, "claims"),
    ],
)
def test_tokens_for_others_of_another_time_or_login(
    there: Provider, claims: dict[str, Any], wrong: str
) -> None:
    there.claims = claims
    assert refused(source(there), there) == f"login.bad_token {wrong}"


def test_a_code_and_a_state_are_good_once(there: Provider) -> None:
    found = source(there)
    begun = found.begin(BACK, "a")
    code, state = returned(there.open(begun.url))
    assert found.finish(state, code).subject == "kim"
    with pytest.raises(KikiError, match=r"login\.state"):
        found.finish(state, code)
    other = found.begin(BACK, "a")
    with pytest.raises(KikiError, match=r"login\.not_given"):
        found.finish(other.ticket, code)  # replayed with a state of one's own


def test_a_code_of_somebody_elses_login_is_not_redeemed(there: Provider) -> None:
    found = source(there)
    mine, theirs = found.begin(BACK, "a"), found.begin(BACK, "b")
    code, _ = returned(there.open(theirs.url))
    with pytest.raises(KikiError, match=r"login\.not_given"):  # PKCE: another verifier
        found.finish(mine.ticket, code)
    for state in ("", "forged", mine.ticket):
        with pytest.raises(KikiError, match=r"login\.state"):
            found.finish(state, code)


@pytest.mark.parametrize(
    "redirect",
    ["https://evil.example/callback", "http://evil.example:80/callback", "http://127.0.0.1/callback",
     "http://127.0.0.1:1/callback?x=1", "http://127.0.0.1:1/other", "http://127.0.0.1:x/callback",
     "http://127.0.0.1:1@evil.example/callback", "http://localhost.evil.example:1/callback"],
)  # fmt: skip
def test_it_comes_back_to_this_machine_only(there: Provider, redirect: str) -> None:
    with pytest.raises(KikiError, match=r"login\.redirect"):
        source(there).begin(redirect, "a")
    assert there.asked == []


@pytest.mark.parametrize(
    "document",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"},
     {"jwks_uri": "file:///etc/passwd"}, {"authorization_endpoint": None},
     {"device_authorization_endpoint": "http://169.254.169.254/"}],
)  # fmt: skip
def test_a_document_that_leads_elsewhere_is_not_followed(
    there: Provider, document: dict[str, Any]
) -> None:
    there.document = document
    assert refused(source(there), there) == "login.down"
    assert [path for path, _ in there.asked] == ["/.well-known/openid-configuration"]


def test_a_provider_that_is_away_or_refuses_the_server(there: Provider) -> None:
    assert refused(source(there, url="http://127.0.0.1:1"), there) == "login.down"
    assert refused(source(there, client_secret="bad"), there) == "login.down"
    for status in (302, 404, 500):
        there.status = status
        assert refused(source(there), there) == "login.down"


def test_another_device(there: Provider) -> None:
    found = source(there)
    begun = found.begin("", "a")
    assert (begun.code, begun.interval) == ("AB-CD", 1)
    for _ in range(2):
        with pytest.raises(KikiError, match=r"login\.pending"):
            found.finish(begun.ticket, "")
    there.devices = dict.fromkeys(there.devices, True)
    assert found.finish(begun.ticket, "").subject == "kim"
    with pytest.raises(KikiError, match=r"login\.state"):
        found.finish(begun.ticket, "")


def test_logins_that_nobody_finishes_are_bounded(there: Provider) -> None:
    found = source(there)
    for _ in range(50):
        found.begin(BACK, "evil")
    with pytest.raises(TemporaryError, match=r"login\.busy"):
        found.begin(BACK, "evil")
    found.begin(BACK, "good")


@pytest.fixture
def server(there: Provider, tmp_path: Path, migrated: Path) -> Iterator[Running]:
    """The whole server with this provider in its ``logins.toml``."""
    folder = Path(shutil.copytree(migrated, tmp_path / "state"))
    file = tmp_path / "logins.toml"
    file.write_text(
        f'[sso]\nkind = "oidc"\nurl = "{there.url}"\nclient_id = "{CLIENT}"\n'
        f'client_secret = "oidc-client"\n[sso.roles]\n"ops" = ["operator@web"]\n'
    )
    with start(folder, KIKI_PROJECTS="web", KIKI_LOGINS=str(file)) as running:
        running.server.agent_of("admin").keep_secret("oidc-client", SECRET)
        yield running


def kiki(folder: Path, server: Running) -> Kiki:
    folder.mkdir()
    found = Kiki(folder)
    found.environ |= {"KIKI_BASE_URL": server.url}
    return found


def test_the_command_line_logs_in_with_a_browser(
    server: Running, there: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        back = parse_qs(urlsplit(url).query)["redirect_uri"][0]

        def later() -> None:
            time.sleep(0.2)
            with urlopen(f"{back}?code=forged&state=forged", timeout=5) as page:  # somebody's page
                assert page.status == 200
            with urlopen(url, timeout=5) as page:
                assert "Kiki" in page.read().decode()

        threading.Thread(target=later).start()
        return True

    monkeypatch.setattr("webbrowser.open", browse)
    home = kiki(tmp_path / "home", server)
    home.environ["BROWSER"] = "one"
    ended = home("login", server.url, "--with", "sso")
    assert (ended.code, len(opened)) == (0, 1), ended.err
    assert "sso:kim" in ended.out and SECRET not in ended.out + ended.err
    home = kiki(tmp_path / "other", server)
    assert home("login", server.url, "--with", "nowhere").code != 0


def test_the_command_line_logs_in_by_another_device(
    server: Running, there: Provider, tmp_path: Path
) -> None:
    def confirm() -> None:
        while not there.devices:
            time.sleep(0.05)
        time.sleep(1.2)
        there.devices = dict.fromkeys(there.devices, True)

    threading.Thread(target=confirm).start()
    ended = kiki(tmp_path / "home", server)("login", server.url, "--with", "sso", "--device")
    assert ended.code == 0 and "AB-CD" in ended.err, ended.err
    assert "sso:kim" in ended.out
