"""Plugin of pytest, found by itself: the fixture `chain`, and the mark `forms` that runs a test on several chains.

@pytest.mark.forms("bsv", "bsv-consensus", "btc p2wsh", "btc p2tr")
def test_the_secret_opens(chain): ...
"""

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from penstock.testing.coverage.measured import measured_by
from penstock.testing.coverage.options import declare_coverage, reports_of
from penstock.testing.last import LAST
from penstock.testing.snapshot.options import declare_snapshot, keeps_snapshot

if TYPE_CHECKING:
    from penstock.testing.chain import Chain

_MARK = "forms"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    declare_coverage(parser)
    declare_snapshot(parser)
    group = parser.getgroup("penstock", "tests of contracts")
    group.addoption(
        "--contract-probe", action="store_true", help="Show what accepted calls leave open to anyone, and to signers."
    )
    group.addoption(
        "--contract-trace",
        action="append",
        metavar="EXPR",
        help="Show the values of an expression in all calls of contracts; may be given several times.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark; and take the measurements that are asked for."""
    config.addinivalue_line(
        "markers", f"{_MARK}(*names): run with `chain` in each of these: 'bsv', 'bsv-consensus', 'btc p2tr', …"
    )
    if config.getoption("contract_probe"):
        from penstock.testing.probe.probing import Probing  # noqa: PLC0415 - only if it is asked for

        config.pluginmanager.register(Probing(config), "penstock-contract-probe")
    if keeps_snapshot(config):
        from penstock.testing.snapshot.keeping import Keeping  # noqa: PLC0415 - as above

        config.pluginmanager.register(Keeping(config), "penstock-contract-snapshot")
    if config.getoption("contract_trace"):
        from penstock.testing.tracing.printing import Tracing  # noqa: PLC0415 - as above

        tracing = Tracing(config.getoption("contract_trace"), is_worker=hasattr(config, "workerinput"))
        config.pluginmanager.register(tracing, "penstock-contract-trace")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Measure the coverage of contracts if that is asked for; pytest-cov has started by now."""
    if reports_of(session.config) or any(True for _ in measured_by(session.config)):
        from penstock.testing.coverage.measuring import Measuring  # noqa: PLC0415 - only if it is asked for

        session.config.pluginmanager.register(Measuring(session.config), "penstock-contract-coverage")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with the mark once for each form."""
    mark = metafunc.definition.get_closest_marker(_MARK)
    if mark is None or "chain" not in metafunc.fixturenames:
        return
    names, test = [str(name) for name in mark.args], metafunc.definition.nodeid
    if not names or mark.kwargs:
        expected = f"one form or more, each as text: @pytest.mark.{_MARK}('bsv', 'btc')"
        raise pytest.Collector.CollectError(f"{test}: the mark `{_MARK}` takes {expected}")
    for name in names:
        if wrong := _fault_of(name):
            raise pytest.Collector.CollectError(f"{test}: unknown form {name!r} of the mark `{_MARK}`: {wrong}")
    metafunc.parametrize("chain", names, indirect=True, ids=names)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget what the test before this one has sent."""
    LAST.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the last call of a contract to the report of a test that fails."""
    report = yield
    if LAST and report.when == "call" and report.failed:
        from penstock.testing.failing.sections import sections_of  # noqa: PLC0415 - only for failing tests of contracts

        cache: pytest.Cache | None = getattr(item.config, "cache", None)
        folder = None if cache is None else cache.mkdir("penstock") / "cases"
        error = call.excinfo.value if call.excinfo is not None else None
        report.sections += sections_of(LAST[0], item.nodeid, error, folder, item.config.get_verbosity())
    return report


@pytest.fixture
def chain(request: pytest.FixtureRequest) -> "Chain":
    """A chain of its own for each test: coins, a pool, blocks, and the rules of nodes. By default bsv."""
    from penstock.script.chains import DEFAULT_CHAIN  # noqa: PLC0415 - as below

    return _chain_in(getattr(request, "param", DEFAULT_CHAIN.name))


def _fault_of(form: str) -> str | None:
    """Return why there is no chain in a form; None if there is one."""
    from penstock.errors import PenstockError  # noqa: PLC0415 - as above

    try:
        _chain_in(form)
    except PenstockError as error:
        return str(error)
    return None


def _chain_in(form: str) -> "Chain":
    """Return a chain in a form: the name of a rule set, and of a form of outputs after it.

    Raises:
        PenstockError: there is no such form.
    """
    from penstock.testing.chain import Chain  # noqa: PLC0415 - tests without a chain do not load the compiler
    from penstock.vm.rules import RuleSet  # noqa: PLC0415 - as above

    name, _, wrap = form.partition(" ")
    rules = RuleSet.named(name)
    return Chain(rules.chain, wrap=wrap or None, rules=rules)
