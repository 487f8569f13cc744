"""Which columns a person wants to see in a list."""

from __future__ import annotations

from collections.abc import Sequence

from hengke.engines.access.models import User
from hengke.engines.records.catalogue import Catalogue
from hengke.engines.records.declarations import Field, View


def chosen_columns(catalogue: Catalogue, user: User, view: View | None = None) -> list[Field]:
    """The columns of a saved view, else the person's, else the declared ones; the name always comes first."""
    wanted = user.preferences.get("columns", {}).get(catalogue.record.slug)
    if view is not None and view.columns:
        wanted = list(view.columns)
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
