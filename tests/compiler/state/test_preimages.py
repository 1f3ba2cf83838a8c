"""Several preimages of one spend: each is checked for itself, and the first one is read for the state."""

import penstock
from tests.support.engines.state_judges import judged
from tests.support.spending.state_chain import Coin, tampered

TWO = """
contract Two {
    @state int count;

    public function step(SigHashPreimage whole, SigHashPreimage own) {
        require(Tx.checkPreimage(whole));
        require(Tx.checkPreimageSigHashType(own, SigHash.SINGLE | SigHash.ANYONECANPAY | SigHash.FORKID));
        this.count++;
        bytes following = Utils.buildOutput(this.getStateScript(), SigHash.value(whole));
        require(hash256(following) == SigHash.hashOutputs(own));
    }
}
"""


def test_two_preimages_are_each_checked() -> None:
    """The first is read for the state; each must be the transaction's own, of its hash type."""
    first = penstock.compile_source(TWO).instantiate(count=5)
    spend = Coin(first).spend(count=6, more=((100, b"\x51"),))
    whole, own = spend.preimage("ALL"), spend.preimage("SINGLE|ANYONECANPAY")
    assert judged(spend, spend.call("step", whole, own))
    for wrong in ((own, whole), (whole, whole), (own, own)):
        assert not judged(spend, spend.call("step", *wrong))
    for name, other in tampered(spend):
        assert not judged(spend, spend.call("step", other.preimage("ALL"), own)), name
        forged = other.preimage("SINGLE|ANYONECANPAY")
        assert forged == own or not judged(spend, spend.call("step", whole, forged)), name
