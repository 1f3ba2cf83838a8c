"""Driver: machines bound to their store. Nothing leaves but by it, and only after its state is on disk."""
