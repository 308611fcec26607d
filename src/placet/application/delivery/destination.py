"""Where webhooks may go: hosts that the operator allowed, at addresses that are safe to call.

A name is resolved once, every address it has is checked, and the connection is made to a checked
address, so that a name server cannot answer differently between the check and the connection.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import httpx

from placet.errors import InvalidRequest

__all__ = ["AllowedHosts", "Resolve", "is_loopback", "is_public", "resolve"]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_MAX_URL: Final = 2_000
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """`names` are allowed themselves, wherever they lead and by plain HTTP too; `domains` allow
    what is below them, by HTTPS and at public addresses only.
    """

    names: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a list separated by commas or spaces: `erp.example.com *.example.org 10.0.0.7`.

        Raises:
            InvalidRequest: an entry is no host.
        """
        names: set[str] = set()
        domains: set[str] = set()
        for entry in text.replace(",", " ").split():
            wild = entry.startswith("*.")
            host = _normalized(entry[2:] if wild else entry)
            if host is None or (wild and _address(host) is not None):
                raise InvalidRequest(
                    f"`{entry[:100]}` is no host: use forms like `erp.example.com`,"
                    " `*.example.com` or `10.0.0.7`"
                )
            (domains if wild else names).add(host)
        return cls(frozenset(names), frozenset(domains))

    def check_url(self, url: str) -> httpx.URL:
        """The URL, if it leads to an allowed host.

        Raises:
            InvalidRequest: it is malformed, holds a user or password, is not HTTPS where that is
                needed, or its host is not allowed.
        """
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise InvalidRequest("the URL cannot be read") from error
        if len(url) > _MAX_URL:
            raise InvalidRequest(f"the URL is longer than {_MAX_URL} characters")
        if parsed.scheme not in {"https", "http"} or not parsed.host:
            raise InvalidRequest("the URL must begin with `https://` and a host")
        if parsed.port is not None and not 0 < parsed.port < 65_536:
            raise InvalidRequest(f"`{parsed.port}` is no port")
        if parsed.userinfo:
            raise InvalidRequest("the URL must not hold a user or password")
        host = _normalized(parsed.host)
        if host is None or not (host in self.names or self._below_a_domain(host)):
            raise InvalidRequest(f"the host `{parsed.host[:200]}` is not allowed")
        if parsed.scheme == "http" and host not in self.names:
            raise InvalidRequest(f"the host `{host}` may be called by HTTPS only")
        return parsed

    async def addresses(self, url: httpx.URL, resolve: Resolve) -> list[str]:
        """The addresses of a checked URL's host, which may all be called.

        Raises:
            InvalidRequest: one of them is not public, and the host is not allowed by its own name.
            OSError: the name cannot be resolved.
        """
        host = _normalized(url.host) or ""
        port = url.port or (443 if url.scheme == "https" else 80)
        found = list(dict.fromkeys(await resolve(host, port)))
        if not found:
            raise OSError(f"the host `{host}` has no address")
        if host not in self.names:
            for address in found:
                if not is_public(address):
                    raise InvalidRequest(
                        f"the host `{host}` leads to `{address}`, which is not a public address"
                    )
        return found

    def _below_a_domain(self, host: str) -> bool:
        labels = host.split(".")
        return any(".".join(labels[start:]) in self.domains for start in range(1, len(labels)))


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by this machine's resolver, its preferred one first.

    Raises:
        OSError: there is none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public internet, also where it wraps another one."""
    address = _address(text)
    if address is None:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)))
        if address.sixtofour is not None or address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def is_loopback(host: str) -> bool:
    """Whether a host as written is this machine."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _normalized(host: str) -> str | None:
    """A host name in lower-case ASCII without final dot, or an address; None for neither."""
    text = host.strip("[]").rstrip(".").lower()
    address = _address(text)
    if address is not None:
        return str(address)
    try:
        parsed = httpx.URL(scheme="https", host=text)
    except (httpx.InvalidURL, ValueError):
        return None
    name = parsed.raw_host.decode("ascii")
    plain = all(
        label and label.replace("-", "").replace("_", "").isalnum() for label in name.split(".")
    )
    return name if plain else None
