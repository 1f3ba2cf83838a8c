"""Outputs of a compilation in the format of the official compiler `scryptc`, for the SDKs of the language.

The SDKs (scryptlib for JavaScript, py-scryptlib) run that compiler as a program and read files and texts from it. Here
are those texts, each from a pure function: the syntax tree (`tree`), the list of instructions (`listing`), the source
map (`source_map`) and the messages (`messages`); `outputs` puts them together. The program itself, with its arguments
and files, is `penstock.cli.scryptc`.

Only the parts that the SDKs read are included: no bodies of functions, no types of `auto` variables in the listing.
"""
