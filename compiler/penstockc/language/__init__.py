"""The language as tables: types, operations, operators, built-in functions, and what each of them means."""
