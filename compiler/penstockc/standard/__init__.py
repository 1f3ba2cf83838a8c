"""The language's standard library, as contracts see it: text of the language itself, one file for each few names.

Nothing in here is Python. `syntax/standard.py` reads the files, those that a contract names and no others.
"""
