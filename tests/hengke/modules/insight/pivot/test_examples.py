"""Shipped pivots."""

from __future__ import annotations

import pytest
from django.test import Client

from .conftest import head, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_the_example_of_tiers_is_not_offered_to_whom_they_are_hidden(client: Client) -> None:
    assert "tier" not in page(head(client))
