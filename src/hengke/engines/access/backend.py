"""Loads the person of a session together with the unit and the stamp of rights, in one query."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from hengke.engines.access import carried
from hengke.engines.access.leaks.policy import beside
from hengke.engines.access.models import User
from hengke.engines.access.prepared import Prepared
from hengke.engines.access.stamp import with_stamp


class UnitBackend(ModelBackend):
    """Django's own backend; rights come from grants, so Django's permission tables are not used."""

    def get_user(self, user_id: int) -> User | None:
        for user in _people(user_id):
            carried.tell(user)
            return user if user.is_active else None
        return None


_people = Prepared[User](
    lambda pk: beside(with_stamp(User.objects.filter(pk=pk))).annotate(**carried.queries())
)
