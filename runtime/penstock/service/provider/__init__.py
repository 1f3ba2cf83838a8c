"""Provider: sells the chunks of prepared titles over the network. docs/serve.md shows how it is run.

| module     | task                                                                                  |
|------------|---------------------------------------------------------------------------------------|
| `selling`  | the numbers that a provider offers: network, prices, margins, limits                  |
| `tokens`   | offers and numbers of connections that are known again without being kept             |
| `paths`    | paths of keys, claimed many at once                                                   |
| `library`  | titles in memory: files and ciphertexts that any cache may keep                       |
| `limits`   | how often a peer may ask                                                              |
| `provider` | channels in a store, with the chain that they are told of                             |
| `session`  | one connection: frames in, frames out                                                 |
| `app`      | the paths of HTTP and the WebSocket                                                   |
| `metrics`  | numbers for Prometheus                                                                |
| `logs`     | lines for people or for machines, without secrets                                     |
| `running`  | processes and signals                                                                 |
"""
