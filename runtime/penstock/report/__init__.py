"""The report of a stream: one HTML page that needs nothing else.

| module    | its one job                                                     |
|-----------|-----------------------------------------------------------------|
| `page`    | `render`: a screening in, the page's text out                   |
| `tree`    | where the nodes of a Merkle tree are drawn                      |
| `rows`    | transactions, messages and figures as rows that people can read |

The package itself imports nothing; jinja2 is loaded when a page is made.
"""
