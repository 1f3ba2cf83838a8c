"""Targets that drive a machine: bytes are turned into events, among them messages that a liar has signed.

In each input the first byte chooses a real moment; events follow. A machine raises nothing, whatever comes; all that it
sends can be written, and its state can be stored and read back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any, Final

from penstock.channel.canonical import CanonicalError, Data, Kind, Number, Several
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.messages.kinds import Accept, ClaimSig, CloseSig, Key, Message, Quote, Resume, Update
from penstock.channel.safe.messages.wire import ROWS, from_wire, signed_digest, to_wire
from penstock.channel.safe.protocol.events import (
    Action,
    Announced,
    Bump,
    Connected,
    Event,
    Finish,
    FundingSeen,
    FundingSpent,
    Height,
    PaymentSpent,
    Publish,
    Received,
    Save,
    Saved,
    Send,
    Stalled,
)
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.channel.safe.transactions.claim import claim
from penstock.channel.safe.transactions.outputs import State, funding_output, key_script
from penstock.channel.safe.transactions.payment import payment, settlement
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.script.consensus import LOCK_TIME_THRESHOLD
from penstock.service.store.encoding import decode, encode, role_of
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import schnorr_sign
from penstock.tx.transaction import OutPoint, Transaction, TxOut
from penstock.tx.wire import TransactionError
from tests.support.channels.safe_machines import PRICE, own_keys
from tests.support.fuzz.stages import ChannelState, Moment, lives, mined, moments, talk
from tests.support.fuzz.target import Choices, Target, with_size

_MOST_EVENTS: Final = 12
_RAW: Final = 255
_EDGES: Final = (0, 1, 2, 3, 100, 499, 65_535, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 2_100_000_000_000_000)


def _driven(kind: type, data: bytes) -> None:
    choices = Choices(data)
    moment = choices.one_of(moments(kind))
    machine, state = moment.machine, moment.state
    for _ in range(_MOST_EVENTS):
        if choices.is_empty:
            return
        event = choices.one_of(_EVENTS)(choices, moment, state)
        if event is None:
            continue
        state, actions = _called(machine, state, event)
        _check(state, actions)
        if Save() in actions:
            again, more = _called(machine, state, Saved())
            assert again is state
            _check(state, more)


def _called(machine: Payer | Payee, state: ChannelState, event: Any) -> tuple[Any, tuple[Action, ...]]:
    match machine, event:
        case Payer(), (manifest, chunk):
            return machine.ask(state, manifest, chunk)  # type: ignore[arg-type] # the state of its side
        case Payee(), (manifest, price):
            return machine.quote(state, manifest.movie, price, 400)  # type: ignore[arg-type] # as above
        case _:
            return machine.step(state, event)  # type: ignore[arg-type] # as above


def _check(state: ChannelState, actions: Sequence[Action]) -> None:
    """What holds after each step, whatever has come."""
    for place, action in enumerate(actions):
        match action:
            case Send(message=message):
                assert from_wire(to_wire(message)) == message
                if isinstance(message, Key):
                    assert isinstance(state, PayeeState)
                    assert state.best is not None
                    assert state.is_bought
                    assert sha256(message.key).digest() == state.best.state.digest
                    assert Save() in actions[:place]
            case Publish(transaction=transaction):
                assert Transaction.parse(transaction.serialize()) == transaction
            case _:
                pass
    assert decode(role_of(state), state.terms, state.channel, encode(state)) == state
    if isinstance(state, PayerState):
        assert state.held <= state.newest <= state.held + 1
        assert state.paid <= (0 if state.signed is None else state.signed.state.amount) <= state.terms.capacity


# Events ---------------------------------------------------------------------------------------------------------------


def _raw(choices: Choices, moment: Moment, state: ChannelState) -> Event | None:
    try:
        return Received(from_wire(choices.sized()))
    except CanonicalError:
        return None


def _built(choices: Choices, moment: Moment, state: ChannelState) -> Event | None:
    """A message of any kind with fields of real ones, of edges or of bytes; signed by a liar if he likes."""
    row = choices.one_of(ROWS)
    values: dict[str, object] = {name: _value(choices, name, kind) for name, kind in row.fields.items()}
    if choices.number() % 8:
        values["channel"] = state.channel
    fields = {name: value for name, value in values.items() if name in row.fields}
    message: Message = row.kind(**fields)  # type: ignore[arg-type] # checked by `to_wire`
    try:
        if choices.number() % 2:
            message = _signed(choices, message, state)
        return Received(from_wire(to_wire(message)))
    except (CanonicalError, ChannelTermsError):
        return None


def _value(choices: Choices, name: str, kind: Kind) -> Any:
    number = choices.number()
    values = _values(name)
    if number != _RAW and values:
        return values[number % len(values)]
    match kind:
        case Data(length=length):
            return choices.taken(min(length, 300)).ljust(0 if kind.is_most else length, b"\0")
        case Number(least=least, most=most):
            return min(max(int.from_bytes(choices.taken(4), "big"), least), most)
        case Several(kind=inner):
            return tuple(_value(choices, "", inner) for _ in range(choices.number() % 40))
        case _:
            return choices.taken(choices.number()).decode("utf-8", "replace")


@cache
def _values(name: str) -> tuple[object, ...]:
    """Values that the field of this name had in a real message, and edges."""
    messages = [from_wire(raw) for one in talk() for _, raw in one]
    found: dict[object, None] = dict.fromkeys(getattr(each, name) for each in messages if hasattr(each, name))
    if found and isinstance(next(iter(found)), int):
        found |= dict.fromkeys(_EDGES)
    return tuple(found)


def _signed(choices: Choices, message: Message, state: ChannelState) -> Message:
    """Sign a message as the other side can: it has its own keys, and says anything."""
    terms, funding = state.terms, state.funding or OutPoint(bytes(32), 0)
    payer, other = own_keys("payer"), own_keys("payer" if isinstance(state, PayeeState) else "payee")
    match message:
        case Accept() | Quote() | Resume():
            if isinstance(message, Resume):
                newest = State(message.state, message.amount, message.digest)
                update = payment(terms, funding, newest).sign(payer.funding)
                message = replace(message, nonce=state.nonce or bytes(32), update=update)
            return replace(message, signature=_schnorr(other.authentication, message))
        case Update(state=number):
            leaf = choices.one_of(lives()[0].movie.leaves) if choices.number() % 4 else None
            digest = bytes(32) if leaf is None else leaf.key
            amount = _amount(state) + choices.one_of((PRICE, 120, 0, 1, 10_000_000))
            signature = payment(terms, funding, State(max(number, 1), amount, digest)).sign(payer.funding)
            return replace(message, signature=signature)
        case CloseSig(fee=fee):
            amount = choices.one_of((_amount(state), 0))
            agreed = settlement(terms, funding, amount, choices.one_of((None, fee)))
            return replace(message, signature=agreed.sign(payer.funding), fee=terms.capacity - amount - _change(agreed))
        case ClaimSig() if state.mined is not None:
            return replace(message, signature=claim(terms, state.mined.outpoint, state.mined.state).sign(payer.claim))
        case _:
            return message


def _schnorr(key: PrivateKey, message: Accept | Quote | Resume) -> bytes:
    return schnorr_sign(key.secret, signed_digest(message))


def _amount(state: ChannelState) -> int:
    newest = state.best if isinstance(state, PayeeState) else state.signed
    return state.terms.base if newest is None else newest.state.amount


def _change(spend: Any) -> int:
    return int((spend.outputs or ((0, b""),))[-1][0])


def _height(choices: Choices, moment: Moment, state: ChannelState) -> Event:
    near = (state.height + 1, state.height - 1, state.terms.expiry, state.terms.expiry - 4, state.terms.paid_key_expiry)
    height = choices.one_of((*near, *_EDGES))
    return Height(min(max(height, 0), LOCK_TIME_THRESHOLD - 1))


def _plain(choices: Choices, moment: Moment, state: ChannelState) -> Event:
    announced = Announced(state.channel, bytes(32), choices.number() % 8)
    events: list[Event] = [Stalled(), Saved(), Finish(), Connected(b"\1" * 32, b"\2" * 32), announced, moment.event]
    return events[choices.number() % len(events)]


def _seen(choices: Choices, moment: Moment, state: ChannelState) -> Event:
    outpoint = choices.one_of((state.funding or OutPoint(b"\3" * 32, 1), OutPoint(b"\3" * 32, 1)))
    output = choices.one_of((funding_output(state.terms), funding_output(state.terms)._replace(value=1)))
    return FundingSeen(outpoint, output, choices.one_of((0, 1, 3, 100)))


def _spent(choices: Choices, moment: Moment, state: ChannelState) -> Event | None:
    transaction = _transaction(choices)
    height = max(state.height - choices.number() % 4, 0)
    if transaction is None:
        return None
    return FundingSpent(transaction, height) if choices.number() % 2 else PaymentSpent(transaction, height)


def _transaction(choices: Choices) -> Transaction | None:
    """A mined transaction: it has an output at least."""
    known = choices.one_of((*_mined(), None))
    if known is not None:
        return known
    try:
        found = Transaction.parse(choices.sized())
    except TransactionError:
        return None
    return found if found.outputs else None


@cache
def _mined() -> tuple[Transaction, ...]:
    return tuple(each for life in lives() for each in mined(life))


def _bumped(choices: Choices, moment: Moment, state: ChannelState) -> Event:
    """Any coins, of the right form or not, and any rate."""
    script = choices.one_of((key_script(state.terms, state.terms.payee.payout), b"", b"\x51"))
    values = [choices.number() << choices.number() % 20 for _ in range(choices.number() % 20)]
    coins = tuple(Coin(OutPoint(bytes(32), place), TxOut(value, script)) for place, value in enumerate(values))
    return Bump(coins, own_keys("payee").payout, FeeRate(choices.number() << choices.number() % 16))


def _asked(choices: Choices, moment: Moment, state: ChannelState) -> Any:
    """A call of the user: the payer asks for a chunk, or the payee quotes a price."""
    return choices.one_of([life.movie.manifest for life in lives()]), choices.number()


_EVENTS: Final[Sequence[Callable[[Choices, Moment, ChannelState], Any]]] = (
    _raw,
    _built,
    _height,
    _plain,
    _seen,
    _spent,
    _asked,
    _built,
    _bumped,
)
_NUMBERS: Final[Mapping[type, int]] = {Received: 0, Height: 2}


@cache
def _seeds(kind: type) -> list[bytes]:
    """Real events, then one message of each kind that a liar has signed."""
    seeds = []
    for number, moment in enumerate(moments(kind)):
        if isinstance(moment.event, Received):
            seeds.append(bytes([number, 0]) + with_size(to_wire(moment.event.message)))
        else:
            seeds.append(bytes([number, 3, 4]))
        if number % 6 == 0:
            seeds += [bytes([number, 1, row, *range(len(each.fields)), 1, 1]) for row, each in enumerate(ROWS)]
            seeds += [bytes([number, event, 0, 0, 0]) for event in range(2, 7)]
    return seeds


TARGETS: Final = (
    Target("payee", lambda data: _driven(Payee, data), lambda: _seeds(Payee)),
    Target("payer", lambda data: _driven(Payer, data), lambda: _seeds(Payer)),
)
