"""What all tests share: where outside data lies, how much Hypothesis tries, and with which seed.

* PENSTOCK_VECTORS: the folder of the node projects' test vectors; by default `shared/vectors` beside the checkout.
  Without it those tests skip and say so, unless PENSTOCK_REQUIRE_VECTORS=1: then they fail.
* PENSTOCK_CORPUS: a folder of other people's contracts; without it those tests skip.
* --update-golden writes the expected texts (see tests/support/golden.py) anew.
* HYPOTHESIS_PROFILE: `default`, or `long` for many more examples. The seed stands in the header of each run;
  `--hypothesis-seed` gives it back.

What tests share otherwise is in the package `tests.support`.
"""

import atexit
import os
import random
import shutil
import tempfile
from pathlib import Path

import coverage
import pytest
from hypothesis import HealthCheck, settings

from tests.support.golden import Golden
from tests.support.vectors.vector_files import demand_vectors

ROOT = Path(__file__).resolve().parents[1]

# Read by tests/support/vectors/vector_files.py while tests are collected.
os.environ.setdefault("PENSTOCK_VECTORS", str(ROOT / "../shared/vectors"))
# Tests of commands and of the plugin compile the same contracts again and again, many in processes of their own. All of
# one run share a cache that begins empty; the user's is left alone.
OF_THIS_RUN = "PENSTOCK_CACHE_OF_THE_TESTS"
if OF_THIS_RUN not in os.environ:  # a worker of xdist has it from the process that started it
    os.environ[OF_THIS_RUN] = os.environ["PENSTOCK_CACHE_DIR"] = tempfile.mkdtemp(prefix="penstock-tests-")
    atexit.register(shutil.rmtree, os.environ[OF_THIS_RUN], ignore_errors=True)

settings.register_profile("default", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("default"), max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed here, so that it can be shown before anything fails."""
    if config.getoption("hypothesis_seed", default=None) is None:
        config.option.hypothesis_seed = str(random.SystemRandom().getrandbits(64))


def pytest_sessionfinish() -> None:
    """Write a worker's coverage while it still has time: xdist kills a worker ten seconds after its last test.

    A worker that was killed as it wrote lost the coverage of half the tests, without a word.
    """
    if running := coverage.Coverage.current():
        running.save()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the expected texts anew")


def pytest_report_header(config: pytest.Config) -> str:
    return f"hypothesis: --hypothesis-seed={config.getoption('hypothesis_seed')}"


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of test vectors."""
    return demand_vectors()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of other people's contracts."""
    folder = os.environ.get("PENSTOCK_CORPUS")
    if not folder:
        pytest.skip("PENSTOCK_CORPUS names no folder of contracts")
    if not Path(folder).is_dir():
        pytest.fail(f"PENSTOCK_CORPUS={folder} is no folder")
    return Path(folder)


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares texts with files beside the tests."""
    return Golden(update=bool(request.config.getoption("update_golden")))
