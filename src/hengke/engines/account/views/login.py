"""The way in: password, second step, set-up where a role requires it, and the one-time link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import LoginView as DjangoLoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hengke.engines.access import events, login
from hengke.engines.access.actor import Actor
from hengke.engines.access.login import LoginForm
from hengke.engines.access.models import User
from hengke.engines.access.origin import address
from hengke.engines.account import gate, passkeys, recovery, second_steps, totp
from hengke.engines.account.forms import CodeForm, NewPasswordForm, wait_in_words
from hengke.engines.account.views.setup import draft, drawn


class LoginView(DjangoLoginView):
    """Django's view with the limit in front and the second step behind."""

    form_class = LoginForm  # type: ignore[assignment]  # Django's form knows no limit on hashing
    template_name = "account/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(passkey_host=passkeys.host_of(self.request), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        left = login.wait(login.typed_name(request.POST.get("username", "")), address(request))
        if left:
            context = self.get_context_data(form=self.form_class(request), blocked=wait_in_words(left))
            return self.render_to_response(context, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        to = self.get_success_url()
        return redirect(gate.after_password(self.request, form.get_user(), to=to) or to)

    def form_invalid(self, form: Any) -> HttpResponse:
        login.failed(login.typed_name(form.data.get("username", "")), address(self.request))
        return super().form_invalid(form)


@login_not_required
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second step, for somebody whose password was right."""
    user = gate.pending(request)
    if user is None:
        return _too_late(request)
    form = CodeForm(request.POST or None)
    left = login.wait(user.username, address(request))
    if not left and request.method == "POST" and form.is_valid():
        to, way = gate.destination(request), second_steps.try_code(user, form.cleaned_data["code"])
        if way:
            gate.enter(request, user, way=way)
            if way == "recovery":
                words = _("You used a recovery code; {n} are left.").format(n=recovery.left(user))
                messages.warning(request, words)
            return redirect(to)
        login.failed(user.username, address(request), step="second")
        form.add_error("code", _("This code is not right, or it has been used already."))
    return render(
        request, "account/second.html", _second(request, user, form, left), status=429 if left else 200
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The first second step of somebody whose role requires one: nothing else opens before it is there."""
    user = gate.pending(request)
    if user is None or second_steps.ways(user):
        return _too_late(request)
    form, secret = CodeForm(request.POST or None), draft(request)
    if request.method == "POST" and form.is_valid():
        step = totp.step_of(secret, form.cleaned_data["code"])
        if step is not None:
            to = gate.destination(request)
            totp.add(user, secret, step, actor=Actor.of(user))
            gate.enter(request, user, way="totp")
            codes = recovery.make(user, actor=Actor.of(user))
            return render(request, "account/codes_first.html", {"codes": codes, "to": to})
        form.add_error("code", _("This code is not right. Is the clock of your telephone right?"))
    context = {"form": form, "passkey_host": passkeys.host_of(request), **drawn(secret, user)}
    return render(request, "account/setup.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """A new password for the holder of a one-time link that `./hengke users` made."""
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        raise Http404
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        events.record("password.changed", actor=Actor.of(user), subject=user, payload={"by": "link"})
        login.unlock(user, actor=Actor.of(user))
        messages.success(request, _("The new password is set. Log in with it."))
        return redirect("login")
    return render(request, "account/by_link.html", {"form": form, "person": user})


def _second(request: HttpRequest, user: User, form: CodeForm, left: timedelta) -> dict[str, Any]:
    host = passkeys.host_of(request)
    return {
        "form": form,
        "blocked": wait_in_words(left) if left else "",
        "has_totp": "totp" in second_steps.ways(user),
        "has_passkey": bool(host) and user.passkeys.filter(host=host).exists(),
    }


def _too_late(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Please begin with your name and password."))
    return redirect("login")
