"""Calls of real spends, evaluated by the meaning of the language: what decided, and which state goes on."""
