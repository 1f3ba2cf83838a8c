"""The chain as a channel sees it: headers with work, transactions with their inclusion, and sources of both."""
