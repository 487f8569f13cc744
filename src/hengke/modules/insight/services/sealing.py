"""Keeps what must not lie about in plain text: encrypted with a key that comes from the data folder's own."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from hengke.kernel.errors import InputError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

PURPOSE = b"hengke source connection"


def seal(text: str) -> str:
    """The text encrypted and signed (Fernet: AES-128-CBC, HMAC-SHA256)."""
    return _box(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """The text again; InputError `key_changed` when it was sealed under another key or altered."""
    from cryptography.fernet import InvalidToken

    try:
        return _box(settings.SECRET_KEY).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise InputError(
            "key_changed",
            "The saved password of this database cannot be read any more, because the key of the data folder has "
            "changed. Enter the password again: New import, Database, under the same name of the source.",
        ) from error


def connection_of(url: str, query: str) -> dict[str, str]:
    """How the address of a database and what is read from it are stored."""
    return {"address": shown(url), "sealed": seal(url), "query": query}


def shown(url: str) -> str:
    """The address as people may see it: without password and parameters (one of them may be the password)."""
    scheme, mark, rest = url.partition("://")
    user, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{user.partition(':')[0]}{at}{place.partition('?')[0]}"


@lru_cache(maxsize=2)
def _box(secret: str) -> Fernet:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(urlsafe_b64encode(key))
