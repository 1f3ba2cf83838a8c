"""Resuming a channel after a break: the newest state of each side, proved by the payer's own signature for it.

The other side's nonce of this connection is in what is signed, so a Resume cannot be sent again on another one. The
payee sends again besides what may be lost: his Accept, and the prices of today.
"""

from dataclasses import replace

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.messages.kinds import Accept, Quote, Resume
from penstock.channel.safe.messages.wire import signed_digest
from penstock.channel.safe.protocol.events import Send
from penstock.channel.safe.protocol.states import Paid, PayeeState, Phase
from penstock.channel.safe.transactions.outputs import State
from penstock.channel.safe.transactions.payment_template import payment_fault
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import schnorr_sign, schnorr_verify
from penstock.tx.transaction import OutPoint

_NOTHING = bytes(32)


def resume(channel: bytes, newest: Paid | None, nonce: bytes, authentication: PrivateKey) -> Resume:
    """Return the Resume of one side.

    Args:
        channel: the channel's id.
        newest: its newest state; None for none.
        nonce: the other side's, of this connection.
        authentication: its authentication key.
    """
    if newest is None:
        unsigned = Resume(channel, nonce, 0, 0, _NOTHING, _NOTHING, 0, b"", b"")
    else:
        state, (movie, chunk) = newest.state, newest.item
        unsigned = Resume(channel, nonce, state.index, state.amount, state.digest, movie, chunk, newest.signature, b"")
    return replace(unsigned, signature=_signature(unsigned, authentication))


def told_again(state: PayeeState, nonce: bytes, authentication: PrivateKey) -> tuple[Send, ...]:
    """Return all that the payee tells on a connection: his newest state, and what may not have arrived.

    That is his Accept, as long as the payer has not named the funding, and the quote that holds for each movie, from
    the next state on. She ignores those that she has.

    Args:
        state: his state.
        nonce: the payer's, of this connection.
        authentication: his authentication key.
    """
    told = [Send(resume(state.channel, state.best, nonce, authentication))]
    if state.funding is None:
        accepted = Accept(state.channel, b"")
        told.insert(0, Send(replace(accepted, signature=_signature(accepted, authentication))))
    if state.phase in (Phase.FUNDING, Phase.OPEN):
        for each in state.prices.holding(state.newest + 1, state.height):
            quote = replace(each, state=state.newest + 1)
            told.append(Send(replace(quote, signature=_signature(quote, authentication))))
    return tuple(told)


def is_of(message: Resume, nonce: bytes, authentication: bytes) -> bool:
    """Return whether a Resume is of this connection and signed by the other side.

    Args:
        message: the message.
        nonce: this side's, of this connection.
        authentication: the other side's key, 33 bytes.
    """
    return message.nonce == nonce and schnorr_verify(message.signature, authentication[1:], signed_digest(message))


def proved(terms: ChannelTerms, funding: OutPoint, message: Resume, newest: Paid | None) -> Paid | None:
    """Return the state of a Resume if it pays more than the newest known one, and the payer has signed its payment.

    The number of a state is not in its payment: an older signature must not count as a newer state.
    """
    if newest is not None and message.amount <= newest.state.amount:
        return None
    try:
        state = State(message.state, message.amount, message.digest)
        fault = payment_fault(terms, funding, state, message.update)
    except ChannelTermsError:
        return None
    if fault is not None:
        return None
    return Paid(state, (message.movie, message.chunk), message.update)


def _signature(message: Accept | Quote | Resume, authentication: PrivateKey) -> bytes:
    return schnorr_sign(authentication.secret, signed_digest(message))
