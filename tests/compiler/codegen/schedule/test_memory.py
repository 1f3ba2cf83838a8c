"""What was scheduled before is taken up by shape, and changes no artifact."""

from collections.abc import Callable
from importlib import import_module

import pytest

import penstock
from penstockc.codegen.schedule import memory
from penstockc.codegen.schedule.effort import Effort, Exhausted, Tried
from penstockc.codegen.schedule.search import ScheduleSearch

scheduler = import_module("penstockc.codegen.schedule.scheduler")  # the package has a function of that name
FUNCTION = """
    public function {name}(SigHashPreimage p, int amount) {{
        this.count += {step};
        require(this.updateState(p, amount));
    }}"""


def counter(*steps: int, name: str = "Counter") -> str:
    functions = (FUNCTION.format(name=f"f{place}", step=step) for place, step in enumerate(steps))
    return f"contract {name} {{ @state int count; {''.join(functions)} }}"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Count the steps that a compilation tries."""
    counted = 0
    right = ScheduleSearch.do

    def counting(self: ScheduleSearch, *more: object) -> object:
        nonlocal counted
        counted += 1
        return right(self, *more)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr(ScheduleSearch, "do", counting)

    def compiling(source: str) -> int:
        nonlocal counted
        counted = 0
        penstock.compile_source(source)
        return counted

    return compiling


def test_the_same_code_is_not_searched_again(tried: Callable[[str], int]) -> None:
    memory.forget()
    assert tried(counter(300)) > 100
    assert tried(counter(300, name="Another")) == 0


def test_the_library_is_not_searched_again(tried: Callable[[str], int]) -> None:
    memory.forget()
    first = tried(counter(300))
    assert 0 < tried(counter(400)) < first / 2


def test_the_functions_of_a_contract_share(tried: Callable[[str], int]) -> None:
    memory.forget()
    one = tried(counter(300))
    memory.forget()
    assert 100 < tried(counter(300, 300, 300)) < 2 * one


@pytest.mark.parametrize("before", [(), (300,), (400, 500), (500, 300, 400)])
def test_artifacts_do_not_depend_on_what_was_compiled_before(before: tuple[int, ...]) -> None:
    source = counter(300, 400)
    memory.forget()
    expected = penstock.compile_source(source)
    memory.forget()
    if before:
        penstock.compile_source(counter(*before, name="Before"))
    assert penstock.compile_source(source) == expected


@pytest.mark.parametrize("steps", [30, 100, 300, 1000])
def test_a_search_that_is_given_up_does_not_depend_on_it_either(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known parts count as if they were searched."""
    source = counter(300)
    memory.forget()
    penstock.compile_source(counter(400))
    full = memory.process_memory()
    monkeypatch.setattr(scheduler, "PATIENCE", steps)
    with_memory = penstock.compile_source(source)
    assert memory.process_memory() is full
    memory.forget()
    assert penstock.compile_source(source) == with_memory


def test_a_known_part_counts_once_with_all_in_it() -> None:
    known: dict[object, Tried] = {"inner": Tried(5, ()), "outer": Tried(3, ("inner",))}
    spending = Effort(10)
    spending.repeat("outer", known)
    spending.repeat("inner", known)
    assert spending.left == 2
    with pytest.raises(Exhausted):
        Effort(7).repeat("outer", known)


def test_a_part_knows_its_own_steps_and_the_parts_in_it() -> None:
    spending = Effort(100)
    with spending.part("outer") as outer:
        spending.spend()
        with spending.part("inner") as inner:
            spending.spend(4)
        spending.spend()
    assert (outer, inner) == ([Tried(2, ("inner",))], [Tried(4, ())])
    assert spending.left == 94


def test_entries_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    memory.forget()
    penstock.compile_source(counter(300))
    before = memory.process_memory()
    assert before.size > 10
    monkeypatch.setattr(memory, "MOST", 10)
    assert memory.process_memory() is not before
    assert memory.process_memory().size == 0
