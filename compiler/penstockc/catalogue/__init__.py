"""What each diagnostic means, with a failing and a mended example; `penstock explain` and docs/errors.md show it."""
