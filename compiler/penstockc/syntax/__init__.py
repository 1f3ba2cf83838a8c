"""Source text -> syntax trees.

Purpose: read the whole language, also the parts that later stages do not take yet, and say in the user's words what is
wrong with a text that is none. `parse` makes one `ast.Module` of one file; `imports` does it for a file and all that it
imports. Nothing here knows what a name means.
"""
