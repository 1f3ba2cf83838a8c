"""Memory of the process: what was scheduled before is not scheduled again.

Entries are found by shape: the same code in another function, or in another contract, has the same entry. What they
hold depends on the shape alone, so it does not matter for the result whether they are there.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from penstock.records import Record
from penstockc.codegen.instructions.instruction import Code
from penstockc.codegen.plan.plan import BranchStep, RegionPlan
from penstockc.codegen.schedule.effects import Join
from penstockc.codegen.schedule.effort import Tried
from penstockc.codegen.schedule.models import Likeness, likeness, unlike
from penstockc.codegen.schedule.shapes import Key, Shape, shape_of_branch, shape_of_plan
from penstockc.codegen.stack.moves import Layout

MOST: Final = 22_000
"""Entries; when there are more, all are forgotten before the next search."""

LARGEST: Final = 120
"""Steps: larger branches are compared with no others, since each branch around would look at them again."""
NO_SHAPE: Final = Shape((), (), ())

Part = TypeVar("Part", RegionPlan, BranchStep)


class Model(Record, Generic[Part], frozen=True, eq=False):
    """The first part of a shape."""

    part: Part
    shape: Shape


JoinKey = tuple[Model[BranchStep], Layout, frozenset[int], object]
"""A branch, the layout before it, the values that stay, and the manner of the search."""


@dataclass(slots=True)
class Memory:
    """Models by their shapes, and what was found for them.

    Attributes:
        branches: the first branch of each shape.
        plans: the first plan of each shape.
        joins: the joins of a model.
        tried: the steps that the search for them took.
        codes: the code of a model that ends the script, by the stack before it and the steps that may be tried.
    """

    branches: dict[Key, Model[BranchStep]] = field(default_factory=dict)
    plans: dict[Key, Model[RegionPlan]] = field(default_factory=dict)
    joins: dict[JoinKey, tuple[Join, ...]] = field(default_factory=dict)
    tried: dict[Hashable, Tried] = field(default_factory=dict)
    codes: dict[tuple[Model[RegionPlan], Layout, int], Code] = field(default_factory=dict)

    def model_of_branch(self, branch: BranchStep) -> tuple[Model[BranchStep], Likeness]:
        """Return the model of a branch: itself, for a large one."""
        if branch.then.size + branch.otherwise.size > LARGEST:
            return Model(branch, NO_SHAPE), unlike(branch.then.outer | branch.otherwise.outer)
        return _like(branch, shape_of_branch(branch), self.branches)

    def model_of_plan(self, plan: RegionPlan) -> tuple[Model[RegionPlan], Likeness]:
        """Return the model of a plan."""
        return _like(plan, shape_of_plan(plan), self.plans)

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self.branches) + len(self.plans) + len(self.joins) + len(self.codes)


def _like(part: Part, shape: Shape, models: dict[Key, Model[Part]]) -> tuple[Model[Part], Likeness]:
    model = models.setdefault(shape.key, Model(part, shape))
    return model, likeness(shape, model.shape)


_memory = Memory()


def process_memory() -> Memory:
    """Return the memory; a search keeps what it got to its end."""
    if _memory.size > MOST:
        forget()
    return _memory


def forget() -> None:
    """Forget everything that was scheduled before."""
    global _memory  # noqa: PLW0603 - of the process
    _memory = Memory()
