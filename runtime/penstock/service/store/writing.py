"""Rows written: many channels in one transaction, each if its version is the one that its new state follows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from penstock.channel.safe.protocol.states import Phase
from penstock.errors import hides_frames
from penstock.service.errors import BudgetError, LostRaceError, StoreError
from penstock.service.store.at_once import write_at_once
from penstock.service.store.connecting import POSTGRES
from penstock.service.store.encoding import ciphertext_of, head_of, terms_to_bytes
from penstock.service.store.held import Change, Held, KeyPath, parcel_name, parcel_to_bytes
from penstock.service.store.many import execute_many
from penstock.service.store.reading import member_rows
from penstock.service.store.schema import BUDGET, CHANNEL, COUNTER, MEMBER, OUTBOX, STATE, WAITING

__tracebackhide__ = hides_frames

UPDATE_ONE = (
    update(STATE)
    .where(STATE.c.channel == bindparam("of_channel"), STATE.c.version == bindparam("of_version"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("version", "epoch", "phase", "newest", "bound", "spent", "sold_key", "data")
        }
    )
)
_DELETE_WAITING = delete(WAITING).where(WAITING.c.channel == bindparam("of_channel"))
_INSERTS = {
    name: made.on_conflict_do_update(index_elements=[WAITING.c.channel], set_={"data": made.excluded.data})
    for name, made in (("sqlite", sqlite.insert(WAITING)), ("postgresql", postgresql.insert(WAITING)))
}
"""A ciphertext in the place of the one before, for each database."""
_VERSIONS = (
    select(STATE.c.channel, STATE.c.version)
    .where(STATE.c.channel.in_(bindparam("numbers", expanding=True)))
    .order_by(STATE.c.channel)
    .with_for_update()
)
_BUDGETS = BUDGET.select().order_by(BUDGET.c.role, BUDGET.c.network).with_for_update()
_ADD = insert(MEMBER)
_KEEP = insert(OUTBOX)
_DELETE = delete(MEMBER).where(
    MEMBER.c.channel == bindparam("of_channel"),
    MEMBER.c.field == bindparam("of_field"),
    MEMBER.c.position >= bindparam("from_position"),
)


def write_changes(connection: Connection, epoch: int, changes: Sequence[Change]) -> list[Held | StoreError]:
    """Write states; return each channel as it is on disk once the transaction is committed, or why it is not written.

    Args:
        connection: the connection, in a transaction.
        epoch: the epoch of the store.
        changes: the states, at most one of each channel.
    """
    budgets = _budgets(connection, changes)
    is_at_once = connection.dialect.name == POSTGRES
    refused: dict[int, StoreError] = {}
    if budgets or not is_at_once:  # what a budget has left depends on who has lost
        refused |= _lost_races(connection, changes)
        refused |= _over_budget(connection, [each for each in changes if each.held.number not in refused], budgets)
    fit = sorted((each for each in changes if each.held.number not in refused), key=lambda each: each.held.number)
    if fit:
        rows = [_row(each, epoch) for each in fit]
        if is_at_once:
            written = write_at_once(connection, rows)
            lost = [each for each in fit if each.held.number not in written]
            refused |= {each.held.number: _lost(each) for each in lost}
            fit = [each for each in fit if each.held.number in written]
            if lost and budgets:
                raise StoreError(f"{len(lost)} rows were not written that were locked")
        elif (done := execute_many(connection, UPDATE_ONE, rows)) != len(fit):
            raise StoreError(f"{done} rows were written, and not {len(fit)}")
    if fit:
        _write_members(connection, fit)
        _write_waiting(connection, fit)
        _write_parcels(connection, fit)
    return [refused.get(each.held.number) or _saved(each) for each in changes]


def write_channel(connection: Connection, epoch: int, change: Change) -> Held:
    """Write a channel that was opened; its number and version in `change` are not used.

    Raises:
        LostRaceError: it is in the store already, or its keys are those of another.
        BudgetError: its state binds too much.
    """
    state, path = change.state, change.held.path
    _demand_new(connection, change.held)
    number = connection.execute(
        insert(CHANNEL)
        .values(
            id=state.channel,
            role=change.held.role,
            network=state.terms.network.name,
            protocol=state.terms.protocol,
            terms=terms_to_bytes(state.terms),
            device=path.device,
            counter=path.counter,
        )
        .returning(CHANNEL.c.number)
    ).scalar_one()
    held = Held(
        number,
        path,
        state,
        1,
        change.bound,
        change.spent,
        close_only=change.held.close_only,
        sold_key=change.sold_key,
    )
    made = Change(Held(number, path, state, 0), state, change.bound, change.spent, change.sold_key, change.parcels)
    for error in _over_budget(connection, [made], _budgets(connection, [made])).values():
        raise error
    row = {name.removeprefix("new_"): value for name, value in _row(made, epoch).items() if name.startswith("new_")}
    row |= {"channel": number, "close_only": held.close_only, "force_close": False, "version": 1}
    connection.execute(insert(STATE).values(**row))
    _write_members(connection, [made], is_new=True)
    _write_waiting(connection, [made], is_new=True)
    _write_parcels(connection, [made])
    return held


def _demand_new(connection: Connection, held: Held) -> None:
    """Check that neither the channel nor one with the same keys is in the store."""
    path, network = held.path, held.state.terms.network.name
    same_keys = (CHANNEL.c.device == path.device) & (CHANNEL.c.counter == path.counter) & (CHANNEL.c.network == network)
    same = (CHANNEL.c.id == held.channel) | same_keys
    if connection.execute(select(CHANNEL.c.number).where(same, CHANNEL.c.role == held.role)).first() is not None:
        raise LostRaceError(f"channel {held.channel.hex()}, or one with the same keys, is in the store already")


def delete_parcels(connection: Connection, parcels: Sequence[tuple[int, str]]) -> None:
    """Delete parcels, each by the number of its channel's row and its name."""
    this = (OUTBOX.c.channel == bindparam("of_channel"), OUTBOX.c.name == bindparam("of_name"))
    connection.execute(delete(OUTBOX).where(*this), [{"of_channel": row, "of_name": name} for row, name in parcels])


def claim_counters(connection: Connection, device: int, network: str, count: int) -> list[KeyPath]:
    """Return paths of keys that no channel has had, and take them for good."""
    dialect = postgresql if connection.dialect.name == POSTGRES else sqlite
    first = dialect.insert(COUNTER).values(device=device, network=network, next=count)
    later = first.on_conflict_do_update(
        index_elements=[COUNTER.c.device, COUNTER.c.network], set_={"next": COUNTER.c.next + count}
    )
    end = connection.execute(later.returning(COUNTER.c.next)).scalar_one()
    return [KeyPath(device, end - count + each) for each in range(count)]


def limit_budget(connection: Connection, role: str, network: str, most: int | None) -> None:
    """Set the satoshis that all channels of a side bind at most on a network; None for no limit."""
    row = (BUDGET.c.role == role) & (BUDGET.c.network == network)
    connection.execute(delete(BUDGET).where(row))
    if most is not None:
        used = _used(connection, role, network)
        connection.execute(insert(BUDGET).values(role=role, network=network, most=most, used=used))


def _used(connection: Connection, role: str, network: str) -> int:
    bound = select(func.coalesce(func.sum(STATE.c.bound), 0)).join(CHANNEL, CHANNEL.c.number == STATE.c.channel)
    return int(connection.execute(bound.where(CHANNEL.c.role == role, CHANNEL.c.network == network)).scalar_one())


def _lost_races(connection: Connection, changes: Sequence[Change]) -> dict[int, StoreError]:
    """Return the channels that another worker has saved first; the others are locked until the transaction ends."""
    rows = connection.execute(_VERSIONS, {"numbers": sorted(each.held.number for each in changes)})
    versions = {row.channel: row.version for row in rows}
    return {each.held.number: _lost(each) for each in changes if versions.get(each.held.number) != each.held.version}


def _lost(change: Change) -> LostRaceError:
    return LostRaceError(f"channel {change.held.channel.hex()} was saved by another worker first")


def _budgets(connection: Connection, changes: Sequence[Change]) -> Sequence[Row[Any]]:
    """Return the budgets, locked until the transaction ends, if a channel binds another amount than before."""
    if all(each.bound == each.held.bound for each in changes):
        return ()
    return connection.execute(_BUDGETS).all()


def _over_budget(
    connection: Connection, changes: Sequence[Change], budgets: Sequence[Row[Any]]
) -> dict[int, StoreError]:
    """Return the channels that would bind more than a budget has; what the others bind more is taken from it."""
    moved = [each for each in changes if each.bound != each.held.bound]
    found: dict[int, StoreError] = {}
    for budget in budgets:
        used = budget.used
        for each in moved:
            if (each.held.role, each.state.terms.network.name) != (budget.role, budget.network):
                continue
            more = each.bound - each.held.bound
            if more > 0 and used + more > budget.most:
                left = max(budget.most - used, 0)
                found[each.held.number] = BudgetError(
                    f"channel {each.held.channel.hex()} would bind {more:,} satoshis more, and of the budget of the"
                    f" {budget.role}, {budget.most:,}, {left:,} are left"
                )
            else:
                used += more
        row = (BUDGET.c.role == budget.role) & (BUDGET.c.network == budget.network)
        connection.execute(update(BUDGET).where(row).values(used=used))
    return found


def _row(change: Change, epoch: int) -> dict[str, Any]:
    held, state = change.held, change.state
    return {
        "of_channel": held.number,
        "of_version": held.version,
        "new_version": held.version + 1,
        "new_epoch": epoch,
        "new_phase": state.phase.name,
        "new_newest": state.newest,
        "new_bound": change.bound,
        "new_spent": change.spent,
        "new_sold_key": change.sold_key or held.sold_key,
        "new_data": head_of(state),
    }


def _saved(change: Change) -> Held:
    held = change.held
    return Held(
        held.number,
        held.path,
        change.state,
        held.version + 1,
        change.bound,
        change.spent,
        held.close_only,
        held.force_close,
        change.sold_key or held.sold_key,
    )


def _write_members(connection: Connection, changes: Sequence[Change], *, is_new: bool = False) -> None:
    gone: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []
    for each in changes:
        number = each.held.number
        for found in member_rows(None if is_new else each.held.state, each.state):
            if found.gone is not None:
                gone.append({"of_channel": number, "of_field": found.field, "from_position": found.gone})
            added += [
                {"channel": number, "field": found.field, "position": position, "data": data}
                for position, data in found.rows
            ]
    if gone:
        execute_many(connection, _DELETE, gone)
    if added:
        execute_many(connection, _ADD, added)


def _write_waiting(connection: Connection, changes: Sequence[Change], *, is_new: bool = False) -> None:
    """Write ciphertexts that wait for their keys. One that waits no more stays while another may take its place."""
    over: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for each in changes:
        number, state = each.held.number, each.state
        now, before = ciphertext_of(state), b"" if is_new else ciphertext_of(each.held.state)
        if now and now is not before:
            rows.append({"channel": number, "data": now})
        elif not now and state.phase is not Phase.OPEN and (before or each.held.state.phase is Phase.OPEN):
            over.append({"of_channel": number})
    if over:
        execute_many(connection, _DELETE_WAITING, over)
    if rows:
        execute_many(connection, _INSERTS[connection.dialect.name], rows)


def _write_parcels(connection: Connection, changes: Sequence[Change]) -> None:
    rows = [
        {"channel": each.held.number, "name": parcel_name(parcel), "data": parcel_to_bytes(parcel)}
        for each in changes
        for parcel in each.parcels
    ]
    if rows:
        execute_many(connection, _KEEP, rows)
