"""Types of arguments: what a parameter of a contract takes in Python, beyond bytes.

Names are those of the language. A key stands for its public key, the hash of it, or a signature of type ALL; what
depends on the transaction is filled in when the draft is sent.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias, TypeVar

from penstock.bindings.records import HashedData
from penstock.contract.contract import Contract
from penstock.contract.values.demanded import Demanded
from penstock.testing.coins import NextInstance
from penstock.testing.keys import Key, Preimage, Signature

K = TypeVar("K")
V = TypeVar("V")

PubKey: TypeAlias = bytes | Key
"""`PubKey`: 33 or 65 bytes, or the key that has it."""
Ripemd160: TypeAlias = bytes | Key
"""`Ripemd160` and `PubKeyHash`: 20 bytes, or the key whose public key has this hash160."""
Sig: TypeAlias = bytes | Key | Signature
"""`Sig`: a signature with its hash type, the key that makes one of type ALL, or `key.sig(…)` of another type."""
SigHashPreimage: TypeAlias = bytes | Preimage | Demanded
"""`SigHashPreimage`: `PREIMAGE`, the one that the function demands; one of a given hash type; or bytes."""
Bytes: TypeAlias = bytes | Signature | Preimage | Demanded
"""`bytes` of a public function: also a signature or a preimage, for a function that converts them."""
Map: TypeAlias = Mapping[K, V] | HashedData
"""`HashedMap<K,V>`: a dict, a `HashedMap`, or the data of one."""
KeyMap: TypeAlias = Mapping[bytes, V] | Mapping[Key, V] | HashedData
"""The same with public keys, or their hashes, as keys."""
Set: TypeAlias = AbstractSet[K] | HashedData
"""`HashedSet<E>`: a set, a `HashedSet`, or the data of one."""
Destination: TypeAlias = Contract | NextInstance
"""An output with the next instance of a contract, for `Draft.to`."""
