"""Which machines may be called: the public internet, and what an administrator has allowed by name of network.

A name is looked up once and the connection goes to the address that was checked, so that a name that points
elsewhere a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

from hengke.kernel.errors import InputError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def checked(host: str, port: int, allowed: Sequence[str] = ()) -> str:
    """The address to connect to; InputError `private_address` unless every address of the host may be called.

    `allowed` are networks beside the public ones: "10.0.0.0/8", "192.168.1.20".
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise InputError(
            "unknown_host", "There is no machine {host}: check the address.", host=host
        ) from error
    addresses = [str(entry[4][0]) for entry in found]
    networks = [ipaddress.ip_network(each, strict=False) for each in allowed]
    if not all(_may_call(_plain(address), networks) for address in addresses):
        raise InputError(
            "private_address",
            "{host} lies in a private network. An administrator of the machine may allow it: "
            "HENGKE_PRIVATE_NETWORKS.",
            host=host,
        )
    return addresses[0]


def _plain(text: str) -> Address:
    """IPv4 written as IPv6 is that IPv4."""
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return mapped or address


def _may_call(address: Address, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    if any(address in network for network in networks):
        return True
    return address.is_global and not address.is_multicast
