"""Third-party engines as judges of contracts with data after their code.

bsv-sdk hashes the wrong script if there are bytes after an OP_RETURN: it serializes the script again from its parts,
and reads the data there as one push (see `bsv_judges.sdk_differs`). Its machine is right, so it is called with parts
that make the right bytes. It must be the machine in Python, which refuses keys that a script has concatenated, since
they are not `bytes`. bitcoinX hashes the script unchanged.
"""

from functools import cache
from importlib.util import find_spec
from typing import Any

import pytest

from penstock import Spend, Verdict
from penstock.contract.contract import Call
from tests.support.engines.bsv_judges import bitcoinx_verdict
from tests.support.engines.sdk_spend import sdk_parameters
from tests.support.generators.random_spends import RandomSpend

bsv = pytest.importorskip("bsv", reason="bsv-sdk is not installed")


def judged(spend: Spend, call: Call) -> Verdict:
    """Return our verdict on a call; the outside judges agree."""
    verdict = spend.judge(call)
    filled = RandomSpend(spend.transaction(call), 0, spend.spent_outputs)
    assert sdk_accepts(filled, spend.contract.data) == bool(verdict), verdict.explain()
    if find_spec("bitcoinx"):
        assert bitcoinx_verdict(filled, "genesis") == bool(verdict), verdict.explain()
    return verdict


def sdk_accepts(spend: RandomSpend, data: bytes | None) -> bool:
    """Run the Python machine of bsv-sdk on a script that ends in OP_RETURN and `data` (None: in neither)."""
    from bsv.script.script import ScriptChunk  # noqa: PLC0415 - only where the judge is wanted

    spending = bsv.Transaction.from_hex(spend.tx.serialize())
    locking = bsv.Script(spend.locking)
    if data is not None:
        code = bsv.Script(spend.locking[: -1 - len(data)])
        locking.chunks = [*code.chunks, ScriptChunk(b"\x6a"), ScriptChunk(data)]
        assert bsv.Script.from_chunks(locking.chunks).serialize() == spend.locking
    case = _sdk_machine()(sdk_parameters(spending, spend.input_index, spend.value, locking))
    try:
        return bool(case._validate_python())
    except RuntimeError:  # the SDK's word for a script that fails
        return False


@cache
def _sdk_machine() -> Any:
    from bsv.script.spend import Spend as SdkSpend  # noqa: PLC0415 - only where the judge is wanted

    class Machine(SdkSpend):  # type: ignore[misc]  # the SDK has no types
        @classmethod
        def check_public_key_encoding(cls, octets: bytes) -> bool:
            return bool(super().check_public_key_encoding(bytes(octets)))

        def verify_signature(self, sig: bytes, pub_key: bytes, sub_script: Any) -> bool:
            return bool(super().verify_signature(bytes(sig), bytes(pub_key), sub_script))

    return Machine
