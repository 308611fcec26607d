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

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_MAX_URL: Final = 2_000
_HTTPS: Final = 443
# IANA's registries of special-purpose addresses (RFC 6890 and what came since) and multicast, all
# of it, whatever it says of their reach: nobody offers a service there. Of IPv6 all is special that
# is not global unicast (RFC 4291), so also what maps or translates to IPv4.
_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
_SPECIAL: Final = {
    4: tuple(
        ipaddress.ip_network(text)
        for text in (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        )
    ),
    6: tuple(
        ipaddress.ip_network(text)
        for text in (
            "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
        )
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """`names` are allowed themselves, wherever they lead, at any port and by plain HTTP too;
    `domains`, each with a port, allow what is below them, by HTTPS and at public addresses only.
    """

    names: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a list separated by commas or spaces: `erp.example.com *.example.org 10.0.0.7`. A
        domain's port is 443 unless it says another one: `*.example.org:8443`.

        Raises:
            InvalidRequest: an entry is no host.
        """
        names: set[str] = set()
        domains: set[str] = set()
        for entry in text.replace(",", " ").split():
            wild = entry.startswith("*.")
            text, port = _with_port(entry[2:]) if wild else (entry, "")
            host = _normalized(text)
            if host is None or port is None or (wild and _address(host) is not None):
                raise InvalidRequest(
                    f"`{entry[:100]}` is no host: use forms like `erp.example.com`,"
                    " `*.example.com`, `*.example.com:8443` or `10.0.0.7`"
                )
            if wild:
                domains.add(f"{host}:{port}")
            else:
                names.add(host)
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
        if host is not None and host in self.names:
            return parsed
        if host is None or not (ports := self._ports_of(host)):
            raise InvalidRequest(f"the host `{parsed.host[:200]}` is not allowed")
        if parsed.scheme == "http":
            raise InvalidRequest(f"the host `{host}` may be called by HTTPS only")
        if (parsed.port or _HTTPS) not in ports:
            may = " or ".join(map(str, sorted(ports)))
            raise InvalidRequest(f"the host `{host}` may be called at port {may} only")
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

    def _ports_of(self, host: str) -> set[int]:
        """The ports at which a host below a domain may be called."""
        labels = host.split(".")
        above = {".".join(labels[start:]) for start in range(1, len(labels))}
        allowed = (entry.rpartition(":") for entry in self.domains)
        return {int(port) for domain, _, port in allowed if domain in above}


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by this machine's resolver, its preferred one first.

    Raises:
        OSError: there is none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(text: str) -> bool:
    """Whether an IP address is an ordinary one of the public internet, and wraps no other one."""
    address = _address(text)
    if address is None or getattr(address, "scope_id", None) is not None:
        return False
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _SPECIAL[address.version])


def is_loopback(host: str) -> bool:
    """Whether a host as written is this machine."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _with_port(text: str) -> tuple[str, int | None]:
    """A host and its port, 443 where none is said, None where it is none."""
    host, colon, port = text.partition(":")
    if not colon:
        return host, _HTTPS
    good = port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65_536
    return host, int(port) if good else None


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
