"""Server of this machine alone: the page with its player, and playlists for other players. Asking it spends money.

| module     | task                                                                              |
|------------|-----------------------------------------------------------------------------------|
| `guard`    | refuses requests of other pages, other names and other users, before all else       |
| `place`    | the port and the token, the same after a restart; the file that opens the page      |
| `pacing`   | holds a request that is too far beyond what is watched                              |
| `playlist` | playlists of HLS (RFC 8216)                                                       |
| `facts`    | what the page shows                                                               |
| `app`      | the paths                                                                         |
| `serving`  | the server, until the user stops it                                               |
"""
