"""Which addresses may be called: public ones, and what an operator allows by name."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from cutroom.base.errors import Refused, Unavailable

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052, 2.1: the last 32 bits are an IPv4 address."""

_SITE_LOCAL = IPv6Network("fec0::/10")
"""Deprecated by RFC 3879 and still private."""


class AllowList:
    """Private hosts that may be called all the same: `host`, `host:port`, `10.0.0.0/8`, `[::1]:8080`."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Read the entries.

        Raises:
            Refused: With code `bad_allow_list`, naming the entry.
        """
        self._names: set[tuple[str, int | None]] = set()
        self._networks: list[tuple[IPv4Network | IPv6Network, int | None]] = []
        for entry in entries:
            self._add(entry.strip())

    def permits(self, host: str, port: int, address: Address) -> bool:
        """Say whether a host, or the address it resolved to, was allowed for this port."""
        name = host.lower().rstrip(".")
        if (name, None) in self._names or (name, port) in self._names:
            return True
        return any(
            network.version == address.version and address in network and wanted in {None, port}
            for network, wanted in self._networks
        )

    def _add(self, entry: str) -> None:
        host, port = _split_port(entry)
        try:
            self._networks.append((ipaddress.ip_network(host, strict=False), port))
        except ValueError:
            if not host or "/" in host:
                message = f"{entry!r} is no host; write `name`, `name:port` or a network like `10.0.0.0/8`."
                raise Refused(message, code="bad_allow_list") from None
            self._names.add((host.lower().rstrip("."), port))


def _split_port(entry: str) -> tuple[str, int | None]:
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        return host, int(rest[1:]) if rest[1:].isdecimal() else None
    host, colon, port = entry.rpartition(":")
    if colon and port.isdecimal() and ":" not in host:
        return host, int(port)
    return entry, None


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the open net, looking through IPv6 forms that carry an IPv4 one."""
    if isinstance(address, IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_public(carried)
        if address in _SITE_LOCAL:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def resolve(host: str, port: int, allowed: AllowList) -> list[Address]:
    """Look a host up and check every address.

    A name with one private address among public ones is refused as a whole: that is what an attack by
    DNS looks like.

    Returns:
        Addresses to connect to, in the resolver's order. Connect to these and never ask again.

    Raises:
        Refused: With code `private_address` or `unknown_host`.
        Unavailable: When the resolver does not answer.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            message = f"The name {host} could not be looked up at the moment; try again."
            raise Unavailable(message, code="dns_unavailable") from error
        message = f"There is no host named {host}; check the address."
        raise Refused(message, code="unknown_host") from error
    except UnicodeError as error:
        raise Refused(f"{host!r} is no host name; check the address.", code="unknown_host") from error
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    addresses = [ipaddress.ip_address(text) for text in texts]
    for address in addresses:
        if not is_public(address) and not allowed.permits(host, port, address):
            message = f"{host} is a private address ({address}), which is not called from here."
            hint = "The operator can allow it by name."
            raise Refused(message, code="private_address", hint=hint)
    return addresses
