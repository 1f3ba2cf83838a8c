"""Values of parameters and state: types, encoding and decoding."""
