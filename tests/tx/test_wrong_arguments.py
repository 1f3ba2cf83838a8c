"""An argument of the wrong type is named in the error, in every function of transactions, digests and keys."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from penstock.errors import PenstockError
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.sighash import sighash
from penstock.tx.transaction import Transaction
from tests.support.spending.transactions import small_transaction

KEY = PrivateKey.from_bytes(b"\x01" * 32)
TX: Any = small_transaction()
CODE = b"\x51"


class Index:
    """A number like numpy's integers: it has `__index__`, but is not an `int`."""

    def __index__(self) -> int:
        return 0


WRONG: dict[str, Any] = {
    "None": None,
    "str": "51",
    "float": 1.5,
    "nan": float("nan"),
    "bytearray": bytearray(b"\x51"),
    "memoryview": memoryview(b"\x51"),
    "bytes": b"\x51",
    "list": [0x51],
    "tuple": (0x51,),
    "dict": {},
    "set": set(),
    "object": object(),
    "class": bytes,
    "index": Index(),
    "huge": 1 << 70,
    "negative": -1,
    "True": True,
}

TAKERS: dict[str, Callable[[Any], object]] = {
    "tx": lambda wrong: sighash(wrong, 0, CODE, 1, "ALL"),
    "input_index": lambda wrong: sighash(TX, wrong, CODE, 1, "ALL"),
    "script_code": lambda wrong: sighash(TX, 0, wrong, 1, "ALL"),
    "value": lambda wrong: sighash(TX, 0, CODE, wrong, "ALL"),
    "hash_type": lambda wrong: sighash(TX, 0, CODE, 1, wrong),
    "rules": lambda wrong: sighash(TX, 0, CODE, 1, "ALL", wrong),
    "version": lambda wrong: sighash(TX, 0, CODE, 1, "ALL", "btc", wrong),
    "spent_outputs": lambda wrong: sighash(TX, 0, CODE, 1, 0, "btc", "taproot", wrong),
    "key": lambda wrong: sign(TX, 0, CODE, 1, wrong, "ALL"),
    "key of taproot": lambda wrong: sign(TX, 0, CODE, 1, wrong, 0, "btc", "taproot", [(1, CODE)]),
    "spent_outputs to sign": lambda wrong: sign(TX, 0, CODE, 1, KEY, 0, "btc", "taproot", wrong),
    "digest": KEY.sign_digest,
    "secret": PrivateKey.from_bytes,
    "wif": PrivateKey.from_wif,
    "raw": Transaction.parse,
    "unlocking script": lambda wrong: TX.with_input_script(0, wrong).serialize(),
    "place": lambda wrong: TX.with_input_script(wrong, b"").serialize(),
    "witness": lambda wrong: TX.with_witness(0, wrong).serialize(),
    "place of a witness": lambda wrong: TX.with_witness(wrong, [b""]).serialize(),
    "txid": lambda wrong: TX.with_input_script(0, wrong).txid,
    "wtxid": lambda wrong: TX._replace(outputs=wrong).wtxid,
    "size": lambda wrong: TX._replace(version=wrong).size(),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("taker", TAKERS)
def test_nothing_is_raised_but_errors_of_ours(taker: str, wrong: str) -> None:
    with suppress(PenstockError):
        TAKERS[taker](WRONG[wrong])
        assert wrong not in {"None", "object", "class", "nan"}, "nothing takes these"
