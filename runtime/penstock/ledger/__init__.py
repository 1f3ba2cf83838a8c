"""Simulated chain in this process: makes the checks of nodes, reports refusals, and mines on request.

| module      | task                                                            |
|-------------|-----------------------------------------------------------------|
| `ledger`    | `Ledger`: coins, pool, blocks                                   |
| `coins`     | `Coin`: an unspent output                                       |
| `fees`      | `FeeRate`: the fee of a transaction of a given size             |
| `reasons`   | reasons for refusing a transaction, one class per reason        |
| `lock_times`| lock times and sequence numbers that keep a transaction out     |
"""
