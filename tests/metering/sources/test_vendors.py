"""Each vendor's source asks only what its own description allows, reads every page once, survives bad days."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import SecretStr

from metering.actions.sources import read_source
from metering.models import DailyUsage, SourceReading, UsageEvent, UsageSource
from metering.sources import retry
from metering.sources.base import Window
from metering.sources.metronome import MetronomeSource
from metering.sources.openmeter import OpenMeterSource
from metering.sources.stripe import StripeSource
from tests.metering.events import make_acme
from tests.metering.sources.vendor import FAULTS, Vendor, by_openapi, serving, spec_path

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
METRIC, CUSTOMER = "9570e4f3-d1da-4b95-ba81-bd40ee002727", "d7abd0cd-4ae9-4db7-8676-e986a4ebd8dc"
COMMON = {"name": "theirs", "secret": SecretStr("key-1"), "start": date(2026, 11, 20), "timeout": 0.5}
# More digits than a float holds.
EXACT = "9007199254740993.5"


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    waited = list[float]()
    monkeypatch.setattr(retry, "sleep", waited.append)
    return waited


def openmeter(rows=None):
    rows = rows or {"2026-11-20": ("5", "input"), "2026-11-21": (EXACT, "output")}

    def answer(request):
        start, end = request.query["from"][:10], request.query["to"][:10]
        data = ",".join(
            f'{{"value": {value}, "windowStart": "{day}T00:00:00Z", "windowEnd": "{day}T23:59:59Z",'
            f' "subject": "acme", "groupBy": {{"type": "{group}"}}}}'
            for day, (value, group) in rows.items()
            if start <= day < end
        )
        return f'{{"windowSize": "DAY", "data": [{data}]}}'.encode()

    check = by_openapi(spec_path("openmeter.openapi.yaml"), "/api/v1/meters/{meterIdOrSlug}/query")
    return Vendor(check, answer), lambda vendor: OpenMeterSource(
        **COMMON, kind="openmeter", endpoint=vendor.url,
        meters={"tokens_total": {"meter": "tokens", "dimensions": {"type": "direction"}}},
    )  # fmt: skip


def metronome(rows=None):
    rows = rows or {"2026-11-20": {"input": "5", "output": "null"}, "2026-11-21": {"output": EXACT}}

    def answer(request):
        asked = json.loads(request.body)
        days = [day for day in sorted(rows) if asked["starting_on"][:10] <= day < asked["ending_before"][:10]]
        nth = int(request.query.get("next_page", 0))
        data = ",".join(
            f'{{"customer_id": "{CUSTOMER}", "billable_metric_id": "{METRIC}", "billable_metric_name": "Tokens",'
            f' "start_timestamp": "{day}T00:00:00Z", "end_timestamp": "{day}T23:59:59Z", "value": null,'
            f' "groups": {{{", ".join(f"{json.dumps(name)}: {value}" for name, value in rows[day].items())}}}}}'
            for day in days[nth : nth + 1]
        )
        more = f'"{nth + 1}"' if nth + 1 < len(days) else "null"
        return f'{{"data": [{data}], "next_page": {more}}}'.encode()

    vendor = Vendor(by_openapi(spec_path("metronome.openapi.json"), "/v1/usage"), answer)
    return vendor, lambda vendor: MetronomeSource(
        **COMMON, kind="metronome", endpoint=vendor.url, customers={CUSTOMER: "acme"},
        metrics={METRIC: {"meter": "tokens", "dimensions": {"type": "direction"}}},
    )  # fmt: skip


def stripe(rows=None):
    rows = rows or {"2026-11-20": "5", "2026-11-21": EXACT}
    params = json.loads(spec_path("stripe-16.1.0.params.json").read_text())["params"]
    known = params["billing/_meter_list_event_summaries_params"]["MeterListEventSummariesParams"]
    sample = json.loads(spec_path("stripe.fixtures3.json").read_text())["resources"]["billing.meter_event_summary"]

    def check(request):
        got = request.query
        if missing := [name for name, one in known.items() if one["required"] and name not in got]:
            return f"missing: {', '.join(missing)}"
        if unknown := set(got) - set(known):
            return f"unknown: {', '.join(sorted(unknown))}"
        if bad := [
            name for name, one in known.items() if name in got and "int" in one["type"] and not got[name].isdecimal()
        ]:
            return f"no whole number: {', '.join(bad)}"
        aligned = all(int(got[name]) % 86_400 == 0 for name in ("start_time", "end_time"))
        return "" if aligned else "for daily groups, times must align with UTC days"

    def answer(request):
        start, end = int(request.query["start_time"]), int(request.query["end_time"])
        days = {day: datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() for day in rows}
        found = [day for day, moment in days.items() if start <= moment < end]
        after = request.query.get("starting_after", "")
        rest = [day for day in found if f"sum-{day}" > after]
        page = ",".join(
            json.dumps({**sample, "id": f"sum-{day}", "start_time": int(days[day]), "aggregated_value": "V"}).replace(
                '"V"', rows[day]
            )
            for day in rest[:1]
        )
        more = json.dumps(len(rest) > 1)
        return f'{{"object": "list", "url": "/", "has_more": {more}, "data": [{page}]}}'.encode()

    return Vendor(check, answer), lambda vendor: StripeSource(
        **COMMON, kind="stripe", endpoint=vendor.url, customers={"cus_1": "acme"},
        meters={"mtr_1": {"meter": "tokens", "constants": {"direction": "input"}}},
    )  # fmt: skip


VENDORS = {"openmeter": openmeter, "metronome": metronome, "stripe": stripe}


@pytest.fixture(params=VENDORS)
def made(request, db):
    make_acme()
    vendor, make = VENDORS[request.param]()
    with serving(vendor):
        yield vendor, make(vendor)


def days():
    rows = DailyUsage.objects.order_by("day").values_list("day", "value", "events")
    return [(day.isoformat(), value, events) for day, value, events in rows]


def read(source):
    return read_source(source, clock=lambda: AT)


EVERYTHING = [("2026-11-20", 5, 1), ("2026-11-21", Decimal(EXACT), 1)]


def test_every_page_is_read_exactly_and_nothing_malformed_is_asked(made):
    vendor, source = made
    state = read(source)
    assert (state.error, vendor.refused, days()) == ("", [], EVERYTHING)
    assert state.watermark == datetime(2026, 11, 24, tzinfo=UTC)
    assert all("key-1" in json.dumps(request.headers) for request in vendor.asked)


def test_the_vendor_would_refuse_a_malformed_request(made, monkeypatch):
    vendor, source = made
    window = Window(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC))
    wrong = {
        "openmeter": {"meters": {"Not A Slug!": source.meters_fed() and {"meter": "tokens"}}},
        "metronome": {"metrics": {"no-uuid": {"meter": "tokens"}}},
        "stripe": {},
    }[source.kind]
    bad = type(source)(**{**source.model_dump(), "secret": source.secret, **wrong})
    if source.kind == "stripe":
        window = Window(window.start.replace(hour=5), window.end)
    with pytest.raises(Exception, match="400"):
        list(bad.pages(window))
    assert len(vendor.refused) == 1


def test_twice_adds_nothing(made):
    _, source = made
    read(source)
    before = list(UsageEvent.objects.order_by("event_id").values_list("event_id", "value"))
    read(source)
    assert list(UsageEvent.objects.order_by("event_id").values_list("event_id", "value")) == before
    assert days() == EVERYTHING


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_day_loses_and_doubles_nothing(made, waits, fault):
    vendor, source = made
    vendor.faults = [FAULTS[fault], FAULTS[fault], None, FAULTS[fault]]
    state = read(source)
    assert (state.error, days()) == ("", EVERYTHING)
    assert waits[:2] == ([7, 7] if fault == "429" else [0.5, 1.0])


def test_tries_are_bounded_and_the_next_time_goes_on(made, waits):
    vendor, source = made
    vendor.faults = [FAULTS["500"]] * 5
    state = read(source)
    assert "after 5 tries" in state.error
    assert (len(vendor.asked), len(waits), state.watermark) == (5, 4, None)
    assert read(source).error == ""
    assert days() == EVERYTHING


def test_a_key_that_is_not_accepted_is_said_without_the_key(made):
    vendor, source = made
    vendor.faults = [lambda handler: handler.send_error(401)]
    state = read(source)
    assert "does not accept the key (401)" in state.error
    assert "key-1" not in state.error
    assert len(vendor.asked) == 1


@pytest.mark.parametrize("name", VENDORS)
def test_a_day_that_was_revised_is_taken_back_and_replaced(db, name):
    make_acme()
    first = {
        "metronome": {"2026-11-21": {"input": "5"}},
        "openmeter": {"2026-11-21": ("5", "input")},
        "stripe": {"2026-11-21": "5"},
    }
    vendor, make = VENDORS[name](first[name])
    with serving(vendor):
        read(make(vendor))
        for value in ("7", "7", "6.5"):
            first[name]["2026-11-21"] = {"metronome": {"input": value}, "openmeter": (value, "input"), "stripe": value}[
                name
            ]
            state = read(make(vendor))
    assert days() == [("2026-11-21", Decimal("6.5"), 1)]
    assert UsageEvent.objects.filter(voided=True).count() == state.revised == 2
    assert SourceReading.objects.get().revision == 2


def test_expired_pages_are_read_again_from_the_first(db):
    make_acme()
    vendor, make = metronome()
    answer, expired = vendor.answer, []

    def forgetful(request):
        if request.query.get("next_page") and not expired:
            expired.append(request)
            return 400, {"message": "next_page has expired"}
        return answer(request)

    vendor.answer = forgetful
    with serving(vendor):
        state = read(make(vendor))
    assert (state.error, days(), len(expired)) == ("", EVERYTHING, 1)
    assert UsageSource.objects.get().accepted == 2


def test_pages_that_always_expire_are_given_up(db):
    make_acme()
    vendor, make = metronome()
    answer = vendor.answer
    vendor.answer = lambda request: (400, {"message": "expired"}) if request.query.get("next_page") else answer(request)
    with serving(vendor):
        state = read(make(vendor))
    assert "expired 3 times" in state.error
    assert state.watermark is None
