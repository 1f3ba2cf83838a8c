"""Stores that tests have opened are closed after each of them."""

from collections.abc import Iterator

import pytest

from penstock.service.store.transactions import Transactions


@pytest.fixture(autouse=True)
def _closed_stores() -> Iterator[None]:
    opened: list[Transactions] = []
    original = Transactions.__init__

    def remember(self: Transactions, *args: object, **options: object) -> None:
        original(self, *args, **options)  # type: ignore[arg-type] # handed on
        opened.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transactions, "__init__", remember)
        yield
    for each in opened:
        each.close()
