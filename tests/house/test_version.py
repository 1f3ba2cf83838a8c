"""One version: the package's, and the one that artifacts carry."""

import penstock
from penstockc.output.artifact import COMPILER_VERSION


def test_the_compiler_writes_the_package_version() -> None:
    assert COMPILER_VERSION.split("+")[0] == penstock.__version__
