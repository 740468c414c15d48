"""Accounts with billing systems, as their pages show them: never a secret, only whether one is kept."""

from dataclasses import dataclass
from datetime import datetime

from billing.models import Connection, Route
from billing.rules import Mode
from billing.targets import DEFAULT, TARGETS
from billing.targets.base import Target
from billing.targets.capability import Construct, No
from core.encryption import unsealed
from quotes.models import SellingEntity


@dataclass(frozen=True)
class AccountRow:
    mode: str
    label: str
    is_set_up: bool
    takes_contracts: bool
    changed_at: datetime | None
    changed_by: str


@dataclass(frozen=True)
class TargetRow:
    name: str
    label: str
    refuses: tuple[str, ...]  # kinds of terms
    accounts: tuple[AccountRow, ...]


@dataclass(frozen=True)
class SettingRow:
    name: str
    label: str
    help: str
    secret: bool
    required: bool
    value: str  # never of a secret
    is_kept: bool


@dataclass(frozen=True)
class RouteRow:
    """A choice of account: for all, or for one selling entity."""

    field: str
    label: str
    chosen: str
    choices: tuple[tuple[str, str], ...]


def target_rows() -> list[TargetRow]:
    """Every billing system with its two accounts; the ledger needs none."""
    found = {(one.target, one.mode): one for one in Connection.objects.select_related("changed_by")}
    return [
        TargetRow(
            name=target.name,
            label=target.label,
            refuses=tuple(construct.label for construct in Construct if isinstance(target.can[construct], No)),
            accounts=tuple(account_row(mode, found.get((target.name, mode.value))) for mode in Mode)
            if target.name != DEFAULT
            else (),
        )
        for target in TARGETS.values()
    ]


def account_row(mode: Mode, connection: Connection | None) -> AccountRow:
    return AccountRow(
        mode=mode.value,
        label=mode.label,
        is_set_up=connection is not None,
        takes_contracts=bool(connection and connection.takes_contracts),
        changed_at=connection.changed_at if connection else None,
        changed_by=connection.changed_by.full_name if connection else "",
    )


def setting_rows(target: Target, connection: Connection | None) -> list[SettingRow]:
    kept = unsealed(connection.secrets) if connection else {}
    options = connection.options if connection else {}
    return [
        SettingRow(
            name=one.name,
            label=one.label,
            help=one.help,
            secret=one.secret,
            required=one.required,
            value="" if one.secret else options.get(one.name, ""),
            is_kept=bool(kept.get(one.name)),
        )
        for one in target.settings
    ]


def route_rows() -> list[RouteRow]:
    """Where new contracts go: for all, then entity by entity."""
    accounts = list(Connection.objects.order_by("target", "mode"))
    offered = [("", str(TARGETS[DEFAULT].label)), *((code_of(one), name_of(one)) for one in accounts)]
    default = next((code_of(one) for one in accounts if one.takes_contracts), "")
    as_all = [("default", ""), *offered]
    routes = {route.entity_id: route for route in Route.objects.select_related("connection")}
    rows = [RouteRow("default", "", default, tuple(offered))]
    for entity in SellingEntity.objects.order_by("name"):
        route = routes.get(entity.pk)
        chosen = "default" if route is None else code_of(route.connection) if route.connection else ""
        rows.append(RouteRow(f"entity-{entity.pk}", entity.legal_name, chosen, tuple(as_all)))
    return rows


def code_of(connection: Connection) -> str:
    return f"{connection.target}:{connection.mode}"


def name_of(connection: Connection) -> str:
    return f"{TARGETS[connection.target].label}, {Mode(connection.mode).label}"
