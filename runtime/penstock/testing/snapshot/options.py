"""Options of the snapshot of costs: to write it, or to compare with it."""

import pytest

_DEFAULT = "contract-snapshot.txt"


def declare_snapshot(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("penstock", "tests of contracts")
    for option, what in (("", "Write"), ("-check", "Compare with")):
        group.addoption(
            f"--contract-snapshot{option}",
            metavar="FILE",
            nargs="?",
            const=_DEFAULT,
            help=f"{what} the costs of accepted calls: --contract-snapshot{option}=FILE, or {_DEFAULT}.",
        )
    group.addoption(
        "--contract-snapshot-tolerance",
        metavar="PERCENT",
        type=float,
        default=0.0,
        help="A difference of the costs that does not count.",
    )


def keeps_snapshot(config: pytest.Config) -> bool:
    """Return whether a snapshot is to be written or compared with."""
    return any(config.getoption(name) is not None for name in ("contract_snapshot", "contract_snapshot_check"))
