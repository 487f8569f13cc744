"""Second steps of one's own account: add, remove, recovery codes; each after the password once more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hengke.engines.access import events
from hengke.engines.access.requests import StaffRequest
from hengke.engines.account import passkeys, recovery, second_steps, totp
from hengke.engines.account.forms import CodeForm, NameForm
from hengke.engines.account.models import Passkey, Totp
from hengke.engines.account.views.confirmed import confirmed, crumbs
from hengke.engines.account.views.setup import DRAFT, draft, drawn
from hengke.kernel.errors import Conflict, NotFound


@confirmed
@require_http_methods(["GET", "POST"])
def add_app(request: StaffRequest) -> HttpResponse:
    """Show the QR code; the app counts once a code of it was typed."""
    form, secret, first = CodeForm(request.POST or None), draft(request), not second_steps.ways(request.user)
    if request.method == "POST" and form.is_valid():
        step = totp.step_of(secret, form.cleaned_data["code"])
        if step is not None:
            totp.add(request.user, secret, step, actor=request.actor)
            del request.session[DRAFT]
            messages.success(request, _("Logging in now takes two steps."))
            return _new_codes(request) if first else redirect("account")
        form.add_error("code", _("This code is not right. Is the clock of your telephone right?"))
    context = {
        "title": _("Authenticator app"),
        "form": form,
        "crumbs": crumbs(),
        **drawn(secret, request.user),
    }
    return render(request, "account/app.html", context)


@confirmed
@require_http_methods(["GET", "POST"])
def remove_app(request: StaffRequest) -> HttpResponse:
    """Take the app away."""
    if not Totp.objects.filter(user=request.user).exists():
        raise NotFound("no_app", "No authenticator app is set up.")
    if request.method == "POST":
        second_steps.remove(request.user, "totp", actor=request.actor)
        messages.success(request, _("The authenticator app is removed."))
        return redirect("account")
    text = _("Codes of the app will no longer be asked for or accepted.")
    return _sure(request, _("Remove the authenticator app"), text, _("Remove"))


@confirmed
@require_http_methods(["GET", "POST"])
def remove_passkey(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a passkey away."""
    passkey = _own(request, pk)
    if request.method == "POST":
        second_steps.remove(request.user, "passkey", passkey.pk, actor=request.actor)
        messages.success(request, _("The passkey is removed."))
        return redirect("account")
    text = _("“{name}” will no longer be accepted. Delete it on the device as well.").format(
        name=passkey.name
    )
    return _sure(request, _("Remove a passkey"), text, _("Remove"))


@confirmed
@require_http_methods(["GET"])
def new_passkey(request: StaffRequest) -> HttpResponse:
    """The page on which the browser makes a passkey."""
    host = passkeys.host_of(request)
    context = {"title": _("New passkey"), "passkey_host": host, "crumbs": crumbs()}
    return render(request, "account/passkey.html", context)


@require_POST
def rename_passkey(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a passkey another name."""
    passkey, form = _own(request, pk), NameForm(request.POST)
    if form.is_valid():
        before, passkey.name = passkey.name, form.cleaned_data["name"]
        passkey.save(update_fields=["name"])
        payload = {"before": before, "after": passkey.name}
        events.record("passkey.renamed", actor=request.actor, subject=request.user, payload=payload)
        messages.success(request, _("The passkey is renamed."))
    return redirect("account")


@confirmed
@require_http_methods(["GET", "POST"])
def new_codes(request: StaffRequest) -> HttpResponse:
    """Ten new recovery codes; the old ones stop working."""
    if not second_steps.ways(request.user):
        raise Conflict("no_second_step", "Recovery codes belong to two-step log-in. Set it up first.")
    if request.method == "POST":
        return _new_codes(request)
    text = _("You get ten new codes; the old ones stop working.")
    return _sure(request, _("New recovery codes"), text, _("Make new codes"))


def _new_codes(request: StaffRequest) -> HttpResponse:
    codes = recovery.make(request.user, actor=request.actor)
    context = {"title": _("Recovery codes"), "codes": codes, "crumbs": crumbs()}
    response = render(request, "account/codes.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _sure(request: StaffRequest, title: str, text: str, label: str) -> HttpResponse:
    context: dict[str, Any] = {"title": title, "text": text, "label": label, "crumbs": crumbs()}
    return render(request, "account/sure.html", context)


def _own(request: StaffRequest, pk: int) -> Passkey:
    passkey = request.user.passkeys.filter(pk=pk).first()
    if passkey is None:
        raise NotFound("no_passkey", "This passkey does not exist any more.")
    return passkey
