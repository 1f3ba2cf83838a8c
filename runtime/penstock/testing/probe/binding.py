"""`binds`: the calls in a test or a block must bind what it names, but for the openings that it names too."""

import functools
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import ParamSpec, TypeVar

from penstock.errors import PenstockError, hides_frames
from penstock.testing.observers import OBSERVERS
from penstock.testing.probe.prober import Prober
from penstock.testing.probe.report import subjects_open, with_ways
from penstock.testing.probe.subjects import EVERYTHING, checked_names, is_within, order_of
from penstock.testing.probe.trying import By

__tracebackhide__ = hides_frames


P = ParamSpec("P")
R = TypeVar("R")


class BindingError(PenstockError, AssertionError):
    """Calls that leave open another thing than expected."""


class Binding:
    """Result of `binds`: a decorator of a test, and a context manager."""

    def __init__(self, names: tuple[str, ...], openings: tuple[str, ...]) -> None:
        self.names = names
        self.openings = openings
        self._probers: list[Prober] = []

    def __call__(self, test: Callable[P, R]) -> Callable[P, R]:
        """Return a test whose calls are probed."""

        @functools.wraps(test)
        def bound(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return test(*args, **kwargs)

        return bound

    def __enter__(self) -> None:
        self._probers.append(Prober())
        OBSERVERS.append(self._probers[-1])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        prober = self._probers.pop()
        OBSERVERS.remove(prober)
        if error is None and (faults := list(self._faults(prober))):
            raise BindingError("\n".join(faults))

    def _faults(self, prober: Prober) -> Iterator[str]:
        """Yield the differences from what is expected."""
        if not prober.calls:
            yield "no call of a contract was accepted, so there is nothing to probe"
            return
        found: set[str] = set()
        for function in sorted(prober.calls):
            own = {each for each in subjects_open(prober, function, By.ANYONE) if is_within(each, self.names)}
            found |= own
            for subject in sorted(own, key=order_of):
                if not is_within(subject, self.openings):
                    yield f"{function} leaves open to anyone: {with_ways(prober, function, subject)}"
        for name in self.openings:
            if not any(is_within(each, (name,)) for each in found):
                yield f"{name} is not open, or does not belong to {', '.join(self.names)}: take it out of `except_`"


def binds(*names: str, except_: str | Sequence[str] = ()) -> Binding:
    """Expect the accepted calls of a test, or of a block, to bind these parts: anyone who changes one is refused.

        @binds("outputs", except_="value of output 1")
        def test_withdraw(chain): ...

    Each accepted call is probed. Parts that only the signers can change count as bound.

    Args:
        names: subjects or groups of them, as the module `subjects` lists them; by default `everything`.
        except_: the openings that are expected; one that is not there is an error too.

    Raises:
        ArgumentError: a name is not one of those.
        BindingError: at the end: something is open that `except_` does not name, an opening that it names is not
            there, or no call was accepted.
    """
    openings = (except_,) if isinstance(except_, str) else tuple(except_)
    return Binding(checked_names("binds", names or (EVERYTHING,)), checked_names("except_", openings))
