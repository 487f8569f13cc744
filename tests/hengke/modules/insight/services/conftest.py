"""People at their browsers, for services that pages show."""

from tests.hengke.modules.insight.pages.conftest import admin, at

__all__ = ["admin", "at"]
