"""Records have defaults of their own kind: a default of a dataclass would be a value like any other."""

import dataclasses
from collections.abc import Iterator

from penstock.records import Record
from tests.house.test_floors import modules


def records(kind: type[Record]) -> Iterator[type[Record]]:
    for each in kind.__subclasses__():
        yield each
        yield from records(each)


def test_no_record_has_a_default_of_a_dataclass() -> None:
    for name in modules():
        if not name.endswith("__main__") and ".migrations" not in name:
            __import__(name)
    found = set(records(Record))
    assert len(found) > 300
    wrong = [each for each in found if any(isinstance(d, dataclasses.Field) for d in each.__struct_defaults__ or ())]
    assert not wrong
