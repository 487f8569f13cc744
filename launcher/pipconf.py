"""Pip's settings (mirrors, certificates, proxy), read once and handed to uv and npm, which ignore them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Mapping
from pathlib import Path

Settings = dict[str, str]

# pip's option -> uv's variable. Addresses may hold passwords, so they travel in the environment only.
_UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
}
_SECTIONS = ("global", "install", ":env:")  # later ones win, as in pip
_CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def read(python: Path) -> Settings:
    """What `pip config list` says for installs; empty when this Python has no pip."""
    command = [str(python), "-m", "pip", "config", "list"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return parse(result.stdout)


def parse(listing: str) -> Settings:
    """Merge lines such as `global.index-url='https://…'` by pip's precedence.

    >>> parse("global.timeout='9'\\n:env:.default-timeout='60'")
    {'timeout': '60'}
    """
    merged: Settings = {}
    for section in _SECTIONS:
        for line in listing.splitlines():
            key, separator, value = line.partition("=")
            if separator and key.startswith(section + "."):
                merged[key.removeprefix(section + ".").removeprefix("default-")] = str(
                    ast.literal_eval(value)
                )
    return merged


def uv_environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The process environment for uv; what the person set for uv directly stays as it is."""
    result = {
        # As pip does: the best version of all indexes. Hashes keep any index from slipping in another file.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_SYSTEM_CERTS": "1",
    }
    for option, variable in _UV_NAMES.items():
        if settings.get(option):
            separator = "," if option == "find-links" else " "
            result[variable] = separator.join(settings[option].split())
    return result | dict(environ)


def npm_environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The process environment for npm: the same certificates and proxy as pip's."""
    result: dict[str, str] = {}
    authority = settings.get("cert") or next(
        (environ[name] for name in _CA_VARIABLES if environ.get(name)), ""
    )
    if authority:
        result["NODE_EXTRA_CA_CERTS"] = authority
    if settings.get("proxy"):
        result |= {"HTTPS_PROXY": settings["proxy"], "HTTP_PROXY": settings["proxy"]}
    return result | dict(environ)
