"""Facts that are true on every path through a public function that reaches acceptance.

`recording` lowers the program once more and keeps the path through it as a trace: the statements of the intermediate
form, with marks where state is changed and passed on. Lowering has inlined all calls, folded known values and removed
unreachable arms. `dependencies` tracks the sources of each value, `facts` derives facts from a condition,
`walking` walks the trace of each public function and returns the missing facts.
"""
