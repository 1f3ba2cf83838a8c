"""PENSTOCK_CRYPTO chooses the back end; without it the fast one is taken where it can be imported."""

import pytest

from penstock.tx.secp256k1 import BackendError, load
from tests.support.fresh_python import run_fresh

SHOW = "from penstock.tx.secp256k1 import backend; print(backend().NAME)"
HIDE = "import sys; sys.modules['coincurve'] = None; "


def test_the_fast_one_comes_first() -> None:
    pytest.importorskip("coincurve")
    assert run_fresh(SHOW).stdout.strip() == "coincurve"
    assert run_fresh(SHOW, PENSTOCK_CRYPTO="coincurve").stdout.strip() == "coincurve"


def test_the_slow_one_stands_in() -> None:
    assert run_fresh(HIDE + SHOW).stdout.strip() == "ecdsa"
    assert run_fresh(SHOW, PENSTOCK_CRYPTO="ecdsa").stdout.strip() == "ecdsa"


def test_the_slow_one_does_not_load_the_fast_one() -> None:
    program = SHOW + "; import sys; print('coincurve' in sys.modules)"
    assert run_fresh(program, PENSTOCK_CRYPTO="ecdsa").stdout.split() == ["ecdsa", "False"]


def test_what_was_forced_and_is_not_there_is_an_error() -> None:
    done = run_fresh(HIDE + SHOW, PENSTOCK_CRYPTO="coincurve")
    assert "PENSTOCK_CRYPTO=coincurve, but coincurve cannot be imported" in done.stderr
    assert "install it, or unset the variable" in done.stderr


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(BackendError, match="PENSTOCK_CRYPTO='openssl' is unknown: it must be coincurve or ecdsa"):
        load("openssl")
    assert "PENSTOCK_CRYPTO='openssl' is unknown" in run_fresh(SHOW, PENSTOCK_CRYPTO="openssl").stderr
