"""Hashes, signatures and lock times: functions of which only their being functions is known.

`separator` is the number of code separators that ran before, so that a signature is over the same part of the script
on both sides. A check of a signature fails for some of them (a wrong encoding; a wrong one that is not empty): that
it does not is a condition of its own, `sigok`.
"""

from penstock.prove.terms.node import Sort, Term, node
from penstock.prove.terms.rewriting import REBUILD
from penstock.prove.terms.strings import data_of, text
from penstock.script import hashes

HASHES = {"sha256": hashes.sha256, "ripemd160": hashes.ripemd160, "sha1": hashes.sha1}


def hashed(name: str, term: Term) -> Term:
    """Return a hash of a string; of a constant, its value."""
    data = data_of(term)
    if data is not None:
        return text(HASHES[name](data))
    return node("hash", Sort.BYTES, (name, term))


def signed(signature: Term, key: Term, separator: Term) -> tuple[Term, Term]:
    """Return whether a signature is valid for a key, and whether its check does not fail the script."""
    args = (signature, key, separator)
    return node("checksig", Sort.BOOL, args), node("sigok", Sort.BOOL, args)


def signed_by_several(signatures: tuple[Term, ...], keys: tuple[Term, ...], separator: Term) -> tuple[Term, Term]:
    """Return whether signatures are valid for keys in their order, and whether their check does not fail the script."""
    args = (len(signatures), separator, *signatures, *keys)
    return node("multisig", Sort.BOOL, args), node("multisigok", Sort.BOOL, args)


def reached(kind: str, lock: Term) -> Term:
    """Return whether a lock time (`cltv`) or an age (`csv`) has come."""
    return node(kind, Sort.BOOL, (lock,))


REBUILD.update(
    {
        "hash": hashed,
        **{
            kind: (lambda *args, kind=kind: node(kind, Sort.BOOL, args))
            for kind in ("checksig", "sigok", "multisig", "multisigok", "cltv", "csv", "cleanstack")
        },
    }
)
