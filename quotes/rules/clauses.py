"""The standing terms of an offer, filled with the version's own facts."""

from datetime import date

from core.formats import day


def clauses(
    *, currency: str, payment_days: int, valid_until: date, zone: str, metered: bool
) -> tuple[tuple[str, str], ...]:
    due = "on receipt" if payment_days == 0 else f"within {payment_days} days of the invoice date"
    found = [
        ("Validity", f"This offer can be accepted until the end of {day(valid_until)} in the time zone {zone}."),
        ("Payment", f"Invoices are in {currency} and due {due}. Prices are net of taxes."),
    ]
    if metered:
        found += [
            (
                "Usage",
                "Metered usage is billed in arrears for each month at the prices of this offer, after included usage.",
            ),
            (
                "Forecast",
                "The expected bill is a forecast from past usage and stated assumptions. It is neither a promise nor a "
                "cap; only the committed amounts are owed whatever is used.",
            ),
        ]
    return tuple(found)
