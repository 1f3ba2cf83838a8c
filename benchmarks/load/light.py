"""A chunk bought with as little work as a provider lets: the messages are those of a whole viewer, and the signature.

The ciphertext is fetched and its length looked at; it is neither hashed nor opened. The key has to be the leaf's.
"""

from benchmarks.serving.viewer import Asked, Viewer
from penstock.channel.safe.messages.kinds import Error, Get, Key, Update
from penstock.channel.safe.transactions.outputs import State
from penstock.channel.safe.transactions.payment_template import sign_payment
from penstock.script.hashes import sha256
from penstock.service.connection.frames import Fault, from_bytes, to_bytes
from penstock.service.provider.selling import PRICE


async def bought_lightly(viewer: Viewer, line: Asked) -> None:
    """Buy the next chunk."""
    goods, state = viewer.goods, viewer.state
    index, number = viewer.next % len(goods.leaves), viewer.bought_count + 1
    viewer.next += 1
    leaf, channel = goods.leaves[index], state.channel
    await viewer.socket.send(to_bytes(Get(channel, leaf.movie, index)))
    data = await line.get(f"/v1/titles/{goods.title.root.hex()}/0/{index:05}.bin")
    assert len(data) > leaf.length, "a ciphertext is longer than what is in it"
    assert state.funding is not None
    wanted = State(number, state.terms.base + PRICE * number, leaf.key)
    signature = sign_payment(state.terms, state.funding, wanted, viewer.payer.keys.funding)
    await viewer.socket.send(to_bytes(Update(channel, number, leaf.movie, index, signature)))
    while True:
        received = await viewer.socket.recv()
        assert isinstance(received, bytes)
        frame = from_bytes(received)
        assert not isinstance(frame, Fault | Error), frame
        if isinstance(frame, Key):
            assert (frame.state, sha256(frame.key)) == (number, leaf.key), "the key of another chunk"
            viewer.bought_count += 1
            return
