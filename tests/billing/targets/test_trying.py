"""An account is tried by asking for what is not there: every vendor takes such a question, as its description says."""

import chargebee
import pytest

from billing.targets import TARGETS
from billing.targets.base import Account
from tests.billing.targets.chargebee.mock import FakeChargebee
from tests.billing.targets.lago.mock import FakeLago
from tests.billing.targets.metronome.mock import FakeMetronome
from tests.billing.targets.openmeter.mock import FakeOpenMeter
from tests.billing.targets.orb.mock import FakeOrb
from tests.billing.targets.stripe.mock import FakeStripe
from tests.metering.sources.vendor import serving

FAKES = (FakeChargebee, FakeLago, FakeMetronome, FakeOpenMeter, FakeOrb, FakeStripe)


@pytest.mark.parametrize("fake", FAKES)
def test_nobody_is_asked_for_and_not_there(fake, monkeypatch):
    monkeypatch.setattr(chargebee.Chargebee, "verify_ca_certs", False)  # plain HTTP on loopback
    target = TARGETS[fake.__name__.removeprefix("Fake").lower()]
    made = fake()
    with serving(made.vendor):
        values = dict.fromkeys((one.name for one in target.settings), "key-1")
        account = Account(base_url=made.vendor.url, values=values)
        assert target.read_back(target.nobody, account=account) is None
        assert made.vendor.refused == []
