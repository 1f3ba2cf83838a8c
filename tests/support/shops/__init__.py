"""A small provider in the process of a test: the payee's machine and real sockets, with faults that a test asks for."""
