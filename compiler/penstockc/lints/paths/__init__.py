"""What holds on every path through a public function that reaches acceptance.

`recording` lowers the program once more and keeps the path through it as a trace: the statements of the intermediate
form, with marks where state is changed and handed on. Lowering has inlined all calls, folded what is known and left out
the arms that are never taken. `cones` tells what each value is made of, `facts` what follows from a condition,
`walking` goes through the trace of each public function and tells what does not hold.
"""
