"""Output stage: an artifact, its warnings, and the outputs of the official compiler (`scryptc`)."""
