"""Sealed movies: a file whose chunks are encrypted, each by a key of its own, so that keys are sold and not chunks.

The ciphertext may lie anywhere. What a viewer pays for is a key of 32 bytes; the public manifest says beforehand which
ciphertext it opens and what comes out.

| module      | task                                                                     |
|-------------|--------------------------------------------------------------------------|
| `keys`      | the key of each chunk, from one secret                                   |
| `leaf`      | what the manifest promises of one chunk                                  |
| `manifest`  | the promises of all chunks under one root, signed by the publisher       |
| `movie`     | a file as its publisher keeps it: sealed chunk by chunk                  |
| `opening`   | a viewer's checks: leaf, proof, ciphertext, key, plaintext               |
| `fraud`     | proof that a publisher has signed for a chunk that does not open rightly |
"""
