"""Ways back to the money: recovery files for a lost disk, refunds and watchers' copies for a lost program."""
