"""Commands of `penstock channel` on a store, a seed and recovery files; they need the extra `service`."""
