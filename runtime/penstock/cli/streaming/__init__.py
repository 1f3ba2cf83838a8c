"""Parts of `penstock stream`: the files, and the results of each form of the channel."""
