"""What each opcode does: one file per family, each with a function from a `Setting` to its handlers.

The row in `penstock.script.opcodes` says how many items an opcode takes, and the driver has checked that they are
there. Whether an opcode exists at all in a setting is `penstock.vm.opcodes.dialect`'s business.
"""
