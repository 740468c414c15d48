"""The application as tools for assistants (Model Context Protocol). Each tool is a call of the API with a key, so that
what the key may not do no assistant does."""

import secrets
from typing import Any
from urllib.parse import quote as part

import httpx
from django.conf import settings
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from cpq.wsgi import application

VERSION = str(settings.SPECTACULAR_SETTINGS["VERSION"])
INSTRUCTIONS = """Quotes for what AI companies sell. Find the customer, look at the price book for packages and prices,
forecast usage, price terms, draft a quote and explain its lines. Amounts are text in the currency named beside them.
You prepare; people decide: give them the address in `decide_at` or `url`."""


class Caller:
    """Calls the API in this process, as the holder of the key."""

    def __init__(self, key: str) -> None:
        # A site behind a proxy that ends TLS takes requests that say so.
        headers = {"Authorization": f"Bearer {key}", "X-Forwarded-Proto": "https"}
        transport = httpx.WSGITransport(app=application, raise_app_exceptions=False)
        self.client = httpx.Client(transport=transport, base_url=settings.SITE_URL, headers=headers)

    def __call__(self, method: str, *path: str | int, match: str = "", **options: Any) -> dict[str, Any]:
        """The answer at the address of these parts; what an assistant says stays one part of it, whatever it holds."""
        address = "".join(f"{part(str(one), safe='')}/" for one in path)
        headers = {"Idempotency-Key": secrets.token_hex(16)} if method == "POST" else {}
        headers |= {"If-Match": match} if match else {}
        answer = self.client.request(method, f"/api/v1/{address}", headers=headers, **options)
        found: dict[str, Any] = answer.json()
        if answer.is_error:
            raise ToolError(said(found))
        return {**found, **({"etag": answer.headers["ETag"]} if "ETag" in answer.headers else {})}


def said(problem: dict[str, Any]) -> str:
    """A problem as an assistant can act on it; where a person decides is in it already."""
    return f"{problem['title']}: {problem['detail']} ({problem['type']})"


def given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


class Tools:
    """What an assistant may do, each a call with this key."""

    def __init__(self, key: str) -> None:
        self.call = Caller(key)

    def search_customers(self, text: str = "", limit: int = 10) -> dict[str, Any]:
        """Customers whose name, slug or contact holds the text. Other tools take the slug."""
        return self.call("GET", "customers", params=given(q=text or None, limit=limit))

    def price_book(self, code: str = "", version: int = 1) -> dict[str, Any]:
        """The price books; or, with its address and version, one of them with its prices and packages."""
        return self.call("GET", "catalog", "books", *((code, version) if code else ()))

    def forecast(self, customer: str, months: int = 12, scenario: int | None = None) -> dict[str, Any]:
        """P10, P50 and P90 of what the customer will use by month, and what that rests on."""
        return self.call("GET", "customers", customer, "forecast", params=given(months=months, scenario=scenario))

    def price(
        self,
        terms: dict[str, Any],
        customer: str | None = None,
        usage: list[dict[str, Any]] | None = None,
        explain: bool = False,
    ) -> dict[str, Any]:
        """What terms cost: exactly on the usage given, or in bands of money on the customer's forecast."""
        forecast = {"customer": customer} if customer else None
        return self.call("POST", "price", json=given(terms=terms, usage=usage, forecast=forecast, explain=explain))

    def draft_quote(self, customer: str, package: str, title: str | None = None, months: int = 12) -> dict[str, Any]:
        """Start a quote with a package of the price book; the answer has its lines, bands, and what is missing.

        `usage` there names what nothing was metered of: state it with the next tool before anybody submits.
        """
        body = given(customer=customer, package=package, title=title, months=months)
        made = self.call("POST", "quotes", json=body)
        return self.look(made["quote"], made["version"])

    def state_usage(self, quote: str, version: int, etag: str, usage: dict[str, dict[str, str]]) -> dict[str, Any]:
        """State what will be used a month, for each `series` of the draft's `usage`: low, base and high, as text.

        All statements of the draft; one that is left out is taken back.
        """
        self.call("PATCH", "quotes", quote, "versions", version, match=etag, json={"assumptions": usage})
        return self.look(quote, version)

    def change_line(
        self,
        quote: str,
        version: int,
        line: str,
        etag: str,
        quantity: str | None = None,
        discount_percent: str | None = None,
    ) -> dict[str, Any]:
        """Change a line of a draft; `etag` is that of the last answer about it."""
        body = given(quantity=quantity, discount_percent=discount_percent)
        self.call("PATCH", "quotes", quote, "versions", version, "lines", line, match=etag, json=body)
        return self.look(quote, version)

    def submit_quote(self, quote: str, etag: str, note: str = "") -> dict[str, Any]:
        """Freeze the draft and ask people for the approvals it needs; they decide at `decide_at`."""
        return self.call("POST", "quotes", quote, "submission", match=etag, json={"note": note})

    def explain(self, quote: str, version: int, line: str, month: int = 1) -> dict[str, Any]:
        """How a line's amount in a month of the term comes about, step by step."""
        place = ("quotes", quote, "versions", version, "explanations", line)
        return self.call("GET", *place, params={"month": month})

    def look(self, quote: str, version: int) -> dict[str, Any]:
        place = ("quotes", quote, "versions", version)
        usage = self.call("GET", *place, "assumptions", params={"fields": "series,needed,low,base,high"})["results"]
        return {**self.call("GET", *place, params={"expand": "pricing", "fields": SHOWN}), "usage": usage}


class Offered(MCPServer):
    """Tools that are told when they are given what they do not take, instead of doing something else than was meant."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        taken = {tool.name: tool.input_schema["properties"] for tool in await self.list_tools()}
        if unknown := [one for one in arguments if one not in taken.get(name, arguments)]:
            raise ToolError(f"{name} does not take {', '.join(unknown)[:200]}; it takes {', '.join(taken[name])}.")
        return await super().call_tool(name, arguments, context)


def server(key: str) -> MCPServer:
    """The tools, with this key behind them."""
    does, offered = Tools(key), Offered("Quantile", version=VERSION, instructions=INSTRUCTIONS)
    for tool in (
        does.search_customers,
        does.price_book,
        does.forecast,
        does.price,
        does.draft_quote,
        does.state_usage,
        does.change_line,
        does.submit_quote,
        does.explain,
    ):
        offered.add_tool(tool)
    return offered


SHOWN = (
    "quote,version,status,title,currency,months,committed,url,lines.key,lines.name,lines.discount_percent,"
    "pricing.totals,pricing.term,pricing.needs,pricing.problems,pricing.warnings"
)
