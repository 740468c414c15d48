import json
from functools import partial

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from core.formats import money
from core.models import User
from cpq import walkthrough
from cpq.demo import tables
from cpq.walkthrough import CUSTOMER, Walk, folder, walk
from customers.models import Customer


class Command(BaseCommand):
    help = "Take a demo quote from catalog to contract through the same actions as the screens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON object and nothing else"
        )

    def handle(self, *args: object, as_json: bool = False, **options: object) -> None:
        tables.bring_up_to_date()
        if not (Customer.objects.filter(slug=CUSTOMER).exists() and User.objects.filter(username="ada").exists()):
            call_command("demo", stdout=self.stderr)
        done = walk(at=now(), folder=folder())
        self.stdout.write(json.dumps(walkthrough.as_json(done), indent=2) if as_json else story(done))


def story(done: Walk) -> str:
    """The walk in sentences."""
    version, pricing = done.version, done.pricing
    amount = partial(money, currency=pricing.currency)
    term, margin, facts = pricing.term, pricing.margin, pricing.forecast
    lines = [
        f"Ada drafted {version.quote.number} for {version.quote.customer}: {len(pricing.lines)} lines, "
        f"{version.months} months from {version.start}.",
        f"  Committed {amount(pricing.totals.committed)}. Expected bill of the term: "
        f"P10 {amount(term.p10)}, P50 {amount(term.p50)}, P90 {amount(term.p90)}.",
    ]
    if margin and margin.percent:
        left = margin.margin
        lines.append(f"  Margin: P10 {amount(left.p10)}, P50 {amount(left.p50)}, P90 {amount(left.p90)}.")
    if facts:
        days = f"{facts.history_days} days of data to {facts.data_date}"
        lines.append(f"  Forecast by {facts.method}, seed {facts.seed}, {days}.")
    lines.append(f"Ada submitted it, SHA-256 {version.sha256[:12]}, and may not approve it: {done.refusal}")
    lines += [f"{row.decided_by.first_name} approved: {row.reason}" for row in done.approvals if row.decided_by]
    lines.append(f"The PDF is {done.pdf}.")
    lines.append(f"Cleo opened her link and accepted. Contract {done.contract.number} is {done.delivery.state} in the")
    lines[-1] += f" {done.delivery.target}{f' as {done.delivery.reference}' if done.delivery.reference else ''}."
    return "\n".join(lines)
