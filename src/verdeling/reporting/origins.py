"""Where the numbers of a report come from: estimates, what was pursued, and how to do it again."""

from __future__ import annotations

import shlex
from importlib.metadata import version
from typing import TYPE_CHECKING

from verdeling.language import number, say, sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from verdeling.language import Language
    from verdeling.policy import Policy
    from verdeling.reporting.content import Content

_DIGITS = 12
"""Of a digest that people compare by eye; the whole one is in the folder of tables."""

_EXACT = 12
"""Decimals in which a tolerance shows."""


def rests_on_estimates(content: Content) -> bool:
    """Whether any number that was divided with is marked as an estimate.

    Everything is divided together, so that one estimate has its part in every number that comes out.
    """
    return bool(content.estimate_counts["estimates"].any())


def estimated_groups(content: Content) -> Collection[str]:
    """Groups of whose needs some number is an estimate."""
    needs = content.instance.tables["needs"]
    return set(needs.loc[needs["estimate"].astype(bool), "group"])


def policies_of(content: Content) -> tuple[Policy, ...]:
    """The policy of the division, or those that are compared."""
    if content.solution is not None:
        return (content.solution.policy,)
    return content.comparison.policies if content.comparison else ()


def meanings(content: Content) -> list[str]:
    """What each way of making one number of many means, of those that the policies use."""
    used = dict.fromkeys(goal.aggregate for policy in policies_of(content) for goal in policy.goal)
    lang = content.lang
    return [
        f"{sentence(say(f'aggregate.{name}', lang))}: {say(f'pursues.{name}', lang)}"
        for name in used
        if name not in ("total", "maximum", "minimum")
    ]


def provenance(content: Content) -> list[tuple[str, str]]:
    """What was divided with what: digests, solver, versions, tolerance and seconds."""
    lang, instance = content.lang, content.instance
    found = [("instance", f"{instance.about.name}, {instance.digest[:_DIGITS]}")]
    if content.solution is not None:
        policy = content.solution.policy
        found.append(("policy", f"{policy.name}, {policy.digest[:_DIGITS]}"))
        found += [] if _foreseen(content) else _solving(content.solution.provenance, lang)
    if content.comparison is not None:
        digests = [f"{policy.name}, {policy.digest[:_DIGITS]}" for policy in content.comparison.policies]
        found.append(("compared", "; ".join(digests)))
    found.append(("version", version("verdeling")))
    found.append(("licence", instance.about.licence))
    return [(say(f"origin.{key}", lang), value) for key, value in found if value]


def _solving(known: Mapping[str, Any], lang: Language) -> list[tuple[str, str]]:
    """Tolerance and scaling where there was any, solver and seconds."""
    seconds = {name: taken for name, taken in known["seconds"].items() if name != "solver"}
    scaling = known.get("scaling", 1.0)
    return [
        ("tolerance", number(known["tolerance"], lang, _EXACT) if known["tolerance"] else ""),
        ("scaling", number(scaling, lang) if scaling > 1 else ""),
        ("solver", f"{known['solver']} {known['versions'].get('highspy', '')}".strip()),
        ("seconds", number(sum(seconds.values()), lang, 1, fixed=True)),
    ]


def _foreseen(content: Content) -> bool:
    """Whether the division is one of several scenarios that were decided together."""
    return content.solution is not None and "criterion" in content.solution.provenance


def command(content: Content, name: str = "report.html") -> str:
    """The command that makes the report again under a name, in the folder that the instance lies in.

    Empty for one of several scenarios that were decided together: divided by itself it has another plan.
    """
    if _foreseen(content):
        return ""
    words = ["verdeling", "report", content.instance.about.name, "-o", name]
    if content.solution is not None:
        words += ["--policy", content.solution.policy.name]
    if content.instance.about.scenario:
        words += ["--scenario", content.instance.about.scenario]
    if content.comparison is not None:
        own = content.solution.policy.name if content.solution is not None else ""
        others = [policy.name for policy in content.comparison.policies if policy.name != own]
        words += [word for name in others for word in ("--compare", name)]
    if content.solution is not None and not content.solution.whole:
        words.append("--fractional")
    if content.lang != "nl":
        words += ["--lang", content.lang]
    return shlex.join(words)
