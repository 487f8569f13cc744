"""Handing stored files out: as something to keep, or as something a page may show, and nothing in it can run."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse, HttpResponseBase

from hengke.engines.files import content, store

TEXT_SHOWN = 1 << 20
SHOWN = (*content.IMAGES, content.PDF, content.TEXT)
"""The types that a page may show; every other one is only handed out."""
# Nothing in a file may run, load or lead anywhere.
LOCKED = "default-src 'none'; sandbox"
# Browsers refuse to draw a PDF in a sandbox and keep their own viewer apart instead.
LOCKED_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
LOCKED_SHOWN = "default-src 'none'; sandbox; frame-ancestors 'self'"


def handed_out(digest: str, name: str, kind: str) -> HttpResponseBase:
    """A file to keep, never a page."""
    return _served(digest, name, kind, attached=True, policy=LOCKED)


def shown(digest: str, name: str, kind: str) -> HttpResponseBase:
    """A picture, a PDF or text within the page's frame; the caller has made sure that `kind` is one of SHOWN."""
    if kind == content.TEXT:
        return _text(digest)
    policy = LOCKED_PDF if kind == content.PDF else LOCKED_SHOWN
    return _served(digest, name, kind, attached=False, policy=policy)


def _text(digest: str) -> HttpResponseBase:
    """The beginning of a text as UTF-8, whatever it is written in."""
    with store.path_of(digest).open("rb") as stream:
        data = stream.read(TEXT_SHOWN)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    return _guarded(answer, LOCKED_SHOWN)


def _served(digest: str, name: str, kind: str, *, attached: bool, policy: str) -> HttpResponseBase:
    stream = store.path_of(digest).open("rb")
    answer = FileResponse(stream, as_attachment=attached, filename=name, content_type=kind)
    return _guarded(answer, policy)


def _guarded(answer: HttpResponseBase, policy: str) -> HttpResponseBase:
    """The header of the site would let the file load what the site's pages may; the file gets its own."""
    answer["Content-Security-Policy"] = policy
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-cache"
    if "frame-ancestors" in policy:
        answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer
