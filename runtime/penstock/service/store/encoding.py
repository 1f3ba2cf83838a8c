"""States as bytes and back: canonical CBOR, by the fields of their classes.

In: a `PayerState` or `PayeeState`. Out: a record, whose bytes are the same for the same state.

* A field with its default value is left out. So a field that is added later, with the default that is right for all
  channels until then, needs no other version: rows that were written before are read as they are. For any other change
  of the classes `STATE_VERSION` goes up, and a migration writes the rows anew; recovery files keep the older form.
* Lists that only grow (`AppendOnly`), such as the chunks that were bought, are kept apart, one value a row.
* `terms` and `channel` never change and are not in it.
* The ciphertext that the payer waits with for its key has a row of its own: it is large, and its leaf, which is in the
  head, has its hash. In version 1 it was in the head.
* Each row ends with a hash over it and its place: a damaged one, or one of another channel, is not read.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, Final, TypeAlias, get_args, get_origin, get_type_hints

import cbor2
from cattrs import Converter

from penstock.channel.safe.agreement.chains import NETWORKS, Network
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.protocol.append_only import AppendOnly
from penstock.channel.safe.protocol.replacing import replace
from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.channel.sealed.opening import Offered
from penstock.errors import PenstockError, hides_frames
from penstock.script.hashes import sha256, tagged_hash
from penstock.service.errors import DamagedError, UnknownVersionError
from penstock.service.store.plain_values import defaults_of, in_map, plain, to_cbor

__tracebackhide__ = hides_frames

STATE_VERSION: Final = 2
"""The version of records that this program writes."""
_CIPHERTEXT_IN_HEAD: Final = 1
"""The version before, which is read too: in recovery files, and in states without a ciphertext."""
ChannelState: TypeAlias = PayerState | PayeeState

ROLES: Final[dict[str, type[ChannelState]]] = {"payer": PayerState, "payee": PayeeState}
"""The classes of states by the side that has them."""
_FIXED: Final = ("terms", "channel")
_CHECK_SIZE: Final = 8
_DOMAIN: Final = "penstock/store row/1"
_LIST_OF_3: Final = 0x83
_MAP: Final = 0xA0
"""The first byte of a map in CBOR, to which the number of its values is added: fewer than 24."""


def _members_of(kind: type[ChannelState]) -> dict[str, Any]:
    found = {}
    for name, hint in get_type_hints(kind).items():
        arguments = get_args(hint)
        if get_origin(hint) is AppendOnly:
            found[name] = arguments[0]
    return found


MEMBER_FIELDS: Final[dict[type, dict[str, Any]]] = {kind: _members_of(kind) for kind in ROLES.values()}
"""The lists that grow in each kind of state, each with the type of its values."""
_HEAD_FIELDS: Final[dict[type, tuple[tuple[str, object, bytes], ...]]] = {
    kind: tuple(
        (name, default, cbor2.dumps(name))
        for name, default in defaults_of(kind)
        if name not in {*_FIXED, *MEMBER_FIELDS[kind]}
    )
    for kind in ROLES.values()
}
"""The other fields in the order of their map, each with its default, `MISSING` for none, and its name in CBOR."""
_SORTED_MEMBERS: Final = {kind: sorted(MEMBER_FIELDS[kind], key=in_map) for kind in ROLES.values()}


@dataclass(frozen=True, slots=True)
class Record:
    """A state as rows.

    Attributes:
        head: the state without the lists that grow.
        members: the values of these, by field.
        ciphertext: the ciphertext that waits for its key; empty for none.
    """

    head: bytes
    members: dict[str, tuple[bytes, ...]]
    ciphertext: bytes = b""


def role_of(state: ChannelState) -> str:
    """Return the side that has a state: `payer` or `payee`."""
    return "payer" if isinstance(state, PayerState) else "payee"


def ciphertext_of(state: ChannelState) -> bytes:
    """Return the ciphertext that waits for its key; empty for none, as with a chunk that is sold by itself."""
    wanted = state.wanted if isinstance(state, PayerState) else None
    return b"" if wanted is None or wanted.offered is None else wanted.offered.ciphertext


def head_of(state: ChannelState, version: int = STATE_VERSION) -> bytes:
    """Return the state as bytes, with the numbers of values of the lists that grow, and without these.

    Args:
        state: the state.
        version: the version of the record.
    """
    kind = type(state)
    if version == STATE_VERSION and ciphertext_of(state):
        state = _with_ciphertext(state, b"")
    values: list[bytes] = []
    for name, default, key in _HEAD_FIELDS[kind]:
        value = getattr(state, name)
        if value is not default and value != default:
            values += key, to_cbor(value)
    counts = {name: many for name in _SORTED_MEMBERS[kind] if (many := len(getattr(state, name)))}
    parts = bytes((_LIST_OF_3, version, _MAP + len(values) // 2)), *values, cbor2.dumps(counts)
    content = b"".join(parts)
    return content + _check(state.channel, role_of(state), "", content)


def member_of(state: ChannelState, field: str, value: object, place: int) -> bytes:
    """Return a value of a list of a state as bytes.

    Args:
        state: the state.
        field: the list.
        value: the value.
        place: its index in the list.
    """
    content = cbor2.dumps(plain(value))
    return content + _check(state.channel, role_of(state), f"{field}/{place}", content)


def encode(state: ChannelState) -> Record:
    """Return a state as rows."""
    members = {
        name: tuple(member_of(state, name, value, place) for place, value in enumerate(getattr(state, name)))
        for name in MEMBER_FIELDS[type(state)]
    }
    return Record(head_of(state), members, ciphertext_of(state))


def decode(role: str, terms: ChannelTerms, channel: bytes, record: Record) -> ChannelState:
    """Return the state of rows.

    Args:
        role: the side that has it, `payer` or `payee`.
        terms: the terms of the channel.
        channel: its id.
        record: the rows.

    Raises:
        UnknownVersionError: rows of another version of this program.
        DamagedError: any other bytes than those of a state of this channel.
    """
    kind, name = ROLES[role], channel.hex()
    content = _checked(channel, role, "", record.head)
    version, values, counts = _head_values(content, name)
    if version not in {_CIPHERTEXT_IN_HEAD, STATE_VERSION} or type(version) is not int:
        raise UnknownVersionError(
            f"the state of channel {name} is of version {version}, and this program knows {STATE_VERSION}: open the"
            " store with the version of Penstock that wrote it"
        )
    try:
        state = _structured(kind, terms, channel, values, counts, record)
        if version == STATE_VERSION:
            state = _whole(state, record.ciphertext)
    except DamagedError:
        raise
    except Exception as error:  # noqa: BLE001 - the libraries have no common error for bytes of another form
        raise DamagedError(f"the state of channel {name} is damaged: {type(error).__name__}") from None
    if head_of(state, version) != record.head:
        raise DamagedError(f"the state of channel {name} is damaged: other bytes than those that were written")
    return state


def terms_to_bytes(terms: ChannelTerms) -> bytes:
    """Return terms as bytes."""
    return cbor2.dumps(plain(terms))


def terms_from_bytes(data: bytes) -> ChannelTerms:
    """Read terms.

    Raises:
        DamagedError: bytes that are not terms that both sides could have agreed on.
    """
    try:
        terms = _converter().structure(cbor2.loads(data), ChannelTerms)
        if terms_to_bytes(terms) == data:
            return terms
    except Exception as error:  # noqa: BLE001 - the libraries have no common error for bytes of another form
        reason = error if isinstance(error, PenstockError) else type(error).__name__  # others may have no text
        raise DamagedError(f"the terms of a channel are damaged: {reason}") from None
    raise DamagedError("the terms of a channel are damaged: not their one form")


def _whole(state: ChannelState, ciphertext: bytes) -> ChannelState:
    """Return a state with the ciphertext from its own row; the leaf has its hash."""
    offered = state.wanted.offered if isinstance(state, PayerState) and state.wanted is not None else None
    if offered is None or offered.leaf.is_plain:
        return state
    if sha256(ciphertext) != offered.leaf.ciphertext:
        raise ValueError("another ciphertext")
    return _with_ciphertext(state, ciphertext)


def _with_ciphertext(state: ChannelState, ciphertext: bytes) -> ChannelState:
    assert isinstance(state, PayerState), "the payee waits for no key"
    assert state.wanted is not None, "as the callers ask"
    assert state.wanted.offered is not None, "as the callers ask"
    offered = Offered(state.wanted.offered.leaf, ciphertext)
    return replace(state, wanted=replace(state.wanted, offered=offered))


def _head_values(content: bytes, name: str) -> tuple[int, dict[str, Any], dict[str, int]]:
    try:
        version, values, counts = cbor2.loads(content)
        str(version)  # Python refuses to write out numbers of thousands of digits
    except Exception as error:  # noqa: BLE001 - the libraries have no common error for bytes of another form
        raise DamagedError(f"the state of channel {name} is damaged: {type(error).__name__}") from None
    return version, values, counts


def _structured(  # noqa: PLR0913, PLR0917 - all that a state is made of
    kind: type[ChannelState],
    terms: ChannelTerms,
    channel: bytes,
    values: dict[str, Any],
    counts: dict[str, int],
    record: Record,
) -> ChannelState:
    types = get_type_hints(kind)
    known = {each.name for each in fields(kind)} - set(_FIXED)
    if unknown := values.keys() - known:
        raise ValueError(f"unknown fields {sorted(unknown)}")
    found = {name: _converter().structure(value, types[name]) for name, value in values.items()}
    for name, member in MEMBER_FIELDS[kind].items():
        rows = record.members.get(name, ())
        if len(rows) != counts.get(name, 0):
            raise ValueError(f"{len(rows)} rows of {name}")
        read = (cbor2.loads(_checked(channel, _role(kind), f"{name}/{place}", row)) for place, row in enumerate(rows))
        found[name] = AppendOnly(_converter().structure(each, member) for each in read)
    return kind(terms=terms, channel=channel, **found)


def _role(kind: type[ChannelState]) -> str:
    return next(role for role, each in ROLES.items() if each is kind)


def _check(channel: bytes, role: str, field: str, content: bytes) -> bytes:
    return tagged_hash(_DOMAIN, b"".join((channel, role.encode(), b"/", field.encode(), b"/", content)))[:_CHECK_SIZE]


def _checked(channel: bytes, role: str, field: str, row: bytes) -> bytes:
    content, check = row[:-_CHECK_SIZE], row[-_CHECK_SIZE:]
    if check != _check(channel, role, field, content):
        raise DamagedError(f"the state of channel {channel.hex()} is damaged: a row has changed since it was written")
    return content


@cache
def _converter() -> Converter:
    """Return the converter from plain values to classes; what is not exactly of a field's type is refused."""
    made = Converter(forbid_extra_keys=True, detailed_validation=False)
    for kind in (bool, int, bytes, str):
        made.register_structure_hook(kind, _exact(kind))
    made.register_structure_hook(Network, lambda name, _: NETWORKS[name])
    made.register_structure_hook_func(_is_enum, lambda name, kind: kind[name])
    return made


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _exact(kind: type) -> Callable[[Any, Any], Any]:
    def check(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"expected {kind.__name__}")
        return value

    return check
