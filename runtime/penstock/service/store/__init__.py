"""Store of channels: states on disk before anything leaves, and no write by a worker that was replaced."""
