"""The ground floor: what a script is, before anyone runs it.

In: bytes, numbers, or assembler text. Out: bytes, numbers, instructions,
text. Nothing here knows of transactions, rule sets or contracts, and
nothing here imports another package of ours.

`opcodes` is the table, `numbers` the encoding of integers, `pushes` the
encoding of data, `parse` cuts a script into instructions, `assembler` reads
and writes the text form.
"""
