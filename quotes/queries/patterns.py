"""A version as a pattern to start other quotes from."""

from decimal import Decimal

from core.formats import plain
from quotes.models import QuoteVersion
from quotes.rules.outline import ordered
from quotes.rules.patterns import Pattern, pattern_line, years_of


def pattern_of(version: QuoteVersion) -> Pattern:
    """Everything the seller decided; what rules added comes again by itself."""
    lines = {line.key: line for line in version.lines.select_related("price", "part__package").order_by("position")}
    packages = dict.fromkeys(line.part.package.code for line in lines.values() if line.part)
    rows: list[dict[str, object]] = []
    for key in ordered({key: line.position for key, line in lines.items()}, version.texts):
        if key in lines and not lines[key].rule:
            line = lines[key]
            rows.append(
                {
                    "line": {
                        **pattern_line(
                            line.component,
                            line.list_component,
                            price=line.price.key,
                            discount=line.discount_percent,
                            optional=line.optional,
                        ),
                        "discount_months": [line.discount_from, line.discount_to],
                        "years": years_of(line.years),
                    }
                }
            )
        elif key in version.texts:
            rows.append({"text": {name: version.texts[key][name] for name in ("kind", "text")}})
    return {
        "title": version.title,
        "months": version.months,
        "currency": version.currency,
        "discount": f"{plain(Decimal(version.discount_percent)):f}",
        "packages": list(packages),
        "rest": {
            "discount_from": version.discount_from,
            "discount_to": version.discount_to,
            "free_months": version.free_months,
            "escalator": f"{plain(Decimal(version.escalator_percent)):f}",
        },
        "rows": rows,
    }
