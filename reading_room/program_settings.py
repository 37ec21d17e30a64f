"""Settings of what other programs get: harvesting, lasting names, data sets, assistants."""

from importlib.util import find_spec

from .environment import FLAG, each, env, like, read, wrong
from .paths import install_command

# For libraries and other programs: OAI-PMH, lasting names, DataCite.
OAI_NAMESPACE = read(
    env.str,
    "OAI_NAMESPACE",
    "",
    validate=like(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+"),
    remedy="Write the domain name that identifiers of records keep for good: cables.example.org",
)
OAI_EMAIL = read(
    env.str,
    "OAI_EMAIL",
    "",
    validate=like(r"[^\s@]+@([^\s@.]+\.)+[^\s@.]+"),
    remedy="Write the e-mail address for those who harvest records: archive@example.org",
)
ARK_NAAN = read(
    env.str,
    "ARK_NAAN",
    "",
    validate=like(r"[0-9bcdfghjkmnpqrstvwxz]{5}|[0-9]{9}"),
    remedy="Write the number that arks.org gave to the institution: 5 digits, such as 12345.",
)
ARK_SHOULDER = read(
    env.str,
    "ARK_SHOULDER",
    "",
    validate=like(r"[bcdfghjkmnpqrstvwxz]+[0-9]"),
    remedy="Write small consonants and one digit, such as x5, which no other names begin with.",
)
DOI_PREFIX = read(
    env.str,
    "DOI_PREFIX",
    "",
    validate=like(r"10\.[0-9]{4,9}(\.[0-9]+)*"),
    remedy="Write the prefix that DataCite gave to the institution, such as 10.5072.",
)

# Data sets at /datasets/, which the worker makes: the address of the room with which they name
# cables; the licence that they state.
DATA_SETS = read(
    env.str,
    "DATA_SETS",
    "",
    validate=like(r"https?://[\w.-]+(:[0-9]{1,5})?"),
    remedy="Write the address of the room, https://cables.example.org, or nothing.",
)
DATA_LICENCE = read(
    env.str,
    "DATA_LICENCE",
    "",
    validate=like(r"(?=.{1,500}$)[^\n\r]*\S[^\n\r]*"),
    remedy="Write the statement in one line of at most 500 characters.",
)
DATA_LICENCE_URL = read(
    env.str,
    "DATA_LICENCE_URL",
    "",
    validate=like(r"https?://[^\s/]+\S*"),
    remedy="Write an address: https://creativecommons.org/publicdomain/zero/1.0/",
)

# Whom to tell of a hole in the security of this site, at /.well-known/security.txt.
SECURITY_CONTACT = read(
    env.list,
    "SECURITY_CONTACT",
    [],
    validate=each(r"mailto:[^\s@]+@[^\s@]+\.[^\s@]+|https://[^\s/]+\S*|tel:\+[\d.-]+"),
    remedy="Write mailto:security@example.org or https://example.org/security, with commas.",
)
MCP = read(env.bool, "MCP", False, remedy=FLAG)  # /mcp, for assistants.
MCP_IS_MISSING = f"It needs a Python package: {install_command('mcp==2.3.0')}"
if MCP and find_spec("mcp") is None:
    raise wrong("MCP", MCP_IS_MISSING)
