"""Connection of a viewer and a provider: frames around the protocol's messages, over a WebSocket or by plain HTTP."""
