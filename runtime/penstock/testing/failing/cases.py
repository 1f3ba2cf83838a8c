"""Cases: one call of a contract with its whole transaction, as JSON: the form of a bug report.

In: a judged call and its transaction. Out: text that has the sources, the artifact, the transaction, the spent outputs
and the rules, so that the call can be judged and explained again anywhere.
"""

import json
from dataclasses import dataclass
from typing import Final

import penstock
from penstock.artifact.artifact import Artifact
from penstock.artifact.errors import ArtifactError
from penstock.artifact.json_reader import JsonValue
from penstock.contract.contract import Call
from penstock.contract.errors import ArgumentError
from penstock.contract.spend import Spend
from penstock.contract.spending_transaction import OtherInput
from penstock.errors import PenstockError, hides_frames
from penstock.testing.judging import JudgedCall, judge_call
from penstock.tx.transaction import OutPoint, Transaction, TxOut
from penstock.tx.wire import TransactionError
from penstock.vm.rules import RuleSet, RuleSetError

__tracebackhide__ = hides_frames

_FORM: Final = 1
"""Number of the form; another one is refused."""


class CaseFileError(PenstockError, ValueError):
    """A text that is not a case: damaged, incomplete, or its parts do not fit each other."""


@dataclass(frozen=True, slots=True)
class Case:
    """A call with its transaction.

    Attributes:
        test: the test that sent it; empty if it is not known.
        spend: the spend.
        call: the call.
        tx: the finished transaction.
        rules: the rules for its scripts.
    """

    test: str
    spend: Spend
    call: Call
    tx: Transaction
    rules: RuleSet

    def judged(self) -> JudgedCall:
        """Judge the call again, and evaluate it.

        Raises:
            DisagreementError: script and meaning of the contract differ.
        """
        return judge_call(self.spend, self.call, self.spend.judge_in(self.tx, rules=self.rules), lambda *_: None)


def case_text(case: Case, reason: str) -> str:
    """Return a case as JSON.

    Args:
        case: the case.
        reason: why the chain refused the transaction; empty if it did not.
    """
    spend = case.spend
    internal_key = None if spend.internal_key is None else spend.internal_key.hex()
    document = {
        "penstock_case": _FORM,
        "made_by": f"penstock {penstock.__version__}",
        "test": case.test,
        "reason": reason,
        "target": spend.contract.artifact.target,
        "rules": case.rules.flags,
        "function": case.call.function.name,
        "items": [item.hex() for item in case.call.items],
        "tx": case.tx.serialize().hex(),
        "input": spend.input_index,
        "spent": [{"value": output.value, "script": output.script.hex()} for output in spend.spent_outputs],
        "wrap": str(spend.wrap),
        "internal_key": internal_key,
        "locking_script": spend.contract.locking_script.hex(),
        "artifact": json.loads(spend.contract.artifact.to_json()),
    }
    return json.dumps(document, indent=2) + "\n"


def read_case(text: str) -> Case:
    """Read a case.

    Raises:
        CaseFileError: the text is not a case, or its parts do not fit each other.
    """
    try:
        return _case(JsonValue.parse(text))
    except ArtifactError as error:
        place = f"field {error.field}: " if error.field else ""
        raise CaseFileError(f"not a case of a call: {place}{error.reason}") from None
    except (TransactionError, RuleSetError, ArgumentError) as error:
        raise CaseFileError(f"not a case of a call: {error}") from None


def _case(document: JsonValue) -> Case:
    form = document.get("penstock_case").natural()
    if form != _FORM:
        raise CaseFileError(f"a case of form {form}: this version of Penstock reads form {_FORM}")
    artifact = Artifact.from_json(json.dumps(document.get("artifact").value))
    tx = Transaction.parse(_hex(document.get("tx")), segwit=artifact.chain.has_witness)
    spent = [TxOut(each.get("value").natural(), _hex(each.get("script"))) for each in document.get("spent").items()]
    place = document.get("input")
    index = place.natural()
    if len(spent) != len(tx.inputs) or index >= len(spent):
        raise place.error(f"input {index} of a transaction with {len(tx.inputs)} inputs, {len(spent)} spent outputs")
    contract = artifact.match(_hex(document.get("locking_script")))
    if contract is None:
        raise document.get("locking_script").error(f"not a script of {artifact.contract}")
    internal_key = document.find("internal_key")
    others = [OtherInput(each.outpoint, output, each.sequence) for each, output in zip(tx.inputs, spent, strict=True)]
    spend = Spend(
        contract,
        spent[index].value,
        [(output.value, output.script) for output in tx.outputs],
        tx.version,
        tx.lock_time,
        tx.inputs[index].sequence,
        document.get("wrap").text(),
        OutPoint(*tx.inputs[index].outpoint),
        other_inputs=(*others[:index], *others[index + 1 :]),
        input_index=index,
        internal_key=None if internal_key is None else _hex(internal_key),
    )
    if spend.locking_script != spent[index].script:
        raise document.get("spent").error(f"output {index} does not have the script of the contract")
    items = tuple(map(_hex, document.get("items").items()))
    call = Call(contract, contract.function(document.get("function").text()), items)
    rules = RuleSet.from_flags(document.get("rules").text(), chain=artifact.chain)
    return Case(document.get("test").text(), spend, call, tx, rules)


def _hex(value: JsonValue) -> bytes:
    try:
        return bytes.fromhex(value.text())
    except ValueError:
        raise value.error("expected bytes in hex") from None
