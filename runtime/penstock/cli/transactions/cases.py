"""`penstock verify --case`: judges and explains a call that a test has saved."""

from collections.abc import Iterator
from pathlib import Path

from penstock.cli.failure import Failure
from penstock.cli.verdicts import outcome, trace_facts, verdict_facts
from penstock.testing.describing import arguments_of
from penstock.testing.failing.cases import Case, read_case
from penstock.testing.failing.failures import failure_of
from penstock.testing.judging import JudgedCall
from penstock.vm.explaining.listing import trace_lines
from penstock.vm.explaining.trace import trace_case
from penstockc.reading import read_text


def case_in(path: Path) -> Case:
    """Read a case from a file.

    Raises:
        Failure: it is not a case.
        UnreadableSource: the file is missing, or is not text.
    """
    text = read_text(path)
    try:
        return read_case(text)
    except ValueError as error:
        raise Failure(f"error: {path}: {error}") from None


def case_lines(case: Case, judged: JudgedCall, *, traced: bool) -> Iterator[str]:
    """Yield a judged case for readers: as the failing test shows it."""
    of_test = f" of {case.test}" if case.test else ""
    yield f"{outcome(accepted=bool(judged.verdict))}: {judged.name}{of_test}, input {case.spend.input_index}"
    failure = failure_of(judged)
    if failure is not None:
        yield from failure.lines()
    elif not judged.verdict:
        yield judged.verdict.explain()
    else:
        yield from (f"  {name}  {value}" for name, value in arguments_of(judged.call))
    if traced:
        yield from trace_lines(trace_case(judged.verdict.case))


def case_facts(case: Case, judged: JudgedCall, *, traced: bool) -> dict[str, object]:
    """Return a judged case for programs."""
    failure = failure_of(judged)
    artifact = case.spend.contract.artifact
    return {
        "test": case.test,
        "contract": artifact.contract,
        "function": case.call.function.name,
        "arguments": dict(arguments_of(case.call)),
        "txid": case.tx.txid_hex,
        "input": case.spend.input_index,
        **verdict_facts(judged.verdict, artifact),
        "require": None if failure is None else failure.require,
        "explanation": None if failure is None else "\n".join(failure.lines()),
        **({"trace": trace_facts(trace_case(judged.verdict.case))} if traced else {}),
    }
