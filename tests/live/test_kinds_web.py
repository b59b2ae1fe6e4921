"""Sites of web servers on a real host: nginx and Apache answer by name, and give them up again."""

from collections.abc import Iterator

import pytest

from tests.live.test_ansible_kinds import Kinds, fresh, intent, kinds, lab

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = pytest.mark.hosts

CLEAR = (
    "sh -c 'dpkg -l nginx apache2 2>/dev/null | grep -q ^ii || exit 0;"
    " apt-get -qq purge -y nginx nginx-common apache2 apache2-bin apache2-data;"
    " rm -rf /var/www'"
)
ASK = (
    "from urllib.request import Request, urlopen;"
    "print(urlopen(Request('http://127.0.0.1:{}/', headers=dict(Host='{}'))).read().decode())"
)


@pytest.fixture
def cleared(kinds: Kinds) -> Iterator[None]:
    """No web server on the host, before and after: both want port 80."""
    kinds.look(CLEAR)
    yield
    kinds.look(CLEAR)


def asked(kinds: Kinds, name: str, port: int = 80) -> str:
    return kinds.look(f'python3 -c "{ASK.format(port, name)}"')


def test_a_site_answers_by_its_name_and_is_taken_away(kinds: Kinds, cleared: None) -> None:
    name = f"{fresh()}.example.com"
    page, enabled = f"<h1>{name}</h1>", "/etc/nginx/sites-enabled"
    site = {"server": "nginx", "names": [name, f"www.{name}"]}
    planned = kinds.plan(intent(("web_site", site)))
    assert not planned.errored, "a host that never had the server can be planned, too"
    outcome = kinds.apply(intent(("web_site", site)))
    assert (outcome.verified, outcome.params) == ("passed", {})
    assert page in asked(kinds, name)
    assert page in asked(kinds, f"www.{name}")
    assert page not in asked(kinds, "127.0.0.1"), "the default site is as it was"
    assert kinds.look(f"ls {enabled}").split() == sorted(("default", f"{name}.conf"))

    moved = intent(("web_site", {**site, "names": [name], "port": 8080, "content": "hello\n"}))
    ran = kinds.there(moved)
    assert asked(kinds, name, 8080) == "hello\n\n"
    assert page not in asked(kinds, f"www.{name}")
    kinds.back(moved, ran)
    assert page in asked(kinds, f"www.{name}"), "names, port and page are back"

    kinds.look(f"sh -c 'echo \"# mine\" > /etc/nginx/sites-available/{name}.conf'")
    assert kinds.plan(intent(("web_site", site))).errored, "a file of others"
    kinds.look(f"sh -c 'rm {enabled}/{name}.conf; echo broken > /etc/nginx/conf.d/other.conf'")
    other = intent(("web_site", {"server": "nginx", "names": [f"x{name}"]}))
    assert kinds.plan(other).errored, "nginx does not take what others wrote"


def test_apache_answers_on_a_port_of_its_own(kinds: Kinds, cleared: None) -> None:
    """Two sites of one port, with documents that were there before."""
    name = f"{fresh()}.example.com"
    kinds.look(f"sh -c 'mkdir -m 750 /srv/{name} && echo mine > /srv/{name}/index.html'")
    kinds.look(f"chown -R www-data: /srv/{name}")
    first = {"server": "httpd", "names": [name], "root": f"/srv/{name}", "port": 8081}
    second = {"server": "httpd", "names": [f"b.{name}"], "port": 8081}
    outcome = kinds.apply(intent(("web_site", first), ("web_site", second)))
    assert (outcome.verified, outcome.params) == ("passed", {})
    assert asked(kinds, name, 8081) == "mine\n\n"
    assert f"<h1>b.{name}</h1>" in asked(kinds, f"b.{name}", 8081)
    assert kinds.look(f"stat -c %U:%a /srv/{name}") == "www-data:750\n"
    gone = intent(("web_site_remove", {"server": "httpd", "name": name}))
    ran = kinds.there(gone)
    assert "mine" not in asked(kinds, name, 8081)
    left = kinds.look("ls /etc/apache2/sites-enabled").split()
    assert left == ["000-default.conf", f"b.{name}.conf"]
    kinds.back(gone, ran)
    assert asked(kinds, name, 8081) == "mine\n\n"
    kinds.look(f"rm -r /srv/{name}")
