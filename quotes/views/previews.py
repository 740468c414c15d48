"""What a package would bill and earn: a panel of the catalog's pages."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.access import book_for
from catalog.documents import PackagePart
from catalog.forms.packages import PackageEditor
from catalog.models import PackageComponent, Price, PriceBook
from catalog.queries import packages, prices
from catalog.rules.typed import tree_of
from core.access import person
from core.charts import fan_chart
from core.http import render_page
from core.roles import Permission, may
from customers.models import Customer
from pricing.periods import month_after
from quotes.forms.starting import PreviewForm
from quotes.queries.previews import Preview, package_preview

ROW = "components["


@require_safe
def preview(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A package, as stored or as typed, priced with the usage of a customer."""
    user, book = book_for(request, code, version)
    person(request, Permission.SEE_CUSTOMERS)
    form, customer = customer_of(request)
    entries, wrong = entries_of(request, book)
    found: Preview | str = wrong
    if entries and customer:
        found = package_preview(book, entries, customer, month_after(now().date().replace(day=1), 1))
    shown = isinstance(found, Preview)
    context = {
        "book": book,
        "package": request.GET.get("package", ""),
        "form": form,
        "any_customer": customer is not None or bool(form.errors),
        "preview": found if shown else None,
        "wrong": "" if shown else found,
        "chart": chart(found) if isinstance(found, Preview) else "",
        "sees_margin": may(user, Permission.SEE_MARGIN),
    }
    return render_page(request, "quotes/package_preview.html", context, part="preview")


def customer_of(request: HttpRequest) -> tuple[PreviewForm, Customer | None]:
    """Whose usage: the one that was typed, else the first by name."""
    typed = request.GET.get("customer", "").strip()
    if not typed:
        first = Customer.objects.order_by("name", "slug").first()
        return PreviewForm(initial={"customer": first}), first
    form = PreviewForm({"customer": typed})
    found = form.cleaned_data["customer"] if form.is_valid() else None
    return (PreviewForm(initial={"customer": found}) if found else form), found


def entries_of(request: HttpRequest, book: PriceBook) -> tuple[list[PackageComponent], str]:
    """The components that were typed; those that are stored where nothing was."""
    typed = {name: texts for name, texts in request.GET.lists() if name.startswith(ROW)}
    if not typed:
        stored = packages(book).filter(code=request.GET.get("package", "")).first()
        return (list(stored.components.all()) if stored else []), ""
    known = {price.key: price for price in prices(book)}
    tree = {**tree_of(typed), "code": "typed", "name": "Typed"}
    part, errors = PackageEditor(tree, {}).part()
    return (entries_from(part, known), "") if part else ([], " ".join(errors.values()))


def entries_from(part: PackagePart, known: Mapping[str, Price]) -> list[PackageComponent]:
    """Components that are not stored, as they would be."""
    return [
        PackageComponent(price=known[row.price], required=row.required, group=row.group, default_quantity=row.default)
        for row in part.components
        if row.price in known
    ]


def chart(preview: Preview) -> str:
    return fan_chart(
        [],
        [f"{row.month:%Y-%m}" for row in preview.months],
        *([float(getattr(row.band, name)) for row in preview.months] for name in ("p10", "p50", "p90")),
        label=_("Monthly bill"),
        currency=preview.currency,
        committed=[float(row.committed) for row in preview.months],
    )
