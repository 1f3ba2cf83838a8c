"""Work of the commands that run until they are ended; they need the extra `service`."""
