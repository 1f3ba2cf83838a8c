"""Simulation of the safe channel in one process: both shipped machines, encoded messages, a ledger, a sealed movie.

| module         | task                                                                       |
|----------------|----------------------------------------------------------------------------|
| `opening`      | keys, terms and machines of both sides; the funding transaction            |
| `conversation` | carries out what the machines ask for: messages, transactions, new blocks  |
| `transcript`   | lines of what was sent and published, the middle of a long one left out    |
| `endings`      | the ways in which a channel ends, each on a ledger of its own              |
| `stream`       | `stream`: a whole movie from the offer to the end                          |
"""
