"""Results that are the same in every spend: conditions, operations that fail, code that never runs.

Each function is analysed separately, with unknown parameters. `values` represents partial knowledge of a value,
`operations` computes results from it, `conditions` narrows variables by a condition, `walking` walks the
statements, `findings` collects the results: a place is reported only if its result is the same in every visit
(in each instance of a function, in each iteration of a loop).
"""
