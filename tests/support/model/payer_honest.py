"""The payer is honest, the payee lies: she pays for no key that she has not, and never loses sight of her money.

He sends any message at any moment, with all signatures that she has ever sent, and publishes what he can complete. In
the end he has the prices of the keys that she holds at most, or of those that stand on the chain; the rest is hers.
"""

from collections.abc import Iterator
from functools import cache

from penstock.channel.safe.messages.kinds import ClaimSig, Close, CloseSig, Key, Update
from penstock.channel.safe.protocol.events import (
    Action,
    Connected,
    Deliver,
    Event,
    Finish,
    FundingSeen,
    Publish,
    Received,
    Send,
)
from penstock.channel.safe.protocol.states import PayerState, Phase
from penstock.channel.safe.transactions.claim import claim, claimed
from penstock.channel.safe.transactions.outputs import State
from penstock.channel.safe.transactions.payment import payment, settlement, signed_by_both
from tests.support.model.chain import NONE, Chain, Due
from tests.support.model.machines import Do, Machine
from tests.support.model.run import After, Run, Step, Whole
from tests.support.model.search import Broken
from tests.support.model.watcher import Named
from tests.support.model.world import PAYEES_NONCE, PAYERS_NONCE, PRICE, RAISED, START, World, payer_read_back


class PayerHonest(Run[PayerState]):
    """The run.

    It counts the price that she was told when she asked, what she has signed for, and what she has keys for.
    """

    side = "payer"

    def __init__(self, world: World, *, only_money: bool = False) -> None:
        super().__init__(world, Machine(None, payer_read_back, _matters), only_money=only_money)
        self._resumes: dict[int, tuple[str, Do[PayerState]]] = {}
        self.messages = [(f"payee: {label}", self.doing(event)) for label, event in self._messages()]
        self.liars_out = cache(self.liars_out)  # type: ignore[method-assign] # once for each payment

    def start(self) -> Whole:
        """The channel is open and its funding buried, and a price is quoted."""
        world, payer = self.world, self.world.payer
        state = PayerState(world.terms, world.channel, START, Phase.FUNDING)
        quoted = Received(world.quote(PRICE, 1))
        for event in (FundingSeen(world.funding, world.output, 1), self.restarted()[0][1], quoted):
            state, _ = payer.step(state, event)
        number, disk = self.machine.number(state), self.machine.number(payer_read_back(state))
        chain = Chain(START, START, NONE, 0, NONE, 0, self.setting.undoings, is_undone=False)
        base = world.terms.base
        return Whole(number, disk, disk, chain, Due(), 0, (0, base, base), self.setting.crashes)

    # What the payer's user and the payee can do -----------------------------------------------------------------------

    def said(self, whole: Whole) -> Iterator[Step]:
        world, state = self.world, self.machine.states[whole.memory]
        for chunk in range(min(len(state.items) + 1, self.setting.chunks)):  # which comes first makes no difference
            for label, after in self.heard(whole, f"payer: asks for chunk {chunk}", self._asking(chunk)):
                price = state.prices.price(world.movie.manifest.movie, state.newest + 1, state.height) or 0
                asked = after if isinstance(after, Broken) else after._replace(counted=(price, *after.counted[1:]))
                yield label, asked
        yield from self.heard(whole, "payer: closes", self.doing(Finish()))
        is_quoted = len(state.prices.quotes) > 1
        for label, do in self.messages:
            if not (is_quoted and "Quote" in label):  # one more than the first is enough
                yield from self.heard(whole, label, do)
        for number, (label, do) in self._resumes.items():
            if whole.known >> number & 1:
                yield from self.heard(whole, label, do)

    def _asking(self, chunk: int) -> Do[PayerState]:
        return lambda state: self.world.payer.ask(state, self.world.movie.manifest, chunk)

    def _messages(self) -> Iterator[tuple[str, Event]]:
        world, chunks = self.world, self.setting.chunks
        if self.setting.is_raised:
            for number in range(1, chunks + 1):
                yield f"Quote of {RAISED} from state {number}", Received(world.quote(RAISED, number))
        for number in range(chunks + 1):
            yield f"Close {number}", Received(Close(world.channel, number))
        for chunk in range(chunks):
            yield f"Chunk {chunk}", Received(world.chunk(chunk))
            key = world.movie.key(chunk)
            for number in range(1, chunks + 1):
                yield f"Key {number} for chunk {chunk}", Received(Key(world.channel, number, key))

    def liars_spend(self) -> int:
        """He has nothing but what he has her signatures for."""
        return NONE

    def liars_out(self, spend: int) -> int:
        world, outpoint, state = self.world, self.transactions.of(spend).payment, self.state_of(spend)
        assert outpoint is not None, "a payment"
        chunk = next(index for index, leaf in enumerate(world.movie.leaves) if leaf.key == state.digest)
        made = claim(world.terms, outpoint, state)
        return self.transactions.number(
            claimed(world.terms, made, world.movie.key(chunk), made.sign(world.payee.keys.claim))
        )

    @cache  # noqa: B019 - a run lives as long as its table
    def _completed(self, state: State, signature: bytes) -> int:
        spend = payment(self.world.terms, self.world.funding, state)
        return self.transactions.number(signed_by_both(spend, signature, spend.sign(self.world.payee.keys.funding)))

    @cache  # noqa: B019 - as above
    def _settlement(self, amount: int, signature: bytes) -> int:
        spend = settlement(self.world.terms, self.world.funding, amount)
        return self.transactions.number(signed_by_both(spend, signature, spend.sign(self.world.payee.keys.funding)))

    # What the payer does ----------------------------------------------------------------------------------------------

    def machine_step(self, state: PayerState, event: Event) -> tuple[PayerState, tuple[Action, ...]]:
        return self.world.payer.step(state, event)

    def restarted(self) -> tuple[Named, ...]:
        return (("connected", Connected(PAYERS_NONCE, PAYEES_NONCE)),)

    def done(self, whole: Whole, action: Action) -> After:
        match action:
            case Send(message=Update() as update):
                return self._signed(whole, update)
            case Send(message=CloseSig() as closing):
                state = self.machine.states[whole.memory]
                number = self._settlement(state.paid if closing.state else 0, closing.signature)
                return whole._replace(known=whole.known | 1 << number) if number else Broken("an odd settlement (I4)")
            case Send(message=ClaimSig()):
                mined, (_, _, held) = self.machine.states[whole.memory].mined, whole.counted
                if mined is None or mined.state.amount > held:
                    return Broken("she signs a claim of a payment whose key has not come (I3)")
                return whole  # he could claim it with the key as well, which she has
            case Deliver():
                _, signed, _ = whole.counted
                return whole._replace(counted=(0, signed, signed))
        return whole

    def _signed(self, whole: Whole, update: Update) -> After:
        """I1, and one state ahead of the keys at most, at the price that was told."""
        asked, signed, held = whole.counted
        state, disk = self.machine.states[whole.memory], self.machine.states[whole.disk]
        if state.signed is None or state.newest != update.state or state.signed.signature != update.signature:
            return Broken(f"Update {update.state} is not for her newest state")
        amount = state.signed.state.amount
        if not self.only_money and disk.newest < update.state:
            return Broken(f"Update {update.state} leaves before its state is on disk (I1)")
        number = self._completed(state.signed.state, update.signature)
        if not number:
            return Broken(f"the signature of Update {update.state} is for another payment")
        if number not in self._resumes:
            resumed = Received(self.world.resume(update, amount, is_payers=False))
            label = f"payee: Resume {update.state} of {amount:,} for chunk {update.chunk}"
            self._resumes[number] = label, self.doing(resumed)
        if not whole.known >> number & 1:
            if amount > signed + asked or signed != held:
                return Broken(f"she signs for {amount:,}, and has agreed to {signed + asked:,} (I3)")
            whole = whole._replace(counted=(0, amount, held))
        changed = self.transactions.changed(number)
        return whole._replace(known=whole.known | 1 << number | 1 << changed)

    def saved(self, whole: Whole, number: int) -> After:
        return whole

    def judge(self, whole: Whole) -> str | None:
        """I3: he has the price of what she has keys for, and nothing of her money is stuck."""
        chain, (_, _, held) = whole.chain, whole.counted
        if not self.watcher.is_over(chain):
            return None
        if not chain.spend:
            return "the funding is never refunded (I3)"
        payment_at = self.transactions.of(chain.spend).payment
        if payment_at is not None and not chain.out:
            return "a payment that is not claimed is never refunded (I3)"
        received = self.watcher.to_payee(chain)
        if payment_at is not None and received:
            received = self.state_of(chain.spend).amount  # less the fee of the claim, which shows the key
        if received > held:
            return f"the payee has received {received:,}, and the payer has keys for {held:,} (I3)"
        return None


def _matters(action: Action) -> bool:
    return isinstance(action, Publish | Deliver) or (
        isinstance(action, Send) and isinstance(action.message, Update | CloseSig | ClaimSig)
    )
