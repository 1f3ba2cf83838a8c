"""Load: many viewers at their own pace against `penstock serve` as it is sold. `python -m benchmarks.load --help`.

| module     | task                                                                              |
|------------|-----------------------------------------------------------------------------------|
| `ground`   | the processes: a trial chain, the provider, PostgreSQL, a probe of the disk        |
| `lines`    | connections whose bytes are written and read by hand: they cost little            |
| `opening`  | channels of many viewers, funded together by few transactions                     |
| `light`    | a chunk bought with what a provider sees alone                                    |
| `pace`     | sales that are due at fixed times, and how late each was done                     |
| `disk`     | how long the disk takes for an fsync, in a process of its own                     |
| `hostile`  | viewers who disturb, in a process of their own                                    |
| `account`  | the provider's store beside what was bought                                       |
| `figures`  | the figures, and their table                                                      |
| `run`      | a run: all of these in their order                                                |
"""
