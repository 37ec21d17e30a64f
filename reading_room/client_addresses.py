"""Who sends a request, to limit how often: the client's IP address, or its network."""

from ipaddress import IPv6Address, IPv6Network

from django.conf import settings
from django.http import HttpRequest

NETWORK = 64  # Bits of an IPv6 address that a household or a server has; the rest it can choose.


def client_network(request: HttpRequest) -> str | None:
    """Return the client's IPv4 address, or the first address of its IPv6 network.

    Behind a proxy (HTTPS=1) it is as the proxy reports it: only the last address in X-Forwarded-For
    comes from the proxy; a client can invent the others.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
    address = (settings.HTTPS and forwarded) or request.META.get("REMOTE_ADDR") or None
    return address and network_of(address)


def network_of(address: str) -> str:
    """Return the first address of the network of an IPv6 address; others are returned as they are.

    >>> network_of("2001:db8::7:1")
    '2001:db8::'
    """
    try:
        known = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = known.ipv4_mapped
    return str(mapped or IPv6Network((known, NETWORK), strict=False).network_address)
