"""The address a client is counted by."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from config.clients import client_network


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_ipv6_is_counted_by_network(address: str, network: str) -> None:
    """One client has 2**64 addresses there."""
    assert client_network(RequestFactory().get("/", REMOTE_ADDR=address)) == network
