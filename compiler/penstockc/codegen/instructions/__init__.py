"""Instructions: the output of code generation, and functions that write and improve short sequences of them."""
