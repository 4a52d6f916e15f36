"""A recipe as Python source."""

import json
from collections.abc import Mapping

from philtre.data.column import Column
from philtre.data.target import Target
from philtre.fields import PLAIN

NAMES = ("Column", "Recipe", "Target")
WIDTH = 110


def recipe_code(columns: Mapping[str, Column], target: Target) -> str:
    """Write source that builds an equal recipe as the variable `recipe`.

    Raises:
        DataError: if the source of a derive function cannot be found.
    """
    steps = [step for column in columns.values() for step in column.steps]
    names = sorted({*NAMES, *(step.name for step in steps)})
    needs = [need for step in steps for need in step.needs]
    if any(column.spelling != PLAIN for column in columns.values()):
        names = sorted({*names, "Spelling"})
    lines = [*_imports(names), *dict.fromkeys(needs), "", "recipe = Recipe(", "    {"]
    for name, column in columns.items():
        lines += _entry(name, column)
    return "\n".join([*lines, "    },", f"    {target.code},", ")", ""])


def _imports(names: list[str]) -> list[str]:
    line = f"from philtre.data import {', '.join(names)}"
    if len(line) <= WIDTH:
        return [line]
    return ["from philtre.data import (", *(f"    {name}," for name in names), ")"]


def _entry(name: str, column: Column) -> list[str]:
    key = f"        {json.dumps(name, ensure_ascii=False)}: "
    line = f"{key}{column.code},"
    if len(line) <= WIDTH:
        return [line]
    *steps, reason = column.arguments
    return [f"{key}Column(", f"            {', '.join(steps)},", f"            {reason},", "        ),"]
