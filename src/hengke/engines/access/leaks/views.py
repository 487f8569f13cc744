"""Pages of leak protection: limits per role, the agreement, records marked sensitive."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access import grants, labels
from hengke.engines.access.leaks import agreement, policy, reading
from hengke.engines.access.leaks.models import Acceptance, RolePolicy, SensitiveRecord
from hengke.engines.access.leaks.policy import Policy
from hengke.engines.access.models import User
from hengke.engines.access.people import known_roles
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import NotFound

SUBJECT = agreement.SUBJECT


class PolicyForm(forms.Form):
    """The limits of one role."""

    rows = forms.IntegerField(label=gettext_lazy("Rows per export"), min_value=0, max_value=200_000)
    rows_per_day = forms.IntegerField(label=gettext_lazy("Rows per day"), min_value=0, max_value=100_000_000)
    reason = forms.BooleanField(label=gettext_lazy("An export needs a reason"), required=False)
    watermark = forms.BooleanField(label=gettext_lazy("Pages carry name and time"), required=False)


class AgreementForm(forms.Form):
    """The text of the next version."""

    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14})
    )


@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    """Roles with their limits, the agreement and who accepted it, sensitive records; five queries."""
    grants.require(request.actor, "view", SUBJECT)
    stored = {row.pop("role"): row for row in RolePolicy.objects.values("role", *policy.FIELDS)}
    newest = agreement.newest()
    accepted = Acceptance.objects.filter(agreement=newest).values_list("user_id", "at") if newest else ()
    moments = dict(accepted)
    people = [(user, moments.get(user.pk)) for user in User.objects.filter(is_active=True).order_by("name")]
    return render(request, "leaks/overview.html", {
        "title": _("Leak protection"),
        "roles": [(value, label, policy.of_role(value, stored.get(value))) for value, label in _roles(request).items()],
        "agreement": newest,
        "people": people,
        "missing": sum(at is None for _user, at in people) if newest else 0,
        "sensitive": SensitiveRecord.objects.count(),
        "may_change": grants.may(request.actor, "change", SUBJECT),
    })  # fmt: skip


def _roles(request: StaffRequest) -> dict[str, str]:
    return known_roles(request.actor.standing.stamp)


@require_http_methods(["GET", "POST"])
def role(request: StaffRequest, role: str) -> HttpResponse:
    """The form with one role's limits."""
    grants.require(request.actor, "change", SUBJECT)
    label = _roles(request).get(role)
    if label is None:
        raise NotFound("role_unknown", "There is no such role.")
    now = policy.of_role(role, RolePolicy.objects.filter(role=role).values(*policy.FIELDS).first())
    form = PolicyForm(request.POST or None, initial={name: getattr(now, name) for name in policy.FIELDS})
    if request.method == "POST" and form.is_valid():
        policy.store(role, Policy(**form.cleaned_data), actor=request.actor)
        messages.success(request, _("The limits hold from the next page on."))
        return redirect("protection")
    return _form(request, _("Limits: %(role)s") % {"role": label}, form)


@require_http_methods(["GET", "POST"])
def publish(request: StaffRequest) -> HttpResponse:
    """The form with which a new version of the agreement is published."""
    grants.require(request.actor, "change", SUBJECT)
    newest = agreement.newest()
    form = AgreementForm(request.POST or None, initial={"text": newest.text if newest else ""})
    if request.method == "POST" and form.is_valid():
        row = agreement.publish(form.cleaned_data["text"], actor=request.actor)
        words = _("Version %(version)d is published. Everybody is asked before the next page.")
        messages.success(request, words % {"version": row.version})
        return redirect("protection")
    return _form(request, _("Confidentiality agreement"), form)


def _form(request: StaffRequest, title: str, form: forms.Form) -> HttpResponse:
    return render(request, "leaks/form.html", {"title": title, "form": form})


@require_http_methods(["GET", "POST"])
def accept(request: StaffRequest) -> HttpResponse:
    """The newest agreement, to be read and accepted before anything else."""
    newest = agreement.newest()
    if newest is None:
        return redirect("home")
    if request.method == "POST" and request.POST.get("version") == str(newest.version):
        agreement.accept(newest, actor=request.actor)
        return redirect("home")
    accepted = Acceptance.objects.filter(user=request.user, agreement=newest).first()
    earlier = Acceptance.objects.filter(user=request.user).exists()
    context = {"agreement": newest, "accepted": accepted, "changed": earlier and accepted is None}
    return render(request, "leaks/agreement.html", context)


@require_POST
def mark(request: StaffRequest) -> HttpResponse:
    """Record openings of one record from now on, or no longer."""
    target = _target(request.POST.get("object", ""))
    reading.mark(target, sensitive=request.POST.get("sensitive") == "1", actor=request.actor)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return HttpResponseRedirect(back if safe else "/")


def _target(text: str) -> Any:
    """The record named "customers.customer:12"; NotFound."""
    label, _colon, key = text.partition(":")
    try:
        return labels.model_of(label)._base_manager.get(pk=int(key))
    except (LookupError, ValueError, OverflowError, ObjectDoesNotExist):
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.") from None
