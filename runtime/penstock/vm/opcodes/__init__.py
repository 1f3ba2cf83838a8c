"""Opcodes: one file per family, each with a function from a `Setting` to its handlers.

The row in `penstock.script.opcodes` gives the number of items that an opcode takes; the driver has checked that they
exist. `penstock.vm.opcodes.dialect` decides whether an opcode exists in a setting.
"""
