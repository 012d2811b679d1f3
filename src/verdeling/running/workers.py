"""One piece of work for each of many items, by whoever is there: processes, a cluster, or this process."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from verdeling.errors import Problem, RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from multiprocessing.process import BaseProcess

Item = TypeVar("Item")
Given = TypeVar("Given", covariant=True)
Result = TypeVar("Result")

ATTEMPTS = 3
"""How often an item is tried before it is given up."""


class Here(Executor):
    """An executor that is this process: what is submitted is done at once."""

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Do it, and return its result or error as a future that is done."""
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Items(Protocol[Given]):
    """A sequence, or what makes each item when it is asked for."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __getitem__(self, place: int, /) -> Given:
        """The item at a place."""
        ...


def spread(
    work: Callable[[Item], Result], items: Items[Item], executor: Executor | int | None = None
) -> Generator[tuple[int, Result | RunError]]:
    """Do a piece of work for each item, and give each result as soon as it is there.

    When a worker dies, what was finished stays, and what it was at is done again: alone, so that it
    takes nothing else along, and at most `ATTEMPTS` times in all. An executor that is broken for good
    is replaced by processes of this machine. Whoever stops reading early stops the work.

    Parameters
    ----------
    work : callable
        From an item to its result; a function of a module, which another process can find.
    items : Items
        In the order that the numbers of the results refer to. Each is taken when its turn comes.
    executor : Executor or int, optional
        Who works; it is not shut down. A number: so many processes of this machine, 1 for this
        process. By default as many as there are cores, and this process when there is one item.

    Yields
    ------
    int
        Position of an item.
    object or RunError
        Its result; the error if it was given up.

    Raises
    ------
    ValueError
        If the number of processes is below 1.
    """
    run = _Spread(work, items, _Crew(executor, len(items)))
    try:
        yield from run.results()
    finally:
        run.stop()


@dataclass
class _Task:
    """An item on its way: its position, and how often it was lost."""

    place: int
    lost: int = 0


@dataclass
class _Spread(Generic[Item, Result]):
    """What waits, and what is being done."""

    work: Callable[[Item], Result]
    items: Items[Item]
    crew: _Crew
    waiting: deque[_Task] = field(init=False)
    started: dict[Future[Result], _Task] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.waiting = deque(_Task(place) for place in range(len(self.items)))

    def results(self) -> Iterator[tuple[int, Result | RunError]]:
        while self.waiting or self.started:
            while self._may_start():
                task = self.waiting.popleft()
                self.started[self.crew.submit(self.work, self.items[task.place])] = task
            ended, broken = self._ended()
            for future in ended:
                task, error = self.started.pop(future), _error_of(future)
                if error is None:
                    yield task.place, future.result()
                elif self._try_again(task, error):
                    self.waiting.append(task)
                else:
                    yield task.place, _given_up(error)
            if broken:
                self.crew.replace()

    def stop(self) -> None:
        for future in self.started:
            future.cancel()
        self.crew.dismiss(busy=bool(self.started))

    def _may_start(self) -> bool:
        """Whether the next item may start; those that were lost come last, and run alone."""
        if not self.waiting or self.waiting[0].lost:
            return bool(self.waiting) and not self.started
        return len(self.started) < self.crew.room

    def _ended(self) -> tuple[set[Future[Result]], bool]:
        """Futures that are done, and whether the executor broke: then all of them are."""
        ended = wait(self.started, return_when=FIRST_COMPLETED).done
        broken = any(isinstance(_error_of(future), BrokenExecutor) for future in ended)
        return (wait(self.started).done if broken else ended), broken

    def _try_again(self, task: _Task, error: BaseException) -> bool:
        if not (isinstance(error, BrokenExecutor) and self.crew.hired):
            task.lost += 1
        return task.lost < ATTEMPTS


class _Crew:
    """Who works: an executor that was given, or processes that are replaced when one of them dies."""

    def __init__(self, executor: Executor | int | None, items: int) -> None:
        self.hired = isinstance(executor, Executor)
        count = executor if isinstance(executor, int) else cores()
        if count < 1:
            raise ValueError(f"{count} processes can do nothing; at least 1 is needed.")
        self._processes = max(1, min(count, items))
        self._executor = executor if isinstance(executor, Executor) else self._own()

    @property
    def room(self) -> float:
        """How many items are started at once: one lies ready; who was hired keeps a queue of their own."""
        return float("inf") if self.hired else self._processes + (self._processes > 1)

    def submit(self, work: Callable[[Item], Result], item: Item) -> Future[Result]:
        try:
            return self._executor.submit(work, item)
        except Exception as error:
            refused: Future[Result] = Future()
            refused.set_exception(error)
            return refused

    def replace(self) -> None:
        """Let processes of this machine take the place of an executor that is broken."""
        self.dismiss(busy=True)
        self.hired = False
        self._processes = max(2, self._processes)  # what killed a worker must not kill this process
        self._executor = self._own()

    def dismiss(self, *, busy: bool) -> None:
        """Shut the own executor down; processes that are still busy are ended."""
        if self.hired:
            return
        processes = dict(vars(self._executor).get("_processes") or {})  # Python 3.14: terminate_workers
        self._executor.shutdown(wait=not busy, cancel_futures=True)
        if busy:
            for process in processes.values():
                _end(process)

    def _own(self) -> Executor:
        if self._processes == 1:
            return Here()
        return _Workers(self._processes)


class _Workers(ProcessPoolExecutor):
    """Processes of this machine, each started to the end, whatever is pressed meanwhile.

    Signals interrupt the main thread alone: a worker that is half started in it would complain.
    """

    def __init__(self, count: int) -> None:
        context = multiprocessing.get_context("spawn")  # forking a process that has threads can hang it
        super().__init__(count, mp_context=context, initializer=_serve)
        self._starter = ThreadPoolExecutor(1, initializer=_unheard)

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Submit from another thread, which starts the processes that are missing."""
        return self._starter.submit(super().submit, fn, *args, **kwargs).result()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Start nothing more, and then shut down."""
        self._starter.shutdown()
        super().shutdown(wait, cancel_futures=cancel_futures)


def _serve() -> None:
    """Leave the interrupt key to the process that asked for the work, and end when that is gone.

    A worker has a group of its own, with which it takes along the solver that it may have started.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    asking = multiprocessing.parent_process()
    assert asking is not None
    Thread(target=_end_with, args=(asking,), daemon=True).start()


def _end_with(asking: BaseProcess) -> None:
    """Wait until a process ends, however that comes; a worker without it would wait for work for ever."""
    asking.join()
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _end(worker: BaseProcess) -> None:
    """End a worker, and with it the solver that it may have started."""
    if worker.pid and hasattr(os, "killpg"):
        with suppress(OSError):  # it has no group yet, or it is gone
            os.killpg(worker.pid, signal.SIGKILL)
    worker.terminate()


def _unheard() -> None:
    """Let what this thread starts not hear of the interrupt key before it can leave it alone."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _error_of(future: Future[Any]) -> BaseException | None:
    """Why a future that is done has no result; also when somebody cancelled it."""
    try:
        return future.exception()
    except Exception as cancelled:
        return cancelled


def _given_up(error: BaseException) -> RunError:
    problem = Problem(
        "lost-worker",
        f"It was started {ATTEMPTS} times and never ended well: {type(error).__name__}: {error}",
        "It may need more memory than a worker has, or the workers cannot start.",
        "Solve it by itself to see what happens. A script that starts processes must do so below "
        "`if __name__ == '__main__':`.",
    )
    return RunError("A job could not be carried out.", [problem])
