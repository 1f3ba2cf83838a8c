"""Lazy mappings: values, or seeds, are made on first access."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

Seed = TypeVar("Seed")
Value = TypeVar("Value")


class OnDemand(Mapping[str, Value], Generic[Seed, Value]):
    """A mapping with `make(seed)` for each name, called once; the names and their order are fixed."""

    def __init__(self, seeds: Mapping[str, Seed], make: Callable[[Seed], Value]) -> None:
        self._seeds = seeds
        self._make = make
        self._made = dict[str, Value]()

    def __getitem__(self, name: str) -> Value:
        if name not in self._made:
            self._made[name] = self._make(self._seeds[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._seeds

    def __iter__(self) -> Iterator[str]:
        return iter(self._seeds)

    def __len__(self) -> int:
        return len(self._seeds)


class Extended(Mapping[str, Seed], Generic[Seed]):
    """The mapping `given`, extended by `names`: `more()` returns their values, on first access to one of them."""

    def __init__(self, given: Mapping[str, Seed], names: Iterable[str], more: Callable[[], Mapping[str, Seed]]) -> None:
        self._given = given
        self._names = frozenset(names)
        self._all = dict.fromkeys((*given, *names))
        self._more = more

    def __getitem__(self, name: str) -> Seed:
        return (self._more() if name in self._names else self._given)[name]

    def __contains__(self, name: object) -> bool:
        return name in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)
