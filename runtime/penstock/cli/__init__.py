"""The command line: `penstock COMMAND …`.

`root` knows every command by one row and loads its module only when it is run; `failure` turns our errors into one
message on the standard error; the other modules are one command each, or what several of them share.

Exit codes: 0 it worked; 1 the answer is no (the contract has errors, the script refuses); 2 the question could not
be asked (wrong arguments, a file that cannot be read, a damaged artifact); 130 interrupted by Ctrl-C.
"""


def main() -> None:
    """Run the command line; the entry point of the `penstock` script."""
    from penstock.cli.root import root  # noqa: PLC0415 - importing the package alone costs nothing

    root(prog_name="penstock")
