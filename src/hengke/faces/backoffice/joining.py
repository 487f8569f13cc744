"""The one-time link under which a person sets a password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User


@login_not_required
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """A new password for whoever holds the link; it works once, because it depends on the password it replaces."""
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        raise Http404
    form: SetPasswordForm[User] = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        events.record("password.changed", actor=Actor.of(user), subject=user, payload={"by": "link"})
        messages.success(request, _("The new password is set. Log in with it."))
        return redirect("login")
    return render(
        request, "backoffice/by_link.html", {"form": form, "person": user, "title": _("Set a password")}
    )
