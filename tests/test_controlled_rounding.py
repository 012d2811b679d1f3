from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from verdeling.errors import PolicyError
from verdeling.rounding import picking, round_parts, round_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NOISE = 1e-9


@st.composite
def tables(draw: st.DrawFn, most: int = 4, below: int = 40) -> Array:
    """Small tables with zeros, whole cells, halves, thirds and fifths."""
    shape = draw(st.tuples(st.integers(1, most), st.integers(1, most)))
    cells = draw(st.lists(st.integers(0, below), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    return np.array(cells).reshape(shape) / draw(st.sampled_from([1, 2, 3, 5, 8]))


def down(amounts: Array) -> Array:
    """Whole numbers below, where noise does not count."""
    return np.floor(amounts + NOISE)


def up(amounts: Array) -> Array:
    """Whole numbers above, where noise does not count."""
    return np.ceil(amounts - NOISE)


def holds(amounts: Array, whole: Array, rows: Array | None = None, columns: Array | None = None) -> bool:
    """Whether cells and totals are what they should be."""
    grand = amounts.sum()
    totals = [(amounts, whole, None), (amounts.sum(axis=1), whole.sum(axis=1), rows)]
    totals.append((amounts.sum(axis=0), whole.sum(axis=0), columns))
    if rows is None and columns is None:
        totals.append((grand, whole.sum(), np.floor(grand + 0.5 + NOISE)))
    return all(
        bool(
            ((down(exact) <= found) & (found <= up(exact))).all() if given is None else (found == given).all()
        )
        for exact, found, given in totals
    )


def distance(amounts: Array, whole: Array, rows: Array | None = None, columns: Array | None = None) -> float:
    """Sum of the squared differences of all cells and of totals that are not given."""
    off = whole - amounts
    free = [off.sum(axis=axis) for axis, given in ((1, rows), (0, columns)) if given is None]
    return float((off**2).sum() + sum((each**2).sum() for each in free))


def nearest_of_all(amounts: Array, rows: Array | None, columns: Array | None) -> float | None:
    """Distance of the nearest of all tables that hold; None if none does."""
    choices = [sorted({low, high}) for low, high in zip(down(amounts).flat, up(amounts).flat, strict=True)]
    tried = (np.array(cells).reshape(amounts.shape) for cells in product(*choices))
    return min(
        (distance(amounts, whole, rows, columns) for whole in tried if holds(amounts, whole, rows, columns)),
        default=None,
    )


def rounded(amounts: Array, rows: Array | None = None, columns: Array | None = None) -> NDArray[np.int64]:
    """Whole numbers of a table."""
    return round_table(pd.DataFrame(amounts), row_totals=rows, column_totals=columns).to_numpy()


def test_a_table_by_hand() -> None:
    """Rounded cell by cell this table misses totals; rounded as a table it has them all."""
    table = pd.DataFrame(
        [[1.4, 2.4, 0.4], [3.4, 5.3, 1.3], [0.2, 0.3, 0.3]],
        index=["Borne", "Hengelo", "Losser"],
        columns=["low", "middle", "high"],
    )
    assert table.round().sum().tolist() == [4, 7, 1]
    found = round_table(table, column_totals=pd.Series({"high": 2, "low": 5, "middle": 8}))
    assert found.to_numpy().tolist() == [[1, 3, 0], [4, 5, 1], [0, 0, 1]]
    assert found.index.equals(table.index)
    assert found.columns.equals(table.columns)
    assert (found.dtypes == np.int64).all()


@given(tables())
def test_a_table_keeps_its_totals(amounts: Array) -> None:
    """Every cell and every total is rounded up or down, and everything together to the nearest."""
    assert holds(amounts, rounded(amounts))


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6), st.sampled_from([3, 5, 8]), st.data())
def test_totals_of_the_table_are_always_reached(line: list[int], under: int, data: st.DataObject) -> None:
    """Where the given totals are the sums of the table, there is always a table."""
    line[0] += -sum(line) % under
    amounts = np.array([np.roll(line, at) for at in range(len(line))]) / under
    amounts += data.draw(
        st.lists(st.integers(0, 3), min_size=amounts.size, max_size=amounts.size).map(np.array)
    ).reshape(amounts.shape)
    rows, columns = (np.rint(amounts.sum(axis=axis)) if data.draw(st.booleans()) else None for axis in (1, 0))
    assert holds(amounts, rounded(amounts, rows, columns), rows, columns)


@given(tables(most=3, below=20), st.data())
def test_it_is_the_nearest_of_all_tables(amounts: Array, data: st.DataObject) -> None:
    """No table with the same totals is nearer, and where there is none at all, that is said."""
    moves = [
        data.draw(st.none() | st.lists(st.integers(-1, 1), min_size=size, max_size=size))
        for size in amounts.shape
    ]
    rows, columns = (
        None if move is None else np.maximum(np.rint(amounts.sum(axis=axis)) + move, 0)
        for axis, move in zip((1, 0), moves, strict=True)
    )
    assume(rows is None or columns is None or rows.sum() == columns.sum())
    least = nearest_of_all(amounts, rows, columns)
    if least is None:
        with pytest.raises(PolicyError, match=r"can add up to|Together"):
            rounded(amounts, rows, columns)
        return
    whole = rounded(amounts, rows, columns)
    assert holds(amounts, whole, rows, columns)
    assert distance(amounts, whole, rows, columns) == pytest.approx(least, abs=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_a_linear_program_finds_none_nearer(seed: int) -> None:
    """On tables too large to try everything, a linear program of cells and row totals comes no nearer."""
    random = np.random.default_rng(seed)
    amounts = random.pareto(1.2, (120, 7)) * (random.random((120, 7)) < 0.6)
    columns = np.ceil(amounts.sum(axis=0))
    amounts *= columns / amounts.sum(axis=0)
    exact = np.append(amounts.ravel(), amounts.sum(axis=1))
    low, part = np.floor(exact), exact - np.floor(exact)
    member, kind = np.indices(amounts.shape).reshape(2, -1)
    rows = np.hstack([member == np.arange(120)[:, None], -np.eye(120)])
    lines = np.hstack([kind == np.arange(7)[:, None], np.zeros((7, 120))])
    bounds = np.column_stack([low, np.ceil(exact)])
    best = linprog(1 - 2 * part, A_eq=np.vstack([rows, lines]), b_eq=[0] * 120 + [*columns], bounds=bounds)
    whole = rounded(amounts, columns=columns)
    found = np.append(whole.ravel(), whole.sum(axis=1))
    assert holds(amounts, whole, columns=columns)
    assert (1 - 2 * part) @ found == pytest.approx(best.fun, abs=1e-6)


@given(tables(most=5), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(amounts: Array, shuffle) -> None:
    """With the rows in another order, the same rows are in the result."""
    order = list(range(len(amounts)))
    shuffle.shuffle(order)
    found = sorted(map(tuple, np.hstack([amounts, rounded(amounts)])))
    assert sorted(map(tuple, np.hstack([amounts[order], rounded(amounts[order])]))) == found


@given(st.lists(st.integers(0, 99), min_size=1, max_size=12).filter(any), st.integers(0, 200))
def test_one_class_is_largest_remainders(parts: list[int], total: int) -> None:
    """A table of one class with a total gives what largest remainders give."""
    amounts = np.array(parts)[:, None] * total / sum(parts)
    expected = round_parts(parts, total, "largest_remainder")
    assert (rounded(amounts, columns=[total]).ravel() == expected).all()


@given(tables())
def test_whole_tables_stay(amounts: Array) -> None:
    """A table of whole numbers is left as it is, and so is one that floating point made nearly whole."""
    whole = np.rint(amounts)
    assert (rounded(whole) == whole).all()
    assert (rounded((whole * 0.1) * 10 / 3 * 3) == whole).all()


@pytest.mark.parametrize("shape", [(5000, 4), (4, 5000), (40, 40)])
@pytest.mark.parametrize("kind", ["alike", "halves", "proportional", "sparse"])
def test_large_tables_keep_their_totals(shape: tuple[int, int], kind: str) -> None:
    """Also where all members are alike, every cell is a tie, or most cells are nothing."""
    random = np.random.default_rng(5)
    amounts = {
        "alike": np.tile(random.random(shape[1]), (shape[0], 1)),
        "halves": np.full(shape, 0.5),
        "proportional": np.outer(random.pareto(1.2, shape[0]), random.random(shape[1])),
        "sparse": random.pareto(1.2, shape) * (random.random(shape) < 0.1),
    }[kind]
    assert holds(amounts, rounded(amounts))
    whole = rounded(amounts)
    assert (rounded(amounts, whole.sum(axis=1), whole.sum(axis=0)).sum(axis=0) == whole.sum(axis=0)).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_few_members_at_a_time_find_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many rows are looked at first makes no difference to how near the table is."""
    random = np.random.default_rng(seed)
    amounts = np.round(random.pareto(1.2, (80, 5)), 2) * (random.random((80, 5)) < 0.5)
    least = distance(amounts, rounded(amounts))
    monkeypatch.setattr(picking, "_STEPS", 0)
    assert distance(amounts, rounded(amounts)) == pytest.approx(least, abs=1e-6)
    monkeypatch.setattr(picking, "_CORE", 3)
    assert distance(amounts, rounded(amounts)) == pytest.approx(least, abs=1e-6)
    monkeypatch.undo()
    monkeypatch.setattr(picking, "_CORE", 3)
    assert distance(amounts, rounded(amounts)) == pytest.approx(least, abs=1e-6)


def test_ties_go_to_larger_members_and_earlier_classes() -> None:
    """Where tables are equally near, larger members are rounded up, in earlier classes."""
    assert rounded(np.array([[0.5], [2.5]]), columns=[3]).tolist() == [[0], [3]]
    assert rounded(np.array([[0.5, 0.5], [1.5, 0.5]])).tolist() == [[0, 1], [2, 0]]
    assert rounded(np.full((2, 2), 0.5)).tolist() == [[1, 0], [0, 1]]


def test_nothing_to_round() -> None:
    """Tables without members, without classes or of nothing are rounded too."""
    assert rounded(np.zeros((0, 3))).shape == (0, 3)
    assert rounded(np.zeros((3, 0))).shape == (3, 0)
    assert not rounded(np.zeros((2, 2)), [0, 0], [0, 0]).any()


@pytest.mark.parametrize(
    ("rows", "columns", "code"),
    [
        ([1, 2], [2, 2], "margins-differ"),
        ([1, 1.5], None, "bad-total"),
        (None, [np.nan, -1], "bad-total"),
        ([1], None, "totals-misaligned"),
        (pd.Series({"Borne": 1, "Loser": 1}), None, "totals-misaligned"),
        (pd.Series([1, 1], ["Borne", "Borne"]), None, "totals-misaligned"),
        ([3, 1], None, "total-out-of-reach"),
        (None, [4, 1], "total-out-of-reach"),
        (None, [2, 2], "total-out-of-reach"),
    ],
)
def test_totals_that_do_not_fit_are_refused(rows, columns, code) -> None:
    """Totals that are not whole, not of these members, or cannot be reached are named."""
    table = pd.DataFrame([[0.5, 0.5], [1.0, 0.5]], index=["Borne", "Losser"], columns=["low", "high"])
    with pytest.raises(PolicyError) as caught:
        round_table(table, row_totals=rows, column_totals=columns)
    assert {problem.code for problem in caught.value.problems} == {code}


def test_totals_that_contradict_each_other_name_the_members() -> None:
    """Each total can be reached, but not all together: the classes of which it is true are named."""
    table = pd.DataFrame(
        [[0.5, 0.0], [0.5, 0.0], [0.0, 0.5], [0.0, 0.5]], columns=["low", "high"], index=list("ABCD")
    )
    assert round_table(table, column_totals=[1, 1]).sum(axis=1).tolist() == [1, 0, 1, 0]
    with pytest.raises(PolicyError, match="Together the column totals of high are 1 too high"):
        round_table(table, row_totals=[1, 1, 0, 0], column_totals=[1, 1])
    with pytest.raises(PolicyError, match="Together the row totals of high are 1 too high"):
        round_table(table.T, row_totals=[1, 1], column_totals=[1, 1, 0, 0])
    with pytest.raises(PolicyError, match="Together the column totals of low are 1 too high"):
        round_table(table.iloc[:3], row_totals=[0, 0, 1])


def test_bad_cells_are_refused() -> None:
    """Cells that are negative, missing, infinite, too large or no number are named, all at once."""
    table = pd.DataFrame({"low": [-1.0, np.nan, 1.0], "high": ["x", np.inf, 1e13]}, index=list("ABC"))
    with pytest.raises(PolicyError, match="The amount of A in high is missing or no number") as caught:
        round_table(table)
    assert [problem.code for problem in caught.value.problems] == ["bad-cell"] * 5
