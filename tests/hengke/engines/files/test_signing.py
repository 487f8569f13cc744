"""The signature of the published examples of the S3 documentation."""

from __future__ import annotations

from datetime import UTC, datetime

from hengke.engines.files.signing import EMPTY, Keys, escaped, signed

KEYS = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
AT = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "examplebucket.s3.amazonaws.com"


def _signature(headers: dict[str, str]) -> str:
    return headers["authorization"].rpartition("Signature=")[2]


def test_the_example_of_a_read() -> None:
    headers = signed("GET", HOST, "/test.txt", keys=KEYS, at=AT, payload=EMPTY, more={"range": "bytes=0-9"})
    assert _signature(headers) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    assert "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date" in headers["authorization"]


def test_the_example_of_a_write() -> None:
    more = {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
    payload = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
    headers = signed("PUT", HOST, "/test$file.text", keys=KEYS, at=AT, payload=payload, more=more)
    assert _signature(headers) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    assert escaped("/test$file.text") == "/test%24file.text"
