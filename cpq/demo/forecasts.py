"""Scenarios of a demo customer, and one forecast of all customers that says how well bands hold."""

from datetime import date, datetime

from core import outbox
from core.models import OutboxMessage, User
from customers.models import Customer
from forecasting.actions.portfolio import TOPIC, start_portfolio
from forecasting.actions.scenarios import add_driver, create_scenario
from forecasting.models import PortfolioRun, Scenario
from forecasting.rules.drivers import Adoption, Churn, Driver, Growth, Migration
from pricing.periods import month_after


def scenarios(start: date) -> dict[str, list[Driver]]:
    """Three beliefs about Hartwell Legal, counted from the month after next."""
    return {
        "All offices by spring": [
            Adoption(start=start, duration=5, before=100, after=180),
            Growth(start=month_after(start, 6), per_year=15),
        ],
        "Sonnet work moves to Flash": [
            Migration(
                on="tokens|model=sonnet", target="tokens|model=flash", start=start, duration=4, share=60, ratio=1.3
            )
        ],
        "Litigation support is lost": [Churn(on="tokens", start=start, share=40, probability=50, fade=2)],
    }


def load(at: datetime) -> str:
    """Add both where there are none yet."""
    if not Scenario.objects.exists():
        add_scenarios(at)
    if not PortfolioRun.objects.exists():
        start_portfolio(by=User.objects.get(username="pia"), at=at)
        for pk in OutboxMessage.objects.filter(topic=TOPIC).values_list("pk", flat=True):
            outbox.deliver(pk, at=at)
    return f"{Scenario.objects.count()} scenarios"


def add_scenarios(at: datetime) -> None:
    customer, ada = Customer.objects.get(slug="hartwell-legal"), User.objects.get(username="ada")
    for name, drivers in scenarios(month_after(at.date().replace(day=1), 2)).items():
        scenario = create_scenario(customer=customer, name=name, by=ada, at=at)
        for driver in drivers:
            scenario = add_driver(scenario, driver, by=ada, at=at)
