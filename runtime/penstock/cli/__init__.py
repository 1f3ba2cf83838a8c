"""The command line: `penstock COMMAND …`.

`root` knows every command by one row and loads its module only when it is run; `failure` turns our errors into one
message on the standard error; `process` minds signals and streams; the other modules are one command each, or what
several of them share.

Exit codes: 0 it worked; 1 the answer is no (the contract has errors, the script refuses); 2 the question could not
be asked (wrong arguments, a file that cannot be read, a damaged artifact); 130 interrupted by Ctrl-C, 141 by a reader
that has seen enough (as in `penstock inspect … | head -1`), 143 by SIGTERM.
"""


def main() -> None:
    """Run the command line; the entry point of the `penstock` script."""
    try:
        from penstock.cli.process import behave  # noqa: PLC0415 - importing the package alone costs nothing
        from penstock.cli.root import root  # noqa: PLC0415 - the same

        behave()
        root(prog_name="penstock")
    except KeyboardInterrupt:  # while modules are loaded; commands answer themselves
        raise SystemExit(130) from None
