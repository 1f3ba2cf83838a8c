"""Command line: `penstock COMMAND …`.

`root` lists every command in one row and loads its module only when it is run; `failure` turns Penstock's errors into
one message on the standard error; `process` sets up signals and streams; the other modules are shared by several
commands, and `commands` has one module per command.

Exit codes: 0 success; 1 negative result (the contract has errors, the script refuses); 2 the command could not run
(wrong arguments, an unreadable file, a damaged artifact); 3 the script and the evaluator differ; 130 interrupted by
Ctrl-C, 141 by a closed pipe (as in `penstock inspect … | head -1`), 143 by SIGTERM.
"""


def main() -> None:
    """Run the command line; the entry point of the `penstock` script."""
    try:
        from penstock.cli.process import behave  # noqa: PLC0415 - importing the package alone is fast
        from penstock.cli.root import root  # noqa: PLC0415 - the same

        behave()
        root(prog_name="penstock")
    except KeyboardInterrupt:  # while modules are loaded; commands handle it themselves
        raise SystemExit(130) from None
