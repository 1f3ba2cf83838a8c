"""Report of a stream: one self-contained HTML page.

| module        | task                                                |
|---------------|-----------------------------------------------------|
| `page`        | `render`: a stream's result in, the page's text out |
| `safe_page`   | the same of a stream over the safe channel          |
| `environment` | filters and style of the templates                  |
| `tree`        | layout of the drawing of a Merkle tree              |
| `rows`        | transactions, messages and figures as table rows    |

The package itself imports nothing; jinja2 is loaded when a page is made.
"""
