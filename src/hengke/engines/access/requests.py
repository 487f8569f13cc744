"""What a view is handed after log-in."""

from __future__ import annotations

from django.http import HttpRequest

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User


class StaffRequest(HttpRequest):
    """A request that the middleware has put an actor on."""

    actor: Actor
    user: User
