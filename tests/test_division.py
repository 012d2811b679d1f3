"""Dividing by a key alone: worked examples, exactness, and what is refused."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

import hand_made
from small import small
from verdeling.cli.divide import COMMANDS
from verdeling.cli.ending import BAD_INPUT, add
from verdeling.dividing.division import divide, exchange
from verdeling.dividing.key_files import key_names, municipalities_of, read_key, read_municipalities
from verdeling.engine import solve
from verdeling.errors import PolicyError
from verdeling.keys import fair_shares
from verdeling.keys.data import Key, Trade
from verdeling.policy import Policy

ROOT = Path(__file__).parents[1]
KEYS = ROOT / "models" / "keys"
TOWNS = pd.DataFrame({"municipality": ["G", "M", "K"], "region": "R", "population": [50, 30, 20]})


def tables(name: str) -> dict[str, pd.DataFrame]:
    document = (KEYS / f"{name}.md").read_text("utf-8")
    found = re.findall(r"^```csv (\w+)\n((?:.*\n)*?)```$", document, flags=re.MULTILINE)
    return {block: pd.read_csv(io.StringIO(lines)) for block, lines in found}


@pytest.mark.parametrize("name", key_names())
def test_worked_example(name: str) -> None:
    """The places on each key's page are what the key divides."""
    example = tables(name)
    stated = example["total"]
    total = stated.set_index("class")["places"].to_dict() if "class" in stated else int(stated["places"][0])
    divided = divide(total, example["municipalities"], name).table
    pd.testing.assert_frame_equal(divided, example["places"], check_dtype=False)


def test_every_key_has_a_page() -> None:
    """Each key has a page with formula, source and example, and the list of keys names each."""
    listed = (KEYS / "README.md").read_text("utf-8")
    for name in key_names():
        assert (KEYS / f"{name}.md").is_file()
        assert f"[{name}]({name}.md)" in listed
        page = (KEYS / f"{name}.md").read_text("utf-8")
        headings = re.findall(r"^## (.*)$", page, flags=re.MULTILINE)
        assert headings[:3] == ["Formula", "Source", "Example"]
        assert set(tables(name)) == {"total", "municipalities", "places"}


@pytest.mark.parametrize("rule", ["largest_remainder", "webster", "dhondt", "residue"])
def test_large_totals_and_small_shares(rule: str) -> None:
    """A total of 10⁹ and a share of 10⁻⁹ lose and invent nothing."""
    towns = pd.DataFrame({"municipality": ["a", "b", "c"], "population": [1, 10**9 - 2, 1]})
    key = Key.model_validate({"component": [{"attribute": "population"}], "rounding": rule})
    assert divide(10**9, towns, key).table["places"].tolist() == [1, 10**9 - 2, 1]


def test_quota() -> None:
    """Under largest remainder nobody is a whole place or more away from its exact share."""
    population = np.random.default_rng(1).integers(1, 10**6, 50)
    towns = pd.DataFrame({"municipality": map(str, range(50)), "population": population})
    for total in (1, 17, 9_999, 10**9):
        places = divide(total, towns, "population").table["places"]
        for got, part in zip(places, population.tolist(), strict=True):
            assert abs(got - Fraction(total * part, int(population.sum()))) < 1


@pytest.mark.parametrize("rule", ["webster", "dhondt"])
def test_house_monotone(rule: str) -> None:
    """Under divisor methods nobody gets fewer places because there are more to divide."""
    towns = TOWNS.assign(population=[53, 29, 18])
    key = Key.model_validate({"component": [{"attribute": "population"}], "rounding": rule})
    before = divide(0, towns, key).places
    for total in range(1, 60):
        after = divide(total, towns, key).places
        assert (after >= before).all()
        before = after


def test_a_policys_key_is_the_same_object() -> None:
    """What stands under [key] in a policy divides as the same text in a file of its own does."""
    stated = {
        "component": [{"attribute": "population"}],
        "step": [{"do": "floor", "share_of": "even", "times": 0.9}],
    }
    towns = TOWNS.assign(even=1)
    policy = Policy.model_validate(
        {"name": "p", "title": "p", "key": stated, "goal": [{"measure": "cost", "aggregate": "total"}]}
    )
    alone = divide(1000, towns, Key.model_validate(stated))
    assert divide(1000, towns, policy.key).table.equals(alone.table)
    assert fair_shares(towns, policy.key).tolist() == pytest.approx([0.42, 0.3, 0.3], abs=0.03)
    assert fair_shares(towns, policy.key).sum() == pytest.approx(1)


def test_fair_shares_per_region() -> None:
    """A region's fair shares sum to one, and an exempt municipality may be in another region."""
    towns = TOWNS.assign(region=["A", "A", "B"], even=1)
    step = {"do": "cap", "share_of": "even", "exempt": ["K"]}
    key = Key.model_validate({"component": [{"attribute": "population"}], "step": [step]})
    assert fair_shares(towns, key).tolist() == pytest.approx([0.5, 0.5, 1.0])


def test_places_need_a_total_in_fair_shares() -> None:
    """A floor in places gives a share of the total that the key states, and is refused without one."""
    stated = {"component": [{"attribute": "population"}], "step": [{"do": "floor", "number": 30}]}
    with pytest.raises(PolicyError, match="stated in places"):
        fair_shares(TOWNS, Key.model_validate(stated))
    shares = fair_shares(TOWNS, Key.model_validate(stated | {"total": 100}))
    assert shares.tolist() == pytest.approx([0.4, 0.3, 0.3])


def test_totals() -> None:
    """A total that is missing, below zero or not what the classes add up to is refused."""
    with pytest.raises(PolicyError, match="There is no total"):
        divide(None, TOWNS, "population")
    with pytest.raises(PolicyError, match="The total is -1"):
        divide(-1, TOWNS, "population")
    with pytest.raises(PolicyError, match=r"The total is 1\.5"):
        divide(1.5, TOWNS, "population")  # type: ignore[arg-type]
    key = Key.model_validate({"component": [{"attribute": "population"}], "classes": {"a": 3, "b": 4}})
    assert divide(7, TOWNS, key).places.sum() == 7
    with pytest.raises(PolicyError, match="add up to 7"):
        divide(8, TOWNS, key)


def test_exchange() -> None:
    """Trades on top of a division keep the sum, and are steps of it."""
    trade = Trade(name="M for G", changes={"G": 3, "M": -3})
    traded = exchange(divide(100, TOWNS, "population"), TOWNS, [trade])
    assert traded.table["places"].tolist() == [53, 27, 20]
    assert traded.steps["effect"].sum() == pytest.approx(100)


@pytest.mark.parametrize(
    ("classes", "remedy"),
    [(100, "Leave the class out."), ({"rent": 60, "sale": 40}, "Name one of: rent, sale.")],
)
def test_every_trade_that_cannot_be_is_told(classes: int | dict[str, int], remedy: str) -> None:
    """Trades that give more than is taken, or places of a class that is not divided, are refused together."""
    uneven = Trade.model_validate({"name": "gift", "changes": {"G": 3, "M": -1}, "class": "flat"})
    with pytest.raises(PolicyError) as caught:
        exchange(divide(classes, TOWNS, "population"), TOWNS, [uneven])
    first, second = caught.value.problems
    assert (first.what, first.value) == ("The trade 'gift' adds up to +2: G +3, M -1.", "+2")
    assert second.what == "The trade 'gift' is about the class 'flat'."
    assert second.remedy == remedy


def test_published_fair_shares_in_a_division() -> None:
    """The table fair_shares of an instance is the attribute fair_share, in divide and in a policy alike."""
    instance = small(fair_shares="municipality,share\nGM1,1\nGM2,3\nGM3,4")
    stated = {"component": [{"attribute": "fair_share"}]}
    key = Key.model_validate(stated)
    assert divide(80, instance, key).table["places"].tolist() == [10, 30, 40]
    assert divide(80, municipalities_of(instance), key).table["places"].tolist() == [10, 30, 40]
    policy = Policy.model_validate(
        {"name": "p", "title": "p", "key": stated, "goal": [{"measure": "cost", "aggregate": "total"}]}
    )
    loads = solve(instance.in_scenario("low"), policy, whole=False).loads.set_index("municipality")
    assert loads["fair_share"].to_dict() == pytest.approx({"GM1": 0.25, "GM2": 0.75, "GM3": 1.0})


def test_no_published_fair_shares() -> None:
    """Without that table the attribute is not there, and the error says so."""
    with pytest.raises(PolicyError, match="asks for the attribute 'fair_share'"):
        divide(80, hand_made.small(), Key.model_validate({"component": [{"attribute": "fair_share"}]}))


def test_a_share_of_zero() -> None:
    """A key may give somebody nothing of a total; as a fair share that is refused, with the reason."""
    towns = TOWNS.assign(gap=[0, 1, 3])
    key = Key.model_validate({"component": [{"attribute": "gap"}]})
    assert divide(8, towns, key).table["places"].tolist() == [0, 2, 6]
    with pytest.raises(PolicyError, match="load relative to no share has no meaning"):
        fair_shares(towns, key)


def test_a_year_before_today() -> None:
    """A phase-in has no year before today."""
    with pytest.raises(PolicyError, match="The year is -1"):
        divide(8, TOWNS, "population", year=-1)


def test_controlled_rounding_has_no_other_rule() -> None:
    """Both margins are kept by one rule of rounding; another one beside it would mean nothing."""
    with pytest.raises(ValueError, match="leave out the rule"):
        Key.model_validate(
            {"component": [{"attribute": "a"}], "rounding": {"margins": "both", "rule": "webster"}}
        )


def test_unknown_keys_and_bad_files(tmp_path: Path) -> None:
    """A key that is not there, is no TOML, or says what no key can say, is refused in three parts."""
    with pytest.raises(PolicyError, match="Did you mean population"):
        read_key("popluation")
    file = tmp_path / "own.toml"
    for text in ("[[component", 'component = []\nweights = "x"', "title = 1"):
        file.write_text(text)
        with pytest.raises(PolicyError) as error:
            read_key(file)
        assert all(problem.remedy for problem in error.value.problems)


def test_a_table_or_an_instance(tmp_path: Path) -> None:
    """Municipalities are read from a CSV or from an instance, and divide alike."""
    file = tmp_path / "towns.csv"
    TOWNS.to_csv(file, index=False)
    assert divide(100, read_municipalities(file), "population").table["places"].tolist() == [50, 30, 20]
    instance = read_municipalities(ROOT / "instances" / "three-towns")
    assert divide(10, instance, "population").places.sum() == 10
    with pytest.raises(PolicyError, match=r"gone\.csv cannot be read"):
        read_municipalities(tmp_path / "gone.csv")


def command_line() -> typer.Typer:
    """A command line with the command alone."""
    app = typer.Typer()
    app.callback()(lambda: None)
    add(app, COMMANDS)
    return app


def test_the_command(tmp_path: Path) -> None:
    """The command shows and writes the division, per class or per step."""
    app = command_line()
    towns, written = tmp_path / "towns.csv", tmp_path / "out.csv"
    TOWNS.to_csv(towns, index=False)
    command = ["divide", str(towns), "--key", "population"]
    shown = CliRunner().invoke(app, [*command, "--total", "100", "-o", str(written)])
    assert shown.exit_code == 0, shown.output
    assert pd.read_csv(written)["places"].tolist() == [50, 30, 20]
    classes = CliRunner().invoke(app, [*command, "--total", "a=10", "--total", "b=20", "--steps"])
    assert classes.exit_code == 0
    assert "rounding" in classes.output
    wrong = CliRunner().invoke(app, [*command, "--total", "many"])
    assert (wrong.exit_code, wrong.stdout) == (BAD_INPUT, "")
    assert "The total is many." in wrong.stderr


def test_the_command_in_dutch(tmp_path: Path) -> None:
    """In Dutch the headings, the sentences, the notes and the workbook are in Dutch, with names."""
    towns, written = tmp_path / "towns.csv", tmp_path / "out.xlsx"
    TOWNS.assign(name=["Groot", "Midden", "Klein"]).to_csv(towns, index=False)
    command = ["divide", str(towns), "--key", "statutory-refugee-target", "--total", "1005", "--lang", "nl"]
    shown = CliRunner().invoke(command_line(), [*command, "--steps", "-o", str(written)])
    assert shown.exit_code == 0, shown.output
    lines = [line.rstrip() for line in shown.output.splitlines()]
    assert lines[0] == "Taakstelling huisvesting vergunninghouders"
    assert lines[1].split() == ["gemeente", "inwoners", "afronding", "plekken"]
    assert lines[3].split() == ["Groot", "502,50", "0,50", "503"]
    assert lines[6].split() == ["totaal", "1.005,00", "1,00", "1.006"]
    assert "– Groot: 502,5 door inwoners, 0,5 erbij door afronding: 503 plekken." in lines
    note = "Afronden naar het dichtstbijzijnde gehele getal verdeelt 1.006: 1 meer dan het totaal van 1.005."
    assert f"– {note}" in lines
    assert lines[-1].startswith("Geschreven: ")
    book = pd.read_excel(written, sheet_name="stappen")
    assert book.columns.tolist() == ["gemeente", "inwoners", "afronding", "plekken"]
    assert book["inwoners"].tolist() == [502.5, 301.5, 201.0]


def test_the_command_writes_steps_for_programs(tmp_path: Path) -> None:
    """A CSV has ids and the columns of the table, or with --steps of the steps."""
    towns, written = tmp_path / "towns.csv", tmp_path / "out.csv"
    TOWNS.to_csv(towns, index=False)
    command = ["divide", str(towns), "--key", "population", "--total", "7", "--steps", "-o", str(written)]
    assert CliRunner().invoke(command_line(), command).exit_code == 0
    steps = pd.read_csv(written)
    pd.testing.assert_frame_equal(steps, divide(7, TOWNS, "population").steps, check_dtype=False)


def test_the_command_refuses_an_ending_before_it_divides(tmp_path: Path) -> None:
    """An ending that is not known, and a file that is there, are refused."""
    towns = tmp_path / "towns.csv"
    TOWNS.to_csv(towns, index=False)
    command = ["divide", str(towns), "--key", "population", "--total", "7", "-o"]
    for path in (tmp_path / "out.pdf", towns):
        refused = CliRunner().invoke(command_line(), [*command, str(path)])
        assert (refused.exit_code, refused.stdout) == (BAD_INPUT, "")
        assert path.name in refused.stderr
