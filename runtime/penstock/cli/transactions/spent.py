"""The outputs that a transaction spends, from `--spent`, or from pairs of `--value` and `--script`.

In: a file or options, and the transaction. Out: for each input whose output is known, that output. A file has the
outputs in the order of the inputs, in one of these forms:

* JSON: a list of `{"value": satoshis, "script": "hex"}`; `"txid"` and `"vout"` in it are compared with the inputs;
* a line for each: `SATOSHIS:HEX`, or the output as in a transaction (value, length, script), in hex;
* the transactions that have them, whole, in hex, a line each, in any order: their ids are those in the inputs.
"""

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Final

from penstock.cli.failure import Failure
from penstock.cli.transactions.reading import bytes_of_hex, parse_transaction, read_bytes, shortened
from penstock.script.consensus import MAX_MONEY, SATOSHIS_PER_COIN
from penstock.tx.transaction import Transaction, TxOut
from penstock.tx.wire import Reader, TransactionError
from penstock.wording import counted

_VALUE: Final = Struct("<q")
_FIELDS: Final = ("value", "script", "txid", "vout")
_NEEDED: Final = _FIELDS[:2]
_EXAMPLE: Final = '[{"value": 1000, "script": "76a9…88ac"}, …]'


@dataclass(frozen=True, slots=True)
class SpentOutput:
    """An output as it was given: its place for messages, and the transaction id (as displayed) and index, if given."""

    place: str
    output: TxOut
    txid: str | None = None
    vout: int | None = None


def spent_in_file(path: Path, tx: Transaction, only: int | None) -> list[SpentOutput]:
    """Read the outputs in a file.

    Args:
        path: the file.
        tx: the transaction that spends them.
        only: the input that is judged; None for all. The others' outputs may be missing.

    Raises:
        Failure: it is in none of the forms; the message gives the place.
        OSError: it cannot be read.
    """
    try:
        text = path.read_text("utf-8").strip()
    except UnicodeDecodeError:
        raise Failure(f"error: {path} is not UTF-8 text: expected {_EXAMPLE}, or lines of SATOSHIS:HEX") from None
    if text.startswith(("[", "{")):
        return _of_json(text, path)
    lines = [
        (line.strip(), f"{path}, line {number}") for number, line in enumerate(text.splitlines(), 1) if line.strip()
    ]
    wanted = {txin.outpoint.txid for txin in tx.inputs}
    funding = {found.txid: found for line, _ in lines if (found := _funding(line, wanted))}
    if not funding:
        return [_of_line(line, place) for line, place in lines]
    if strange := [place for line, place in lines if _funding(line, wanted) is None]:
        raise Failure(
            f"error: {strange[0]} is not a transaction of which an input spends an output, as other lines are"
        )
    return _of_transactions(funding, tx, only, path)


def spent_in_pairs(values: Sequence[int], scripts: Sequence[str]) -> list[SpentOutput]:
    """Read the outputs of `--value` and `--script`.

    Raises:
        Failure: there are more of one than of the other, or a script is not hex.
    """
    if len(values) != len(scripts):
        raise Failure(
            f"error: {counted(len(values), '--value', '--value')} and {counted(len(scripts), '--script', '--script')}:"
            " give one pair for each input, in the order of the inputs"
        )
    return [
        SpentOutput(
            f"pair {index} of --value and --script", TxOut(value, read_bytes(script, "--script") if script else b"")
        )
        for index, (value, script) in enumerate(zip(values, scripts, strict=True))
    ]


def check_input(tx: Transaction, only: int | None) -> None:
    """Raise `Failure` if the transaction has no such input."""
    count = len(tx.inputs)
    if only is not None and only >= count:
        raise Failure(f"error: there is no input {only}: the transaction has {counted(count, 'input')}, counted from 0")


def by_input(tx: Transaction, given: Sequence[SpentOutput], only: int | None) -> dict[int, TxOut]:
    """Return the spent output of each input for which it is known.

    Args:
        tx: the transaction.
        given: an output for each input; or only that of the input `only`.
        only: the input that is judged; None for all.

    Raises:
        Failure: another number of outputs, or one that belongs to another input.
    """
    inputs = range(len(tx.inputs))
    places = [only] if only is not None and len(given) == 1 else inputs
    if len(given) != len(places):
        alone = f", or only that of input {only}" if only is not None else "; --input judges one alone"
        counts = f"{counted(len(given), 'spent output')} for {counted(len(inputs), 'input')}"
        raise Failure(f"error: {counts}: give one for each input, in the order of the inputs{alone}")
    for index, spent in zip(places, given, strict=True):
        _compare(tx, index, spent)
    return {index: spent.output for index, spent in zip(places, given, strict=True)}


def _compare(tx: Transaction, index: int, spent: SpentOutput) -> None:
    """Raise `Failure` for an output that the input does not spend."""
    txid, vout = tx.inputs[index].outpoint
    displayed = txid[::-1].hex()
    same = spent.txid in (None, displayed) and spent.vout in (None, vout)
    if not same:
        named = spent.txid or "the transaction"
        which = f"{named}:{spent.vout}" if spent.vout is not None else named
        raise Failure(
            f"error: {spent.place} is {which}, but input {index} spends {displayed}:{vout}: use the order of the inputs"
        )


def _funding(line: str, wanted: Container[bytes]) -> Transaction | None:
    """Return the transaction in hex on a line, if it has one of the wanted ids."""
    try:
        raw = bytes.fromhex(line.removeprefix("0x"))
    except ValueError:
        return None
    forms = (parse_transaction(raw, segwit=segwit) for segwit in (False, True))
    return next((found for found in forms if found and found.txid in wanted), None)


def _of_transactions(
    funding: Mapping[bytes, Transaction], tx: Transaction, only: int | None, path: Path
) -> list[SpentOutput]:
    """Return the outputs that the inputs spend, from the transactions that have them."""
    inputs = list(enumerate(tx.inputs))
    known = [(index, txin.outpoint) for index, txin in inputs if txin.outpoint.txid in funding]
    if len(known) < len(inputs) and only is not None:
        known = [each for each in known if each[0] == only]
    missing = set(range(len(inputs)) if only is None else [only]) - {index for index, _ in known}
    if missing:
        index = min(missing)
        displayed = tx.inputs[index].outpoint.txid[::-1].hex()
        raise Failure(f"error: {path} lacks the transaction {displayed}, of which input {index} spends an output")
    spent: list[SpentOutput] = []
    for index, (txid, vout) in known:
        outputs = funding[txid].outputs
        if vout >= len(outputs):
            counts = counted(len(outputs), "output")
            raise Failure(f"error: input {index} spends output {vout} of {txid[::-1].hex()}, which has {counts}")
        spent.append(SpentOutput(f"{path}, output {vout} of {txid[::-1].hex()}", outputs[vout]))
    return spent


def _of_json(text: str, path: Path) -> list[SpentOutput]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Failure(f"error: {path} is not JSON: {error}; expected {_EXAMPLE}") from None
    if not isinstance(found, list):
        raise Failure(f"error: {path} has one JSON object: a list is expected, as in {_EXAMPLE}")
    return [_of_entry(entry, f"{path}, output {index}") for index, entry in enumerate(found)]


def _of_entry(entry: object, place: str) -> SpentOutput:
    if not isinstance(entry, dict) or not set(_NEEDED) <= set(entry):
        raise Failure(f'error: {place} needs "value" and "script", as in {_EXAMPLE}')
    if strange := [name for name in entry if name not in _FIELDS]:
        raise Failure(f"error: {place} has an unknown field {shortened(strange[0])}: there are {', '.join(_FIELDS)}")
    script, txid, vout = entry["script"], entry.get("txid"), entry.get("vout")
    if not isinstance(script, str):
        raise Failure(f"error: {place}: the script is a text of hexadecimal digits")
    if txid is not None and (not isinstance(txid, str) or len(bytes_of_hex(txid, f"{place}: txid")) != 32):
        raise Failure(f"error: {place}: the txid is a text of 64 hexadecimal digits")
    if vout is not None and type(vout) is not int:
        raise Failure(f"error: {place}: the vout is a whole number")
    output = TxOut(_satoshis(entry["value"], place), bytes_of_hex(script, f"{place}: script"))
    return SpentOutput(place, output, txid and txid.lower(), vout)


def _of_line(line: str, place: str) -> SpentOutput:
    satoshis, colon, script = line.partition(":")
    if colon:
        value = _satoshis(int(satoshis) if satoshis.strip().isdecimal() else satoshis, place)
        return SpentOutput(place, TxOut(value, bytes_of_hex(script, place)))
    reader = Reader(bytes_of_hex(line, place))
    try:
        (value,) = reader.unpack(_VALUE, "value")
        output = TxOut(value, reader.blob("script"))
        reader.finish()
    except TransactionError as error:
        raise Failure(f"error: {place} is neither SATOSHIS:HEX nor an output as in a transaction: {error}") from None
    return SpentOutput(place, TxOut(_satoshis(value, place), output.script))


def _satoshis(value: object, place: str) -> int:
    if type(value) is not int or not 0 <= value <= MAX_MONEY:
        raise Failure(
            f"error: {place}: the value is {shortened(str(value))}; it is a whole number of satoshis"
            f" from 0 to {MAX_MONEY:,} (a coin has {SATOSHIS_PER_COIN:,})"
        )
    return value
