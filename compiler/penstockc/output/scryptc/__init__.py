"""A compilation as the SDKs of the language read it: what the official compiler `scryptc` would hand them.

The SDKs (scryptlib for JavaScript, py-scryptlib) run that compiler as a program and read files and texts from it. Here
are those texts, each from a pure function: the syntax tree (`tree`), the list of instructions (`listing`), the source
map (`source_map`) and the messages (`messages`); `outputs` puts them together. The program itself, with its arguments
and files, is `penstock.cli.scryptc`.

Only what the SDKs read is there: no bodies of functions in the tree, no types of `auto` variables in the listing.
"""
