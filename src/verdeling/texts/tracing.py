"""How a fair share became a load: paths, step by step."""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "path.adds": ("{step} voegt er {amount} toe|{step} voegen er {amount} toe", "{step} adds {amount}|{step} add {amount}"),
    "path.between": ("Van het eerlijk aandeel in {task} draagt {one} {result} en {other} {other_result}.",
                     "Of the fair share in {task}, {one} carries {result} and {other} {other_result}."),
    "path.compared": (" Vergeleken met {other}: {effects}: {by}.", " Compared with {other}: {effects}: {by}."),
    "path.cut_off": (" De tijd was op voordat dit was uitgesplitst: {steps}.",
                     " Time ran out before this was told apart: {steps}."),
    "path.equal": ("geen verschil", "no difference"),
    "path.less": ("{amount} minder", "{amount} less"),
    "path.more": ("{amount} meer", "{amount} more"),
    "path.order_free": (" Elk effect is het gemiddelde over alle volgordes.", " Each effect is the mean over all orders."),
    "path.policies": ("Van {task} draagt {whose} {result} onder {one} en {other_result} onder {other}.",
                      "Of {task}, {whose} carries {result} under {one} and {other_result} under {other}."),
    "path.straight": ("Het eerlijk aandeel van {whose} in {task} is {share}, en dat is ook wat het draagt.",
                      "The fair share of {whose} in {task} is {share}, and that is what it carries."),
    "path.takes": ("{step} haalt er {amount} af|{step} halen er {amount} af", "{step} takes {amount} off|{step} take {amount} off"),
    "path.task": ("de opgave", "the task"),
    "path.task_of": ("de opgave voor {group}", "the task for {group}"),
    "path.through": ("Het eerlijk aandeel van {whose} in {task} is {share}. {effects}: {result}.",
                     "The fair share of {whose} in {task} is {share}. {effects}: {result}."),
    "step.agreements": ("afspraken", "agreements"),
    "step.dividing": ("de manier van verdelen", "the way of dividing"),
    "step.goals": ("eerdere doelen", "earlier goals"),
    "step.key": ("het eerlijk aandeel", "the fair share"),
    "step.open": ("wat het verdeelprincipe openlaat", "what the policy leaves open"),
    "step.projects": ("bouwplannen", "projects"),
    "step.rest": ("wat nog niet is uitgesplitst", "what was not told apart"),
    "step.supply": ("aanbod en geschiktheid", "supply and suitability"),
    "step.support": ("begeleiding", "support"),
    "step.whole": ("hele plekken", "whole places"),
}
