"""Work is spread over whoever is there: nothing that was finished is lost, and every end is told."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING

import pytest

from errands import dawdle, double, fall_always, fall_once, interrupt, process, refuse
from verdeling.errors import RunError
from verdeling.running.workers import ATTEMPTS, Here, spread

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("executor", [None, 1, 2])
def test_each_item_has_its_result(executor: int | None) -> None:
    """Every item is done once, here and in processes, whatever the order in which they end."""
    assert dict(spread(double, range(7), executor)) == {item: 2 * item for item in range(7)}


def test_nothing_to_do() -> None:
    """No items, no results."""
    assert list(spread(double, [])) == []


def test_one_process_is_this_process() -> None:
    """One process is this one, and gives the results in the order of the items."""
    assert list(spread(double, range(5), 1)) == [(item, 2 * item) for item in range(5)]
    assert {pid for _, pid in spread(process, range(3), 1)} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in spread(process, range(3), 2)}


def test_any_executor_will_do() -> None:
    """An executor that is given does the work and is not shut down."""
    with ThreadPoolExecutor(2) as threads:
        assert dict(spread(double, range(20), threads)) == {item: 2 * item for item in range(20)}
        assert threads.submit(double, 1).result() == 2


def test_no_processes() -> None:
    """Fewer than one process is refused."""
    with pytest.raises(ValueError, match="at least 1"):
        list(spread(double, range(3), 0))


def test_a_lost_worker_loses_nothing(tmp_path: Path) -> None:
    """When a process dies, what it was at is done again, and all the rest is there."""
    tasks = [(item, tmp_path / "fell") for item in range(6)]
    assert dict(spread(fall_once, tasks, 2)) == {item: 2 * item for item in range(6)}
    assert (tmp_path / "fell").exists()


def test_what_kills_each_worker_is_given_up(tmp_path: Path) -> None:
    """An item that kills each worker is tried so many times, told in its place, and harms no other."""
    found = dict(spread(fall_always, [(item, tmp_path) for item in range(6)], 2))
    (problem,) = found[3].problems
    assert (problem.code, "BrokenProcessPool" in problem.what) == ("lost-worker", True)
    assert {item: found[item] for item in found if item != 3} == {item: 2 * item for item in (0, 1, 2, 4, 5)}
    marks = {item: len((tmp_path / str(item)).read_text()) for item in range(6)}
    assert marks[3] == ATTEMPTS
    assert all(marks[item] <= 2 for item in (0, 1, 2, 4, 5))


def test_a_broken_executor_is_replaced(tmp_path: Path) -> None:
    """When the executor that was given breaks, processes of this machine go on where it was."""
    tasks = [(item, tmp_path / "fell") for item in range(6)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as given:
        assert dict(spread(fall_once, tasks, given)) == {item: 2 * item for item in range(6)}


def test_an_executor_that_takes_nothing() -> None:
    """An executor that is shut down gives an error for every item, and no endless wait."""
    closed = ThreadPoolExecutor(1)
    closed.shutdown()
    found = dict(spread(double, range(3), closed))
    assert all(isinstance(error, RunError) and "shutdown" in str(error) for error in found.values())
    assert len(found) == 3


def test_an_error_in_the_work() -> None:
    """Work that raises is told with its error."""
    ((_, error),) = spread(refuse, [5], Here())
    assert isinstance(error, RunError)
    assert "OverflowError: 5 is too large" in str(error)


def test_an_interrupt_comes_through() -> None:
    """The interrupt key ends the work after what was finished."""
    found = spread(interrupt, range(5), 1)
    assert [next(found), next(found)] == [(0, 0), (1, 1)]
    with pytest.raises(KeyboardInterrupt):
        next(found)


def test_who_stops_reading_stops_the_work() -> None:
    """Processes that are at work are ended when nobody waits for them any more."""
    before = set(active_children())
    found = spread(dawdle, [0.0, 600.0, 600.0], 2)
    assert next(found) == (0, 0.0)
    found.close()
    patience = time.monotonic() + 60
    while set(active_children()) - before and time.monotonic() < patience:
        time.sleep(0.05)  # a child that another thread waits for as well is seen to end only later
    assert set(active_children()) <= before
