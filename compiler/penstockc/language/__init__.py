"""The language as tables: types, operations, operators and built-in functions, with their meanings."""
