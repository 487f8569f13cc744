"""Sessions as rows that know whose they are; `SESSION_ENGINE` of the settings.

A row's `expire_date` is the sooner of "not used for so long" and "open for so long in all", so that reading a
session and judging it stay one query. The row is touched every few minutes, not with every request.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

from hengke.engines.access.prepared import Prepared
from hengke.engines.account.policy import DEFAULT, Policy
from hengke.kernel import clock

FACTS = "_facts"
HALF_WAY = timedelta(minutes=10)  # for a visitor who has not finished logging in
TOUCH = timedelta(minutes=2)


def facts(policy: Policy, *, address: str = "", agent: str = "") -> dict[str, Any]:
    """What a session remembers of its log-in, as plain JSON."""
    return {
        "address": address[:60],
        "agent": agent[:300],
        "started": clock.now().isoformat(),
        "idle": policy.idle // timedelta(seconds=1),
        "absolute": policy.absolute // timedelta(seconds=1),
    }


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with columns for the list of sessions and both time-outs."""

    @classmethod
    def get_model_class(cls) -> Any:
        from hengke.engines.account.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        now = clock.now()
        row = next((row for row in _rows(self.session_key) if row.expire_date > now), None)
        if row is None:
            self._session_key = None
        elif row.user_id is not None and now - row.seen_at > min(
            TOUCH, timedelta(seconds=row.idle_seconds / 10)
        ):
            expires = min(now + timedelta(seconds=row.idle_seconds), row.ends_at)
            self.get_model_class().objects.filter(pk=row.pk).update(seen_at=now, expire_date=expires)
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        now, user_id = clock.now(), data.get(SESSION_KEY)
        if user_id is None:
            said, idle = {}, HALF_WAY
            started, ends = now, now + HALF_WAY
        else:
            said = data.setdefault(FACTS, facts(DEFAULT))
            started = parse_datetime(said["started"]) or now
            idle, ends = timedelta(seconds=said["idle"]), started + timedelta(seconds=said["absolute"])
        return self.get_model_class()(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=min(now + idle, ends),
            user_id=user_id,
            address=said.get("address", ""),
            agent=said.get("agent", ""),
            started_at=started,
            seen_at=now,
            idle_seconds=idle // timedelta(seconds=1),
            ends_at=ends,
        )

    @classmethod
    def clear_expired(cls) -> None:
        cls.get_model_class().objects.filter(expire_date__lt=clock.now()).delete()


_rows = Prepared[Any](lambda key: SessionStore.get_model_class().objects.filter(session_key=key))
