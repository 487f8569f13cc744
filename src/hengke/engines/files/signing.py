"""Signed requests to a service that speaks S3 (AWS Signature Version 4, with the payload's digest signed)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Keys:
    """Who signs, and for which region."""

    key: str
    secret: str
    region: str


def signed(
    method: str,
    host: str,
    path: str,
    *,
    keys: Keys,
    at: datetime,
    payload: str,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The headers of a request without a query; `path` unescaped, `payload` the SHA-256 of the body, `at` in UTC."""
    moment, day = f"{at:%Y%m%dT%H%M%SZ}", f"{at:%Y%m%d}"
    headers = {"host": host, "x-amz-content-sha256": payload, "x-amz-date": moment, **(more or {})}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    request = "\n".join((method, escaped(path), "", lines, names, payload))
    scope = f"{day}/{keys.region}/s3/aws4_request"
    said = "\n".join((ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{keys.secret}".encode()
    for part in (day, keys.region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, said.encode(), "sha256").hex()
    credential = f"{keys.key}/{scope}"
    words = f"{ALGORITHM} Credential={credential},SignedHeaders={names},Signature={signature}"
    return {**headers, "authorization": words}


def escaped(path: str) -> str:
    """A path as it stands in the request and in the signature alike."""
    return quote(path, safe="/-_.~")
