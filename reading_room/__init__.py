"""The Django project: settings, URLs, middleware, the web server and the embedded PostgreSQL."""

import sys

if sys.platform == "win32":  # Its locks, accounts and web server are those of a Unix.
    sys.exit("The room needs Linux or macOS. On Windows open it in WSL 2, or by docker compose up.")
