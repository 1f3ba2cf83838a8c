"""Fuzzing: bytes from outside, guided by the coverage of our own code (atheris), against all that reads them.

`make fuzz` runs it. A target is a function of bytes which raises nothing: it catches the one error that its reader
may raise, and asserts what has to hold afterwards. Seeds are made by code from real messages, states and files. The
ordinary tests run all targets over the seeds and changes of them, without atheris.
"""
