"""The Django project: settings, URLs, middleware, the web server and the embedded PostgreSQL."""
