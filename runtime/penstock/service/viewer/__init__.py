"""The viewer: pays for a title piece by piece, and gives it to a file, to the page of this machine, or to a player.

| module      | task                                                                                   |
|-------------|----------------------------------------------------------------------------------------|
| `viewing`   | all parts for a title, from start to end                                                |
| `buyer`     | pieces, each paid for once                                                             |
| `session`   | one channel with one provider, over connections that break                              |
| `opening`   | the opening of a channel, up to its funding                                             |
| `watching`  | the chain of all channels; fundings that are not mined                                   |
| `finishing` | settlements and refunds without a page                                                 |
| `output`    | a title as a file                                                                      |
| `payments`  | the store, the keys and the thread of the machines, in the state folder                   |
| `notes`     | all that a provider needs to know a channel again                                        |
| `bought`    | the keys that were bought; plaintexts while there is room                                |
| `purse`     | the coins for fundings                                                                 |
| `bell`      | wakes tasks that wait for a change                                                     |

`remote` is the provider, `loopback` the server of this machine alone, `page` the page that it shows.
"""
