"""Random schedules of both machines: lost, repeated, reordered messages, crashes, late transactions, reorganisations.

Both sides are honest. A schedule is driven by random choices; at its end the chain goes on until all refunds are due.
Nobody may lose: the payee gets what the keys cost that have left him, less the fee of a claim, and the payer pays for
no key that she does not have, but for the one state that she is ahead.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import Key
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Action, Event, Finish, FundingSeen, Height, Received, Save, Saved
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.states import PayeeState, PayerState, Phase
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.channel.safe.transactions.outputs import funding_output, key_script
from penstock.tx.transaction import OutPoint
from tests.support.channels.safe_machines import MARGINS, PRICE, Stage

FEW, MANY = 12, 400
NETWORKS = [BSV_REGTEST, BTC_REGTEST]


@dataclass
class Schedule:
    """One run: a stage, random choices, and the most that was published late."""

    stage: Stage
    choose: random.Random
    outpoint: OutPoint
    reorganisations: int = 0
    next_chunk: int = 0
    log: list[str] = field(default_factory=list)

    def step(self) -> None:
        """Do one thing."""
        actions: list[Callable[[], None]] = [
            *[self.ask] * 4,
            *[self.deliver] * 12,
            self.repeat,
            self.lose,
            self.crash_payer,
            self.crash_payee,
            self.connect,
            self.connect,
            self.mine,
            self.publish,
        ]
        action = self.choose.choice(actions)
        self.log.append(action.__name__)
        action()

    def ask(self) -> None:
        if self.next_chunk < self.stage.movie.manifest.chunks:
            self.stage.ask(self.next_chunk)
            self.next_chunk += self.choose.choice((0, 1, 1))

    def deliver(self) -> None:
        both = [(self.stage.to_payer, self.stage.tell_payer), (self.stage.to_payee, self.stage.tell_payee)]
        self.choose.shuffle(both)
        for queue, tell in both:
            if queue:
                tell(Received(from_wire(queue.popleft())))

    def repeat(self) -> None:
        for queue in (self.stage.to_payer, self.stage.to_payee):
            if queue:
                queue.insert(self.choose.randrange(len(queue) + 1), self.choose.choice(queue))

    def lose(self) -> None:
        for queue in (self.stage.to_payer, self.stage.to_payee):
            if queue and self.choose.random() < 0.5:
                queue.popleft()

    def crash_payer(self) -> None:
        """Go on from the disk: all that was not saved is gone, and so are messages on the way."""
        saved = self.stage.alice.saved[-1]
        assert isinstance(saved, PayerState)
        self.stage.a = saved
        self.stage.to_payer.clear()

    def crash_payee(self) -> None:
        saved = self.stage.bob.saved[-1]
        assert isinstance(saved, PayeeState)
        self.stage.b = saved
        self.stage.to_payee.clear()
        self.stage.tell_payee(Saved())

    def connect(self) -> None:
        """Begin a new connection: what was on the way is lost."""
        self.stage.connect(self.choose.randrange(256))

    def mine(self) -> None:
        self.stage.mine(self.choose.choice((1, 1, 2, 5)))

    def publish(self) -> None:
        self.stage.publish()

    def reorganize(self) -> None:
        """Undo the newest block, and tell both sides whether the funding is unspent again."""
        self.reorganisations += 1
        self.stage.ledger.reorganize(1)
        if self.stage.ledger.coin(self.outpoint) is not None:
            seen = FundingSeen(self.outpoint, funding_output(self.stage.b.terms), 100)
            self.stage.tell_payer(seen)
            self.stage.tell_payee(seen)
        self.stage.look()

    def end(self) -> None:
        """Let the chain go on until nothing is due any more; each transaction waits L blocks at most."""
        terms = self.stage.b.terms
        last = terms.expiry + terms.delay + 40
        while self.stage.ledger.height < last:
            if self.choose.random() < 0.5 or self.stage.ledger.height % (MARGINS.waiting + 1):
                self.stage.publish()
            self.stage.mine()
            if self.reorganisations < MARGINS.reorganisations and self.choose.random() < 0.05:
                self.reorganize()


def run(network: Network, seed: int, change: Callable[[Payee], Payee] | None = None) -> Schedule:
    """Run a schedule, with a payee who is changed."""
    stage = Stage(network)
    if change is not None:
        stage.payee = change(stage.payee)
    outpoint = stage.fund()
    stage.quote()
    schedule = Schedule(stage, random.Random(seed), outpoint)
    for _ in range(schedule.choose.choice((5, 20, 60))):
        schedule.step()
    if schedule.choose.random() < 0.5:
        schedule.choose.choice((stage.tell_payer, stage.tell_payee))(Finish())
        for _ in range(6):
            schedule.deliver()
    schedule.end()
    return schedule


def check(schedule: Schedule) -> None:
    stage = schedule.stage
    terms = stage.b.terms
    got = stage.value_of(key_script(terms, terms.payee.payout))
    left = max((each.state for each in stage.bob.sent if isinstance(each, Key)), default=0)
    owed = terms.base + left * PRICE if left else 0
    assert got + (claim_fee(terms, 72) if got else 0) >= owed, "the payee"
    assert got <= terms.base + max(stage.a.held + 1, left) * PRICE, "the payer"
    assert stage.ledger.coin(schedule.outpoint) is None, "the funding is spent in the end"
    assert stage.a.phase is Phase.CLOSED
    assert stage.b.phase is Phase.CLOSED
    for chunk, plaintext in stage.delivered.items():
        assert stage.movie.leaves[chunk].length == len(plaintext)


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_nobody_loses(network: Network) -> None:
    reached: set[str] = set()
    for seed in range(FEW):
        schedule = run(network, seed)
        check(schedule)
        reached |= {"settled"} if schedule.stage.b.settling else set()
        reached |= {"forced"} if schedule.stage.b.mined else set()
        reached |= {"undone"} if schedule.reorganisations else set()
    assert reached >= {"settled", "forced", "undone"}


class Forgetful(Payee):
    """Does not put on disk what he has sold."""

    def step(self, state: PayeeState, event: Event) -> tuple[PayeeState, tuple[Action, ...]]:
        after, actions = Payee.step(self, state, event)
        if after.newest > state.newest:
            actions = tuple(action for action in actions if action != Save())
        return after, actions


class Sleeping(Payee):
    """Does not look at the height."""

    def step(self, state: PayeeState, event: Event) -> tuple[PayeeState, tuple[Action, ...]]:
        return (state, ()) if isinstance(event, Height) else Payee.step(self, state, event)


@pytest.mark.parametrize("kind", [Forgetful, Sleeping])
def test_the_schedules_find_planted_faults(kind: type[Payee]) -> None:
    def change(payee: Payee) -> Payee:
        return kind(payee.keys, payee.shelf, payee.margins, payee.depth, payee.most)

    def find() -> None:
        for seed in range(50):
            check(run(BTC_REGTEST, seed, change))

    with pytest.raises(AssertionError, match=r"^the payee"):
        find()


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_nobody_loses_in_many(network: Network, part: int) -> None:
    for seed in range(1_000 + part * MANY, 1_000 + (part + 1) * MANY):
        check(run(network, seed))
