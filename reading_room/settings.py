"""Django settings, read from environment variables (environment.py).

Importing them starts nothing: manage.py starts the embedded PostgreSQL if that is the database.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from environs import validate

from . import logs, paths
from .approval_settings import APPROVALS_REMEDY, parse_approvals
from .embedded_postgres import configured_server, find_programs
from .environment import (
    FLAG,
    IMPATIENT,
    POSTGRESQL,
    REPLICAS,
    env,
    folder,
    number,
    parse_database_url,
    read,
    read_rules,
    reading_entry,
    secret_key,
    text,
    texts,
    writing_entry,
    wrong,
)
from .institution_settings import (  # noqa: F401  # The institution's accounts at the desk.
    OIDC_CLIENT_ID,
    OIDC_CLIENT_SECRET,
    OIDC_GROUPS,
    OIDC_GROUPS_CLAIM,
    OIDC_HOURS,
    OIDC_ISSUER,
    OIDC_NAME,
    OIDC_SCOPES,
    OIDC_SECOND_FACTOR,
    OIDC_SUPERUSERS,
)
from .program_settings import (  # noqa: F401  # Django's names of them, and the room's own.
    ARK_NAAN,
    ARK_SHOULDER,
    DATA_LICENCE,
    DATA_LICENCE_URL,
    DATA_SETS,
    DEFAULT_FROM_EMAIL,
    DOI_PREFIX,
    EMAIL_HOST,
    EMAIL_HOST_PASSWORD,
    EMAIL_HOST_USER,
    EMAIL_PORT,
    EMAIL_TIMEOUT,
    EMAIL_USE_SSL,
    EMAIL_USE_TLS,
    LOAD_MAIL_TO,
    MCP,
    OAI_EMAIL,
    OAI_NAMESPACE,
    REFUSED_CRAWLERS,
    ROOM_ADDRESS,
    SECURITY_CONTACT,
    SERVER_EMAIL,
)

BASE_DIR = paths.PROJECT
RESOURCES_DIR = paths.RESOURCES
TESTING = sys.argv[1:2] == ["test"]


def database(name, default):
    """Return the entry in DATABASES for the URL in a variable."""
    remedy = "Write postgresql://user:password@host:5432/database."
    # The server's threads are long-lived, so persistent connections are as good as a pool, without
    # a pool's threads; the health check replaces connections after a restart of PostgreSQL.
    described = read(
        parse_database_url, name, default, remedy=remedy, conn_max_age=60, conn_health_checks=True
    )
    if described["ENGINE"] != POSTGRESQL or not described["NAME"]:
        raise wrong(name, remedy)
    described["OPTIONS"] = IMPATIENT | described.get("OPTIONS", {})
    return described


DEBUG = read(env.bool, "DEBUG", False, remedy=FLAG)
HTTPS = read(env.bool, "HTTPS", False, remedy=FLAG)
PORT = number("PORT", 8000, 1, 65535)
ALLOWED_HOSTS = texts(
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]"],
    like=r"\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9A-Fa-f:]+\]",
    remedy="Write names without scheme and port, with commas: example.org,www.example.org",
)
CSRF_TRUSTED_ORIGINS = texts(
    "CSRF_TRUSTED_ORIGINS",
    [],
    like=r"https?://[^/]+",
    remedy="Write origins with their scheme, with commas: https://example.org",
)
LOG_LEVEL = read(
    env.str,
    "LOG_LEVEL",
    "INFO",
    validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
    remedy="Write DEBUG, INFO, WARNING or ERROR.",
)
LOG_FORMAT = read(
    env.str,
    "LOG_FORMAT",
    "text",
    validate=validate.OneOf(["text", "json"]),
    remedy="Write text for people or json for programs.",
)
METRICS = read(env.bool, "METRICS", False, remedy=FLAG)  # /metrics, for Prometheus.
METRICS_TOKEN = text(
    "METRICS_TOKEN",
    like=r"[\w.~+/=-]{16,}",
    remedy="Write 16 letters and digits or more: what Prometheus sends as its bearer token.",
)
REQUIRE_TOTP = read(env.bool, "REQUIRE_TOTP", False, remedy=FLAG)  # A second factor at the desk.
# Texts of the institution at the foot of every page's sidebar; none if empty.
SUPPORT_URL = text(
    "SUPPORT_URL",
    like=r"https?://[^\s/]+\S*|/[^\s/]\S*|mailto:\S+",
    remedy="Write an address with its scheme, https://example.org/support, or one here, /about/.",
)
MOTTO = text(
    "MOTTO",
    like=r"(?=.{1,100}$)[^\n\r]*\S[^\n\r]*",
    remedy="Write one line of at most 100 characters.",
)
# Requests to take down or correct: when they are due, how long closed ones keep personal data, and
# what readers get: where to write, a form, figures of past years.
REQUEST_DAYS = number("REQUEST_DAYS", 30, 1, 3_650)
REQUEST_RETENTION_DAYS = number("REQUEST_RETENTION_DAYS", 730, 1, 36_500)
REQUEST_ADDRESS = text(
    "REQUEST_ADDRESS",
    like=r"(?=.{1,300}$)[^\n\r]*\S[^\n\r]*",
    remedy="Write an e-mail address, a web address or a postal address, in one line.",
)
REQUEST_FORM = read(env.bool, "REQUEST_FORM", False, remedy=FLAG)
REQUEST_FIGURES = read(env.bool, "REQUEST_FIGURES", False, remedy=FLAG)
# Which kinds of decisions at the desk take effect only when a second person approves them.
APPROVALS = read_rules("APPROVALS", parse_approvals, APPROVALS_REMEDY)
# Files that curators load at the desk: uploads are stored in a private folder; other files are read
# from a folder that the operator names.
ROOM_DIR = configured_server().folder  # With the secret key, uploads, the index.
# A model of spaCy that suggests names to redact; whoever wants it installs both.
NAME_MODEL = os.environ.get("NAME_MODEL", "")
uploads = os.environ.get("UPLOADS_DIR") or ROOM_DIR / "uploads"
UPLOADS_DIR = Path(uploads).absolute()
# The private key of the public log, and beside it what was signed last: not in the database.
LOG_KEY_FILE = Path(os.environ.get("LOG_KEY_FILE") or ROOM_DIR / "log_key").absolute()
# The public keys of those whose cosignatures under the log are taken.
WITNESSES = texts(
    "WITNESSES",
    [],
    like=r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+",
    remedy="Write the keys that `log_key` of other rooms prints, with commas between.",
)
# The search index of this machine: derived from the database, and built anew where it is missing.
search_index = os.environ.get("SEARCH_INDEX_DIR") or ROOM_DIR / "search_index"
SEARCH_INDEX_DIR = Path(search_index).absolute()
DATA_SETS_DIR = Path(os.environ.get("DATA_SETS_DIR") or ROOM_DIR / "data_sets").absolute()
SOURCES_DIR = read(
    folder, "SOURCES_DIR", "", remedy="Write the absolute path of an existing folder, or nothing."
)
UPLOAD_MEGABYTES = number("UPLOAD_MEGABYTES", 500, 1, 100_000)
# The largest file that a load reads, uncompressed, and the largest record in it.
LOAD_MEGABYTES = number("LOAD_MEGABYTES", 8_000, 1, 1_000_000)
LOAD_RECORD_MEGABYTES = number("LOAD_RECORD_MEGABYTES", 4, 1, 50)
LOAD_RATIO = number("LOAD_RATIO", 100, 2, 1_100)  # The highest compression ratio.
FILE_UPLOAD_HANDLERS = ["reading_room.incoming_requests.LimitedUpload"]

POSTGRES_PROGRAMS = find_programs  # Finds the folder of pg_dump and pg_restore, for backups.
# None if DATABASE_URL names a server.
EMBEDDED_POSTGRES = None if "DATABASE_URL" in os.environ else configured_server()
if EMBEDDED_POSTGRES:
    url, reader_url = EMBEDDED_POSTGRES.url(), EMBEDDED_POSTGRES.url("reader")
else:
    url = reader_url = os.environ["DATABASE_URL"]
REPLICA_LAG = number("REPLICA_LAG", 5, 3, 3600, remedy="Write seconds, 3 to 3600.")
written = writing_entry(database("DATABASE_URL", url), REPLICA_LAG)
DATABASES = {
    "default": written,  # Loads and the desk.
    "reader": reading_entry(  # Pages: SELECT on public tables.
        database("READER_DATABASE_URL", reader_url), written, REPLICA_LAG
    ),
}
DATABASES["reader"]["TEST"] = {"MIRROR": "default"}
PAGE_CACHE_MB = number(
    "PAGE_CACHE_MB",
    0 if TESTING else 56,
    0,
    100_000,
    remedy="Write how many megabytes of pages each process caches, 0 for none.",
)
PROXY_SECONDS = number("PROXY_SECONDS", 1, 0, 60)  # nginx serves a page without asking the room.
CDN_SECONDS = number(
    "CDN_SECONDS",
    0,
    0,
    86_400,
    remedy="Write for how many seconds a CDN may serve a page without revalidation, 0 to 86400.",
)


def page_cache(name, megabytes):
    """Return the entry in CACHES for pages in the memory of each process."""
    if not megabytes:
        return {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    options = {"MOST_BYTES": int(megabytes * 1_000_000)}
    return {
        "BACKEND": "reading_room.bounded_cache.BoundedCache",
        "LOCATION": name,
        "OPTIONS": options,
    }


# Client options that limit the seconds that a page waits for its cache, by cache backend.
IMPATIENT_CACHES = {
    "RedisCache": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    "PyMemcacheCache": {"connect_timeout": 0.5, "timeout": 0.5, "no_delay": True},
}
CACHES = {
    # In the memory of each process: counts of lists and search results, about ten kilobytes each.
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
    # Pages at addresses without a query string, whose number is limited; and all other pages.
    "pages": page_cache("pages", PAGE_CACHE_MB * 3 / 4),
    "questions": page_cache("questions", PAGE_CACHE_MB / 4),
}
if "CACHE_URL" in os.environ:
    named = read(
        env.dj_cache_url,
        "CACHE_URL",
        "",
        remedy="Write redis://host:6379/0 or another address of a cache that Django knows.",
    )
    # Without these limits clients would wait for minutes for a server that has vanished.
    waits = IMPATIENT_CACHES.get(named["BACKEND"].rpartition(".")[2], {})
    CACHES["pages"] = named | {"OPTIONS": waits | named.get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The worker's tasks are in cables/operations/tasks.py, and in these modules.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "operations.tasks"
PROCRASTINATE_IMPORT_PATHS = [
    "cables.api.data_sets",
    "cables.curation.archive_redactions",
    "cables.decisions.batches",
    "cables.operations.load_mail",
]

SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(ROOM_DIR / "secret_key")

INSTALLED_APPS = [
    "axes",
    "cables",
    "django_filters",
    "procrastinate.contrib.django",
    "reading_room.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
]
MIDDLEWARE = [
    "reading_room.health.Health",
    "reading_room.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "cables.http_cache.middleware.PageCacheMiddleware",  # Caches what those below return.
    "csp.middleware.CSPMiddleware",
    "cables.api.problems.DataMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
# Nothing is loaded from other sites. Pages may run static/js, which asks this site alone; the desk
# may run more (admin_site.py).
CONTENT_SECURITY_POLICY: dict[str, dict[str, list[str] | bool]] = {
    "DIRECTIVES": {
        **{name: [NONE] for name in ("default-src", "base-uri", "frame-ancestors")},
        **{f"{kind}-src": [SELF] for kind in ("script", "connect", "style", "font", "img")},
        "form-action": [SELF],
    }
}
ROOT_URLCONF = "reading_room.urls"
WSGI_APPLICATION = "reading_room.wsgi.application"
FORCE_SCRIPT_NAME = ""  # The room is at the root of its host, whatever a header says.
TEST_RUNNER = "tests.runner.Runner"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RESOURCES_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "django_otp_webauthn.backends.WebAuthnBackend",
]
if OIDC_ISSUER:  # Without it nobody is, or stays, logged in by a provider.
    AUTHENTICATION_BACKENDS.append("reading_room.institution_accounts.InstitutionBackend")
# After five wrong passwords for one name from one IP address, logins are refused for fifteen
# minutes. Only these failed attempts are stored, and only for that time.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "otp_token", "code", "state"]
AXES_CLIENT_IP_CALLABLE = "reading_room.incoming_requests.client_network"
AXES_LOCKOUT_CALLABLE = "reading_room.admin_site.locked_out"
OTP_TOTP_ISSUER = OTP_WEBAUTHN_RP_NAME = "Cable Reading Room"
OTP_WEBAUTHN_HELPER_CLASS = "reading_room.passkeys.Helper"
OTP_WEBAUTHN_EXCEPTION_LOGGER_NAME = ""  # Any visitor can send a passkey that fails.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

LANGUAGE_CODE = "en-us"
USE_I18N = False  # Pages are in English only; looking up a format for each number takes time.
TIME_ZONE = "UTC"  # Cables are dated in UTC ("Zulu").
FORMAT_MODULE_PATH = "reading_room.desk_date_formats"  # Date formats of the desk.

STATIC_URL = "static/"
STATIC_ROOT = paths.static_root()
STATICFILES_DIRS = [RESOURCES_DIR / "static"]
if METRICS:
    MIDDLEWARE.insert(0, "reading_room.metrics.Metrics")
if not DEBUG and not TESTING:  # The manifest exists only after collectstatic.
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1,
        "whitenoise.middleware.WhiteNoiseMiddleware",
    )
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

if DATABASES["reader"]["ENGINE"] == REPLICAS:  # Outermost: see there.
    MIDDLEWARE.insert(0, "reading_room.replicas.replica_middleware.ReplicasMiddleware")

# By default Django sets nosniff, Referrer-Policy and Cross-Origin-Opener-Policy: same-origin, and
# X-Frame-Options: DENY.
if HTTPS:  # Behind a proxy that terminates TLS and sets X-Forwarded-Proto itself.
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
# HSTS preloading binds a whole domain for years, so its owner must decide on it.
SILENCED_SYSTEM_CHECKS = ["security.W021", "otp_webauthn.E010", "otp_webauthn.E030"]
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"
# Only the desk sets cookies, and the form for requests. Pages see the session's cookie too, to show
# curators current pages.
CSRF_COOKIE_PATH = "/" if REQUEST_FORM else "/admin/"
SESSION_COOKIE_AGE = 12 * 60 * 60  # Seconds: a long day at the desk.
CSRF_COOKIE_HTTPONLY = True
# Limits of a request's body without files: a long article is 100 KB, the largest form 300 fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

LOGGING = logs.log_configuration(LOG_LEVEL, LOG_FORMAT)
