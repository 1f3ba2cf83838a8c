"""Preparing for sale: films are cut into segments without a new encoding, files by size; then encrypted and signed.

Films need the extra `media` (`pip install 'penstock[media]'`), whose wheel has FFmpeg's libraries.

| module      | task                                                                            |
|-------------|---------------------------------------------------------------------------------|
| `films`     | a film: opened, its streams chosen, refused if no browser plays it              |
| `packets`   | its packets with their times; signs of damage, key frames that are too far apart |
| `cutting`   | the segments of a film, by FFmpeg's muxer for HLS                               |
| `sources`   | a thing to be cut, as the rest sees it; files that are cut by size              |
| `jobs`      | work on one chunk, done in other processes                                      |
| `sealing`   | the chunks of one quality, hashed and encrypted by any executor                 |
| `folders`   | the folder of a title while it is written                                       |
| `preparing` | all of it: films or a file to a folder with a signed title                      |
"""
