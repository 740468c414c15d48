import ssl

import httpx
import pytest

from billing.targets.base import Account
from tests.billing.targets.deals import order_of


@pytest.fixture(scope="session", autouse=True)
def certificates_are_read_once():
    """Official clients read all certificates for every call; the vendors here speak plain HTTP on loopback."""
    context = ssl.create_default_context()
    patch = pytest.MonkeyPatch()
    patch.setattr(httpx._transports.default, "create_ssl_context", lambda *_, **__: context, raising=False)
    yield
    patch.undo()


@pytest.fixture
def account(fake):
    """An account with the vendor's fake of the test's module."""
    return Account(base_url=fake.vendor.url, values=dict.fromkeys(("api_key", "api_token", "token"), "key-1"))


@pytest.fixture
def order(request):
    """The contract of the module's terms."""
    return order_of(request.module.TERMS)
