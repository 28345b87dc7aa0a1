"""Whom a network address stands for."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

IPV6_CUSTOMER_BITS: Final = 64
LONGEST: Final = 64


@lru_cache(maxsize=8192)
def network(address: str) -> str:
    """The address in its one spelling, or for IPv6 the network that one customer has.

    What is no address, such as the path of a socket, stands for itself.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address[:LONGEST]
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), IPV6_CUSTOMER_BITS), strict=False))
