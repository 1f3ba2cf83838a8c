"""What people write who come from Solidity, TypeScript, CashScript or Python, and what to write instead.

`forms` has what does not parse, `words` and `calls` the names that nothing has. Each habit is one row with its pattern,
its advice and a pair of examples; tests hold the examples, and docs/errors.md lists them.
"""
