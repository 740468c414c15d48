"""Where a request came from, as far as this server can know."""

from ipaddress import ip_address, ip_network
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

KEPT = {4: 24, 6: 48}
"""Bits of an address that are kept as evidence: the network, not the person's own machine."""


class Origin(NamedTuple):
    address: str = ""
    user_agent: str = ""


def origin_of(request: HttpRequest) -> Origin:
    return Origin(network(client_address(request)), request.headers.get("User-Agent", "")[:200])


def client_address(request: HttpRequest) -> str:
    """The peer, or what the last known proxy says of it; what anybody else wrote into the header is not believed."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    known: int = settings.PROXY_HOPS
    if known and len(hops) >= known:
        return hops[-known]
    return str(request.META.get("REMOTE_ADDR", ""))


def network(address: str) -> str:
    """ "203.0.113.0" of "203.0.113.77"; "" for what is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network(f"{found}/{KEPT[found.version]}", strict=False).network_address)
