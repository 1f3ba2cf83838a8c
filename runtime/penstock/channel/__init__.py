"""Payment channel of the article: a file streamed chunk by chunk, for one hundred satoshis per chunk.

Bob has a file, split into chunks D_0 … D_n. D_0 is free. For every further chunk Alice signs a transaction TX_i whose
first output contains i prices and is spent with the chunk D_i and Bob's signature, or with both their signatures. Only
the last TX_n and one spend of it, TX_p, reach the chain.

**Not for real money.** Alice controls her funding coin alone, so she can spend it elsewhere, and the contract has no
branch that returns it if Bob never claims. `docs/article.md` gives the details, and tests show both losses.

All values are frozen and all functions pure: keys, files, coins and time are arguments. The only mutable object is
`penstock.ledger.Ledger`, the simulated chain.

| module                      | task                                                                |
|-----------------------------|---------------------------------------------------------------------|
| `agreement.terms`           | price, chunk size, fee rate, delivery of leaves                     |
| `agreement.movie`           | a file as chunks, leaves and a Merkle tree; never loaded whole      |
| `agreement.merkle`          | the Merkle tree and its proofs                                      |
| `agreement.funding`         | locking and unlocking of the channel's coins                        |
| `agreement.agreement`       | all data from which both sides build their transactions             |
| `agreement.refusals`        | reasons for refusing a message, one class per reason                |
| `transactions.fields`       | a transaction field by field, and the differences of two            |
| `transactions.checks`       | checks of both sides on any transaction that they receive           |
| `transactions.payment`      | TX_i: built, signed, checked                                        |
| `transactions.closing`      | 1-way or 2-way closing, and its cost before anything is signed      |
| `transactions.claim`        | TX_p: built, signed, checked, its chunk replaced by a signature     |
| `protocol.messages`         | messages between Alice and Bob (figure 7)                           |
| `protocol.actions`          | actions that a state machine requests                               |
| `protocol.alice`, `bob`     | the two state machines                                              |
| `simulation.conversation`   | both machines in one process, step by step                          |
| `simulation.accounts`       | payments and chunks of each side, from the ledger                   |
| `simulation.stream`         | a whole stream in one process, closed in both ways                  |
| `simulation.costs`          | costs of the two ways, next to each other                           |

The package itself imports nothing, so that start-up loads only the modules that are used.
"""
