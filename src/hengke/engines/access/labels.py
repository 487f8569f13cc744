"""Models by label: those of the apps, and those that are made while the product runs (objects of an institution)."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

_made: dict[str, type[models.Model]] = {}


def add(model: type[models.Model]) -> None:
    """Let a model that no app declares be found under its label."""
    _made[model._meta.label_lower] = model


def is_made(label: str) -> bool:
    """Whether the model was made while the product runs."""
    return label in _made


def model_of(label: str) -> Any:
    """The model called `label`; LookupError or ValueError when there is none."""
    return _made.get(label) or apps.get_model(label)


def of_noun(noun: str) -> Any:
    """The model whose name alone is `noun`, the first word of its events; None when there is none."""
    return next((m for m in (*_made.values(), *apps.get_models()) if m._meta.model_name == noun), None)
