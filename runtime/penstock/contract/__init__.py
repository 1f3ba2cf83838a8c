"""Contracts: instantiate an artifact, call its functions, and judge the calls in a transaction.

Each step makes a frozen value from the one before:

    Artifact --instantiate(values)--> Contract --call(name, arguments)--> Call
                                          |                                 |
                                          +-------> Spend --verify(..)------+--> Verdict

| module                 | task                                                               |
|------------------------|--------------------------------------------------------------------|
| `instantiate`          | fill placeholders with values, and read the values from a script   |
| `contract`             | an artifact with its values: locking scripts; calls of it          |
| `push_tx`              | the preimage that a contract checks (OP_PUSH_TX)                   |
| `spending_transaction` | the transaction around one contract output: sign, judge            |
| `spend`                | the same with calls: fill in preimages, verify                     |
| `values`               | types of parameters and state; encoding and checks of their values |
| `bundled`              | the contracts that come with Penstock, by name                     |
| `errors`               | errors in arguments and state                                      |

The package itself imports nothing, so that start-up loads only the modules that are used.
"""
