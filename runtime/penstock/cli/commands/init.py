"""`penstock init`: makes a project with a first contract and its tests."""

from importlib.util import find_spec
from pathlib import Path

import click

from penstock.project.starting import start_project
from penstock.script.chains import CHAINS, DEFAULT_CHAIN


@click.command(
    "init",
    epilog="""\b
Examples:
  penstock init shop
  penstock init deals/second --target btc

docs/project.md goes on from here.""",
)
@click.argument("folder", metavar="NAME", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--target",
    type=click.Choice(list(CHAINS)),
    default=DEFAULT_CHAIN.name,
    show_default=True,
    help="The chain to compile for.",
)
def command(folder: Path, target: str) -> None:
    """Make a project in the new folder NAME.

    It has a first contract, a payment for a secret with a refund; tests of it with real signatures, forged ones among
    them; and a pyproject.toml with the settings.
    """
    written = start_project(folder, target)
    for file in written:
        click.echo(file)
    steps = [] if folder.resolve() == Path.cwd() else [f"cd {folder}"]
    steps += [] if find_spec("pytest") else ["python -m pip install pytest"]
    steps += ["python -m pytest", "penstock compile"]
    click.echo("\n".join(["", "Next:", *(f"  {step}" for step in steps)]))
