"""Where a request comes from."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

_ident = BaseThrottle().get_ident
_SUBNET = 64


def client_address(request: HttpRequest) -> str:
    """The client's address; behind proxies the one of X-Forwarded-For that settings.NUM_PROXIES
    points at. Empty when nobody told."""
    return _ident(request) or ""  # type: ignore[arg-type]


def client_network(request: HttpRequest) -> str:
    """The address one client is counted by: IPv6 by its /64, all of which is one client's own."""
    return _network(client_address(request))


@lru_cache(1024)
def _network(address: str) -> str:
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return address
    if read.ipv4_mapped:
        return str(read.ipv4_mapped)
    return str(IPv6Network((int(read), _SUBNET), strict=False))
