"""Prepared titles: films or files that were cut, encrypted and signed, as folders. docs/prepare.md has their form.

A title has one or more qualities. Each is a sealed movie of its own; one signature covers all of them.

| module     | task                                                                            |
|------------|---------------------------------------------------------------------------------|
| `title`    | the signed record of all qualities: their manifests, first bytes and durations  |
| `leaves`   | the promises of all chunks of a quality as one file                             |
| `layout`   | the names of the files                                                          |
| `places`   | where a title lies: a folder, or any place that fsspec opens                    |
| `prepared` | a title that was read and checked; the shelf that sells its chunks              |
"""
