"""Records: classes of values with named fields, by msgspec.

    class Point(Record, frozen=True):
        x: int
        y: int = 0

    replace(Point(1), y=2)

They are what dataclasses with slots are: equality and hashes by value, no other attributes, `match` by fields. A class
is made in a fortieth of the time, which is most of what a command needs to start, and a value in a seventh.
"""

from msgspec import Struct as Record
from msgspec import field, to_builtins
from msgspec.structs import fields, force_setattr, replace

__all__ = ["Record", "field", "fields", "force_setattr", "replace", "to_builtins"]
