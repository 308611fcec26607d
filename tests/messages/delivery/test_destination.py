"""Where webhooks may go."""

from __future__ import annotations

import pytest

from placet.errors import InvalidRequest
from placet.messages.delivery.destination import AllowedHosts, is_public, resolve

pytestmark = pytest.mark.anyio

ALLOWED = AllowedHosts.parse(
    "erp.example.com, *.example.org 10.0.0.7 [::1] bücher.example"
    " *.example.net:8443 *.example.net:9443"
)


@pytest.mark.parametrize(
    "url",
    [
        "https://erp.example.com/hook?key=1",
        "https://ERP.example.com./hook",
        "http://erp.example.com:8080/",
        "https://a.example.org/",
        "https://a.b.example.org/",
        "https://a.example.org:443/",
        "https://a.example.net:8443/",
        "https://a.example.net:9443/",
        "http://10.0.0.7/",
        "http://[::1]:9000/",
        "http://[0:0:0:0:0:0:0:1]/",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/",
    ],
)
def test_allowed_hosts_pass(url: str) -> None:
    ALLOWED.check_url(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://evil.com/", "is not allowed"),
        ("https://example.org/", "is not allowed"),
        ("https://notexample.org/", "is not allowed"),
        ("https://a.example.org.evil.com/", "is not allowed"),
        ("https://x.erp.example.com/", "is not allowed"),
        ("https://erp.example.com@evil.com/", "must not hold a user"),
        ("https://evil.com#@erp.example.com/", "is not allowed"),
        ("https://evil.com\\@erp.example.com/", "must not hold a user"),
        ("https://user:pw@erp.example.com/", "must not hold a user"),
        ("http://a.example.org/", "by HTTPS only"),
        ("https://a.example.org:8443/", "at port 443 only"),
        ("https://a.example.org:22/", "at port 443 only"),
        ("https://a.example.net/", "at port 8443 or 9443 only"),
        ("https://10.0.0.8/", "is not allowed"),
        ("https://167772167/", "is not allowed"),
        ("https://0x0a000007/", "is not allowed"),
        ("https://[::ffff:10.0.0.7]/", "is not allowed"),
        ("https://127.0.0.1/", "is not allowed"),
        ("ftp://erp.example.com/", "must begin with"),
        ("file:///etc/passwd", "must begin with"),
        ("//erp.example.com/", "must begin with"),
        ("erp.example.com", "must begin with"),
        ("", "must begin with"),
        ("https://", "must begin with"),
        ("https://erp.example.com:99999/", "`99999` is no port"),
        ("https://erp.example.com/\r\nx: y", "cannot be read"),
        ("https://erp.exa\x00mple.com/", "cannot be read"),
        ("https://erp.example.com/" + "a" * 2_000, "longer than"),
    ],
)
def test_everything_else_is_refused(url: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        ALLOWED.check_url(url)


def test_nothing_is_allowed_unless_told() -> None:
    with pytest.raises(InvalidRequest, match="is not allowed"):
        AllowedHosts.parse("").check_url("https://example.com/")


@pytest.mark.parametrize(
    "entry",
    [
        "*",
        "*.",
        "https://x.example",
        "a b/c",
        "*.10.0.0.7",
        "x..y",
        "*.*.x",
        "*.x.y:0",
        "*.x.y:x",
        "*.x.y:99999",
        "*.x.y:",
    ],
)
def test_an_entry_that_is_no_host_is_refused(entry: str) -> None:
    with pytest.raises(InvalidRequest, match="is no host"):
        AllowedHosts.parse(entry)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f::1", True),
        ("::ffff:93.184.215.14", False),
        ("64:ff9b::5db8:d70e", False),
        ("64:ff9b:1::5db8:d70e", False),
        ("3fff::1", False),
        ("3fff:fff::1", False),
        ("4000::1", False),
        ("5f00::1", False),
        ("100::1", False),
        ("2001:20::1", False),
        ("2001:1::1", False),
        ("2620:4f:8000::1", False),
        ("2002:5db8:d70e::", False),
        ("2001:0:5db8:d70e::", False),
        ("192.88.99.1", False),
        ("192.0.0.9", False),
        ("192.31.196.1", False),
        ("192.52.193.1", False),
        ("192.175.48.1", False),
        ("198.51.100.1", False),
        ("203.0.113.1", False),
        ("2001:4860:4860::8888", True),
        ("1.1.1.1", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("198.18.0.1", False),
        ("192.0.2.1", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fc00::1", False),
        ("fd12::1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("localhost", False),
    ],
)
def test_only_the_public_internet_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "10.0.0.1"]

    url = ALLOWED.check_url("https://a.example.org/")
    with pytest.raises(InvalidRequest, match=r"leads to `10\.0\.0\.1`"):
        await ALLOWED.addresses(url, mixed)


async def test_a_host_allowed_by_its_name_may_be_private() -> None:
    async def private(host: str, port: int) -> list[str]:
        assert (host, port) == ("erp.example.com", 443)
        return ["10.0.0.1", "10.0.0.1", "127.0.0.1"]

    url = ALLOWED.check_url("https://erp.example.com/")
    assert await ALLOWED.addresses(url, private) == ["10.0.0.1", "127.0.0.1"]


async def test_a_name_without_address_is_an_error_of_the_network() -> None:
    async def nothing(host: str, port: int) -> list[str]:
        return []

    with pytest.raises(OSError, match="has no address"):
        await ALLOWED.addresses(ALLOWED.check_url("https://erp.example.com/"), nothing)


async def test_this_machine_resolves_itself() -> None:
    assert "127.0.0.1" in await resolve("localhost", 80)
