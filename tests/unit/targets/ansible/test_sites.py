"""What a site's file says is read back, and nothing is read from what others wrote."""

import pytest

from kiki.targets.ansible.names import FAMILIES, Family
from kiki.targets.ansible.sites import Server, Site, read_back, text_of

SITES = [
    Site("nginx", ("a.example.com",), "/var/www/a.example.com", 80),
    Site("nginx", ("a.example.com", "b.example.com", "c.example.com"), "/srv/a", 8443),
    Site("httpd", ("a.example.com",), "/var/www/a.example.com", 80),
    Site("httpd", ("a.example.com", "b.example.com"), "/srv/a", 8080),
]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("site", SITES)
def test_a_file_says_for_what_it_was_made(site: Site, family: Family) -> None:
    text = text_of(site, family)
    assert read_back(site.server, text, family) == site
    assert read_back(site.server, text.replace("a.example.com", "x.example.com", 1), family) != site
    assert read_back(site.server, text + "# more\n", family) is None


@pytest.mark.parametrize("server", ["nginx", "httpd"])
def test_a_text_that_is_no_site_is_none(server: Server) -> None:
    assert read_back(server, "", "Debian") is None
    assert read_back(server, "server {\n    listen 80;\n}\n", "Debian") is None
