"""PENSTOCK_CRYPTO chooses the back end; without it the fast one is taken where it can be imported."""

import os
import subprocess
import sys

import pytest

from penstock.tx.secp256k1 import BackendError, load

SHOW = "from penstock.tx.secp256k1 import backend; print(backend().NAME)"
HIDE = "import sys; sys.modules['coincurve'] = None; "


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PENSTOCK_CRYPTO"}
    path = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=inherited | path | environment)


def test_the_fast_one_comes_first() -> None:
    pytest.importorskip("coincurve")
    assert run(SHOW).stdout.strip() == "coincurve"
    assert run(SHOW, PENSTOCK_CRYPTO="coincurve").stdout.strip() == "coincurve"


def test_the_slow_one_stands_in() -> None:
    assert run(HIDE + SHOW).stdout.strip() == "ecdsa"
    assert run(SHOW, PENSTOCK_CRYPTO="ecdsa").stdout.strip() == "ecdsa"


def test_the_slow_one_does_not_load_the_fast_one() -> None:
    program = SHOW + "; import sys; print('coincurve' in sys.modules)"
    assert run(program, PENSTOCK_CRYPTO="ecdsa").stdout.split() == ["ecdsa", "False"]


def test_what_was_forced_and_is_not_there_is_an_error() -> None:
    done = run(HIDE + SHOW, PENSTOCK_CRYPTO="coincurve")
    assert "PENSTOCK_CRYPTO=coincurve, but coincurve cannot be imported" in done.stderr
    assert "install it, or unset the variable" in done.stderr


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(BackendError, match="PENSTOCK_CRYPTO='openssl' is unknown: it is coincurve or ecdsa"):
        load("openssl")
    assert "PENSTOCK_CRYPTO='openssl' is unknown" in run(SHOW, PENSTOCK_CRYPTO="openssl").stderr
