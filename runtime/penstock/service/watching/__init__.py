"""Watcher: a process of its own that closes, claims and refunds in time, while the server or the viewer is away.

| module      | content                                                                     |
|-------------|-----------------------------------------------------------------------------|
| `shelf`     | the keys that a claim needs, from the store or from the seed                 |
| `stored`    | the loop over the channels of a store                                        |
| `copies`    | exported copies: read, checked, and a claim signed anew                      |
| `copy_loop` | the loop over exported copies                                                |
| `running`   | loops beside each other, until all is done, or a signal                      |
"""
