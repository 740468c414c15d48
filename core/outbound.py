"""Posts to addresses that somebody typed: only to public hosts, over https, once, small and quick.

The name is looked up once, when the connection is made, every address it has is checked, and that address is the one
connected to: a name that answers otherwise the next time changes nothing. Redirects are not followed.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpcore
from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext as _

PORTS = frozenset({443, 8443})
LONGEST = 500
SECONDS = 10
ALTOGETHER = 20  # seconds, however slowly an answer trickles
MOST = 64 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
NEVER = tuple(map(ipaddress.ip_network, ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200/32")))
"""Where clouds answer with credentials: refused even for a host that is allowed."""


class NotSent(Exception):
    """Nothing was answered; the sentence says why."""


class Answer(NamedTuple):
    status: int
    text: str
    retry_after: str = ""

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


def why_not_address(url: str) -> str:
    """ "" if messages may go there as far as the text tells; where a name leads is checked with each connection."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return _("This is not an address.")
    if len(url) > LONGEST or not host or any(ord(character) <= 32 or character in '\\"<>' for character in url):
        return _("Give an address like https://example.com/hooks, of at most {most} characters.").format(most=LONGEST)
    if parts.username or parts.password or parts.fragment:
        return _("Leave user name, password and # out of the address.")
    allowed = host in settings.WEBHOOK_PRIVATE_HOSTS
    if parts.scheme not in (("http", "https") if allowed else ("https",)):
        return _("The address must begin with https://.")
    if not allowed and (port or 443) not in PORTS:
        return _("Use port 443 or 8443.")
    address = literal(host)
    return why_not_reach(host, address) if address else ""


def literal(host: str) -> Address | None:
    """The address that stands in the place of a name, also where a number of another kind disguises it; else None."""
    if host.rstrip(".") == "localhost":
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        pass
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def why_not_reach(host: str, address: Address) -> str:
    """ "" if messages for the host may go to this address of it."""
    inner = real(address)
    allowed = host in settings.WEBHOOK_PRIVATE_HOSTS or is_public(inner)
    if allowed and not any(inner in network for network in NEVER):
        return ""
    return _("{host} is an address inside a network; give one of a public host.").format(host=host)


def post(url: str, body: str, headers: Mapping[str, str]) -> Answer:
    """What was answered, cut at 64 kB; `NotSent` when nothing was, or when the address is none we post to."""
    if sentence := why_not_address(url):
        raise NotSent(sentence)
    sent = {"content-type": "application/json", "user-agent": "Quantile", **headers}
    limits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)}
    end = time.monotonic() + ALTOGETHER
    try:
        with (
            httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=Guarded()) as pool,
            pool.stream("POST", url, headers=list(sent.items()), content=body.encode(), extensions=limits) as answer,
        ):
            told = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
            return Answer(answer.status, read(answer.iter_stream(), end), told.get(b"retry-after", ""))
    except NotSent:
        raise
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
        raise NotSent(f"{type(error).__name__}: {error}"[:300]) from None


def patience(retry_after: str | None) -> float | None:
    """The seconds that such a header asks to wait: it names them, or a day and time. None where it says neither."""
    text = (retry_after or "").strip()
    if text.replace(".", "", 1).isdecimal():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((when.replace(tzinfo=when.tzinfo or UTC) - now()).total_seconds(), 0.0)


def read(parts: Iterable[bytes], end: float) -> str:
    found = b""
    for part in parts:
        found += part
        if len(found) > MOST:
            break
        if time.monotonic() > end:
            raise NotSent(_("The answer took longer than {seconds} seconds.").format(seconds=ALTOGETHER))
    return found[:MOST].decode(errors="replace")


class Guarded(httpcore.SyncBackend):
    """Connects to an address that was checked, and to no other that the name may have a moment later."""

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return super().connect_tcp(checked(host, port), port, *args, **kwargs)

    def connect_unix_socket(self, *_args: Any, **_kwargs: Any) -> httpcore.NetworkStream:
        raise NotSent("Nothing is sent to a socket of this machine.")


def checked(host: str, port: int) -> str:
    """The one address to connect to. A name of which any address is private is refused whole."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        raise NotSent(_("The name {host} is not known.").format(host=host)) from None
    for text in found:
        if sentence := why_not_reach(host, ipaddress.ip_address(text.partition("%")[0])):
            raise NotSent(sentence)
    return found[0]


def real(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


def is_public(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
