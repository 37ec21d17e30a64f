"""Settings of the mail that the desk sends about loads. Without MAIL_HOST it sends none."""

import os

from environs import validate

from .environment import each, env, like, number, read, wrong

ADDRESS = r"[^\s@<>,]+@[^\s@<>,]+"
SENDER = rf"{ADDRESS}|[^<>\n\r]{{1,100}}<{ADDRESS}>"

# Django's own default is localhost; an empty host says here that no mail is sent.
EMAIL_HOST = read(
    env.str,
    "MAIL_HOST",
    "",
    validate=like(r"[\w.:-]{1,253}"),
    remedy="Write the name of the mail server, without scheme and port: mail.example.org",
)
EMAIL_PORT = number("MAIL_PORT", 587, 1, 65535)
security = read(
    env.str,
    "MAIL_SECURITY",
    "starttls",
    validate=validate.OneOf(["starttls", "tls", "none"]),
    remedy="Write starttls, tls (from the first byte, usually port 465), or none.",
)
EMAIL_USE_TLS, EMAIL_USE_SSL = security == "starttls", security == "tls"
EMAIL_HOST_USER = os.environ.get("MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MAIL_PASSWORD", "")
EMAIL_TIMEOUT = 20  # Seconds.
sender = read(
    env.str,
    "MAIL_FROM",
    "",
    validate=like(SENDER),
    remedy="Write an e-mail address, perhaps with a name: Reading room <room@example.org>",
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = sender or "webmaster@localhost"
LOAD_MAIL_TO = read(
    env.list,
    "LOAD_MAIL_TO",
    [],
    validate=each(ADDRESS),
    remedy="Write e-mail addresses with commas: curators@example.org,operator@example.org",
)
ROOM_ADDRESS = read(
    env.str,
    "ROOM_ADDRESS",
    "",
    validate=like(r"https?://[^/\s]+"),
    remedy="Write the address of the room without a path: https://cables.example.org",
)
if EMAIL_HOST and not (sender and ROOM_ADDRESS):
    raise wrong(
        "MAIL_HOST", "Set MAIL_FROM and ROOM_ADDRESS too: the sender, and where links lead."
    )
