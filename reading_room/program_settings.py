"""Settings of what other programs get: harvesting, lasting names, data sets, assistants, mail."""

import os
from importlib.util import find_spec

from environs import validate

from .environment import FLAG, env, number, read, text, texts, wrong
from .paths import install_command

# For libraries and other programs: OAI-PMH, lasting names, DataCite.
OAI_NAMESPACE = text(
    "OAI_NAMESPACE",
    like=r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+",
    remedy="Write the domain name that identifiers of records keep for good: cables.example.org",
)
OAI_EMAIL = text(
    "OAI_EMAIL",
    like=r"[^\s@]+@([^\s@.]+\.)+[^\s@.]+",
    remedy="Write the e-mail address for those who harvest records: archive@example.org",
)
ARK_NAAN = text(
    "ARK_NAAN",
    like=r"[0-9bcdfghjkmnpqrstvwxz]{5}|[0-9]{9}",
    remedy="Write the number that arks.org gave to the institution: 5 digits, such as 12345.",
)
ARK_SHOULDER = text(
    "ARK_SHOULDER",
    like=r"[bcdfghjkmnpqrstvwxz]+[0-9]",
    remedy="Write small consonants and one digit, such as x5, which no other names begin with.",
)
DOI_PREFIX = text(
    "DOI_PREFIX",
    like=r"10\.[0-9]{4,9}(\.[0-9]+)*",
    remedy="Write the prefix that DataCite gave to the institution, such as 10.5072.",
)

# Data sets at /datasets/, which the worker makes: the address of the room with which they name
# cables; the licence that they state.
DATA_SETS = text(
    "DATA_SETS",
    like=r"https?://[\w.-]+(:[0-9]{1,5})?",
    remedy="Write the address of the room, https://cables.example.org, or nothing.",
)
DATA_LICENCE = text(
    "DATA_LICENCE",
    like=r"(?=.{1,500}$)[^\n\r]*\S[^\n\r]*",
    remedy="Write the statement in one line of at most 500 characters.",
)
DATA_LICENCE_URL = text(
    "DATA_LICENCE_URL",
    like=r"https?://[^\s/]+\S*",
    remedy="Write an address: https://creativecommons.org/publicdomain/zero/1.0/",
)

# Whom to tell of a hole in the security of this site, at /.well-known/security.txt.
SECURITY_CONTACT = texts(
    "SECURITY_CONTACT",
    [],
    like=r"mailto:[^\s@]+@[^\s@]+\.[^\s@]+|https://[^\s/]+\S*|tel:\+[\d.-]+",
    remedy="Write mailto:security@example.org or https://example.org/security, with commas.",
)
# Names in robots.txt that are asked to read nothing.
REFUSED_CRAWLERS = texts(
    "REFUSED_CRAWLERS",
    [],
    like=r"\*|[A-Za-z0-9][\w .-]{0,99}",
    remedy="Write names as in robots.txt, with commas: GPTBot,CCBot; or * for all.",
)
MCP = read(env.bool, "MCP", False, remedy=FLAG)  # /mcp, for assistants.
MCP_IS_MISSING = f"It needs a Python package: {install_command('mcp==2.3.0')}"
if MCP and find_spec("mcp") is None:
    raise wrong("MCP", MCP_IS_MISSING)

# The mail that the desk sends about loads. Without MAIL_HOST it sends none.
ADDRESS = r"[^\s@<>,]+@[^\s@<>,]+"
SENDER = rf"{ADDRESS}|[^<>\n\r]{{1,100}}<{ADDRESS}>"

# Django's own default is localhost; an empty host says here that no mail is sent.
EMAIL_HOST = text(
    "MAIL_HOST",
    like=r"[\w.:-]{1,253}",
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
sender = text(
    "MAIL_FROM",
    like=SENDER,
    remedy="Write an e-mail address, perhaps with a name: Reading room <room@example.org>",
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = sender or "webmaster@localhost"
LOAD_MAIL_TO = texts(
    "LOAD_MAIL_TO",
    [],
    like=ADDRESS,
    remedy="Write e-mail addresses with commas: curators@example.org,operator@example.org",
)
ROOM_ADDRESS = text(
    "ROOM_ADDRESS",
    like=r"https?://[^/\s]+",
    remedy="Write the address of the room without a path: https://cables.example.org",
)
if EMAIL_HOST and not (sender and ROOM_ADDRESS):
    raise wrong(
        "MAIL_HOST", "Set MAIL_FROM and ROOM_ADDRESS too: the sender, and where links lead."
    )
