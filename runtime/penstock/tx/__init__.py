"""Transactions and what signs them: the ground that the stack machine stands on.

In come raw bytes, keys and numbers; out come transactions, digests, signatures,
addresses and Merkle proofs. Nothing here runs a script or touches a file, a clock
or a socket; randomness is asked for only by `PrivateKey.generate`.

The way of a signature: `transaction` reads the bytes, `digests` hashes what is to be
signed and keeps what inputs share, `sighash` decides which of the three digests it is,
`signatures` makes and verifies them on the curve of `secp256k1`, written down as `der`
says; `keys` puts all of it into one call.

The package itself imports nothing, so that start-up pays only for what is used.
"""
