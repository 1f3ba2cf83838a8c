"""Every error and warning of the compiler, a class per kind: by the stage that raises it, warnings by their subject.

`syntax` and `imports` hold the errors of reading, `names`, `declarations`, `types`, `constants`, `statements` and
`calls` those of checking, `target` those of one target, `warnings` what compiles all the same.
"""
