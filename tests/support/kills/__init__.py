"""Provider, viewer and watcher as processes that are killed at random moments, and the account of both sides."""
