"""A contract judged twice: evaluated as the language means it, and compiled and run on real spends.

`evaluated` gives one answer and `verdict_on` the other; neither knows how the other comes about.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import penstock
from penstock import Artifact, CompileError, PenstockError, PrivateKey, Spend, Verdict
from penstock.contract.contract import Call as Unlocking
from penstock.evaluation.spend_oracle import SpendOracle
from penstock.script.opcodes import Op
from penstock.script.parse import instructions
from penstock.tx.keys import sign
from penstockc.language.types import Type, leaves
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.evaluate import Outcome, evaluate
from penstockc.meaning.values import RecordValue, Value, unflattened
from penstockc.semantics.typed import Assembly, Program
from penstockc.targets import SHORT_NUMBER
from tests.support.compiling.programs import line_of, program_of
from tests.support.compiling.spellings import wrongly_accepted
from tests.support.compiling.targets import TARGETS
from tests.support.engines.outside_judges import bitcoin_core_accepts, bsv_sdk_accepts
from tests.support.generators.random_contracts import Argument, Given, RandomContract, Signing
from tests.support.generators.random_contracts.vocabulary import KEYS
from tests.support.spending.signing import for_other_outputs, high_s, with_hash_type

TOO_LARGE = ("too-many-opcodes", "script-too-long", "number-too-long", "lock-out-of-range")
"""Codes of the diagnostics about numbers of a chain, of which the language knows nothing."""
MOST_SPELLINGS = 6  # of the arguments of one call


@dataclass(frozen=True, slots=True)
class Compiled:
    """A random contract, understood and compiled."""

    source: RandomContract
    program: Program
    artifact: Artifact


def compiled(contract: RandomContract, layout: str = "smallest") -> Compiled | None:
    """Run the compiler, and the front end once more for the evaluator; None if it is too large for the target."""
    try:
        artifact = penstock.compile_source(contract.text, target=contract.target, load=contract.load, layout=layout)
    except CompileError as error:
        if {each.code for each in error.diagnostics} <= set(TOO_LARGE):
            return None
        raise
    return Compiled(contract, program_of(contract.text, contract.load), artifact)


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """One call on a spend, its evaluated outcome, and whether bsv-sdk is known to judge it differently."""

    of: Compiled
    spend: Spend
    function: str
    arguments: tuple[Given, ...]
    outcome: Outcome
    sdk_differs: bool = False

    @property
    def reason(self) -> str:
        """Why the evaluator refuses, without the numbers that make each case its own; "accepted" if it does not."""
        return "accepted" if self.outcome else "".join(each for each in self.outcome.reason if not each.isdigit())

    def explain(self, verdict: Verdict) -> str:
        """Return a report of a difference between the two."""
        spend, artifact = self.spend, self.of.artifact
        imports = "".join(f"// {name}\n{text}\n" for name, text in self.of.source.imports.items())
        settings = f"version={spend.version}, lock_time={spend.lock_time}, sequence={spend.sequence:#x}, {spend.wrap}"
        return (
            f"\n{imports}{self.of.source.text}\n{artifact.target}: {artifact.asm}\n"
            f"constructor{spend.contract.values}\n{self.function}{self.arguments}\n{settings}\n"
            f"evaluated: {self.outcome.accepted}, {self.outcome.reason}, at "
            f"{line_of(self.of.program, self.outcome.span.start)}\nrun: {verdict.explain()}"
        )


def evaluated(of: Compiled, spend: Spend, function: str, arguments: tuple[Argument, ...]) -> Call:
    """Make the signatures that are asked for, and evaluate the call."""
    made = tuple(signed(argument, spend) for argument in arguments)
    oracle = SpendOracle(spend)
    outcome = outcome_of(of, spend, function, made, oracle, TARGETS[of.artifact.target].limits)
    return Call(of, spend, function, made, outcome, oracle.cut_an_empty_one and spend.version > 1)


def outcome_of(  # noqa: PLR0917 - the whole of a spend
    of: Compiled, spend: Spend, function: str, arguments: tuple[Given, ...], oracle: SpendOracle, limits: ValueLimits
) -> Outcome:
    leaves = iter([argument.value for argument in spend.contract.arguments])
    entry = next(each for each in of.program.entry_points if each.key.name == function)
    return evaluate(
        of.program,
        [unflattened(local.type, leaves) for local in of.program.contract.constructor.parameters],
        function,
        [meant(local.type, argument) for local, argument in zip(entry.parameters, arguments, strict=True)],
        limits=limits,
        spend=oracle,
    )


def may_be_refused(call: Call) -> bool:
    """Whether the script may refuse a call that the evaluator accepts: on btc, for a long number used by its bytes."""
    limits = TARGETS[call.of.artifact.target].limits
    if not call.outcome or limits.operand is None or limits.operand > SHORT_NUMBER:
        return False
    strict = replace(limits, packed=limits.operand)
    return not outcome_of(call.of, call.spend, call.function, call.arguments, SpendOracle(call.spend), strict)


def verdict_on(call: Call) -> Verdict:
    """Run the compiled call on our machine."""
    return call.spend.verify(call.function, *call.arguments)


def repeated(call: Call, text: str) -> Call | None:
    """Return the same call of a contract with another text; None if that does not compile, or has no such function."""
    try:
        of = compiled(replace(call.of.source, text=text), call.of.artifact.layout)
        if of is None:
            return None
        leaves = iter([argument.value for argument in call.spend.contract.arguments])
        parameters = of.program.contract.constructor.parameters
        contract = of.artifact.instantiate(*(given(unflattened(each.type, leaves)) for each in parameters))
        return evaluated(of, replace(call.spend, contract=contract), call.function, call.arguments)
    except PenstockError:
        return None


def signed(argument: Argument, spend: Spend) -> Given:
    """Return an argument with the signatures that it asks for."""
    match argument:
        case Signing():
            return signature(argument, spend)
        case tuple():
            return tuple(signed(element, spend) for element in argument)
        case Mapping():
            return {name: signed(value, spend) for name, value in argument.items()}
        case _:
            return argument


def meant(type_: Type, argument: Given) -> Value:
    """Return an argument as the evaluator takes it."""
    return unflattened(type_, _leaves(argument))


def given(value: Value) -> Given:
    """Return an argument in the evaluator's form."""
    match value:
        case tuple():
            return tuple(given(element) for element in value)
        case RecordValue(properties=properties):
            return {name: given(each) for name, each in properties.items()}
        case _:
            return value


def _leaves(argument: Given) -> Iterator[int | bool | bytes]:
    match argument:
        case tuple():
            for element in argument:
                yield from _leaves(element)
        case Mapping():
            for value in argument.values():
                yield from _leaves(value)
        case _:
            yield argument


def signature(wanted: Signing, spend: Spend) -> bytes:
    """Make the signature that is asked for, defects and all."""
    key = KEYS[wanted.key]
    good = sign_behind(spend, key, wanted.hash_type) if wanted.behind else spend.sign(key, wanted.hash_type)
    match wanted.defect:
        case "cut short":
            return good[:-9] + good[-1:]
        case "high s":
            return high_s(good)
        case "wrong digest":
            return for_other_outputs(spend, key, wanted.hash_type)
        case "bad hash type":
            return with_hash_type(good, 0x44)
        case "no hash type":
            return good[:-1]
        case _:
            return good


def sign_behind(spend: Spend, key: PrivateKey, hash_type: str) -> bytes:
    """Sign only the script after its first code separator, if it has one: unreachable code is not written."""
    whole, target = spend.contract.locking_script, spend.contract.artifact.target
    separated = any(each.opcode == Op.OP_CODESEPARATOR for each in instructions(whole))
    code = spend.script_code(0)[0] if separated else whole
    return sign(spend.transaction(), 0, code, spend.value, key, hash_type, rules=target, version=spend.digest_version)


def outside_judge_agrees(call: Call, verdict: Verdict) -> bool:
    """Ask the outside judge of the target about the very same transaction."""
    spend = call.spend
    unlocked = spend.contract.call(call.function, *call.arguments)
    raw = spend.transaction(unlocked).serialize()
    if call.of.artifact.target == "bsv":
        return call.sdk_differs or bsv_sdk_accepts(raw, 0, spend.locking_script, spend.value) == bool(verdict)
    by_consensus = spend.judge(unlocked, rules="btc-consensus")
    return bitcoin_core_accepts(raw, 0, spend.locking_script, spend.value) == bool(by_consensus)


def spelled_otherwise(call: Call) -> tuple[Unlocking, ...]:
    """Return calls with other spellings of the arguments that are accepted though the canonical call is refused."""
    entry = next(each for each in call.of.program.entry_points if each.key.name == call.function)
    kinds = tuple(kind for local in entry.parameters for kind in leaves(local.type))
    if isinstance(entry.body, Assembly):
        return ()  # the whole script is its author's
    unlocked = call.spend.contract.call(call.function, *call.arguments)
    return tuple(wrongly_accepted(call.spend, unlocked, kinds, MOST_SPELLINGS))


@dataclass(slots=True)
class Tally:
    """What a run of cases was made of, so that it is known to have tried something."""

    contracts: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    constructs: Counter[str] = field(default_factory=Counter)
    too_large: int = 0

    @property
    def cases(self) -> int:
        return self.reasons.total()

    def share(self, *reasons: str) -> float:
        """Return which part of all cases ended for one of these reasons."""
        return sum(self.reasons[reason] for reason in reasons) / self.cases

    def __str__(self) -> str:
        reasons = ", ".join(f"{reason}: {count}" for reason, count in self.reasons.most_common())
        constructs = ", ".join(f"{name}: {count}" for name, count in self.constructs.most_common())
        return (
            f"{self.contracts} contracts, {self.cases} cases ({self.too_large} more too large)\n{reasons}\n{constructs}"
        )
