"""The article's payment channel: a file streamed chunk by chunk, one hundred satoshis a chunk.

Bob has a file, cut into chunks D_0 … D_n. D_0 is free. For every further chunk Alice signs
a transaction TX_i whose first output holds i prices and opens for the chunk D_i and Bob's
signature, or for both their signatures. Only the last TX_n and one spend of it, TX_p, ever
reach the chain.

**Not for real money.** Alice's funding coin stays hers alone, so she can spend it elsewhere,
and the contract has no branch that gives it back when Bob never claims. `docs/article.md`
says it at length, and tests show both losses.

Everything here is a frozen value or a function of values: keys, files, coins and time come in
as arguments. The one thing with a memory is `ledger.Ledger`, the chain that all this is tried on.

| module         | its one job                                                            |
|----------------|------------------------------------------------------------------------|
| `terms`        | price, chunk size, fee rate, how leaves are shown                      |
| `movie`        | a file as chunks, leaves and a Merkle tree; nothing loaded whole       |
| `messages`     | what Alice and Bob say to each other (figure 7)                        |
| `refusals`     | why a message is refused, one class per reason                         |
| `actions`      | what a state machine asks the world to do                              |
| `agreement`    | all that both sides build their transactions from                      |
| `payment`      | TX_i: built, signed, checked                                           |
| `claim`        | TX_p: built, signed, checked, and made 2-way by swapping chunk for signature |
| `differences`  | where two transactions differ, field by field                          |
| `alice`, `bob` | the two state machines                                                 |
| `session`      | both in one process, and closing the same stream in two ways           |
| `accounts`     | who paid, who got what, as the ledger has it                           |
| `ledger`       | a chain in this process: it checks all and says why it refuses         |
| `malleability` | which change of a transaction each hash type lets through              |

The package itself imports nothing, so that start-up pays only for what is used.
"""
