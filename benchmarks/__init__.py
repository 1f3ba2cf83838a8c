"""What Penstock costs in CPU seconds, beside the other machines for Bitcoin script in Python.

`python -m benchmarks` in the checkout (or `make bench`) measures every work and prints tables with ratios.

harness.py   contenders, the proof that each judges rightly, interleaved rounds
result.py    medians and ratios, over several runs; JSON
table.py     the tables: for the terminal, as Markdown
document.py  puts the last table into docs/performance.md
bare.py      transactions and digests with hashlib and struct alone: what the floors and the spends are made of
spends.py    signed spends, each with tampered copies that every peer must refuse
orders.py    transactions to build, and whether a result is what was asked for
peers/       one file per machine: how it is asked for a verdict
works/       one file per thing that is measured; `WORKS` in works/all.py lists them
"""
