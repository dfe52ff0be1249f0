"""Which addresses a request may go to: public ones, so that no page on the web makes us read a private network."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Special ranges that some Python releases call global: protocol assignments, and the relays of 6to4.
_SPECIAL_V4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
_COMPATIBLE = IPv6Network("::/96")


def is_public(address: str) -> bool:
    """Tell whether an address is a public unicast one, also after unwrapping an IPv4 address within an IPv6 one.

    What is no address at all is not public.
    Source: the IANA special-purpose address registries; RFC 4291 2.5.5, RFC 3056 (6to4), RFC 6052 (NAT64), RFC 4380.
    """
    try:
        parsed = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    is_special = address.is_multicast or address.is_reserved or any(address in network for network in _SPECIAL_V4)
    return address.is_global and not is_special


def _is_public_v6(address: IPv6Address) -> bool:
    inner = _embedded(address)
    if inner is not None:
        return _is_public_v4(inner)
    # Python releases differ in which special ranges is_global knows; the web lives in 2000::/3 alone.
    return address in _UNICAST and address.is_global and address.teredo is None


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that packets to this IPv6 address end at, null where there is none."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
