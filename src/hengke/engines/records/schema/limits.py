"""What a column can hold, as checks for every door: form, API and import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.translation import gettext_lazy as _

from hengke.kernel.period import YEARS
from hengke.kernel.texts import is_usable

Check = Callable[[Any], None]
FIRST_DAY, LAST_DAY = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
FIRST_MOMENT, LAST_MOMENT = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[-1], 12, 31, tzinfo=UTC)


def bounds(column: models.Field[Any, Any]) -> tuple[Any, Any] | None:
    """Smallest and largest value of a column of numbers or days; the same on every database, although SQLite
    would take more.
    """
    if isinstance(column, models.DateTimeField):
        return FIRST_MOMENT, LAST_MOMENT
    if isinstance(column, models.DateField):
        return FIRST_DAY, LAST_DAY
    if isinstance(column, models.DecimalField):
        return _declared(column)
    return BaseDatabaseOperations.integer_field_ranges.get(column.get_internal_type())


def _declared(column: models.Field[Any, Any]) -> tuple[Any, Any] | None:
    """The bounds that the model states, as a longitude has them; Django asks them of the model only."""
    ends = {
        type(v): v.limit_value
        for v in column.validators
        if isinstance(v, MinValueValidator | MaxValueValidator)
    }
    return (ends[MinValueValidator], ends[MaxValueValidator]) if len(ends) == 2 else None


def checks(column: models.Field[Any, Any]) -> list[Check]:
    """Functions that raise ValidationError for a value that the column cannot hold."""
    if (ends := bounds(column)) is not None:
        return [MinValueValidator(ends[0]), MaxValueValidator(ends[1])]
    return [_usable] if isinstance(column, (models.CharField, models.TextField)) else []


def _usable(value: Any) -> None:
    if isinstance(value, str) and not is_usable(value):
        raise ValidationError(_("This holds a character that cannot be stored."))
