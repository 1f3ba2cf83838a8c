"""Transactions, keys and signatures: the base of the stack machine.

In: raw bytes, keys and numbers. Out: transactions, digests, signatures, addresses and Merkle proofs. No module here
runs a script or accesses a file, a clock or a socket; only `PrivateKey.generate` uses randomness.

Steps of a signature: `transaction` parses the bytes, `digests` hashes the signed data and caches the common parts of
the inputs, `sighash` selects one of the three digests, `signatures` signs and verifies on the curve of `secp256k1`,
`der` encodes the signature; `keys` combines all of it in one call.

The package itself imports nothing, so that start-up loads only the modules that are used.
"""
