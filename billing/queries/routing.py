"""Where a deal goes: by who sells it, else to the account that takes new contracts, else to the ledger.

Every pricing of a draft asks, so the answer is kept for some seconds in each process; what decides (submitting,
approving, handing over) asks `fresh`.
"""

import time
from dataclasses import dataclass

from billing.models import Connection, Route
from billing.targets import DEFAULT
from quotes.models import QuoteVersion
from quotes.queries.selling import entity_of

SECONDS = 10.0


@dataclass(frozen=True)
class Routes:
    """Connections by selling entity, and the one for all others; None is the embedded ledger."""

    by_entity: dict[int, Connection | None]
    default: Connection | None = None

    def of(self, version: QuoteVersion) -> Connection | None:
        if not self.by_entity:
            return self.default
        entity = entity_of(version)
        return self.by_entity.get(entity.pk, self.default) if entity else self.default


class Kept:
    """What was read last, and when."""

    routes = Routes({})
    until = 0.0


def routes(*, fresh: bool = False) -> Routes:
    if fresh or time.monotonic() >= Kept.until:
        keep(read())
    return Kept.routes


def keep(found: Routes) -> None:
    Kept.routes, Kept.until = found, time.monotonic() + SECONDS


def read() -> Routes:
    by_entity = {route.entity_id: route.connection for route in Route.objects.select_related("connection")}
    return Routes(by_entity, Connection.objects.filter(takes_contracts=True).first())


def target_name(connection: Connection | None) -> str:
    return connection.target if connection else DEFAULT
