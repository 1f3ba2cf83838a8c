"""A chain in this process: it checks what nodes check, says why it refuses, and mines when told to.

| module      | its one job                                                     |
|-------------|-----------------------------------------------------------------|
| `chain`     | `Ledger`: coins, pool, blocks                                   |
| `reasons`   | why a transaction is refused, one class per reason              |
| `timelocks` | when lock times and sequence numbers let a transaction in       |
"""
