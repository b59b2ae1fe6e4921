"""Addresses as people write them, and when a proxy leads there."""

import pytest

from kiki.engines.address import address, proxy_for
from kiki.model.errors import UsageError


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://host:8080", "http://host:8080/v1"),
        ("http://host:8080/", "http://host:8080/v1"),
        ("http://host:8080/v1", "http://host:8080/v1"),
        ("http://host:8080/v1/", "http://host:8080/v1"),
        ("http://host:8080/v1/chat/completions", "http://host:8080/v1"),
        ("http://host:8080/v1/models", "http://host:8080/v1"),
        ("http://host:80/v1", "http://host/v1"),
        ("https://host:443", "https://host/v1"),
        ("https://host/v3", "https://host/v3"),
        ("https://host/v1beta", "https://host/v1beta"),
        ("http://host/openai", "http://host/openai/v1"),
        (" host:8080 ", "http://host:8080/v1"),
        ("localhost", "http://localhost/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
    ],
)
def test_one_api_has_many_addresses(given: str, url: str) -> None:
    assert address(given).url == url


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("ftp://host", "ftp://host"),
        ("http://", "http://"),
        ("http://user:geheim@host/v1", "http://***@host/v1"),
        ("user:geheim@host", "***@host"),
        ("http://host/v1?key=geheim", "http://host/v1"),
        ("http://host/v1#geheim", "http://host/v1"),
        ("http://host:99999", "http://host:99999"),
        ("http://host:port", "http://host:port"),
        ("http://ho st", "http://ho st"),
        ("http://[::1", "http://[::1"),
        ("http://host/가", "/가"),
    ],
)
def test_what_is_none_is_refused_without_showing_a_password(given: str, shown: str) -> None:
    with pytest.raises(UsageError) as raised:
        address(given)
    assert (raised.value.code, raised.value.params) == ("engine.bad_url", {"url": shown})
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_nothing_leads_to_this_machine_through_a_proxy(host: str) -> None:
    proxies = {"http": "http://proxy:3128", "https": "http://proxy:3128"}
    assert proxy_for(address(f"http://{host}:8080"), proxies) == ""
    assert proxy_for(address(f"https://{host}:8080"), proxies) == ""


@pytest.mark.parametrize(
    ("host", "no", "wanted"),
    [
        ("llm.example.org", "", True),
        ("llm.example.org", "example.org", False),
        ("llm.example.org", ".example.org", False),
        ("llm.example.org", "*.example.org", False),
        ("llm.example.org", "other.org, llm.example.org", False),
        ("llm.example.org", "llm.example.org:8080", False),
        ("llm.example.org", "llm.example.org:9090", True),
        ("llm.example.org", "ample.org", True),
        ("llm.example.org", "*", False),
        ("10.0.0.5", "10.0.0.5", False),
        ("10.0.0.5", "10.0.0.50,,", True),
    ],
)
def test_a_proxy_is_used_unless_the_host_is_excepted(host: str, no: str, wanted: bool) -> None:
    proxies = {"http": "http://proxy:3128", "no": no}
    assert bool(proxy_for(address(f"http://{host}:8080"), proxies)) is wanted


def test_each_scheme_has_its_proxy() -> None:
    proxies = {"https": "http://proxy:3128"}
    assert proxy_for(address("http://host"), proxies) == ""
    assert proxy_for(address("https://host"), proxies) == "http://proxy:3128"
