"""Both back ends of the curve, for tests that hold one against the other; one alone where coincurve is missing."""

from typing import Any

import pytest

from penstock.tx.secp256k1 import BackendError, load
from penstock.tx.secp256k1.interface import Backend

PURE = load("ecdsa")


def _both() -> list[Any]:
    try:
        return [pytest.param(load("coincurve"), id="coincurve"), pytest.param(PURE, id="ecdsa")]
    except BackendError as error:
        return [
            pytest.param(PURE, id="coincurve", marks=pytest.mark.skip(str(error))),
            pytest.param(PURE, id="ecdsa"),
        ]


BACKENDS = _both()


@pytest.fixture(scope="session")
def library() -> Backend:
    """libsecp256k1, or a skipped test."""
    try:
        return load("coincurve")
    except BackendError as error:
        pytest.skip(str(error))
