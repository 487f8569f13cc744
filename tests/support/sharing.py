"""How several processes share a run: a file stays in one of them, and the journeys share one site."""

from __future__ import annotations

from typing import Any

import pytest

JOURNEYS = "tests/browser/"
ROUTES = "tests/test_every_route.py"
CLEARING = JOURNEYS + "test_journey.py"  # puts ledgers in the place of the demo that the others look at


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins, so that nobody waits for it alone at the end: the journeys, then all addresses."""
    items.sort(
        key=lambda item: (
            not item.nodeid.startswith(JOURNEYS),
            not item.nodeid.startswith(ROUTES),
            item.nodeid.startswith(CLEARING),
        )
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out files, and the folder of the journeys as if it were one."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return JOURNEYS if nodeid.startswith(JOURNEYS) else str(super()._split_scope(nodeid))

    return ByFile(config, log)
