"""Scripts as data: opcodes, numbers, pushes, instructions and assembler text.

In: bytes, numbers, or assembler text. Out: bytes, numbers, instructions, text. The package does not depend on
transactions, rule sets or contracts, and imports no other package of Penstock.

`opcodes` is the table, `numbers` the encoding of integers, `pushes` the encoding of data, `parse` splits a script into
instructions, `assembler` reads and writes the text form.
"""
