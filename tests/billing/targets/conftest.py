import ssl

import httpx
import pytest


@pytest.fixture(scope="session", autouse=True)
def certificates_are_read_once():
    """Official clients read all certificates for every call; the vendors here speak plain HTTP on loopback."""
    context = ssl.create_default_context()
    patch = pytest.MonkeyPatch()
    patch.setattr(httpx._transports.default, "create_ssl_context", lambda *_, **__: context, raising=False)
    yield
    patch.undo()
