"""What changes the way in asks for the password once more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hengke.engines.access.origin import address
from hengke.engines.access.requests import StaffRequest
from hengke.engines.account import gate
from hengke.engines.account.forms import ConfirmForm, PasswordCheck
from hengke.kernel.errors import NotAllowed

View = Callable[..., HttpResponse]


def confirmed(view: View) -> View:
    """Only within five minutes of the password: pages ask for it first, everything else is refused."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if gate.is_confirmed(request):
            return view(request, *args, **kwargs)
        if request.method != "GET":
            raise NotAllowed("confirm_first", "Enter your password once more before you change this.")
        return redirect(f"{reverse('account-confirm')}?{urlencode({'next': request.path})}")

    return guarded


@require_http_methods(["GET", "POST"])
def confirm(request: StaffRequest) -> HttpResponse:
    """Ask for the password, then go on to where the person wanted to go."""
    form = ConfirmForm(PasswordCheck(request.user, address(request)), request.POST or None)
    if request.method == "POST" and form.is_valid():
        gate.confirm(request)
        wanted = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
        return redirect(wanted if safe else "account")
    context = {"title": _("Your password, please"), "form": form, "crumbs": crumbs()}
    return render(request, "account/confirm.html", context)


def crumbs() -> list[dict[str, str]]:
    """The way back to the account."""
    return [{"label": _("My account"), "url": reverse("account")}]
