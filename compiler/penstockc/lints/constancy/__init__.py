"""What comes to the same in every spend: conditions, operations that fail, code that never runs.

Each function is looked at for itself: its parameters are unknown. `values` says what can be known of a value,
`operations` what an operation makes of that, `conditions` what follows from a condition, `walking` goes through the
statements, `findings` keeps what was seen: a place is reported only if it comes to the same whenever it is looked at
(in each instance of a function, in each iteration of a loop).
"""
