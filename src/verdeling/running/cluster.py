"""The workers of a Dask cluster, as an executor."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from importlib.metadata import version
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from verdeling.errors import Problem, RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from distributed import Client

Result = TypeVar("Result")

RECONNECT = 5.0
"""Seconds in which a scheduler must answer, at first or when the line was cut."""


@contextmanager
def workers_of(address: str, *, patience: float = 10.0) -> Iterator[Executor]:
    """Workers of a Dask cluster that is running.

    A job that is at a worker that dies is started on another one by Dask, and goes to
    `verdeling.running.workers.spread` when it has killed as many as Dask allows. When the scheduler is gone,
    processes of this machine finish the work.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    patience : float
        Seconds to wait for a first worker.

    Yields
    ------
    Executor
        For `verdeling.running.runs.carry_out`. The cluster goes on afterwards.

    Raises
    ------
    RunError
        If Dask is not installed, no scheduler or worker answers, or the workers have another version
        of Verdeling: before anything is solved.
    """
    with _client(address, patience) as client:
        _check_workers(client, address, patience)
        executor = _Workers(client)
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)


@contextmanager
def hired(processes: int | None, address: str | None) -> Iterator[Executor | int | None]:
    """Who works: so many processes, a cluster, or whoever does by default.

    Raises
    ------
    RunError
        If both are named, or as `workers_of`.
    """
    if address is None:
        yield processes
    elif processes is None:
        with workers_of(address) as executor:
            yield executor
    else:
        what = f"Both {processes} processes and a cluster at {address} are to work."
        raise _refused("two-crews", what, "A job is done once.", "Name one of the two.")


class _Workers(Executor):
    """The executor of a client. Unlike Dask's own it ends when the scheduler or a result is lost."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._pending: dict[Future[Any], Any] = {}
        self._over = Event()
        Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        if self._client.status == "closed":
            raise BrokenExecutor(_GONE)
        future: Future[Result] = Future()
        task = self._client.submit(fn, *args, pure=False, **kwargs)  # tried again, it is not the same task
        self._pending[future] = task
        future.add_done_callback(self._settled)
        self._client.loop.add_callback(_hand_over, task, future)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._over.set()

    def _settled(self, future: Future[Any]) -> None:
        task = self._pending.pop(future)
        if future.cancelled() and not task.cancelled():
            task.cancel()

    def _watch(self) -> None:
        while not self._over.wait(timeout=1.0):
            if self._client.status == "closed":
                for future in list(self._pending):
                    with suppress(InvalidStateError):  # it ended in the meantime
                        future.set_exception(BrokenExecutor(_GONE))


async def _hand_over(task: Any, future: Future[Any]) -> None:
    """Give the outcome of a task to the future of an executor, whatever it is: nobody waits in vain."""
    with suppress(InvalidStateError):  # it was cancelled, or the scheduler is gone
        try:
            result = await task.result()
        except CancelledError:  # by whom the future is of, or because the scheduler is gone
            future.set_exception(BrokenExecutor(_GONE))
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(result)


_GONE = "The scheduler of the cluster is gone."


def _client(address: str, patience: float) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        what = "The package distributed is not installed."
        remedy = "Install it with `pip install 'verdeling[dask]'`, or do without a cluster."
        raise _refused("no-dask", what, "It speaks to the cluster.", remedy) from error

    def client() -> Client:
        return Client(address, timeout=min(patience, RECONNECT), set_as_default=False)

    try:
        try:
            return client()
        except AssertionError:  # a machine too busy to start Dask's own thread in ten seconds
            return client()
    except (OSError, ValueError) as error:
        what = f"No scheduler answers at {address}."
        remedy = "Start one with `dask scheduler`, and give the address that it prints (tcp://…:8786)."
        raise _refused("no-scheduler", what, "It gives the jobs to the workers.", remedy) from error


def _check_workers(client: Client, address: str, patience: float) -> None:
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError as error:
        what = f"The scheduler at {address} has no worker."
        remedy = f"Start one or more with `dask worker {address}`."
        raise _refused("no-workers", what, "Workers solve the jobs.", remedy) from error
    own = version("verdeling")
    found = client.run(_version, on_error="return")
    other = {worker: said for worker, said in found.items() if said != own}
    if other:
        worker, said = next(iter(other.items()))
        what = f"{len(other)} of {len(found)} workers do not have verdeling {own}; {worker} says: {said}."
        why = "Results of different versions do not belong together."
        raise _refused("other-workers", what, why, f"Install verdeling {own} on every worker.")


def _version() -> str:
    return version("verdeling")


def _refused(code: str, what: str, why: str, remedy: str) -> RunError:
    return RunError("The cluster cannot be used.", [Problem(code, what, why, remedy)])
