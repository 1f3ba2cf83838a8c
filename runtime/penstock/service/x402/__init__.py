"""x402, version 2: payments of requests over HTTP, by the safe channel. docs/x402.md has the binding.

| module     | task                                                                           |
|------------|--------------------------------------------------------------------------------|
| `headers`  | the three headers, written and strictly read                                   |
| `binding`  | our scheme: the requirement for a chunk, the payload with an Update, receipts  |
"""
