"""Rendering: the row of a module in, its text out, as ruff's formatter leaves it at 120 columns."""

import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from penstock.bindings.docstrings import WIDTH, docstring
from penstock.bindings.rows import Module, Parameter

if TYPE_CHECKING:
    from jinja2 import Environment

MARK: Final = "# Made by the command below. Do not edit: change the contracts, and run it again."
"""The first line of each file that is made."""
_NAMED: Final = (
    *("A002", "D401", "D403", "E501", "E741", "FBT001", "N801", "N802", "N803", "N815", "PLR0913", "PLR0917"),
    *("RUF002", "RUF100"),  # those that a module or its reader does not need may stand there
)
"""Rules of ruff that names, types and comments of a contract may break."""


def render(row: Module, command: str) -> str:
    """Return the text of a module.

    Args:
        row: the module.
        command: the command that makes it.
    """
    template = _environment().get_template("bindings.py.j2")
    return template.render(head=head(command), rules=_NAMED, row=row, sequences=_sequences(row))


def render_package(command: str) -> str:
    """Return the text of the `__init__.py` of a folder with bindings."""
    return f'{head(command)}"""Bindings of contracts: a module for each."""\n'


def head(command: str) -> str:
    """Return the first lines of each file that a command makes."""
    return f"{MARK}\n#     {command}\n"


def laid_out(parts: Sequence[str], start: str, end: str, indent: int = 4) -> str:
    """Return a list between brackets on one line, on one line of its own, or on one line for each part."""
    margin = " " * indent
    one = f"{start}{', '.join(parts)}{end}"
    if len(margin) + len(one) <= WIDTH:
        return one
    inner = f"{margin}    {', '.join(parts)}"
    if len(inner) <= WIDTH:
        return f"{start}\n{inner}\n{margin}{end}"
    return "\n".join([start, *(f"{margin}    {each}," for each in parts), f"{margin}{end}"])


def _declared(parameters: Sequence[Parameter], otherwise: str = "") -> list[str]:
    """Return parameters as a signature has them, with the same value for those that are left out."""
    return [f"{each.name}: {each.annotation}{otherwise}" for each in parameters]


def _literal(text: str) -> str:
    """Return a text between double quotes."""
    return json.dumps(text, ensure_ascii=False)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - of this function alone

    loader = PackageLoader("penstock.bindings")
    # the texts are not HTML
    made = Environment(loader=loader, autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701
    made.trim_blocks = made.lstrip_blocks = True
    made.filters.update(laid_out=laid_out, declared=_declared, literal=_literal)
    made.globals["docstring"] = docstring
    return made


def _sequences(row: Module) -> bool:
    """Return whether the module needs the name `Sequence`."""
    signatures = [row.parameters, row.next_state, *(each.parameters for each in row.methods)]
    fields = [each.fields for each in row.dataclasses]
    return any("Sequence[" in each.annotation for listed in (*signatures, *fields) for each in listed)
