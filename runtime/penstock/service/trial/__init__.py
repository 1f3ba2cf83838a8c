"""Trial chain: a ledger that outlives its process and is asked by HTTP, for trying out without a node.

    journal ──► TrialChain (ledger, faucet) ──► trial_app (paths of Esplora, and a faucet) ──► EsploraSource
                     ▲ mine_by_itself

| module    | content                                                          |
|-----------|------------------------------------------------------------------|
| `journal` | operations on disk: one line of JSON each, written before an answer |
| `chain`   | the ledger with its operations, replayed from the journal         |
| `faucet`  | the coins of the chain, which anyone may have                     |
| `app`     | the HTTP interface (ASGI)                                         |
| `running` | blocks that come by themselves; the server                        |
"""
