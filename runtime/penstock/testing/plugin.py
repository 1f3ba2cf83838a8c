"""Plugin of pytest, found by itself: the fixture `chain`, and the mark `forms` that runs a test on several chains.

@pytest.mark.forms("bsv", "btc p2wsh", "btc p2tr")
def test_the_secret_opens(chain): ...
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from penstock.testing.chain import Chain

_MARK = "forms"
_OPTIONS = (
    "contract_coverage",
    "contract_coverage_json",
    "contract_coverage_lcov",
    "contract_coverage_fail_under",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("penstock", "tests of contracts")
    group.addoption("--contract-coverage", action="store_true", help="Show what the tests have reached of contracts.")
    group.addoption("--contract-coverage-json", metavar="FILE", help="Write the coverage of contracts as JSON.")
    group.addoption("--contract-coverage-lcov", metavar="FILE", help="Write the coverage of contracts for LCOV tools.")
    group.addoption(
        "--contract-coverage-fail-under",
        metavar="PERCENT",
        type=float,
        help="Fail if less of the contracts is covered.",
    )
    group.addoption(
        "--contract-probe", action="store_true", help="Show what accepted calls leave open to anyone, and to signers."
    )
    for option, what in (("", "Write"), ("-check", "Compare with")):
        group.addoption(
            f"--contract-snapshot{option}",
            metavar="FILE",
            nargs="?",
            const="contract-snapshot.txt",
            help=f"{what} the costs of accepted calls: --contract-snapshot{option}=FILE, or contract-snapshot.txt.",
        )
    group.addoption(
        "--contract-snapshot-tolerance",
        metavar="PERCENT",
        type=float,
        default=0.0,
        help="A difference of the costs that does not count.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark; and take the measurements that are asked for."""
    config.addinivalue_line("markers", f"{_MARK}(*names): run with `chain` in each of these: 'bsv', 'btc p2tr', …")
    if any(config.getoption(name) is not None and config.getoption(name) is not False for name in _OPTIONS):
        from penstock.testing.coverage.measuring import Measuring  # noqa: PLC0415 - only if it is asked for

        config.pluginmanager.register(Measuring(config), "penstock-contract-coverage")
    if config.getoption("contract_probe"):
        from penstock.testing.probe.probing import Probing  # noqa: PLC0415 - as above

        config.pluginmanager.register(Probing(config), "penstock-contract-probe")
    if any(config.getoption(name) is not None for name in ("contract_snapshot", "contract_snapshot_check")):
        from penstock.testing.snapshot.keeping import Keeping  # noqa: PLC0415 - as above

        config.pluginmanager.register(Keeping(config), "penstock-contract-snapshot")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with the mark once for each form."""
    mark = metafunc.definition.get_closest_marker(_MARK)
    if mark is None or "chain" not in metafunc.fixturenames:
        return
    names = [str(name) for name in mark.args]
    for name in names:
        _parts(name)
    metafunc.parametrize("chain", names, indirect=True, ids=names)


@pytest.fixture
def chain(request: pytest.FixtureRequest) -> "Chain":
    """A chain of its own for each test: coins, a pool, blocks, and the rules of nodes. By default bsv."""
    from penstock.script.chains import DEFAULT_CHAIN  # noqa: PLC0415 - as below
    from penstock.testing.chain import Chain  # noqa: PLC0415 - tests without a chain do not load the compiler

    target, wrap = _parts(getattr(request, "param", DEFAULT_CHAIN.name))
    return Chain(target, wrap=wrap)


def _parts(name: str) -> tuple[str, str | None]:
    """Return the target and the form of outputs that a name stands for.

    Raises:
        UsageError: it stands for none.
    """
    from penstock.contract.wraps import Wrap  # noqa: PLC0415 - as above
    from penstock.script.chains import CHAINS  # noqa: PLC0415

    target, _, wrap = name.partition(" ")
    if target not in CHAINS or (wrap and wrap not in tuple(Wrap)):
        forms = f"{' or '.join(CHAINS)}, and for btc also a form: {', '.join(Wrap)}"
        raise pytest.UsageError(f"unknown form {name!r} of the mark `{_MARK}`: {forms}")
    return target, wrap or None
