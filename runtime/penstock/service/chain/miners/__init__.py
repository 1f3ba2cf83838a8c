"""Services of bsv that miners and their explorers run: `whats_on_chain` is a source, `arc` publishes alone."""
