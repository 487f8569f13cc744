"""An object store behind the data folder, for installations with several machines: three calls, nothing else.

The data folder stays in front of it, as the place where a file is checked and read. Needs the extra `s3` and the
settings FILES_S3_…; without them there is no such place.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings


class Place(Protocol):
    """Where files lie under their digests."""

    def put(self, digest: str, path: Path) -> None:
        """Keep the file at `path`; it is there when this returns."""

    def get(self, digest: str, path: Path) -> bool:
        """Write the file to `path`; False when it is not there."""

    def remove(self, digest: str) -> None:
        """Forget the file."""


class Bucket:
    """A bucket of any service that speaks S3."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = client, name

    def put(self, digest: str, path: Path) -> None:
        self._client.upload_file(str(path), self._name, digest)

    def get(self, digest: str, path: Path) -> bool:
        from botocore.exceptions import ClientError

        try:
            self._client.download_file(self._name, digest, str(path))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey"):
                return False
            raise
        return True

    def remove(self, digest: str) -> None:
        self._client.delete_object(Bucket=self._name, Key=digest)


def place() -> Place | None:
    """The object store of the settings, if there is one."""
    said: dict[str, str] = settings.FILES_S3
    return _bucket(*said.values()) if said["bucket"] else None


@lru_cache(maxsize=4)
def _bucket(bucket: str, endpoint: str, region: str, key: str, secret: str) -> Bucket:
    import boto3

    client = boto3.client(
        "s3", endpoint_url=endpoint or None, region_name=region or None, aws_access_key_id=key or None,
        aws_secret_access_key=secret or None,
    )  # fmt: skip
    return Bucket(client, bucket)
