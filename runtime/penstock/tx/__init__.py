"""Transactions and what signs them: the ground that the stack machine stands on.

In come raw bytes, keys and numbers; out come transactions, digests, signatures,
addresses and Merkle proofs. Nothing here runs a script or touches a file, a clock
or a socket; randomness is asked for only by `PrivateKey.generate`.

| module        | its one job                                                     |
|---------------|-----------------------------------------------------------------|
| `transaction` | the four frozen records, their wire form, their ids             |
| `check`       | what makes a transaction bad before any script is run           |
| `hash_type`   | names and bits of the byte at the end of a signature            |
| `sighash`     | what a signature signs, with the shared parts computed once     |
| `der`         | how an ECDSA signature is written: strict, lax, low-S           |
| `secp256k1`   | the curve behind one interface: libsecp256k1 or pure Python     |
| `keys`        | private keys, signing and verifying                             |
| `address`     | scripts that pay to a hash, and how people write them down      |
| `merkle`      | a tree over the chunks of a file, and proofs against its root   |
| `hashes`      | hashes over many parts, and under a tag                         |
| `wire`        | compact sizes and a reader that says where bytes are missing    |

The package itself imports nothing, so that start-up pays only for what is used.
"""
