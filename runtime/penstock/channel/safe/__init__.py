"""The safe channel: both sign the funding, each step has a refund, and a key is locked instead of the chunk."""
