"""Messages of the safe channel: signatures, hashes, proofs and keys, never transactions."""
