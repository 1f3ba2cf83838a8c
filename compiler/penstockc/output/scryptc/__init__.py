"""Outputs of a compilation in the format of the official compiler `scryptc`, for the SDKs of the language.

The SDKs (scryptlib for JavaScript, py-scryptlib) run that compiler as a program and read files and texts from it. Here
are those texts, each from a pure function: the syntax tree (`tree`, with `bodies` and `expressions`), the list of
instructions (`listing`, with `autos`), the source map (`source_map`) and the messages (`messages`); `outputs` puts them
together. The program itself, with its arguments and files, is `penstock.cli.scryptc`.
"""
