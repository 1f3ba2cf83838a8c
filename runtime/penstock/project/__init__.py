"""Project: contracts with the settings of `[tool.penstock]` in a pyproject.toml.

| module        | task                                                                    |
|---------------|-------------------------------------------------------------------------|
| `settings`    | `read_project`: the text of a pyproject.toml in, a `Project` out        |
| `locating`    | `project_of`: the project that a file or folder belongs to              |
| `globs`       | whether a pattern such as `contracts/**/*.scrypt` matches a path        |
| `finding`     | `find_contracts`: files, folders and patterns in, source files out      |
| `requests`    | a request to the compiler, and its result, as values                    |
| `entries`     | a result as bytes, and back if it is still right                        |
| `fingerprint` | a hash of the compiler's sources                                        |
| `cache`       | `Cache.compile`: a request in, its result out, stored or compiled       |
| `compiling`   | `compile_in_project`: a source file in, its artifact by the settings out |
| `starting`    | `start_project`: a new folder in, a project with a first contract out   |

The package itself imports nothing.
"""
