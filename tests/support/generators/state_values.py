"""Values of state properties that `Contract.with_state` accepts."""

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from penstock import PrivateKey
from penstock.artifact.artifact import BasicType, Kind

_KEYS: Final = [b"", *(PrivateKey.from_bytes(number.to_bytes(32)).public_key for number in (1, 2, 7))]


def state_values(basic: BasicType, of_kind: Mapping[Kind, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Return the values of a basic type: those of its kind, or bytes of the type's lengths or none."""
    if basic is BasicType.PUB_KEY:
        return st.sampled_from(_KEYS)
    if basic.lengths:
        sizes = st.sampled_from([0, *basic.lengths])
        return sizes.flatmap(lambda size: st.binary(min_size=size, max_size=size))
    return of_kind[basic.kind]
