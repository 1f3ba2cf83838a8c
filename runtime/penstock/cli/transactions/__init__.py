"""Transactions on the command line: read, with the outputs that they spend, and shown."""
