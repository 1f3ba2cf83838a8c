"""Keys of channels from one seed: its words, its encrypted file, the path of each key."""
