"""The examples: one row for each class of `penstockc.errors`, by the stage that reports it."""
