"""Repairs: each works, nothing of its kind is less, and people can read what changes."""

from __future__ import annotations

from functools import cache
from itertools import combinations, count, islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
import pytest

from hand_made import agreement, small
from longer import in_long_runs
from seeded import Kind, seeded
from test_conflict import feasible, impossible
from tired import tire
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import NoSolutionError, VerdelingError
from verdeling.explaining.repairing import repairs as searching
from verdeling.explaining.repairing.conflicts import conflicts_apart
from verdeling.explaining.repairing.prices import PARTS, SHARES, Price, size
from verdeling.explaining.repairing.proving import plan_verifies
from verdeling.explaining.repairing.reaching import reach
from verdeling.explaining.repairing.repairs import Repairs, repair
from verdeling.language import Language
from verdeling.policy import read_policy
from verdeling.solvers import find_solver

if TYPE_CHECKING:
    from verdeling.instance import Instance

GOLDEN = Path(__file__).parent / "golden"
INSTANCES = Path(__file__).parents[1] / "instances"
NUMBERS = [*range(4), *in_long_runs(range(4, 10))]
LESS = 0.97
DRAWS = 8


def towns() -> Instance:
    return read_instance(INSTANCES / "impossible-agreements")


@cache
def linear() -> list[Instance]:
    """Impossible instances without plans to build and without *exactly*: there the least is proved."""
    kind = Kind(regions=2, towns=3, support=True, agreements=5, demands=0.6)
    each = (seeded(kind, seed) for seed in count())
    chosen = (one for one in each if (one["agreements"].query("strength == 'hard'")["sense"] != "=").all())
    return list(islice((one for one in chosen if not possible(one)), 6))


@cache
def repaired(number: int) -> Repairs:
    return repair([*linear(), *impossible()][number])


def hard(instance: Instance) -> list[dict[Any, Any]]:
    agreements = instance["agreements"]
    return agreements[agreements["strength"] == "hard"].to_dict("records")


def bent(instance: Instance, parts: dict[str, float]) -> Instance:
    """Agreements that give up a part of their own number; one on exactly a number in both directions."""
    rows = []
    for row in instance["agreements"].to_dict("records"):
        step = parts.get(row["agreement"], 0.0) * size(row["measure"], row["value"])
        exact = row["sense"] == "=" and step > 0
        for sense in (">=", "<=") if exact else (row["sense"],):
            value = row["value"] + step if sense == "<=" else max(row["value"] - step, 0.0)
            value = min(value, 1.0) if row["measure"] in PARTS else value
            name = f"{row['agreement']}{sense if exact else ''}"
            rows.append(row | {"agreement": name, "sense": sense, "value": value})
    return instance.replace(agreements=pd.DataFrame(rows))


def possible(instance: Instance) -> bool:
    return feasible(instance, instance["agreements"]["agreement"].tolist())


def written(rows: Any) -> float:
    """By how much rounding to what can be written may have raised the cost."""
    return sum(
        2 * (1e-4 if row["measure"] in SHARES else 1e-2) / size(row["measure"], row["from"]) for row in rows
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_each_repair_works(number: int) -> None:
    """A full solve of the repaired instance has a plan, and so says code that never saw the program."""
    repairs = repaired(number)
    assert len(repairs.ways) >= 1
    assert repairs.missing == ()
    for way in repairs.ways["repair"]:
        changed = repairs.repaired(way)
        assert solve(changed, whole=False).status == "optimal"
        differs = changed["agreements"]["value"] != repairs.instance["agreements"]["value"]
        own = repairs.concessions[repairs.concessions["repair"] == way]
        assert set(changed["agreements"].loc[differs, "agreement"]) == set(own["agreement"])


@pytest.mark.parametrize("number", NUMBERS)
def test_no_concession_can_be_smaller(number: int) -> None:
    """A set of concessions is minimal: with one of them three percent smaller nothing works."""
    repairs = repaired(number)
    for _, own in repairs.concessions.groupby("repair"):
        rows = own[own["sense"] != "="].to_dict("records")
        for row in rows:
            parts = dict(zip(own["agreement"], own["part"], strict=True))
            smaller = LESS * row["part"] - written([row])
            if smaller > 0 and (own["sense"] != "=").all():
                assert not possible(bent(repairs.instance, parts | {row["agreement"]: smaller}))


@pytest.mark.parametrize("number", NUMBERS)
def test_nothing_costs_less(number: int) -> None:
    """Of many ways to spend three percent less than the least total none works."""
    repairs = repaired(number)
    way = repairs.ways[repairs.ways["kind"].str.contains("least_total")].iloc[0]
    own = repairs.concessions[repairs.concessions["repair"] == way["repair"]].to_dict("records")
    spent = LESS * way["cost"] - written(own)
    assert way["proved"]
    assert spent > 0
    names = [row["agreement"] for row in hard(repairs.instance)]
    random = np.random.default_rng(number)
    for draw in range(DRAWS):
        shares = random.dirichlet(np.full(len(names), (0.1, 1.0)[draw % 2]))
        assert not possible(bent(repairs.instance, dict(zip(names, spent * shares, strict=True))))


@pytest.mark.parametrize("number", NUMBERS)
def test_nobody_gives_less_at_most(number: int) -> None:
    """When everybody gives up three percent less than the most that one gives up, nothing works."""
    repairs = repaired(number)
    way = repairs.ways[repairs.ways["kind"].str.contains("least_for_weakest")].iloc[0]
    rows = hard(repairs.instance)
    own = repairs.concessions[repairs.concessions["repair"] == way["repair"]].to_dict("records")
    most = LESS * way["largest"] - written(own)
    assert way["proved"]
    assert most > 0
    assert not possible(bent(repairs.instance, {row["agreement"]: most for row in rows}))


@pytest.mark.parametrize("number", NUMBERS)
def test_no_fewer_agreements(number: int) -> None:
    """Dropping any smaller set of agreements altogether is not enough."""
    repairs = repaired(number)
    fewest = int(repairs.ways["agreements"].min())
    names = [row["agreement"] for row in hard(repairs.instance)]
    for dropped in combinations(names, fewest - 1):
        assert not feasible(repairs.instance, [name for name in names if name not in dropped])


@pytest.mark.parametrize("number", NUMBERS)
def test_sets_differ(number: int) -> None:
    """No way is told twice, and another one does not touch all that an earlier one touches."""
    ways = repaired(number).concessions.groupby("repair")
    told = [tuple(zip(own["agreement"], own["to"], strict=True)) for _, own in ways]
    assert len(set(told)) == len(told)


def test_known_costs_by_brute_force() -> None:
    """In two towns every combination of whole numbers is tried: 20 · share + one + other ≤ 20.

    The least for the weakest is the least in order: the largest part, then the next, then the last.
    """
    repairs = repair(towns(), whole=True)
    tried = [
        ((10 - homes) / 10, (8 - one) / 8, (4 - other) / 4)
        for homes, one, other in product(range(11), range(9), range(5))
        if homes + one + other <= 20
    ]
    ways = repairs.ways.set_index("kind")
    assert ways.loc["least_total;fewest", "cost"] == pytest.approx(min(sum(parts) for parts in tried))
    own = repairs.concessions["repair"] == ways.loc["least_for_weakest", "repair"]
    parts = repairs.concessions.loc[own, "part"].sort_values(ascending=False).tolist()
    least = min(sorted(each, reverse=True) for each in tried)
    assert parts == pytest.approx([part for part in least if part > 0])
    assert ways["proved"].all()


def test_the_ways_out_of_the_readme() -> None:
    """The instance that teaches conflicts has the ways out that its README names."""
    repairs = repair(towns(), ways=4)
    alone = repairs.concessions.groupby("repair").filter(lambda own: len(own) == 1)
    found = dict(zip(alone["agreement"], alone["to"], strict=True))
    expected = {"noord_statushouders": 6.0, "noord_sheltered_housing": 2.0, "half_for_regular": 0.4}
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("shared", [True, *in_long_runs([False])])
def test_another_solver_finds_the_same(shared: bool) -> None:
    """The cost and the size of each way do not depend on who solves."""
    columns = ["kind", "agreements", "cost", "largest"]
    instance = homes_and_a_share() if shared else towns()
    ways, others = repair(instance).ways[columns], repair(instance, solver="PULP_CBC_CMD").ways[columns]
    pd.testing.assert_frame_equal(ways, others, atol=2e-4)


def test_a_price_list_decides_who_bends() -> None:
    """Who may not bend stays; who is dear bends less; who may bend a little bends no further."""
    stays = {"half_for_regular": Price(bends=False), "noord_statushouders": Price(bends=False)}
    assert set(repair(towns(), prices=stays).concessions["agreement"]) == {"noord_sheltered_housing"}
    dear = repair(towns(), prices={"half_for_regular": Price(cost=10.0)})
    assert dear.concessions["agreement"].iloc[0] == "noord_statushouders"
    little = repair(towns(), prices=stays | {"noord_statushouders": Price(furthest=7.0)})
    touched = little.concessions.set_index("agreement")["to"]
    assert touched.loc["noord_statushouders"].min() >= 7.0


def test_agreements_that_may_not_bend_give_no_way_out() -> None:
    """Then the price list is said to leave no way out."""
    names = [row["agreement"] for row in hard(towns())]
    repairs = repair(towns(), prices={name: Price(bends=False) for name in names})
    assert repairs.ways.empty
    assert repairs.missing == ()
    assert repairs.sentences("en")[0].startswith("Agreements alone give no way out")


def test_zero_places() -> None:
    """An agreement on no places at all bends by places, and only where it must."""
    nothing = agreement("places", "<=", 0, agreement="none", municipality="GM1")
    something = agreement("places", ">=", 2, agreement="some", municipality="GM1")
    instance = small(agreements=pd.concat([nothing, something]))
    cheapest = repair(instance).concessions.query("repair == 1")
    assert cheapest[["agreement", "to", "cost"]].to_numpy().tolist() == [["some", 0.0, 1.0]]
    fixed = repair(instance, prices={"some": Price(bends=False)}).concessions
    assert fixed[["agreement", "to", "cost"]].to_numpy().tolist() == [["none", 2.0, 2.0]]


def test_exactly_may_move_either_way() -> None:
    """Two and a half places become two, or three, in whole places; nothing in fractional ones."""
    instance = small(agreements=agreement("places", "=", 2.5, municipality="GM1"))
    assert repair(instance, whole=True).concessions["to"].isin([2.0, 3.0]).all()
    assert repair(instance).needless


def homes_and_a_share() -> Instance:
    """Twelve homes promised, nine tenths of them clustered; of clustered homes there can be three."""
    homes = agreement("built", ">=", 12, agreement="homes", place_type="social;cluster")
    share = agreement("share_of_built", ">=", 0.9, agreement="share", place_type="cluster")
    projects = """
        project,municipality,place_type,year,max_places
        P1,GM1,social,2027,20
        P2,GM2,cluster,2027,3
        """
    return small(agreements=pd.concat([homes, share]).fillna(""), projects=projects)


def test_a_share_and_a_number_in_closed_form() -> None:
    """With h homes the share is at most 3/h: not convex, and least by hand for each kind."""
    ways = repair(homes_and_a_share()).ways.set_index("kind")
    one_alone = 1 - 3 / (0.9 * 12)
    both_alike = 1 - (3 / (0.9 * 12)) ** 0.5
    assert ways.loc["least_total;fewest", "cost"] == pytest.approx(one_alone, abs=2e-3)
    assert ways.loc["least_for_weakest", "largest"] == pytest.approx(both_alike, abs=2e-3)
    assert ways["proved"].all()


@pytest.mark.parametrize(("dear", "cheap"), [("homes", "share"), ("share", "homes")])
def test_the_cheaper_of_two_valleys(dear: str, cheap: str) -> None:
    """Of the two least costs, one at either end, a price list decides which is the least of all."""
    cheapest = repair(homes_and_a_share(), prices={dear: Price(cost=1.2)}).concessions.query("repair == 1")
    assert cheapest["agreement"].tolist() == [cheap]


@pytest.mark.parametrize("prices", [(2.0, 1.0), *in_long_runs([((1.0, 1.0),), ((1.0, 3.0),)])])
def test_whole_homes_by_brute_force(prices: tuple[float, float]) -> None:
    """Every number of homes and of clustered ones is tried."""
    found = repair(
        homes_and_a_share(),
        whole=True,
        prices={"homes": Price(cost=prices[0]), "share": Price(cost=prices[1])},
    )
    parts = [
        (max(0.0, 1 - homes / 12), max(0.0, 1 - clustered / homes / 0.9))
        for homes in range(1, 24)
        for clustered in range(4)
        if clustered <= homes <= 20 + clustered
    ] + [(1.0, 0.0)]
    proofs = found.proofs.set_index(["kind", "of"])["value"]
    cost = min(float(np.dot(prices, part)) for part in parts)
    assert proofs["least_total", "cost"] == pytest.approx(cost, abs=1e-6)
    weakest = min(tuple(sorted(part, reverse=True)) for part in parts)
    assert proofs["least_for_weakest", "largest"] == pytest.approx(weakest[0], abs=1e-6)
    assert found.ways["proved"].all()


def test_shares_of_what_is_built() -> None:
    """Homes of one type are promised; the share that another may ask of what is built follows."""
    homes = agreement("built", ">=", 2, agreement="homes", place_type="social")
    share = agreement("share_of_built", ">=", 0.9, agreement="share", place_type="cluster")
    instance = small(agreements=pd.concat([homes, share]).fillna(""))
    repairs = repair(instance, prices={"homes": Price(bends=False)})
    reached = reach(instance, "share").bounds["together"].item()
    assert repairs.concessions["to"].tolist() == pytest.approx([reached], abs=1e-4)
    assert possible(repairs.repaired(1))


def test_nothing_to_repair() -> None:
    """An instance with a plan needs no repair, and says so."""
    repairs = repair(small())
    assert repairs.needless
    assert repairs.sentences("nl") == [
        "Er hoeft niets te veranderen: alle afspraken kunnen samen worden nagekomen."
    ]


def test_out_of_time() -> None:
    """Without time nothing is claimed, and what is missing is named."""
    repairs = repair(towns(), time_limit=0.0)
    assert repairs.ways.empty
    assert not repairs.needless
    assert set(repairs.missing) == {"least_total", "fewest", "least_for_weakest", "another"}
    assert repairs.sentences("en")[0].startswith("Not found before time, or the limited search, ran out: the")


@cache
def least_of_homes(*, whole: bool) -> pd.Series[float]:
    return repair(homes_and_a_share(), whole=whole).proofs.set_index(["kind", "of"])["value"]


@pytest.mark.parametrize(
    ("answers", "whole"), [(6, False), *in_long_runs([(1, False), (15, False), (8, True), (25, True)])]
)
def test_what_is_proved_when_time_runs_out(
    monkeypatch: pytest.MonkeyPatch, answers: int, whole: bool
) -> None:
    """Ways that were found work, bounds are below the least, and each kind is found or missing."""
    least = least_of_homes(whole=whole)
    tire(monkeypatch, searching, answers)
    found = repair(homes_and_a_share(), whole=whole)
    assert not found.needless
    assert found.stuck == ()
    for number in found.ways["repair"]:
        assert solve(found.repaired(number), whole=whole).has_numbers
    told = {kind for way in found.ways["kind"] for kind in way.split(";")}
    assert {"least_total", "fewest", "least_for_weakest"} <= told | set(found.missing)
    for proof in found.proofs.to_dict("records"):
        if proof["kind"] != "another" and proof["of"] in ("agreements", "largest"):
            assert proof["bound"] <= least[proof["kind"], proof["of"]] + 1e-6 <= proof["value"] + 2e-6


def test_a_share_that_nobody_can_have_exactly() -> None:
    """No number helps where two municipalities must have exactly one share and cannot: one must go."""
    each = agreement("share_of_built", "=", 0.5, agreement="half", place_type="cluster", municipality="*")
    homes = agreement("built", ">=", 2, agreement="homes", municipality="*", place_type="social;cluster")
    projects = """
        project,municipality,place_type,year,max_places
        P1,GM1,social,2027,5
        P2,GM2,cluster,2027,5
        P3,GM3,cluster,2027,5
        """
    instance = small(agreements=pd.concat([each, homes]).fillna(""), projects=projects)
    stays = {"homes": Price(bends=False)}
    found = repair(instance, prices=stays)
    assert found.ways.empty
    assert found.stuck == ("half",)
    assert "half" in found.sentences("nl")[0]
    assert "exactly" in found.sentences("en")[0]


def test_exactly_is_tried_at_every_whole_number() -> None:
    """Exactly so many places beside what others need: a second solver tries every pair of numbers."""
    exact = agreement("places", "=", 12, agreement="exact", municipality="GM1;GM2", group="regular")
    some = agreement("places", ">=", 5, agreement="some", municipality="GM2", group="status", year="2027")
    found = repair(small(agreements=pd.concat([exact, some]).fillna("")), whole=True)
    policy, second = read_policy("leximin"), find_solver("PULP_CBC_CMD")
    costs = []
    for number, other in product(range(7, 13), range(2, 6)):
        changed = pd.concat([exact.assign(value=number), some.assign(value=other)]).fillna("")
        if plan_verifies(small(agreements=changed).in_scenario(None), policy, second, whole=True):
            costs.append((12 - number) / 12 + (5 - other) / 5)
    assert found.ways["cost"].min() == pytest.approx(min(costs), abs=1e-6)
    assert found.ways["proved"].all()


def test_out_of_time_before_anything_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """How far *at most* can be of use is a question too: without its answer nothing is said to be no help."""
    most = agreement("places", "<=", 1, agreement="most", municipality="GM1")
    least = agreement("places", ">=", 3, agreement="least", municipality="GM1")
    tire(monkeypatch, searching, 1)
    found = repair(small(agreements=pd.concat([most, least])))
    assert set(found.missing) == {"least_total", "fewest", "least_for_weakest", "another"}


def test_bad_input() -> None:
    """A repair that is not there, and a price for nobody, are refused."""
    with pytest.raises(NoSolutionError, match="no repair 9"):
        repair(towns()).repaired(9)
    with pytest.raises(VerdelingError, match="nobody"):
        repair(towns(), prices={"nobody": Price()})


@pytest.mark.parametrize("lang", get_args(Language))
def test_told_in_both_languages(lang: Language) -> None:
    """Conflicts, repairs and reach of the instance that teaches them, word for word."""
    instance = towns()
    told = conflicts_apart(instance).sentences(lang)
    told += repair(instance).sentences(lang) + reach(instance).sentences(lang)
    golden = GOLDEN / f"impossible-agreements.ways-out.{lang}.txt"
    assert "\n".join(told) + "\n" == golden.read_text("utf-8")
