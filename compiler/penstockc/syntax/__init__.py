"""Source text -> syntax trees.

Purpose: read the whole language, including parts that later stages do not take yet, and explain syntax errors in the
user's words. `parse` makes one `ast.Module` of one file; `imports` does it for a file and all its imports. Names are
not resolved here.
"""
