"""Contracts that check the preimage of their own transaction with the standard library, and their signed data."""

from functools import cache

from penstock import Artifact
from penstock.script.opcodes import Op
from penstock.script.parse import instructions
from penstock.script.pushes import push
from penstock.vm.items import as_bytes
from penstockc.pipeline import compile_source
from tests.support.spending.script_runs import run


@cache
def checking(condition: str) -> Artifact:
    """Compile a contract whose only function takes a preimage `p` and requires the condition."""
    return compile_source(
        f"contract Checking {{ public function unlock(SigHashPreimage p) {{ require({condition}); }} }}"
    )


class Signer:
    """The part of a compiled check between HASH256 and CHECKSIG: makes a signature and a key of any digest."""

    def __init__(self, artifact: Artifact) -> None:
        script = artifact.instantiate().locking_script
        check = [each for each in instructions(script) if each.opcode == Op.OP_CHECKSIG][-1]
        assert script[0] == Op.OP_HASH256
        self.code = script[1 : check.offset]

    def sign(self, digest: bytes) -> tuple[bytes, bytes]:
        """Return the signature with its hash type, and the public key."""
        *_, signature, key = run(push(digest), self.code).items
        return as_bytes(signature), as_bytes(key)
