"""Curve secp256k1 with one interface: keys, digests and signatures as bytes.

There are two back ends, two modules with the same functions and the same results, byte for byte (RFC 6979 nonces,
low S):

* `libsecp256k1`: the library of the nodes, through coincurve; fast, in constant time;
* `pure`: Python and the `ecdsa` package; runs everywhere, about a hundred times slower, and its timing reveals secrets
  to anyone who can measure it.

`backend()` returns the first that works. The environment variable PENSTOCK_CRYPTO (`coincurve` or `ecdsa`) forces one.
"""

import os
from functools import cache

from penstock.errors import PenstockError, hides_frames
from penstock.tx.secp256k1.interface import Backend

__tracebackhide__ = hides_frames

ENVIRONMENT_VARIABLE = "PENSTOCK_CRYPTO"


class BackendError(PenstockError):
    """The requested back end does not exist or cannot be loaded."""


@cache
def backend() -> Backend:
    """Return the back end of this process: that of PENSTOCK_CRYPTO, else coincurve, else ecdsa.

    Raises:
        BackendError: when PENSTOCK_CRYPTO names another one, or one that cannot be loaded.
    """
    return load(os.environ.get(ENVIRONMENT_VARIABLE, ""))


def load(name: str) -> Backend:
    """Load the back end `name`: `coincurve`, `ecdsa`, or for the empty name the first that works.

    Raises:
        BackendError: for any other name, and for one that cannot be loaded.
    """
    match name:
        case "":
            try:
                return _libsecp256k1()
            except ImportError:
                return _pure()
        case "coincurve":
            try:
                return _libsecp256k1()
            except ImportError as error:
                raise BackendError(
                    f"{ENVIRONMENT_VARIABLE}=coincurve, but coincurve cannot be imported ({error}): "
                    f"install it, or unset the variable"
                ) from error
        case "ecdsa":
            return _pure()
        case _:
            raise BackendError(f"{ENVIRONMENT_VARIABLE}={name!r} is unknown: it must be coincurve or ecdsa")


def _libsecp256k1() -> Backend:
    from penstock.tx.secp256k1 import libsecp256k1  # noqa: PLC0415 - only if it is selected

    return libsecp256k1


def _pure() -> Backend:
    from penstock.tx.secp256k1 import pure  # noqa: PLC0415 - only if it is selected

    return pure
