"""The payee is honest, the payer lies: he loses no key without its price.

She sends any message at any moment, and publishes what she can complete. In the end he has the amount of the highest
state whose key has left him, less the fee of a claim.
"""

from collections.abc import Iterator
from functools import cache

from penstock.channel.safe.messages.kinds import ClaimSig, Funded, Get, Key
from penstock.channel.safe.protocol.events import Action, Connected, Event, Publish, Received, Saved, Send
from penstock.channel.safe.protocol.states import PayeeState, Phase
from penstock.channel.safe.transactions.claim import claim, claim_fee
from penstock.channel.safe.transactions.refunds import funding_refund, payment_refund, refunded
from tests.support.model.chain import GONE, NONE, Chain, Due
from tests.support.model.machines import Do, Machine
from tests.support.model.run import After, Run, Step, Whole
from tests.support.model.search import Broken
from tests.support.model.watcher import Named
from tests.support.model.world import PAYEES_NONCE, PAYERS_NONCE, PRICE, RAISED, START, World, payee_read_back


class PayeeHonest(Run[PayeeState]):
    """The run. It counts the amount of the highest state whose key has left him."""

    side = "payee"

    def __init__(self, world: World, *, only_money: bool = False, is_short: bool = False) -> None:
        """Make the run.

        Args:
            world: the sides.
            only_money: whether a broken rule counts only once it costs something.
            is_short: whether the payer only buys, and takes her refunds.
        """
        machine = Machine(lambda state: world.payee.step(state, Saved()), payee_read_back, _matters)
        super().__init__(world, machine, only_money=only_money)
        self.fee = claim_fee(world.terms, 72)
        self._is_short = is_short
        self.least_depth = self.setting.undoings + 1
        self.least_margin = (self.setting.undoings + 1) * (self.setting.waiting + 1)
        self.messages: list[tuple[str, Do[PayeeState]]] = [
            (f"payer: {label}", self.doing(event))
            for label, event in self._messages()
            if not is_short or label.startswith("Update")
        ]
        self.liars_spend = cache(self.liars_spend)  # type: ignore[method-assign] # made once
        self._claims = cache(self._claims)  # type: ignore[method-assign] # once for each payment
        self.liars_out = cache(self.liars_out)  # type: ignore[method-assign] # once for each payment

    def start(self) -> Whole:
        """The channel is open, a price is quoted, and the funding is published."""
        world, payee, funding = self.world, self.world.payee, self.world.funding
        state = PayeeState(world.terms, world.channel, START)
        for event in (Received(Funded(world.channel, funding.txid, funding.index)), self.restarted()[1][1]):
            state, _ = payee.step(state, event)
        state, _ = payee.quote(state, world.movie.manifest.movie, PRICE, 10_000)
        number, disk = self.machine.number(state), self.machine.number(payee_read_back(state))
        chain = Chain(START, 0, NONE, 0, NONE, 0, self.setting.undoings, is_undone=False)
        return Whole(number, disk, disk, chain, Due(), 0, (0,), self.setting.crashes)

    # What the payer can do --------------------------------------------------------------------------------------------

    def said(self, whole: Whole) -> Iterator[Step]:
        for label, do in self.messages:
            if not whole.is_close_only or label.startswith(("payer: Resume", "payer: CloseSig")):
                yield from self.heard(whole, label, do)
        world, chain = self.world, whole.chain
        if chain.spend and self.transactions.of(chain.spend).payment is not None and not self._is_short:
            for label, do in self._claims(chain.spend):
                yield from self.heard(whole, label, do)
        if self.setting.is_raised and len(self.machine.states[whole.memory].prices.quotes) == 1:
            movie = world.movie.manifest.movie
            yield from self.heard(
                whole, "payee: raises the price", lambda state: world.payee.quote(state, movie, RAISED, 10_000)
            )
        if chain.funded == 0:
            yield "payer: spends the coins of the funding", whole._replace(chain=chain._replace(funded=GONE))

    def _claims(self, spend: int) -> tuple[tuple[str, Do[PayeeState]], ...]:
        """Return the messages with her signature of a claim (2-way): of the mined payment, and a wrong one."""
        outpoint = self.transactions.of(spend).payment
        assert outpoint is not None, "a payment"
        made = claim(self.world.terms, outpoint, self.state_of(spend))
        claims = (
            (f"payer: ClaimSig for {self.transactions.of(spend)}", made.sign(self.world.payer.keys.claim)),
            ("payer: ClaimSig by another key", made.sign(self.world.payer.keys.funding)),
        )
        return tuple(
            (f"{label} ({spend})", self.doing(Received(ClaimSig(self.world.channel, signature))))
            for label, signature in claims
        )

    def _messages(self) -> Iterator[tuple[str, Event]]:
        world, chunks = self.world, self.setting.chunks
        base = world.terms.base
        yield "Get 0", Received(Get(world.channel, world.movie.manifest.movie, 0))
        yield "CloseSig 0", Received(world.close(0, 0))
        for number in range(1, chunks + 1):
            for amount in self._amounts(number):
                yield f"CloseSig {number} of {amount:,}", Received(world.close(number, amount))
                for chunk in {number - 1} if self.setting.is_raised else sorted({number - 1, chunks - number}):
                    of = f"{number} of {amount:,} for chunk {chunk}"
                    update = world.update(number, chunk, amount)
                    yield f"Update {of}", Received(update)
                    yield f"Resume {of}", Received(world.resume(update, amount, is_payers=True))
        last = world.update(chunks, chunks - 1, base + 1)
        yield f"Resume {chunks} of {base + 1:,}", Received(world.resume(last, base + 1, is_payers=True))

    def _amounts(self, number: int) -> list[int]:
        raised = range(number + 1) if self.setting.is_raised else (0,)
        return [self.world.terms.base + (number - most) * PRICE + most * RAISED for most in raised]

    def liars_spend(self) -> int:
        spend = funding_refund(self.world.terms, self.world.funding)
        return self.transactions.number(refunded(spend, self.world.payer.keys.funding))

    def liars_out(self, spend: int) -> int:
        world, outpoint = self.world, self.transactions.of(spend).payment
        assert outpoint is not None, "a payment"
        refund = payment_refund(world.terms, outpoint, self.state_of(spend))
        return self.transactions.number(refunded(refund, world.payer.keys.claim))

    # What the payee does ----------------------------------------------------------------------------------------------

    def machine_step(self, state: PayeeState, event: Event) -> tuple[PayeeState, tuple[Action, ...]]:
        return self.world.payee.step(state, event)

    def restarted(self) -> tuple[Named, ...]:
        return ("saved", Saved()), ("connected", Connected(PAYEES_NONCE, PAYERS_NONCE))

    def rolled_back(self, whole: Whole) -> Whole:
        """I10: he is owed what he still knows of, and closes only."""
        best, (owed,) = self.machine.states[whole.disk].best, whole.counted
        known = 0 if best is None else best.state.amount
        return whole._replace(counted=(min(owed, known),), is_close_only=True)

    def done(self, whole: Whole, action: Action) -> After:
        match action:
            case Send(message=Key(state=number)):
                if not self.only_money and self.machine.states[whole.disk].newest < number:
                    return Broken(f"key {number} leaves before its state is on disk (I1)")
                return self._owed(whole)
            case Publish(transaction=transaction):
                if transaction.inputs[0].outpoint != self.world.funding:
                    is_sold = self.machine.states[whole.memory].is_bought and not whole.is_close_only
                    return self._owed(whole) if is_sold else whole  # a claim shows its key
                is_closing = self.machine.states[whole.disk].phase in (Phase.CLOSING, Phase.CLOSED)
                if not self.only_money and not is_closing:
                    return Broken("a transaction that closes leaves before CLOSING is on disk (I4)")
        return whole

    def saved(self, whole: Whole, number: int) -> After:
        """I7: a state is sold with the funding buried and unspent, before the margin, in an open channel."""
        before, after = self.machine.states[whole.disk], self.machine.states[number]
        chain, terms = whole.chain, self.world.terms
        if self.only_money or after.newest <= before.newest or not after.is_bought:
            return whole
        if chain.funded <= 0 or chain.height - chain.funded + 1 < self.least_depth or chain.spend:
            return Broken(f"state {after.newest} is sold without a buried funding (I7)")
        if chain.height >= terms.expiry - self.least_margin or after.phase is not Phase.OPEN:
            return Broken(f"state {after.newest} is sold when the channel closes (I7)")
        return whole

    def _owed(self, whole: Whole) -> Whole:
        best, (owed,) = self.machine.states[whole.memory].best, whole.counted
        assert best is not None, "a key is for a state"
        return whole._replace(counted=(max(owed, best.state.amount),))

    def judge(self, whole: Whole) -> str | None:
        """I2: in the end the payee has what he has sold, less the fee of a claim."""
        (owed,) = whole.counted
        if not self.watcher.is_over(whole.chain):
            return None
        received = self.watcher.to_payee(whole.chain)
        if received + self.fee < owed:
            return f"the payee has received {received:,}, and has sold for {owed:,} (I2)"
        return None


def _matters(action: Action) -> bool:
    return isinstance(action, Publish) or (isinstance(action, Send) and isinstance(action.message, Key))
