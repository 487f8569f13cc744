"""What the island of passkeys asks: options and answers of WebAuthn, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.http.request import RawPostDataException
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengke.engines.access import login
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.access.origin import address
from hengke.engines.access.wording import in_words
from hengke.engines.account import gate, passkeys, second_steps
from hengke.engines.account.forms import wait_in_words
from hengke.kernel.errors import HengkeError, NotAllowed

View = Callable[[HttpRequest], JsonResponse]


def _said(view: View) -> View:
    """Expected errors as JSON with a sentence for the person."""

    @wraps(view)
    def answered(request: HttpRequest) -> JsonResponse:
        try:
            return view(request)
        except NotAllowed as error:
            return JsonResponse({"message": in_words(error)}, status=403)
        except HengkeError as error:
            return JsonResponse({"message": in_words(error)}, status=400)

    return answered


@login_not_required
@require_POST
@_said
def begin_use(request: HttpRequest) -> JsonResponse:
    """The challenge for logging in: alone, or as second step after the password."""
    user = gate.pending(request)
    left = login.wait(user.username if user else "", address(request))
    if left:
        return JsonResponse({"message": wait_in_words(left)}, status=429)
    return JsonResponse(passkeys.begin_use(request, user))


@login_not_required
@require_POST
@_said
def finish_use(request: HttpRequest) -> JsonResponse:
    """Log in with the answer of a passkey."""
    user, asked = gate.pending(request), _body(request)
    try:
        passkey = passkeys.finish_use(request, user, asked["answer"])
    except HengkeError:
        login.failed(user.username if user else "", address(request), step="passkey")
        raise
    to = gate.destination(request) if user else str(asked.get("next", ""))
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    gate.enter(request, passkey.user, way="passkey")
    return JsonResponse({"go": to if safe else reverse("home")})


@login_not_required
@require_POST
@_said
def begin_add(request: HttpRequest) -> JsonResponse:
    """The options for making a passkey."""
    return JsonResponse(passkeys.begin_add(request, _adding(request)))


@login_not_required
@require_POST
@_said
def finish_add(request: HttpRequest) -> JsonResponse:
    """Keep the passkey that the browser has made; for a half-way visitor it is also the second step."""
    user, asked = _adding(request), _body(request)
    name = str(asked.get("name") or _("Passkey"))
    passkeys.finish_add(request, user, asked["answer"], name, actor=Actor.of(user))
    if not request.user.is_authenticated:
        gate.enter(request, user, way="passkey")
    return JsonResponse({"go": reverse("account")})


def _adding(request: HttpRequest) -> User:
    """Somebody logged in who has just confirmed the password, or who must set up a first second step."""
    if isinstance(request.user, User):
        if not gate.is_confirmed(request):
            raise NotAllowed("confirm_first", "Enter your password once more before you change this.")
        return request.user
    user = gate.pending(request)
    if user is None or second_steps.ways(user):
        raise NotAllowed("log_in_first", "Log in first.")
    return user


def _body(request: HttpRequest) -> dict[str, Any]:
    """What was sent, with "answer" always there and a table; whatever else came is nobody's answer."""
    try:
        # A body in the form of a form has been read for its token by now, and is no answer either.
        body = json.loads(request.body)
    except (ValueError, RawPostDataException, RecursionError):
        body = None
    asked = body if isinstance(body, dict) else {}
    answer = asked.get("answer")
    return asked | {"answer": answer if isinstance(answer, dict) else {}}
