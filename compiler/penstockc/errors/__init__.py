"""Errors and warnings of the compiler, a class per kind: errors by the stage that raises them, warnings by subject.

`syntax` and `imports` contain the errors of reading, `names`, `declarations`, `types`, `constants`, `statements` and
`calls` those of checking, `target` those of one target, `warnings` those that do not stop a compilation.
"""
