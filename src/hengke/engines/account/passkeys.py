"""Passkeys: the server's side of WebAuthn, by python-fido2; what it does not judge is judged here."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.crypto import salted_hmac

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.account.models import Passkey
from hengke.kernel import clock
from hengke.kernel.errors import InputError

if TYPE_CHECKING:
    from fido2.server import Fido2Server

STATE = "_passkey"
MOST = 10
ADD, SECOND, ALONE = "add", "second", "alone"


def host_of(request: HttpRequest) -> str:
    """The host name that passkeys belong to; empty where browsers refuse them: under a bare IP address."""
    host, _port = split_domain_port(request.get_host())
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host
    return ""


def begin_add(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey; the challenge stays in the session for one answer."""
    from fido2.webauthn import (
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    if user.passkeys.count() >= MOST:
        raise InputError("too_many_passkeys", "You have {most} passkeys. Remove one first.", most=MOST)
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(id=_handle(user), name=user.username, display_name=user.name),
        credentials=_credentials(user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    request.session[STATE] = {"for": ADD, "state": state}
    return dict(options)


def finish_add(
    request: HttpRequest, user: User, answer: dict[str, Any], name: str, *, actor: Actor
) -> Passkey:
    """Check the browser's answer and keep the passkey; InputError when it does not hold."""
    from fido2.utils import websafe_encode

    state = _take(request, ADD)
    try:
        made = _server(request).register_complete(state, answer)
    except Exception as error:  # the library raises whatever malformed bytes lead to
        raise _refused() from error
    assert made.credential_data is not None
    key = websafe_encode(made.credential_data.credential_id)
    if Passkey.objects.filter(credential_id=key).exists():
        raise InputError("passkey_known", "This passkey is already in use.")
    with transaction.atomic():
        passkey = Passkey.objects.create(
            user=user,
            name=name.strip()[:60] or "Passkey",
            host=host_of(request),
            credential_id=key,
            credential=websafe_encode(made.credential_data),
            sign_count=made.counter,
        )
        events.record(
            "second_step.added", actor=actor, subject=user, payload={"way": "passkey", "name": passkey.name}
        )
    return passkey


def begin_use(request: HttpRequest, user: User | None) -> dict[str, Any]:
    """What the browser needs to use a passkey: of `user` as second step, or of whoever it is, with PIN or finger."""
    from fido2.webauthn import UserVerificationRequirement

    wanted = UserVerificationRequirement.REQUIRED if user is None else UserVerificationRequirement.PREFERRED
    known = None if user is None else _credentials(user, host_of(request))
    options, state = _server(request).authenticate_begin(known, user_verification=wanted)
    request.session[STATE] = {"for": ALONE if user is None else SECOND, "state": state}
    return dict(options)


def finish_use(request: HttpRequest, user: User | None, answer: dict[str, Any]) -> Passkey:
    """The passkey that answered; InputError when it does not hold, is somebody else's, or looks copied."""
    from fido2.utils import websafe_decode
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

    state = _take(request, ALONE if user is None else SECOND)
    found = Passkey.objects.select_related("user__unit").filter(
        credential_id=str(answer.get("id", ""))[:1400], host=host_of(request), user__is_active=True
    )
    passkey = (found if user is None else found.filter(user=user)).first()
    if passkey is None:
        raise _refused()
    try:
        credential = AttestedCredentialData(websafe_decode(passkey.credential))
        _server(request).authenticate_complete(state, [credential], answer)
        said = AuthenticationResponse.from_dict(answer).response
    except Exception as error:  # as above
        raise _refused() from error
    if said.user_handle and bytes(said.user_handle) != _handle(passkey.user):
        raise _refused()
    _count(passkey, said.authenticator_data.counter)
    return passkey


def _count(passkey: Passkey, counter: int) -> None:
    """A counter that does not rise means that two devices hold the same key; zero means that none is kept."""
    unused = Passkey.objects.filter(pk=passkey.pk)
    if counter or passkey.sign_count:
        unused = unused.filter(sign_count__lt=counter)
    if unused.update(sign_count=counter, last_used_at=clock.now()) != 1:
        events.record(
            "passkey.copied", actor=Actor.system(), subject=passkey.user, payload={"name": passkey.name}
        )
        raise _refused()


def _server(request: HttpRequest) -> Fido2Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    host = host_of(request)
    if not host:
        raise InputError("passkey_host", "Passkeys need a host name in the address, for instance localhost.")
    origin = f"{request.scheme}://{request.get_host()}"
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=host, name="Hengke"), verify_origin=lambda said: said == origin
    )


def _take(request: HttpRequest, purpose: str) -> Any:
    held = request.session.pop(STATE, None)
    if held is None or held["for"] != purpose:
        raise _refused()
    return held["state"]


def _credentials(user: User, host: str | None = None) -> list[Any]:
    from fido2.utils import websafe_decode
    from fido2.webauthn import AttestedCredentialData

    keys = user.passkeys.all() if host is None else user.passkeys.filter(host=host)
    return [AttestedCredentialData(websafe_decode(key.credential)) for key in keys]


def _handle(user: User) -> bytes:
    """What a passkey carries instead of a name."""
    return salted_hmac("hengke.passkey", str(user.pk), algorithm="sha256").digest()


def _refused() -> InputError:
    return InputError("passkey_refused", "The passkey was not accepted. Please try again.")
