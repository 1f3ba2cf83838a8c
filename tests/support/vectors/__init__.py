"""The test vectors of the nodes: files, rows, and the table of how many pass."""
