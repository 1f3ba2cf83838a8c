"""Channels read from the rows of a store, and the rows of their lists and sets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, Row, select

from penstock.channel.safe.agreement.scripts import PROTOCOL
from penstock.channel.safe.protocol.append_only import AppendOnly
from penstock.errors import hides_frames
from penstock.service.errors import DamagedError, UnknownChannelError, UnknownVersionError
from penstock.service.store.encoding import (
    MEMBER_FIELDS,
    ROLES,
    ChannelState,
    Record,
    decode,
    member_of,
    terms_from_bytes,
)
from penstock.service.store.held import Held, KeyPath, Parcel, parcel_from_bytes
from penstock.service.store.schema import CHANNEL, MEMBER, OUTBOX, STATE, WAITING

__tracebackhide__ = hides_frames

_JOINED = select(CHANNEL, STATE).join(STATE, STATE.c.channel == CHANNEL.c.number).order_by(CHANNEL.c.number)


def held_channel(connection: Connection, channel: bytes, role: str) -> Held:
    """Return a channel.

    Raises:
        UnknownChannelError: it is not in the store.
        DamagedError: its rows have changed since they were written.
        UnknownVersionError: they are of another version.
    """
    found = connection.execute(_JOINED.where(CHANNEL.c.id == channel, CHANNEL.c.role == role)).one_or_none()
    if found is None:
        raise UnknownChannelError(f"channel {channel.hex()} of the {role} is not in the store")
    return _held(connection, found)


def channel_ids(connection: Connection) -> Sequence[tuple[bytes, str]]:
    """Return the ids of all channels with the side that this is, in the order in which they were opened."""
    return [(row.id, row.role) for row in connection.execute(select(CHANNEL).order_by(CHANNEL.c.number))]


def channel_versions(connection: Connection, role: str, network: str) -> dict[bytes, int]:
    """Return how often the state of each channel of a side was saved, by the channels' ids."""
    joined = select(CHANNEL.c.id, STATE.c.version).join(STATE, STATE.c.channel == CHANNEL.c.number)
    chosen = joined.where(CHANNEL.c.role == role, CHANNEL.c.network == network).order_by(CHANNEL.c.number)
    return {row.id: row.version for row in connection.execute(chosen)}


def parcels_of(connection: Connection) -> Sequence[Parcel]:
    """Return what waits to be taken, the oldest first.

    Raises:
        DamagedError: a parcel has changed since it was written.
    """
    rows = connection.execute(
        select(OUTBOX, CHANNEL.c.id).join(CHANNEL, OUTBOX.c.channel == CHANNEL.c.number).order_by(OUTBOX.c.number)
    )
    return [Parcel(row.id, parcel_from_bytes(row.name, row.data)) for row in rows]


@dataclass(frozen=True, slots=True)
class MemberRows:
    """Rows of a list that differ from those on disk.

    Attributes:
        field: the field.
        gone: the position from which rows are deleted first; None if there are none.
        rows: the new rows, each with its position.
    """

    field: str
    gone: int | None
    rows: Sequence[tuple[int, bytes]]


def member_rows(old: ChannelState | None, new: ChannelState) -> Iterator[MemberRows]:
    """Yield the rows of lists that differ from those on disk.

    Args:
        old: the state on disk; None for none.
        new: the state that follows it.
    """
    for field in MEMBER_FIELDS[type(new)]:
        values: AppendOnly[object] = getattr(new, field)
        before: AppendOnly[object] = AppendOnly() if old is None else getattr(old, field)
        start = _same(before, values)
        added = [(place, member_of(new, field, each, place)) for place, each in enumerate(values[start:], start)]
        gone = start if len(before) > start else None
        if added or gone is not None:
            yield MemberRows(field, gone, added)


def _same(before: AppendOnly[object], values: AppendOnly[object]) -> int:
    """Return how many values at the front of two lists are equal."""
    if values.starts_with(before):
        return len(before)
    both = zip(before, values, strict=False)
    return next((place for place, (one, other) in enumerate(both) if one != other), min(len(before), len(values)))


def _held(connection: Connection, row: Row[tuple[object, ...]]) -> Held:
    if row.protocol != PROTOCOL:
        raise UnknownVersionError(
            f"channel {row.id.hex()} is of version {row.protocol} of the protocol, and this program knows {PROTOCOL}:"
            " close it with the version of Penstock that opened it"
        )
    if row.role not in ROLES:
        raise DamagedError(f"channel {row.id.hex()} is damaged: a side named {row.role!r}")
    rows = connection.execute(
        MEMBER.select().where(MEMBER.c.channel == row.number).order_by(MEMBER.c.field, MEMBER.c.position)
    )
    members = {field: tuple(each.data for each in group) for field, group in groupby(rows, lambda each: each.field)}
    terms = terms_from_bytes(row.terms)
    waiting = select(WAITING.c.data).where(WAITING.c.channel == row.number)
    ciphertext = connection.execute(waiting).scalar_one_or_none() or b""
    state = decode(row.role, terms, row.id, Record(row.data, members, ciphertext))
    return Held(
        number=row.number,
        path=KeyPath(row.device, row.counter),
        state=state,
        version=row.version,
        bound=row.bound,
        spent=row.spent,
        close_only=row.close_only,
        force_close=row.force_close,
        sold_key=row.sold_key,
    )
