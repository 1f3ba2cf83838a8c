"""The machines that are measured, each behind the same two questions.

A module per machine; it makes a `Peer`. `PEERS` in `benchmarks.peers.all` loads those that are installed.
"""
