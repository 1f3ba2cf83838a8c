"""The committed film sold by processes over sockets, each ending of the channel on each chain, and outside judges."""
