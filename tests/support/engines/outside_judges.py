"""Verdicts of third-party engines about a spend: bsv-sdk for BSV, Bitcoin Core's own for BTC.

Each judge takes the spending transaction as bytes (unlocking script or witness filled in), the input, and the script
and value in satoshis of the output that it spends; it returns whether the spend is valid.

bsv-sdk has the rules after Chronicle, including those of relay. Core's engine (py-bitcoinkernel) has consensus rules
only: it accepts every spend that relay accepts, and some more.
"""

import pytest

from tests.support.engines.sdk_spend import sdk_parameters

bsv = pytest.importorskip("bsv", reason="bsv-sdk is not installed")


def bsv_sdk_accepts(tx: bytes, input_index: int, locking_script: bytes, value: int) -> bool:
    """Ask the interpreter of bsv-sdk (its native one where the wheel has it)."""
    from bsv.script.spend import Spend  # noqa: PLC0415 - only where the judge is wanted

    spending = bsv.Transaction.from_hex(tx)
    assert spending is not None, "bsv-sdk cannot read the transaction"
    case = Spend(sdk_parameters(spending, input_index, value, bsv.Script(locking_script)))
    try:
        return bool(case.validate())
    except RuntimeError:  # the SDK's word for a script that fails
        return False


def bitcoin_core_accepts(tx: bytes, input_index: int, locking_script: bytes, value: int) -> bool:
    """Run Bitcoin Core's consensus engine, with all rules except taproot's, which would need every spent output."""
    pbk = pytest.importorskip("pbk", reason="py-bitcoinkernel is not installed")
    flags = pbk.ScriptVerificationFlags.ALL & ~pbk.ScriptVerificationFlags.TAPROOT
    script = pbk.ScriptPubkey(locking_script)
    return bool(script.verify(value, pbk.Transaction(tx), None, input_index, flags))
