"""Every setting from outside, typed, in one place; all mistakes are reported at once."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parents[3]


class Environment(BaseSettings):
    """Settings read from HENGKE_… variables."""

    model_config = SettingsConfigDict(env_prefix="HENGKE_", extra="ignore")

    data: Path = Field(REPOSITORY / "var", description="data folder: database, warehouse, files, logs")
    database_url: str = Field("", description="postgresql://… ; empty means SQLite in the data folder")
    debug: bool = False
    secret_key: str = Field("", description="empty: made once and kept in the data folder")
    allowed_hosts: list[str] = Field(default_factory=lambda: ["localhost", "127.0.0.1", "[::1]"])
    https: bool = Field(False, description="the site is reached through https: secure cookies and HSTS")
    trusted_origins: list[str] = Field(default_factory=list)
    trusted_proxy: str = Field(
        "", description="address of the reverse proxy whose X-Forwarded-For is believed"
    )
    file_mb: int = Field(50, ge=1, description="largest file that can be attached to a record, in MB")
    files_gb: float = Field(20, gt=0, description="all attached files together, in GB")
    scan_command: str = Field(
        "", description="virus scanner, called with the path of a file; exit code 1 refuses it"
    )
    s3_bucket: str = Field("", description="object store for files; empty means the data folder only")
    s3_endpoint: str = Field("", description="address of the object store, unless it is the usual one")
    s3_region: str = ""
    s3_key: str = ""
    s3_secret: str = ""

    api_requests_per_minute: int = Field(
        3_000, ge=1, description="of one API token; a person gets twice that"
    )
    api_rows_per_hour: int = Field(
        20_000, ge=1, description="rows that one API token may read in an hour before an alert is raised"
    )
    private_networks: list[str] = Field(
        default_factory=list,
        description="networks that web services as sources may lie in beside the public ones, as 10.0.0.0/8",
    )
    processes: int = Field(2, ge=1, description="server processes, each of which counts for itself")

    def key(self) -> str:
        """The secret key; made at first use and readable by the owner only."""
        if self.secret_key:
            return self.secret_key
        self.data.mkdir(parents=True, exist_ok=True)
        path = self.data / "secret.key"
        if not path.exists():
            # Written beside and linked into place: of two processes that start together, one key wins.
            draft = path.with_name(f"secret.{os.getpid()}")
            draft.write_text(secrets.token_urlsafe(50))
            draft.chmod(0o600)
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text().strip()


env = Environment()  # type: ignore[call-arg]
