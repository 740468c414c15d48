"""The standing terms of an offer, filled with the version's own facts."""

from datetime import date

from django.utils.translation import gettext as _

from core.formats import day


def clauses(
    *, currency: str, payment_days: int, valid_until: date, zone: str, metered: bool
) -> tuple[tuple[str, str], ...]:
    due = (
        _("on receipt")
        if payment_days == 0
        else _("within {payment_days} days of the invoice date").format(payment_days=payment_days)
    )
    found = [
        (
            _("Validity"),
            _("This offer can be accepted until the end of {valid_until} in the time zone {zone}.").format(
                valid_until=day(valid_until), zone=zone
            ),
        ),
        (
            _("Payment"),
            _("Invoices are in {currency} and due {due}. Prices are net of taxes.").format(currency=currency, due=due),
        ),
    ]
    if metered:
        found += [
            (
                _("Usage"),
                _(
                    "Metered usage is billed in arrears for each month at the prices of this offer, after "
                    "included usage."
                ),
            ),
            (
                _("Forecast"),
                _(
                    "The expected bill is a forecast from past usage and stated assumptions. It is neither a promise "
                    "nor a cap; only the committed amounts are owed whatever is used."
                ),
            ),
        ]
    return tuple(found)
