"""List of commands: one row each; a command's module is loaded only when it is run."""

import os
from importlib import import_module
from typing import Any, Final

import click

import penstock
from penstock.cli.failure import told_plainly
from penstock.records import Record


class CommandRow(Record, frozen=True):
    """A command: its name, the module that defines `command`, and a line of help."""

    name: str
    module: str
    summary: str


ROWS: Final = (
    CommandRow("init", "penstock.cli.commands.init", "Make a project: a first contract, its tests, settings."),
    CommandRow("compile", "penstock.cli.commands.compile", "Compile a contract to an artifact, assembler or hex."),
    CommandRow("check", "penstock.cli.commands.check", "Report the errors in contracts, without compiling them."),
    CommandRow("prove", "penstock.cli.commands.prove", "Compare scripts with their sources, for all spends."),
    CommandRow("who", "penstock.cli.commands.who", "Show who can spend a contract, and with what."),
    CommandRow("bindings", "penstock.cli.commands.bindings", "Write typed Python modules for contracts."),
    CommandRow("explain", "penstock.cli.commands.explain", "Explain the code of an error or warning."),
    CommandRow("inspect", "penstock.cli.commands.inspect", "Disassemble an artifact, a script or a transaction."),
    CommandRow("show", "penstock.cli.commands.show", "Show the result of one stage of the compiler."),
    CommandRow("run", "penstock.cli.commands.run", "Call a public function in a real spend and judge it."),
    CommandRow("verify", "penstock.cli.commands.verify", "Judge a raw transaction, input by input, and as a whole."),
    CommandRow("stream", "penstock.cli.commands.stream", "Stream a file for satoshis between Alice and Bob."),
    CommandRow("channel", "penstock.cli.commands.channel", "Safe channels: fees, stores, refunds, fraud proofs."),
    CommandRow(
        "prepare", "penstock.cli.commands.selling.prepare", "Cut films for sale: encrypted segments, a signed title."
    ),
    CommandRow("serve", "penstock.cli.commands.selling.serve", "Sell prepared titles over the network."),
    CommandRow(
        "trial-chain", "penstock.cli.commands.selling.trial_chain", "Run a chain for trying out, without a node."
    ),
    CommandRow("watch", "penstock.cli.commands.selling.watch", "Buy a title piece by piece: in a page, or as a file."),
    CommandRow("watch-chain", "penstock.cli.commands.selling.watch_chain", "Close, claim and refund channels in time."),
    CommandRow("version", "penstock.cli.commands.version", "Show the versions of Penstock and Python."),
)
_MODULES: Final = {row.name: row.module for row in ROWS}


class Commands(click.Group):
    """A group with a table of its commands, which are loaded on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names, in the order of the table."""
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load one command."""
        module = _MODULES.get(cmd_name)
        if module is None:
            return None
        command: click.Command = import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(row.name, row.summary) for row in ROWS])

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Parse the arguments; errors while writing the help are handled as in `invoke`."""
        with told_plainly():
            context = super().make_context(info_name, args, parent, **extra)
        if os.environ.get("NO_COLOR"):  # https://no-color.org
            context.color = False
        return context

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of Penstock becomes one message."""
        with told_plainly():
            return super().invoke(ctx)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Exit codes:
  0  success
  1  negative result: the contract has errors, the script refuses, the channel did not close
  2  the command could not run: wrong arguments, unreadable file
  3  different results: a script differs from the meaning of its source (run --evaluate)
  130, 141, 143  interrupted, by Ctrl-C, a closed pipe, SIGTERM

`penstock COMMAND --help` shows examples.""",
)
@click.version_option(penstock.__version__, prog_name="penstock", message="%(prog)s %(version)s")
def root() -> None:
    """Compile sCrypt contracts, test them on an exact Bitcoin Script machine, stream data for satoshis."""
