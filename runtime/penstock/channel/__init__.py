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

| module         | its one job                                                       |
|----------------|-------------------------------------------------------------------|
| `terms`        | price, chunk size, fee rate, how leaves are shown                 |
| `movie`        | a file as chunks, leaves and a Merkle tree; nothing loaded whole  |
| `coins`        | outputs that can be spent                                         |
| `agreement`    | all that both sides build their transactions from                 |
| `messages`     | what Alice and Bob say to each other (figure 7)                   |
| `refusals`     | why a message is refused, one class per reason                    |
| `actions`      | what a state machine asks the world to do                         |
| `fields`       | a transaction field by field, and where two of them differ        |
| `checks`       | what both sides ask of any transaction that they are sent         |
| `payment`      | TX_i: built, signed, checked                                      |
| `closing`      | 1-way or 2-way, and what it costs before anything is signed       |
| `claim`        | TX_p: built, signed, checked, its chunk swapped for a signature   |
| `alice`, `bob` | the two state machines                                            |
| `ledger`       | a chain in this process: it checks all and says why it refuses    |
| `conversation` | both machines in one process, moment by moment                    |
| `accounts`     | who paid and who got what, as the ledger has it                   |
| `screening`    | a whole stream in one process, closed in both ways                |
| `figures`      | what the two ways cost, side by side                              |

The package itself imports nothing, so that start-up pays only for what is used.
"""
