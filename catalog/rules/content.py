"""What must hold between the parts of a catalog. Pure: works on its plain form and finds every problem at once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.rules.configuration import rule_problems
from catalog.rules.forms import configuration_of
from catalog.rules.guides import Guide, guide_problems
from catalog.rules.meters import derivation_problems, derivations, outcome_of
from catalog.rules.plan import name_of
from catalog.rules.points import price_points

Problem = tuple[str, str]  # where, and what to do about it

DISCOUNTERS = ("sales", "deal_desk", "finance")
"""The roles that give discounts: by selling, or by approving what goes further."""


class Known(NamedTuple):
    """What entries may refer to."""

    meters: Mapping[str, Mapping[str, Any]]
    products: frozenset[str]


def problems(form: Mapping[str, Any]) -> list[Problem]:
    """Every problem of the meters, products and books together."""
    known = Known({meter["code"]: meter for meter in form["meters"]}, frozenset(p["code"] for p in form["products"]))
    found = [*repeated("meters", form["meters"]), *repeated("products", form["products"])]
    found += repeated("books", form["books"])
    found += repeated("wordbooks", form.get("wordbooks", []))
    for meter in form["meters"]:
        found += meter_problems(meter, known)
    for book in form["books"]:
        found += book_problems(book, known)
    return found


def repeated(where: str, entries: list[Mapping[str, Any]]) -> Iterator[Problem]:
    for name, count in Counter(map(name_of, entries)).items():
        if count > 1:
            yield where, f"{name} is there {count} times; keep one."


def meter_problems(meter: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    where, dimensions = f"meter {meter['code']}", meter.get("dimensions", {})
    for name, value in meter.get("defaults", {}).items():
        if value not in dimensions.get(name, []):
            yield where, f"the default {name}={value} is not a value of that dimension; add it."
    for name, derivation in derivations(meter.get("derived", {})).items():
        if name not in dimensions:
            yield where, f'it derives "{name}", which is not one of its dimensions; it has {", ".join(dimensions)}.'
            continue
        for what in derivation_problems(name, derivation, dimensions[name]):
            yield where, what
    outcome = outcome_of(meter.get("outcome"))
    if outcome and (outcome.action not in known.meters or outcome.action == meter["code"]):
        others = ", ".join(sorted(set(known.meters) - {meter["code"]})) or "none yet"
        yield where, f'its action "{outcome.action}" is no other meter; use one of {others}.'


def book_problems(book: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    name = name_of(book)
    for section in ("prices", "costs", "packages", "rules", "rule_tests"):
        yield from repeated(f"{name} {section.replace('_', ' ')}", book.get(section, []))
    if book.get("effective_to") and book["effective_to"] < book["effective_from"]:
        yield name, f"its last day {book['effective_to']} is before its first, {book['effective_from']}."
    for price in book.get("prices", []):
        yield from price_limit_problems(f"{name} price {price['component']['key']}", price)
        yield from quantity_problems(f"{name} price {price['component']['key']}", limits_of(price), price["component"])
    prices = {price["component"]["key"]: price["component"] for price in book.get("prices", [])}
    for component in prices.values():
        yield from component_problems(f"{name} price {component['key']}", component, known, prices)
    for cost in book.get("costs", []):
        yield from cost_problems(f"{name} unit cost {name_of(cost)}", cost, known)
    for package in book.get("packages", []):
        sold_in = {price["component"]["key"]: limits_of(price) for price in book.get("prices", [])}
        yield from package_problems(f"{name} package {package['code']}", package, prices, sold_in)
    yield from guide_book_problems(name, book, known)
    yield from configuration_problems(name, book)


def price_limit_problems(where: str, price: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the discount limits and floors of a price."""
    most = Decimal(price.get("max_discount", 100))
    for role, percent in price.get("limits", {}).items():
        if role not in DISCOUNTERS:
            yield where, f'limits: "{role}" gives no discounts; use {", ".join(DISCOUNTERS)}.'
        if Decimal(percent) > most:
            yield where, f"limits: {role} gives up to {percent} %, more than the {most} % that anybody may give."
    listed = {point.path: point.amount for point in price_points(price["component"])}
    for path, floor in price.get("floors", {}).items():
        if path not in listed:
            yield where, f'floors: there is no price at "{path}"; use {", ".join(listed) or "none: it has no price"}.'
        elif Decimal(floor) > listed[path]:
            yield where, f"floors: {path} is {floor}, above the list price of {listed[path]}; lower it."


def configuration_problems(name: str, book: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the rules and their tests."""
    if not book.get("rules") and not book.get("rule_tests"):
        return
    configuration = configuration_of(book)
    known = {rule.key for rule in configuration.rules}
    for rule in configuration.rules:
        for what in rule_problems(rule, configuration):
            yield f"{name} rule {rule.key}", what
    for test in book.get("rule_tests", []):
        where = f"{name} rule test {test['name']}"
        for key in [*test.get("selection", {}), *test.get("adds", {})]:
            if key not in configuration.prices:
                yield where, f'there is no price "{key}" in this book.'
        for key in test.get("expect", []):
            if key not in known:
                yield where, f'there is no rule "{key}"; the rules are {", ".join(sorted(known)) or "none"}.'


def component_problems(
    where: str, component: Mapping[str, Any], known: Known, prices: Mapping[str, Any]
) -> Iterator[Problem]:
    if len(component["key"]) > 60:
        yield where, "the key has more than 60 characters; shorten it."
    product = component.get("product", "")
    if product not in known.products:
        yield where, f'there is no product "{product}"; add it or use one of {", ".join(sorted(known.products))}.'
    if component.get("quantity", {}).get("source") == "meter":
        yield from metered_problems(where, component["quantity"], component["price"], known)
    scope = component.get("scope", {})
    for key in scope.get("charges", []):
        if key not in prices:
            yield where, f'its scope names the charge "{key}", which this book does not have.'
    for meter in scope.get("meters", []):
        if meter not in known.meters:
            yield where, f'its scope names the meter "{meter}", which does not exist.'


def metered_problems(
    where: str, quantity: Mapping[str, Any], price: Mapping[str, Any], known: Known
) -> Iterator[Problem]:
    meter = known.meters.get(quantity["meter"])
    if meter is None:
        yield where, f'there is no meter "{quantity["meter"]}"; add it or use one of {", ".join(sorted(known.meters))}.'
        return
    values = meter.get("dimensions", {})
    for dimension, chosen in quantity.get("where", {}).items():
        yield from value_problems(where, meter["code"], values, dimension, chosen)
    yield from price_problems(where, meter["code"], values, price)


def price_problems(
    where: str, meter: str, values: Mapping[str, list[str]], price: Mapping[str, Any]
) -> Iterator[Problem]:
    if price["model"] == "multiplier":
        yield from value_problems(where, meter, values, price["dimension"], price["factors"])
        yield from price_problems(where, meter, values, price["base"])
    if price["model"] == "matrix":
        for cell in price["cells"]:
            for dimension, value in cell["when"].items():
                yield from value_problems(where, meter, values, dimension, [value])


def value_problems(
    where: str, meter: str, values: Mapping[str, list[str]], dimension: str, chosen: Any
) -> Iterator[Problem]:
    if dimension not in values:
        yield where, f'{meter} has no dimension "{dimension}"; it has {", ".join(values) or "none"}.'
        return
    for value in chosen:
        if value not in values[dimension]:
            yield where, f'{dimension} of {meter} is never "{value}"; it is {", ".join(values[dimension])}.'


def cost_problems(where: str, cost: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    quantity = {"meter": cost["meter"], "where": {name: [value] for name, value in cost.get("where", {}).items()}}
    yield from metered_problems(where, quantity, cost["price"], known)


def package_problems(
    where: str, package: Mapping[str, Any], prices: Mapping[str, Any], sold_in: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    if not package.get("components"):
        yield where, "it has no components; add at least one price."
    for key, count in Counter(entry["price"] for entry in package.get("components", [])).items():
        if key not in prices:
            yield where, f'there is no price "{key}" in this book.'
        if count > 1:
            yield where, f"{key} is there {count} times; keep one."
    yield from group_problems(where, package.get("components", []))
    if package.get("guide"):
        guide = Guide.model_validate(package["guide"])
        yield from ((f"{where} guide", what) for what in guide_problems(guide, choosable(package, prices)))
    for entry in package.get("components", []):
        component = prices.get(entry["price"], {})
        yield from quantity_problems(
            f"{where}, {entry['price']}", {**sold_in.get(entry["price"], {}), **entry}, component
        )


def choosable(package: Mapping[str, Any], prices: Mapping[str, Any]) -> dict[str, bool]:
    """The prices of a package, and whether a seller says how many of each."""
    return {
        entry["price"]: prices.get(entry["price"], {}).get("quantity", {}).get("source") == "fixed"
        for entry in package.get("components", [])
    }


def guide_book_problems(name: str, book: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    """Questions that packages share are the same; estimates are of series that meters have."""
    asked: dict[str, tuple[str, Any]] = {}
    for package in book.get("packages", []):
        where = f"{name} package {package['code']} guide"
        for question in package.get("guide", {}).get("questions", []):
            first, same = asked.setdefault(question["key"], (package["code"], question))
            if same != question:
                yield (
                    where,
                    f"{first} asks {question['key']} otherwise; say the same, or choose another key.",
                )
        for one in package.get("guide", {}).get("usage", []):
            meter, _, dimensions = one["series"].partition("|")
            if meter not in known.meters:
                yield where, f'there is no meter "{meter}"; use one of {", ".join(sorted(known.meters))}.'
                continue
            for pair in filter(None, dimensions.split(",")):
                dimension, _, value = pair.partition("=")
                values = known.meters[meter].get("dimensions", {})
                yield from value_problems(where, meter, values, dimension, [value])


def group_problems(where: str, entries: list[Mapping[str, Any]]) -> Iterator[Problem]:
    grouped: dict[str, list[bool]] = {}
    for entry in entries:
        if "group" in entry:
            grouped.setdefault(entry["group"], []).append(entry["required"])
    for group, required in grouped.items():
        if len(required) == 1:
            yield where, f'the group "{group}" has one component; add another, or leave the group out.'
        if len(set(required)) > 1:
            yield where, f'the group "{group}" is required for some and optional for others; say the same for all.'


def limits_of(price: Mapping[str, Any]) -> dict[str, Any]:
    """In which quantities a price is sold, with the one that it begins with; {} for any."""
    limits = {name: price[name] for name in ("min", "max", "step") if name in price}
    value = price["component"].get("quantity", {}).get("value")
    return {"default": value, **limits} if limits and value is not None else limits


def quantity_problems(where: str, entry: Mapping[str, Any], component: Mapping[str, Any]) -> Iterator[Problem]:
    given = {name: Decimal(entry[name]) for name in ("default", "min", "max", "step") if name in entry}
    if given and component.get("quantity", {}).get("source") != "fixed":
        yield where, "quantities are chosen for fixed quantities only; a meter counts this one."
        return
    low, high, step = given.get("min", Decimal(0)), given.get("max"), given.get("step")
    if high is not None and low > high:
        yield where, f"the minimum {low} is above the maximum {high}."
    if step == 0:
        yield where, "the step is 0; leave it out or make it more."
    default = given.get("default")
    if default is not None and (default < low or (high is not None and default > high)):
        yield where, f"the default {default} is not between {low} and {high}."
    elif default is not None and step and (default - low) % step:
        yield where, f"the default {default} is not reached from {low} in steps of {step}."
