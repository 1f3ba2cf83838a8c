"""A provider and viewers as processes, for measuring."""
