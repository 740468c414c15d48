"""Tags and filters of every page: amounts and dates as text, icons, badges, fields and refusing buttons."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import data_words, formats, icons, retelling
from core.charts import meter_bar
from core.languages import writing
from core.roles import ROLE_NAMES
from core.statuses import look_of
from core.verbs import verb_in_words
from core.words import inside
from core.words import period as in_words

register = template.Library()

NOTHING = "–"


@register.filter
def money(amount: Any, currency: str) -> str:
    """`{{ total|money:currency }}`: "USD 12,345.60"."""
    return unbroken(formats.money(amount, currency))


@register.filter
def bare_money(amount: Any, currency: str) -> str:
    """The amount without its currency, for a column whose head names it: "12,345.60"."""
    return unbroken(formats.bare_money(amount, currency))


@register.filter
def short_money(amount: Any, currency: str) -> str:
    """Rounded for a glance, never for a promise: "USD 1.24M"."""
    if amount is None or amount == "":
        return NOTHING
    return unbroken(writing().money.format(sign="", currency=currency, amount=short_number(amount)))


@register.filter
def short_number(value: Any) -> str:
    """Three figures and a unit: "1.24M", "982k", "3.1B"; "–" for nothing."""
    if value is None or value == "":
        return NOTHING
    number = Decimal(str(value))
    sign = formats.MINUS if number < 0 else ""
    for unit, size in writing().units:
        if abs(number) >= size:
            return unbroken(sign + three_figures(abs(number) / size) + unit)
    return sign + three_figures(abs(number))


@register.filter
def unit_price(amount: Any, currency: str) -> str:
    """Every digit of a unit price: "USD 0.000003"."""
    return unbroken(formats.unit_price(amount, currency))


@register.filter
def fine_money(amount: Any, currency: str) -> str:
    """What one step of a price comes to before it is rounded: "USD 24,207.328623"."""
    return unbroken(formats.fine_money(amount, currency))


@register.filter
def quantity(value: Any) -> str:
    """ "1,250,000" or "0.5"."""
    return formats.quantity(value) or NOTHING


@register.filter
def percent(value: Any) -> str:
    """ "12.5 %" of a number that already counts hundredths."""
    return unbroken(formats.percent(value))


@register.filter
def share(value: Any) -> str:
    """ "31.8 %" of a fraction such as 0.318."""
    if value is None or value == "":
        return NOTHING
    return percent((Decimal(str(value)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))


@register.filter
def day(value: date | datetime | str | None) -> SafeString | str:
    """ "31 Dec 2026" as a `<time>`; a moment is shown in the current time zone."""
    if not value:
        return NOTHING
    at = date.fromisoformat(value[:10]) if isinstance(value, str) else local_date(value)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), unbroken(formats.short_day(at)))


@register.filter
def moment(value: datetime | str | None) -> SafeString | str:
    """ "24 Nov 2026, 14:05" as a `<time>` that carries the exact instant."""
    if not value:
        return NOTHING
    at = timezone.localtime(datetime.fromisoformat(value) if isinstance(value, str) else value)
    second = f"{at:%H:%M:%S %Z}"
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), second, formats.moment(at))


@register.filter
def month(value: str | date) -> str:
    """ "Jan 2027" of "2027-01" or a date."""
    return formats.month(value)


@register.filter
def period(name: str) -> str:
    """ "month" in words."""
    return in_words(name)


@register.filter
def verb(name: str) -> str:
    """ "edited a line" of the audit log's "edit_line"."""
    return verb_in_words(name)


@register.filter
def told(text: str) -> str:
    """A name of the catalog in the reader's language."""
    return data_words.told(text)


@register.filter(name="inside")
def inside_sentence(label: str) -> str:
    """A label in the midst of a sentence: small in English, as it is in German."""
    return inside(label)


@register.filter
def status_word(name: str) -> str:
    """A status in the midst of a sentence: "changes requested"."""
    return inside(look_of(name).label)


@register.filter
def role_name(role: str) -> str:
    return str(ROLE_NAMES.get(role, role))


@register.filter
def retold(text: str) -> str:
    """What was stored in the language of the house, in the reader's."""
    return retelling.retold(text)


@register.filter
def words(name: str) -> str:
    """ "edit version" of "edit_version"."""
    return name.replace("_", " ").replace(".", " ")


@register.filter
def bare_name(actor: str) -> str:
    """ "Cleo Hartmann" of "Cleo Hartmann <cleo@hartwell.example>", where the address would only be in the way."""
    return re.sub(r"(?<=\S)\s*<[^<>]+>$", "", str(actor))


@register.filter
def initials(person: Any) -> str:
    """ "AL" of Ada Lindqvist, in her avatar."""
    words = (str(person.get_full_name()) or person.get_username()) if hasattr(person, "get_full_name") else str(person)
    return "".join(word[0] for word in words.split()[:2]).upper()


@register.simple_tag
def share_bar(value: Any) -> SafeString:
    """`{% share_bar row.share %}`: a bar filled to the fraction, beside the number that says it."""
    return meter_bar(float(value or 0))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "quote" %}`; see core.icons for the names."""
    return icons.icon(name, label)


@register.simple_tag
def status(name: str, label: str = "") -> SafeString:
    """`{% status version.status %}`: the badge of a status, the same everywhere."""
    look = look_of(str(name))
    return badge(label or look.label, look.tone, look.icon)


@register.simple_tag
def badge(text: str, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """`{% badge "2 rules" "warn" "alert" %}`: a short word in a pill."""
    mark = icons.icon(icon_name) if icon_name else ""
    plain = "" if icon_name else " badge--plain"
    return format_html('<span class="badge badge--{}{}">{}{}</span>', tone, plain, mark, text)


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """`{% field form.months suffix="months" %}`: label, control, help and errors, tied together for readers.

    Options: prefix, suffix, help, label, optional (marks the label), and attributes such as hx_post.
    """
    shown = {name: options.pop(name, "") for name in ("prefix", "suffix", "help", "label", "optional")}
    attributes = {name.replace("_", "-"): value for name, value in options.items()}
    ids = [f"{bound.auto_id}-help"] if shown["help"] or bound.help_text else []
    ids += [f"{bound.auto_id}-error"] if bound.errors else []
    attributes["aria-describedby"] = " ".join(ids) or None
    attributes["aria-invalid"] = "true" if bound.errors else None
    control = bound.as_widget(attrs={name: value for name, value in attributes.items() if value is not None})
    kind = getattr(bound.field.widget, "input_type", "")
    context = {"bound": bound, "control": control, "is_check": kind == "checkbox", **shown}
    return SafeString(render_to_string("components/field.html", context))


@register.inclusion_tag("components/action.html")
def action(label: str, key: str, *, why_not: str = "", href: str = "", **options: Any) -> dict[str, Any]:
    """`{% action "Submit" "submit" why_not=why hx_post=url %}`: a button, or the button with the reason it refuses.

    Options: variant (primary, danger, quiet ...), size (small, large), icon, and any attribute (underscores
    become hyphens; `type` defaults to submit). A refusing button keeps its place in the tab order.
    """
    variants = [options.pop(name, "") for name in ("variant", "size")]
    icon_name = options.pop("icon", "")
    attributes = {name.replace("_", "-"): value for name, value in options.items() if value not in ("", None)}
    if why_not:
        attributes = {"type": "button"}
    elif not href:
        attributes.setdefault("type", "submit")
    return {
        "label": label,
        "key": key,
        "why_not": why_not,
        "href": href,
        "icon_name": icon_name,
        "classes": " ".join(["button", *(f"button--{name}" for name in variants if name)]),
        "attributes": flatatt(attributes),
    }


def unbroken(text: str) -> str:
    """The text with spaces that do not break across lines; "–" for nothing."""
    return text.replace(" ", "\u00a0") or NOTHING


def local_date(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def three_figures(number: Decimal) -> str:
    """Three figures without trailing zeros; small numbers keep theirs: 0.0042."""
    if number == 0:
        return "0"
    digits = max(0, 2 - number.adjusted())
    text = f"{number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    return formats.separated(text.rstrip("0").rstrip(".") if "." in text else text)
