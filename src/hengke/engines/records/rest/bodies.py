"""What clients send: JSON of a bounded size; everything that is wrong with it is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from hengke.engines.records.reading.catalogue import Catalogue, unknown_field
from hengke.engines.records.schema.declarations import Values
from hengke.engines.records.writing.forms import RecordForm, initial_values, usual_values, writable
from hengke.kernel.errors import FieldErrors, InputError, Stale, TooLarge, VersionMissing, WrongType
from hengke.kernel.numbers import is_whole
from hengke.kernel.texts import read_json

MAX_BODY = 200_000


def body(request: HttpRequest, longest: int = MAX_BODY) -> dict[str, Any]:
    """The object that was sent."""
    if request.content_type != "application/json":
        raise WrongType("not_json", "Send the values as application/json.")
    if len(request.body) > longest:
        raise TooLarge("body_too_long", "The request is too long.")
    sent = read_json(request.body)
    if not isinstance(sent, dict):
        raise InputError("json_unreadable", "The request is not valid JSON.")
    return sent


def inputs(request: HttpRequest) -> Values:
    """The inputs of an action; an action that asks for nothing needs no body."""
    given = body(request) if request.META.get("CONTENT_LENGTH") not in (None, "", "0") else {}
    for name, value in given.items():
        if isinstance(value, (dict, list)):
            raise unknown_field(name)
    return given


def checked(catalogue: Catalogue, given: Mapping[str, Any], target: Any = None) -> Values:
    """What is to be stored: all values of a new object, of a present one those given. FieldErrors names each field
    that does not exist for the person, may not be entered, or holds what it cannot.
    """
    fields = {field.name: field for field in writable(catalogue)}
    wrong: dict[str, list[str]] = {}
    fitting: Values = {}
    for name, value in given.items():
        if name not in fields:
            wrong[name[:60]] = [_("Unknown field: {field}.").format(field=name[:60])]
        # By type itself: True is an int to Python, and the key of the first customer.
        elif value is not None and type(value) not in fields[name].kind.given:
            wrong[name] = [_("this is not the type of value expected here.")]
        else:
            fitting[name] = value
    usual = usual_values(catalogue) if target is None else initial_values(catalogue, target)
    form = RecordForm(catalogue, target, data=usual | fitting)
    if not form.is_valid():
        said = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        wrong |= {name: texts for name, texts in said.items() if name not in wrong}
    if wrong:
        name, texts = next(iter(wrong.items()))
        words = " ".join(texts)
        raise FieldErrors("invalid_value", "{field}: {words}", fields=wrong, field=name, words=words)
    values = form.values()
    return values if target is None else {name: values[name] for name in fitting}


def version(request: HttpRequest, given: Mapping[str, Any]) -> int | None:
    """The version that the client has read, from If-Match or its body; None when it says none."""
    text = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"').partition("-")[0]
    if text == "*":
        return None
    return stated(text or given.get("version"))


def stated(said: Any) -> int | None:
    """A version as a client writes it; Stale for what can be none."""
    if said is None:
        return None
    if type(said) not in (int, str) or not is_whole(str(said)) or len(str(said)) > 9:
        raise Stale("version_unknown", "This version does not exist.")
    return int(said)


def needed(found: int | None) -> int:
    """The version of a change, which must be stated."""
    if found is None:
        raise VersionMissing(
            "version_missing", "State the version that you have read, in If-Match or as version."
        )
    return found
