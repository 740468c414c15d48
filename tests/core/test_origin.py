"""T28: what a client says of its own address is not believed."""

import pytest
from django.test import RequestFactory

from core.origin import client_address, network, origin_of


def request_with(forwarded: str):
    return RequestFactory().get("/", headers={"X-Forwarded-For": forwarded, "User-Agent": "Cat" * 100})


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, "", "127.0.0.1"),
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6", "6.6.6.6"),
        (1, "6.6.6.6, 203.0.113.77", "203.0.113.77"),
        (2, "6.6.6.6, 203.0.113.77, 10.0.0.1", "203.0.113.77"),
        (2, "6.6.6.6", "127.0.0.1"),
    ],
)
def test_only_known_proxies_are_believed(settings, hops, forwarded, address):
    settings.PROXY_HOPS = hops
    assert client_address(request_with(forwarded)) == address


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:2:3::4", "2001:db8:1::"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_only_the_network_is_kept(address, kept):
    assert network(address) == kept


def test_a_browser_that_says_too_much_is_cut():
    assert len(origin_of(request_with("")).user_agent) == 200
