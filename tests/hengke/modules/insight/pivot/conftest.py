"""The small warehouse of the overview's tests: every amount of it is known by heart."""

from tests.hengke.modules.insight.dashboard.conftest import warehouse as warehouse
