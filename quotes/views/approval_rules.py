"""Approval rules: the list in force, a version with its tests and its simulation, and its way to publication."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import render_page, see_other
from core.models import User
from core.roles import ROLE_NAMES, Permission, may
from core.words import inside
from quotes import access
from quotes.actions import approval_rules as actions
from quotes.forms.rules import NewRuleForm, RuleForm, initial
from quotes.models import ApprovalRule
from quotes.queries.approval_rules import rule_rows, rules_in_force, versions_of
from quotes.queries.simulation import simulate
from quotes.rules import rule_life
from quotes.rules.approvals import STANDARD, problems
from quotes.rules.facts import FACTS
from quotes.rules.validity import today
from quotes.views.edits import seen

NEW = {"condition": "tcv > 100000", "reason": "The deal of {tcv} is over the limit of 100,000.", "role": "finance"}


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in the order in which they ask; POST begins one of one's own."""
    user = access.rules(request)
    form = NewRuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        content = {**NEW, "title": form.cleaned_data["title"]}
        row = actions.start_rule(form.cleaned_data["code"], by=user, at=now(), content=content)
        return see_other(request, address(row))
    context = {
        "rows": [(row, people(row.rule.role, row.rule.count)) for row in rule_rows(present_day(now()))],
        "form": form,
        "why_not_write": rule_life.why_not_write(by=user),
        "facts": FACTS,
    }
    return render_page(
        request, "quotes/rules/list.html", context, part="new-rule", status=422 if form.is_bound else 200
    )


@require_safe
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of a rule, or the version in force."""
    user = access.rules(request)
    return show(request, user, code)


@require_POST
def drafts(request: HttpRequest, code: str) -> HttpResponse:
    """Open the next version."""
    user = access.rules(request)
    return see_other(request, address(actions.start_rule(code, by=user, at=now())))


@require_POST
def edits(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Keep what was typed into the draft."""
    user, row = access.rule(request, code, version)
    form = RuleForm(request.POST)
    if form.is_valid():
        actions.edit_rule(row, by=user, at=now(), edit_number=seen(request), **form.cleaned_data)
        return see_other(request, address(row))
    return show(request, user, code, form=form, status=422)


@require_POST
def publication(request: HttpRequest, code: str, version: int) -> HttpResponse:
    user, row = access.rule(request, code, version)
    actions.publish_rule(row, by=user, at=now())
    return see_other(request, address(row))


@require_POST
def discarding(request: HttpRequest, code: str, version: int) -> HttpResponse:
    user, row = access.rule(request, code, version)
    actions.discard_rule(row, by=user, at=now())
    return see_other(request, reverse("quotes:rules"))


@require_POST
def retirement(request: HttpRequest, code: str) -> HttpResponse:
    user = access.rules(request)
    actions.retire_rule(code, by=user, at=now())
    return see_other(request, reverse("quotes:rules"))


def address(row: ApprovalRule) -> str:
    return reverse("quotes:rule", args=[row.code])


def present_day(at: datetime) -> Any:
    return today(at, settings.SELLER["zone"])


def people(role: str, count: int) -> str:
    """ "Finance", "two of finance", "all of finance"."""
    name = ROLE_NAMES.get(role, role)
    sentences = {1: "{role}", 2: _("two of {role}"), 3: _("three of {role}"), 0: _("all of {role}")}
    return sentences[count].format(role=name if count == 1 else inside(name))


def show(
    request: HttpRequest, user: User, code: str, *, form: RuleForm | None = None, status: int = 200
) -> HttpResponse:
    versions = versions_of(code)
    draft = versions[0] if versions and versions[0].status == ApprovalRule.Status.DRAFT else None
    standard = next((one for one in STANDARD if one.code == code), None)
    access.found(versions or standard)
    shown = draft or (versions[0] if versions else None)
    value = shown.as_rule() if shown else standard
    assert value is not None
    at = now()
    in_force = next((one for one in rules_in_force(present_day(at)) if one.code == code), None)
    wrong = list(problems(value))
    state = shown.status if shown else "standard"
    context = {
        "rule": value,
        "row": shown,
        "state": state,
        "in_force": in_force,
        "people": people(value.role, value.count),
        "problems": wrong,
        "form": (form or RuleForm(initial=initial(draft))) if draft else None,
        "simulation": simulate(value, in_force)
        if draft and not any(name == "condition" for name, _ in wrong)
        else None,
        "versions": versions,
        "facts": FACTS,
        "sees_margin": may(user, Permission.SEE_MARGIN),
        "why_not_start": rule_life.why_not_start(code, draft.version if draft else None, by=user),
        "why_not_edit": rule_life.why_not_edit(state, by=user),
        "why_not_retire": rule_life.why_not_retire(
            (in_force and (shown.status if shown and not draft else "published")) or state, by=user
        ),
        "why_not_publish": rule_life.why_not_publish(
            state, by=user, author_ids=shown.author_ids if shown else (), problems=[sentence for _, sentence in wrong]
        ),
    }
    return render_page(request, "quotes/rules/rule.html", context, part="rule", status=status)
