"""Row T13: no address that somebody types, and no name behind it, leads into the network."""

import socket
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils.timezone import now

from core import outbound
from core.outbound import NotSent, checked, patience, post, why_not_address
from tests.core.receiving import receiver

# What the text alone gives away.
WRONG = (
    "",
    "hooks",
    "//example.com/x",
    "http://example.com/",
    "ftp://example.com/",
    "gopher://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://",
    "https:///x",
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com/#@127.0.0.1/",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:6379/",
    "https://example.com:99999/",
    "https://example.com:x/",
    "https://exam ple.com/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com/\r\nHost: x",
    "https://[::1/",
    f"https://example.com/{'x' * 500}",
)

# Where a name, or a number in disguise, may lead.
INSIDE = (
    "127.0.0.1",
    "127.1",
    "127.127.127.127",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0",
    "0.0.0.0",
    "localhost",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "169.254.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "fe80::1",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
)
METADATA = ("169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "fe80::1", "100.100.100.200")


@pytest.mark.parametrize("url", WRONG)
def test_t13_what_is_no_address_for_messages_is_said_before_anything_is_looked_up(url, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert why_not_address(url)
    with pytest.raises(NotSent):
        post(url, "{}", {})


@pytest.mark.parametrize("url", ["https://example.com/", "https://example.com:8443/a?b=c", "https://münchen.example/"])
def test_public_addresses_are_taken(url):
    assert why_not_address(url) == ""


@pytest.mark.parametrize("host", INSIDE)
def test_t13_an_address_inside_a_network_is_refused_when_it_is_connected_to(host):
    with pytest.raises(NotSent, match=r"inside a network|is not known"):
        checked(host, 443)


@pytest.mark.parametrize("host", INSIDE)
def test_t13_an_address_without_a_name_is_refused_before_anything_is_sent(host, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", None)
    url = f"https://[{host}]/" if ":" in host else f"https://{host}/"
    assert why_not_address(url) == f"{host} is an address inside a network; give one of a public host."


@pytest.mark.parametrize("url", ["https://93.184.216.34/x", "https://[2606:2800:220:1:248:1893:25c8:1946]/x"])
def test_a_public_address_without_a_name_is_taken(url):
    assert why_not_address(url) == ""


@pytest.mark.parametrize("url", ["http://10.0.0.1:8000/", "https://10.0.0.1/", "http://[fd00::1]/"])
def test_a_private_address_is_taken_where_the_operator_allows_it(url, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = frozenset({"10.0.0.1", "fd00::1"})
    assert why_not_address(url) == ""


@pytest.mark.parametrize("host", METADATA)
def test_t13_where_clouds_answer_with_credentials_is_refused_even_if_allowed(host, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = frozenset(METADATA)
    with pytest.raises(NotSent, match=r"inside a network|is not known"):
        checked(host, 80)
    assert why_not_address(f"http://[{host}]/" if ":" in host else f"http://{host}/")


def names(monkeypatch, *answers: list[str]) -> list[str]:
    """A name that is looked up as these addresses, the next time as the next."""
    asked, waiting = [], list(answers)

    def lookup(host, port, **_):
        asked.append(host)
        found = waiting.pop(0)
        if not found:
            raise socket.gaierror("not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


def test_t13_a_name_that_answers_otherwise_the_next_time_is_looked_up_once(monkeypatch):
    """Rebinding: what was checked is what is connected to."""
    asked, reached = names(monkeypatch, ["93.184.216.34"], ["127.0.0.1"]), []

    def connect(address, *_args, **_kwargs):
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotSent):
        post("https://rebind.example/", "{}", {})
    assert (asked, reached) == (["rebind.example"], [("93.184.216.34", 443)])


def test_t13_a_name_with_one_address_inside_is_refused_whole(monkeypatch):
    names(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(NotSent, match="inside a network"):
        checked("both.example", 443)


def test_t13_a_name_that_is_unknown_first_and_private_later_stays_refused(monkeypatch):
    names(monkeypatch, [], ["127.0.0.1"])
    for _try in range(2):
        with pytest.raises(NotSent):
            post("https://late.example/", "{}", {})


@pytest.fixture
def server(settings):
    with receiver() as found:
        settings.WEBHOOK_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
        yield found


def test_t13_a_redirect_is_an_answer_and_not_followed(server):
    server.answers, server.headers = [302], {"Location": "http://127.0.0.1:1/secret"}
    answer = post(server.url, "{}", {})
    assert (answer.status, answer.taken, len(server.got)) == (302, False, 1)


def test_t13_of_a_long_answer_the_beginning_is_read(server):
    server.body = b"x" * (3 * outbound.MOST)
    assert len(post(server.url, "{}", {}).text) == outbound.MOST


def test_t13_an_answer_that_trickles_is_given_up(server, monkeypatch):
    monkeypatch.setattr(outbound, "ALTOGETHER", -1)
    server.body = b"x"
    with pytest.raises(NotSent, match="longer than"):
        post(server.url, "{}", {})


def test_the_body_and_its_heads_arrive(server):
    assert post(server.url, '{"a": "ü"}', {"webhook-id": "m1"}).taken
    [(headers, body)] = server.got
    assert (headers["webhook-id"], headers["content-type"], body) == ("m1", "application/json", '{"a": "ü"}')


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        (" 1.5 ", 1.5),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0.0),
        ("", None),
        (None, None),
        ("soon", None),
        ("-1", None),
        ("1e9", None),
        ("²", None),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_how_long_a_header_asks_to_wait(header, seconds):
    assert patience(header) == seconds


def test_a_day_to_come_is_waited_for():
    at = format_datetime(now() + timedelta(hours=2), usegmt=False)
    assert patience(at) == pytest.approx(7200, abs=60)
