"""A snapshot as a submitted version freezes it, any number of lines long."""

import hashlib
import json
from copy import deepcopy
from decimal import Decimal
from typing import Any

MONTHS = [f"2027-{at:02d}" for at in range(1, 13)]


def snapshot(*, lines: int = 6, country: str = "US", currency: str = "USD", **changes: Any) -> dict[str, Any]:
    """The sample deal: platform fee, seats, tokens by direction, resolutions, GPU hours, prepaid credits."""
    sample = {
        "schema": 1,
        "quote": "Q-2026-0042",
        "version": 2,
        "title": "Support automation, first year",
        "currency": currency,
        "seller": {
            "name": "Northlight AI, Inc.",
            "address": "548 Market Street\nSan Francisco, CA 94104\nUnited States",
            "email": "deals@northlight.example",
        },
        "customer": {
            "name": "Hartmann Logistics",
            "legal_name": "Hartmann Logistics GmbH & Co. KG",
            "address": "Speicherstraße 12\n20457 Hamburg\nGermany",
            "country": country,
        },
        "contact": {"name": "Cleo Hartmann", "email": "cleo@hartmann.example", "title": "Chief Operating Officer"},
        "prepared_by": {"name": "Ada Lindqvist", "email": "ada@northlight.example"},
        "start": "2027-01-01",
        "months": 12,
        "end": "2027-12-31",
        "valid_until": "2026-12-31",
        "zone": "America/Los_Angeles",
        "payment_days": 30,
        "terms": terms(currency),
        "terms_sha256": "5f" * 32,
        "lines": (LINES + more_lines(lines - len(LINES)))[:lines],
        "totals": {"committed": "54000.00", "one_time": "12000.00", "first_month": "18410.37"},
        "bands": bands(),
        "forecast": {
            "method": "level, trend, weekly pattern, joint residual bootstrap",
            "seed": 20260101,
            "paths": 2000,
            "data_date": "2026-10-31",
            "history_days": 365,
            "basis": "history",
            "backtest": {"coverage": 0.81, "windows": 6, "pinball_ratio": 0.78},
            "source_note": "Weekly token counts published by OpenRouter, mapped to this demo customer.",
        },
        "clauses": CLAUSES,
    }
    return deepcopy({**sample, **changes})


def canonical(sample: dict[str, Any]) -> tuple[str, str]:
    """The frozen text and its hash."""
    text = json.dumps(sample, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text, hashlib.sha256(text.encode()).hexdigest()


def _line(key: str, name: str, product: str, description: str, unit: str, **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "product": product,
        "description": description,
        "unit": unit,
        "quantity": None,
        "interval": "month",
        "timing": "arrears",
        "list_price": "",
        "price": "",
        "tiers": [],
        "included": None,
        "discount_percent": None,
        "per_period": None,
        "term": None,
        **more,
    }


def _tier(dims: str, start: str, up_to: str | None, unit_price: str, flat: str | None = None) -> dict[str, Any]:
    return {"dims": dims, "from": start, "up_to": up_to, "unit_price": unit_price, "flat": flat}


CLAUSES = [
    {
        "title": "Fees and payment",
        "text": "Fees in advance are invoiced on the first day of each period, usage monthly in arrears. "
        "Invoices are due 30 days after the invoice date.",
    },
    {
        "title": "Usage above what is included",
        "text": "Usage above the included amounts is billed at the prices of this quote.",
    },
    {
        "title": "Prepaid credits",
        "text": "Credits are drawn before any usage is billed and expire 12 months after they are granted.",
    },
    {"title": "Taxes", "text": "All amounts are without taxes, which are added where the law requires it."},
]

LINES = [
    _line(
        "platform",
        "Platform",
        "Northlight Assist",
        "Workspace, analytics, single sign-on, 99.9 % uptime",
        "subscription",
        quantity="1",
        timing="advance",
        list_price="USD 1,500.00",
        price="USD 1,500.00",
        per_period="1500.00",
        term="18000.00",
    ),
    _line(
        "seats",
        "Agent seats",
        "Northlight Assist",
        "Named agents with co-pilot",
        "seat",
        quantity="40",
        timing="advance",
        list_price="USD 60.00 per seat",
        price="USD 50.00 per seat",
        discount_percent="16.67",
        per_period="2000.00",
        term="24000.00",
        tiers=[_tier("", "0", "50", "50"), _tier("", "50", "200", "45"), _tier("", "200", None, "38.5")],
    ),
    _line(
        "tokens",
        "Model tokens",
        "Northlight Models",
        "Sonnet, by direction and processing",
        "token",
        list_price="from USD 1.50 per M tokens",
        price="from USD 1.50 per M tokens",
        included="10,000,000 tokens per month",
        tiers=[
            _tier("Sonnet · input", "0", None, "0.000003"),
            _tier("Sonnet · output", "0", None, "0.000015"),
            _tier("Sonnet · input · batch", "0", None, "0.0000015"),
            _tier("Sonnet · output · batch", "0", None, "0.0000075"),
        ],
    ),
    _line(
        "resolutions",
        "Resolved conversations",
        "Northlight Agent",
        "Billed only when the customer confirms",
        "resolution",
        list_price="USD 0.99 per resolution",
        price="USD 0.89 per resolution",
        discount_percent="10",
        included="500 resolutions per month",
        tiers=[_tier("", "0", "5000", "0.89"), _tier("", "5000", "20000", "0.79"), _tier("", "20000", None, "0.692")],
    ),
    _line(
        "gpu",
        "GPU hours",
        "Northlight Compute",
        "H100, on demand, billed by the second",
        "GPU hour",
        list_price="USD 2.49 per GPU hour",
        price="USD 2.49 per GPU hour",
        tiers=[_tier("H100", "0", None, "2.49")],
    ),
    _line(
        "credits",
        "Prepaid credits",
        "Northlight Credits",
        "USD 13,000.00 of usage for USD 12,000.00",
        "credit",
        quantity="1",
        interval="once",
        timing="advance",
        list_price="USD 12,000.00",
        price="USD 12,000.00",
        per_period="12000.00",
        term="12000.00",
    ),
]


def more_lines(count: int) -> list[dict[str, Any]]:
    """Lines beyond the sample deal, every tenth with tiers."""
    tiers = [_tier("", "0", "10", "25"), _tier("", "10", None, "22")]
    return [
        _line(
            f"extra-{at}",
            f"Additional workspace {at:04d}",
            "Northlight Assist",
            "One more team on the same plan",
            "workspace",
            quantity=str(at % 7 + 1),
            timing="advance",
            list_price="USD 25.00 per workspace",
            price="USD 25.00 per workspace",
            per_period=f"{25 * (at % 7 + 1)}.00",
            term=f"{300 * (at % 7 + 1)}.00",
            tiers=tiers if at % 10 == 0 else [],
        )
        for at in range(1, count + 1)
    ]


def bands() -> dict[str, Any]:
    """A bill that grows; the term's quantiles are not the sums of the months' quantiles."""
    middles = [(15500 if at == 0 else 3500, 900 + 310 * at) for at in range(12)]
    months = [
        {
            "month": month,
            "p10": f"{(committed + usage * Decimal('0.62')):.2f}",
            "p50": f"{(committed + usage):.2f}",
            "p90": f"{(committed + usage * Decimal('1.55')):.2f}",
            "committed": f"{committed}.00",
        }
        for month, (committed, usage) in zip(MONTHS, middles, strict=True)
    ]
    return {
        "term": {"p10": "73411.40", "p50": "85260.00", "p90": "99388.15"},
        "months": months,
        "usage": [
            _usage("Tokens · Sonnet · input", "M tokens", 240, 14),
            _usage("Resolutions", "resolutions", 1900, 60),
        ],
    }


def _usage(label: str, unit: str, start: int, growth: int) -> dict[str, Any]:
    middles = [start + growth * at for at in range(12)]
    return {
        "label": label,
        "unit": unit,
        "months": [
            {"month": month, "p10": str(middle * 3 // 4), "p50": str(middle), "p90": str(middle * 3 // 2)}
            for month, middle in zip(MONTHS, middles, strict=True)
        ],
    }


def terms(currency: str) -> dict[str, Any]:
    """What billing gets: a part of the deal is enough for a document."""
    return {
        "version": 1,
        "currency": currency,
        "start": "2027-01-01",
        "months": 12,
        "charges": [
            {
                "kind": "charge",
                "key": "platform",
                "product": "assist",
                "name": "Platform",
                "unit": "subscription",
                "price": {"model": "flat", "fee": "1500"},
                "quantity": {"source": "fixed", "value": "1"},
                "interval": "month",
                "timing": "advance",
            }
        ],
        "credits": [
            {
                "kind": "credit",
                "key": "credits",
                "product": "credits",
                "name": "Prepaid credits",
                "amount": "13000",
                "unit": None,
                "purchase": "12000",
                "every": "once",
                "priority": 50,
                "expires_months": 12,
                "scope": {"charges": ["tokens", "resolutions"], "products": [], "meters": []},
            }
        ],
        "commitments": [],
        "discounts": [{"key": "deal", "name": "Deal discount", "percent": "10", "charges": []}],
    }
