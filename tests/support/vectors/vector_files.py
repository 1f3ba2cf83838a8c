"""Test vectors of the node projects, read from their files: each row becomes one test, with its own id.

    @pytest.mark.parametrize("row", vector_rows("bitcoin-core/sighash.json"))
    def test_core(row): ...          # core-sighash-0001, core-sighash-0002, …

Without vectors the single remaining row skips with the reason; with PENSTOCK_REQUIRE_VECTORS=1 it is an error.
"""

import json
import os
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ABSENT = "there are no test vectors at {}: PENSTOCK_VECTORS names their folder"


def vectors_folder() -> Path:
    """Return the folder that PENSTOCK_VECTORS names, there or not; tests/conftest.py gives the default."""
    return Path(os.environ["PENSTOCK_VECTORS"])


def demand_vectors() -> Path:
    """Return the folder; without it skip, or fail where vectors are required."""
    folder = vectors_folder()
    if not folder.is_dir():
        reason = ABSENT.format(folder)
        if os.environ.get("PENSTOCK_REQUIRE_VECTORS") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return folder


def read_json(name: str) -> Any:
    """Read a file of vectors; amounts written with a point become decimals."""
    return json.loads((vectors_folder() / name).read_text("utf-8"), parse_float=Decimal)


def vector_rows(
    name: str, rows_of: Callable[[Any], Iterable[Any]] = list, *, read: Callable[[str], Any] = read_json
) -> list[Any]:
    """Make one test parameter of each row in a file of vectors, at collection time.

    `rows_of` selects rows from the result of `read`; rows that are None are omitted and keep their number, so that an
    id always gives the position in the file.
    """
    label = name.partition(".")[0].replace("/", "-").replace("_", "-")
    if not vectors_folder().is_dir():
        if os.environ.get("PENSTOCK_REQUIRE_VECTORS") == "1":
            raise pytest.UsageError(ABSENT.format(vectors_folder()))
        return [pytest.param(None, id=label, marks=pytest.mark.skip(ABSENT.format(vectors_folder())))]
    rows = enumerate(rows_of(read(name)))
    return [pytest.param(row, id=f"{label}-{number:04}") for number, row in rows if row is not None]
