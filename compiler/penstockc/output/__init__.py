"""The last stage: an artifact, the warnings that go with it, and the outputs of the official compiler (`scryptc`)."""
