"""Commands that sell and watch: they need the extra `service`."""
