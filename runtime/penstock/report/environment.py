"""Environment of the report's templates: filters, and the style sheet."""

import re
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from penstock.wording import counted

_INDEXED: Final = re.compile(r"\b(D|H|T|TX)_(\w+)")


def environment() -> Environment:
    """Return the environment, which escapes all texts."""
    made = Environment(loader=PackageLoader("penstock.report"), autoescape=True, undefined=StrictUndefined)
    made.trim_blocks = made.lstrip_blocks = True
    made.filters["indexed"] = _indexed
    made.filters["placeholders"] = _placeholders
    made.filters["grouped"] = "{:,}".format
    made.filters["counted"] = counted
    return made


def style() -> Markup:
    """Return the style sheet of all pages."""
    return Markup(files("penstock.report").joinpath("templates/style.css").read_text("utf-8"))  # noqa: S704 - ours


def _placeholders(asm: str) -> Markup:
    """Emphasize the `<name>`s."""
    return Markup(re.sub(r"(&lt;\w+&gt;)", r"<b>\1</b>", str(escape(asm))))  # noqa: S704 - escaped just before


def _indexed(text: str) -> Markup:
    """Set the index in D_3, H_i, TX_n and T_0 as a subscript."""
    return Markup(_INDEXED.sub(r"\1<sub>\2</sub>", str(escape(text))))  # noqa: S704 - escaped just before
