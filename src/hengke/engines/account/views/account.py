"""My account: password, second steps, sessions, tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access import events, token_scope, tokens
from hengke.engines.access.audit import words
from hengke.engines.access.models import ApiToken
from hengke.engines.access.origin import address
from hengke.engines.access.requests import StaffRequest
from hengke.engines.account import devices, gate, passkeys, policy, recovery
from hengke.engines.account.forms import PasswordCheck, PasswordForm, TokenForm
from hengke.engines.account.models import Session, Totp
from hengke.engines.account.views.confirmed import confirmed, crumbs
from hengke.kernel import clock
from hengke.kernel.errors import NotFound


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Everything about the person's own way in, on one page (constant number of queries)."""
    return render(request, "account/page.html", _everything(request))


def _everything(request: StaffRequest) -> dict[str, Any]:
    user = request.user
    rows = Session.objects.filter(user=user, expire_date__gt=clock.now()).order_by("-seen_at")[:50]
    keys = list(user.passkeys.all())
    app = Totp.objects.filter(user=user).first()
    return {
        "title": _("My account"),
        "person": user,
        "password_at": user.old_passwords.order_by("-pk").values_list("at", flat=True).first(),
        "app": app,
        "passkeys": keys,
        "passkey_host": passkeys.host_of(request),
        "has_second": bool(app or keys),
        "required": policy.of(user.role).second_step,
        "codes_left": recovery.left(user),
        "sessions": [_session(row, request.session.session_key) for row in rows],
        "tokens": [
            {"token": token, "works": tokens.works(token), "scope": _scope(token)}
            for token in _own_tokens(user)
        ],
    }


def _scope(token: ApiToken) -> list[str]:
    """What a bounded token may do, object by object."""
    names = dict(token_scope.offered())
    levels = {"read": _("read only"), "write": _("read and write")}
    return [
        f"{names.get(subject) or words.of_type(subject) or subject}: {levels[level]}"
        for subject, level in sorted(token.scopes.items())
    ]


def _own_tokens(user: Any) -> list[ApiToken]:
    found = list(user.tokens.order_by("-pk")[:100])
    for token in found:
        token.user = user
    return found


def _session(row: Session, key: str | None) -> dict[str, Any]:
    return {
        "handle": devices.handle(row.session_key),
        "device": devices.in_words(row.agent),
        "row": row,
        "mine": row.session_key == key,
    }


@require_http_methods(["GET", "POST"])
def password(request: StaffRequest) -> HttpResponse:
    """Another password; it ends every other session and every token."""
    form = PasswordForm(PasswordCheck(request.user, address(request)), request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        update_session_auth_hash(request, user)
        gate.end_sessions(user, actor=request.actor, but=request.session.session_key)
        events.record("password.changed", actor=request.actor, subject=user)
        messages.success(
            request, _("Your password is changed. Your other sessions and your tokens have ended.")
        )
        return redirect("account")
    context = {"title": _("Change password"), "form": form, "crumbs": crumbs()}
    return render(request, "account/password.html", context)


@require_POST
def end_session(request: StaffRequest, handle: str) -> HttpResponse:
    """End one of the own sessions."""
    rows = Session.objects.filter(user=request.user).values_list("session_key", flat=True)
    key = next((key for key in rows if devices.handle(key) == handle), None)
    if key is None:
        raise NotFound("no_session", "This session has ended already.")
    Session.objects.filter(session_key=key).delete()
    events.record("session.ended", actor=request.actor, subject=request.user, payload={"count": 1})
    messages.success(request, _("The session is ended."))
    return redirect("account")


@require_POST
def end_others(request: StaffRequest) -> HttpResponse:
    """End all own sessions but this one."""
    gate.end_sessions(request.user, actor=request.actor, but=request.session.session_key)
    messages.success(request, _("All your other sessions are ended."))
    return redirect("account")


@confirmed
@require_http_methods(["GET", "POST"])
def new_token(request: StaffRequest) -> HttpResponse:
    """Make a token; the page that answers is the only one that shows it."""
    form = TokenForm(request.POST or None)
    context: dict[str, Any] = {"title": _("New token"), "form": form, "crumbs": crumbs()}
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        context["secret"] = tokens.issue(
            request.user,
            chosen["name"],
            writes=chosen["scope"] == "write",
            days=chosen["days"],
            scopes=form.scopes(),
        )
    response = render(request, "account/token.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_token(request: StaffRequest, pk: int) -> HttpResponse:
    """End one of the own tokens."""
    tokens.revoke(request.user, pk)
    messages.success(request, _("The token no longer works."))
    return redirect("account")
