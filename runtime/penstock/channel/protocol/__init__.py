"""Protocol: Alice and Bob as state machines, their messages and actions."""
