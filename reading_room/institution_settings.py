"""Settings of the institution's own accounts at the desk (OpenID Connect); none by default."""

from importlib.util import find_spec

from environs import validate

from .environment import env, number, read, read_rules, text, wrong
from .paths import install_command

PACKAGES = ("authlib==1.9.10", "requests==2.34.2")
GROUPS_EXAMPLE = "redaction-team = Redactor; archive-staff = Cataloguer, Releaser"


def parse_groups(written: str) -> dict[str, tuple[str, ...]]:
    """Return {group of the institution: groups of the desk} of "group = Role, Role; group = Role".

    The last "=" of a rule counts, because names in directories have some: "cn=staff,o=archive".
    Raises ValueError with a sentence that says what is wrong.
    """
    rules: dict[str, tuple[str, ...]] = {}
    for rule in filter(str.strip, written.split(";")):
        group, _, roles = (each.strip() for each in rule.rpartition("="))
        names = tuple(map(str.strip, roles.split(",")))
        if not group or not all(names):
            raise ValueError(f"{rule.strip()!r} does not say which roles a group has.")
        if group in rules:
            raise ValueError(f"There are two rules for {group}.")
        rules[group] = names
    return rules


ONE_LINE = r"[^\n\r]*\S[^\n\r]*"
OIDC_ISSUER = text(
    "OIDC_ISSUER",
    like=r"(https://[^\s/?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[^\s?#]*)?",
    remedy="Write the issuer as the provider writes it: https://login.example.org/realms/archive",
)
OIDC_CLIENT_ID = text("OIDC_CLIENT_ID", like=r"\S+", remedy="Write the name of the room there.")
OIDC_CLIENT_SECRET = read(env.str, "OIDC_CLIENT_SECRET", "", remedy="Write the secret.")
OIDC_NAME = text("OIDC_NAME", like=rf"(?=.{{1,60}}$){ONE_LINE}", remedy="Write one line.")
OIDC_SCOPES = read(
    env.str,
    "OIDC_SCOPES",
    "openid profile email",
    validate=validate.Regexp(r"openid( \S+)*\Z"),
    remedy="Write openid, and others behind it with blanks: openid profile email groups",
)
OIDC_GROUPS_CLAIM = read(
    env.str,
    "OIDC_GROUPS_CLAIM",
    "groups",
    validate=validate.Regexp(r"\S+\Z"),
    remedy="Write the name of the claim that lists the groups of an account.",
)
OIDC_GROUPS = read_rules("OIDC_GROUPS", parse_groups, f"Write rules as in: {GROUPS_EXAMPLE}")
OIDC_SUPERUSERS = text(
    "OIDC_SUPERUSERS", like=ONE_LINE, remedy="Write the name of a group of the institution."
)
OIDC_SECOND_FACTOR = read(
    env.list, "OIDC_SECOND_FACTOR", [], remedy="Write values of amr or acr, with commas: mfa,hwk"
)
OIDC_HOURS = number("OIDC_HOURS", 8, 1, 24)

if OIDC_ISSUER and not (OIDC_CLIENT_ID and (OIDC_GROUPS or OIDC_SUPERUSERS)):
    raise wrong("OIDC_ISSUER", f"Set OIDC_CLIENT_ID and OIDC_GROUPS too: {GROUPS_EXAMPLE}")
if OIDC_ISSUER and not all(find_spec(name) for name in ("authlib", "requests")):
    raise wrong("OIDC_ISSUER", f"It needs two Python packages: {install_command(*PACKAGES)}")
