"""Settings that all tests share."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from verdeling.plan import known_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell has what it starts in the background ignore the interrupt key, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "default",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=30,
    derandomize="CI" in os.environ,
)
settings.load_profile("default")

ARROW = (
    "adapters", "archive", "cbs", "cli", "cluster", "databases", "examples", "explanation", "formats",
    "hostile", "instances", "mapping", "meeting", "numbering", "published", "report", "result", "runs",
    "uncertainty",
)  # fmt: skip
"""What test files are about in which pyarrow keeps the texts: what reads, writes, says and is sent away."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, marked `long`, unless ``-m`` says which marks are wanted."""
    if config.getoption("markexpr"):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(autouse=True, scope="module")
def kept_texts(request: pytest.FixtureRequest) -> Iterator[None]:
    """Elsewhere pandas keeps texts as it does without pyarrow, which takes less time in small tables.

    Ids that were kept the other way, of an instance that several files use, are forgotten.
    """
    known_ids.cache_clear()
    about = request.path.stem.removeprefix("test_")
    storage = "auto" if about.startswith(ARROW) else "python"
    with pd.option_context("mode.string_storage", storage):
        yield
