"""Artifact: the compiler's output, as a value and as JSON. The compiler imports it and `penstock.script` only."""
