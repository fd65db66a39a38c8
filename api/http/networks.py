"""Internet addresses: which of them count as one, and which are among those of a setting."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import HTTPConnection

Network = IPv4Network | IPv6Network


def network_of(host: str) -> str:
    """Of IPv4 the address, of IPv6 the /64, which one customer is given whole. Raises `ValueError` for others."""
    address = _address(host)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def is_among(host: str, networks: Sequence[Network]) -> bool:
    address = _address(host)
    return any(address in network for network in networks)


def _address(host: str) -> IPv4Address | IPv6Address:
    """One of IPv4 is that, also where it came to a socket of IPv6."""
    address = ip_address(host.partition("%")[0])
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def address_of(asked: HTTPConnection) -> str:
    """Where it comes from, as far as that is told apart; something else than an address as it is."""
    host = asked.client.host if asked.client else ""
    try:
        return network_of(host)
    except ValueError:
        return host
