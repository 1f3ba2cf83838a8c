"""A raw transaction as text and as JSON: its inputs, and its outputs with what they pay to.

In: a transaction, its chain, and the artifact of a contract, if one is known. Out: lines, or facts for JSON.
"""

from collections.abc import Iterator
from typing import Final

from penstock.artifact.artifact import Artifact
from penstock.cli.instances import instance_facts, instance_lines
from penstock.cli.transactions.scripts import address_of, asm_text, data_lines, parts_of
from penstock.script.assembler import disassemble
from penstock.script.chains import Chain
from penstock.script.consensus import FINAL_SEQUENCE, LOCK_TIME_THRESHOLD
from penstock.tx.transaction import Transaction, TxIn, TxOut
from penstock.vm.explaining.formatting import shown
from penstock.wording import counted

_COINBASE: Final = "coinbase: it spends no output"


def transaction_lines(tx: Transaction, chain: Chain, artifact: Artifact | None) -> Iterator[str]:
    """Yield a transaction as text."""
    virtual = f" ({tx.virtual_size:,} virtual)" if tx.has_witness else ""
    yield f"transaction {tx.txid_hex}"
    yield f"{counted(tx.size(), 'byte')}{virtual}, version {tx.version}, lock time {_lock_time(tx.lock_time)}"
    for index, txin in enumerate(tx.inputs):
        yield ""
        yield from _input_lines(tx, index, txin, chain)
    for index, output in enumerate(tx.outputs):
        yield ""
        yield from _output_lines(index, output, chain, artifact)


def transaction_facts(tx: Transaction, chain: Chain, artifact: Artifact | None) -> dict[str, object]:
    """Return a transaction as JSON: bytes in hex, transaction ids as displayed."""
    return {
        "txid": tx.txid_hex,
        "bytes": tx.size(),
        "version": tx.version,
        "inputs": [
            {
                "txid": txin.outpoint.txid[::-1].hex(),
                "vout": txin.outpoint.index,
                "sequence": txin.sequence,
                "script": txin.script.hex(),
                "asm": disassemble(txin.script, chain),
                "witness": [item.hex() for item in tx.witnesses[index]] if tx.witnesses else [],
            }
            for index, txin in enumerate(tx.inputs)
        ],
        "outputs": [_output_facts(output, chain, artifact) for output in tx.outputs],
        "lock_time": tx.lock_time,
    }


def _input_lines(tx: Transaction, index: int, txin: TxIn, chain: Chain) -> Iterator[str]:
    (txid, vout), sequence = txin.outpoint, txin.sequence
    spends = _COINBASE if tx.is_coinbase else f"spends {txid[::-1].hex()}:{vout}"
    yield f"input {index}: {spends}"
    yield f"  sequence {sequence:#010x}{' (final)' if sequence == FINAL_SEQUENCE else ''}"
    yield f"  unlocking script, {counted(len(txin.script), 'byte')}: {asm_text(txin.script, chain)}"
    for item in tx.witnesses[index] if tx.witnesses else ():
        yield f"  witness item {shown(item)}"


def _output_lines(index: int, output: TxOut, chain: Chain, artifact: Artifact | None) -> Iterator[str]:
    address, parts = address_of(output.script, chain), parts_of(output.script, chain)
    to = f" to {address[0]} ({address[1]})" if address else ""
    yield f"output {index}: {counted(output.value, 'satoshi')}{to}"
    yield f"  locking script, {counted(len(output.script), 'byte')}: {asm_text(parts.code, chain)}"
    contract = artifact.match(output.script) if artifact else None
    lines = data_lines(parts) if contract is None else instance_lines(contract)
    yield from (f"  {line}".rstrip() for line in lines)


def _output_facts(output: TxOut, chain: Chain, artifact: Artifact | None) -> dict[str, object]:
    address, parts = address_of(output.script, chain), parts_of(output.script, chain)
    contract = artifact.match(output.script) if artifact else None
    return {
        "value": output.value,
        "script": output.script.hex(),
        "asm": disassemble(parts.code, chain),
        "data": None if parts.data is None else parts.data.hex(),
        "address": address and address[0],
        "contract": contract and instance_facts(contract),
    }


def _lock_time(number: int) -> str:
    if not number:
        return "0 (none)"
    return f"{number:,} (a height)" if number < LOCK_TIME_THRESHOLD else f"{number:,} (seconds since 1970)"
