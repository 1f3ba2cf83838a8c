"""A whole stream in one process: Alice, Bob and a ledger."""
