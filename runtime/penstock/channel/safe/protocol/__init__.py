"""Protocol of the safe channel: pure transitions, `(state, event) -> (state, actions)`; no clock, file or socket."""
