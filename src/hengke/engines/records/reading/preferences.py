"""What a person wants kept: the columns of a list, the meaning of a file's columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hengke.engines.access.models import User
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema.declarations import Field, View
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole

PAIRS = 200
LEAST, MOST = 60, 900
DENSITIES = ("normal", "compact", "roomy")
LONGEST = 4_000


def look(params: Mapping[str, str]) -> tuple[str, str]:
    """Columns with their widths, and density, where an address states them; InputError for what can be neither."""
    cols, density = params.get("cols", ""), params.get("density", "")
    if density not in ("", *DENSITIES) or len(cols) > LONGEST:
        raise InputError("list_look", "The address states columns or a density that there is not.")
    return cols, density


def stated_columns(catalogue: Catalogue, text: str) -> dict[str, int | None]:
    """Columns as an address names them, "city:180,tier", with the widths in pixels of those that say one.

    InputError for a field that does not exist for the person and for a width that no column can have.
    """
    found: dict[str, int | None] = {}
    for word in filter(None, text.split(",")):
        name, colon, width = word.partition(":")
        catalogue.field(name)
        wide = int(width) if is_whole(width) and len(width) < 5 else 0
        if colon and not _is_width(wide):
            raise _no_width()
        found[name] = wide or None
    return found


def written_columns(columns: Sequence[Field], widths: Mapping[str, int]) -> str:
    """The way back; one without a width stays without."""
    return ",".join(f"{c.name}:{widths[c.name]}" if c.name in widths else c.name for c in columns)


def chosen_columns(
    catalogue: Catalogue, user: User, view: View | None = None, stated: str = ""
) -> list[Field]:
    """The columns that the address states, else of a saved view, else the person's, else the declared ones; the name
    always comes first.
    """
    wanted = user.preferences.get("columns", {}).get(catalogue.record.slug)
    if view is not None and view.columns:
        wanted = list(view.columns)
    if stated:
        wanted = list(stated_columns(catalogue, stated))
    if not isinstance(wanted, list):
        wanted = [field.name for field in catalogue.with_ability("list")]
    title = catalogue.record.title_field
    names = [name for name in wanted if name in catalogue.fields and name != title.name]
    return [title, *(catalogue.fields[name] for name in names)]


def choose_columns(catalogue: Catalogue, user: User, names: Sequence[str]) -> None:
    """Remember the columns; InputError for a field that does not exist, no names means the declared ones."""
    for name in names:
        catalogue.field(name)
    columns = dict(user.preferences.get("columns", {}))
    if names:
        columns[catalogue.record.slug] = list(dict.fromkeys(names))
    else:
        columns.pop(catalogue.record.slug, None)
    user.preferences = {**user.preferences, "columns": columns}
    user.save(update_fields=["preferences"])


def chosen_widths(
    catalogue: Catalogue, user: User, view: View | None = None, stated: str = ""
) -> dict[str, int]:
    """How wide the columns are: as the address or a saved view says, else as the person set them; empty for automatic
    widths.
    """
    if stated:
        return {name: width for name, width in stated_columns(catalogue, stated).items() if width}
    wanted = user.preferences.get("widths", {}).get(catalogue.record.slug, {})
    if view is not None and view.widths:
        wanted = dict(view.widths)
    return {name: width for name, width in wanted.items() if name in catalogue.fields and _is_width(width)}


def choose_widths(catalogue: Catalogue, user: User, widths: object) -> None:
    """Remember widths in pixels by column; none at all means automatic. InputError for what is none."""
    if not isinstance(widths, dict) or not all(map(_is_width, widths.values())):
        raise _no_width()
    for name in widths:
        catalogue.field(str(name))
    kept = {
        slug: sizes
        for slug, sizes in user.preferences.get("widths", {}).items()
        if slug != catalogue.record.slug
    }
    user.preferences = {
        **user.preferences,
        "widths": kept | ({catalogue.record.slug: widths} if widths else {}),
    }
    user.save(update_fields=["preferences"])


def _no_width() -> InputError:
    return InputError(
        "column_width", "A column can be {least} to {most} pixels wide.", least=LEAST, most=MOST
    )


def _is_width(value: object) -> bool:
    return type(value) is int and LEAST <= value <= MOST


def remembered_pairing(catalogue: Catalogue, user: User) -> dict[str, str]:
    """What the columns of the person's last import of this kind meant: header -> field name, "" for left out."""
    found = user.preferences.get("pairings", {}).get(catalogue.record.slug, {})
    return found if isinstance(found, dict) else {}


def remember_pairing(catalogue: Catalogue, user: User, pairs: Mapping[str, str]) -> None:
    """Keep what columns mean beside what is known of others; only the latest PAIRS headers."""
    known = remembered_pairing(catalogue, user)
    kept = {header: name for header, name in known.items() if header not in pairs} | dict(pairs)
    pairings = dict(user.preferences.get("pairings", {}))
    pairings[catalogue.record.slug] = dict(list(kept.items())[-PAIRS:])
    user.preferences = {**user.preferences, "pairings": pairings}
    user.save(update_fields=["preferences"])
