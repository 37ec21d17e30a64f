"""Log in at the desk with an account of the institution, by OpenID Connect.

Authlib speaks with the provider: the code flow with PKCE, state and nonce, and the checks of the ID
token. This module decides who comes in. An account is known by issuer and subject alone, never by a
name or an address, so that nobody takes over a local account. Its roles are those of its groups,
given anew at each login; one that has lost them has no rights, also in the sessions that are open.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, login
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .logs import counts

# Signatures by a key of the provider that anybody can check; never "none", whatever it offers.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
ALGORITHMS += ["EdDSA", "Ed25519"]
LONGEST_SUBJECT = 255  # Characters: what OpenID Connect allows.
# Keys of the session: the page that was wanted; whether the provider asked for a second factor.
NEXT, BY_PROVIDER = "institution_next", "institution_second_factor"
# The name under which failed logins are counted, with the subject behind it if that is known, so
# that nobody is locked out by the guesses of others. No account can have it.
COUNTED_AS = "an account of the institution"
Claims = dict[str, Any]


class InstitutionError(Exception):
    """A login that the provider, or what it sent, did not complete."""


@cache
def registered(issuer: str, client_id: str, secret: str, scopes: str):
    """Return Authlib's client of a provider, which keeps the provider's addresses and keys."""
    from authlib.integrations.django_client import OAuth

    from .institution_answers import BoundedApp

    client = OAuth().register(
        "institution",
        client_cls=BoundedApp,
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": scopes,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
        },
    )
    # Authlib would accept what the provider lists, also "none".
    client.load_server_metadata()["id_token_signing_alg_values_supported"] = ALGORITHMS
    return client


def provider():
    """Return the client of the institution's provider. Raises one of `failures`."""
    known = settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, settings.OIDC_SCOPES
    return registered(settings.OIDC_ISSUER, *known)


def failures() -> tuple[type[Exception], ...]:
    """Return what goes wrong at a provider or on the way to it."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    # Of answers that are no JSON, or lack what they must have.
    wrong = (LookupError, TypeError, ValueError, RuntimeError)
    return (AuthlibBaseError, JoseError, RequestException, InstitutionError, *wrong)


def next_page(request) -> str:
    """Return the page that a login was asked for, if it is of this site; else that of the desk."""
    wanted = request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else reverse("admin:index")


def with_provider(view):
    """Answer 404 in a room that has no provider, and perhaps not the packages for one."""

    @wraps(view)
    def answer(request):
        if not settings.OIDC_ISSUER:
            raise Http404
        return view(request)

    return never_cache(require_safe(answer))


@with_provider
def begin(request):
    """Send the browser to the provider, which sends it to `come_back`."""
    try:
        back = request.build_absolute_uri(reverse("admin:institution_back"))
        response = provider().authorize_redirect(request, back)
    except failures() as error:
        return refused(request, error)
    request.session[NEXT] = next_page(request)
    return response


@with_provider
def come_back(request):
    """Log in whom the provider names. Whoever has no role here is refused, as a failed login."""
    try:
        claims: Claims = claims_of(request)
    except failures() as error:
        claims, problem = {}, error
    else:
        problem = InstitutionError("no role")
    counted_as = f"{COUNTED_AS} {claims.get('sub', '')}".strip()[:255]
    user = authenticate(request, username=counted_as, institution=claims)
    if user is None:
        return refused(request, problem)
    wanted = request.session.pop(NEXT, reverse("admin:index"))
    login(request, user)
    request.session[BY_PROVIDER] = has_given_factor(claims)
    request.session.set_expiry(timezone.now() + timedelta(hours=settings.OIDC_HOURS))
    return HttpResponseRedirect(wanted)  # Never the name of a route, as `redirect` would read it.


def refused(request, problem: Exception):
    """Return the page that says that nobody was logged in; the log counts why."""
    counts.add(f"logins by the institution's accounts that failed ({type(problem).__name__})")
    has_no_role = isinstance(problem, InstitutionError) and "no role" in problem.args
    context = {"title": "Not logged in", "has_no_role": has_no_role}
    return render(request, "admin/not_logged_in.html", context, status=403)


def claims_of(request) -> Claims:
    """Return what the provider says of an account, checked. Raises one of `failures`."""
    client = provider()
    token = client.authorize_access_token(
        request,
        claims_options={
            "iss": {"essential": True, "value": settings.OIDC_ISSUER},
            "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
            "sub": {"essential": True},
        },
    )
    claims: Claims = dict(token["userinfo"])
    if len(claims["sub"]) > LONGEST_SUBJECT or not claims["sub"].isprintable():
        raise InstitutionError("no subject that can be stored")
    if settings.OIDC_GROUPS_CLAIM not in claims and client.server_metadata.get("userinfo_endpoint"):
        more = client.userinfo(token=token)
        if more["sub"] != claims["sub"]:
            raise InstitutionError("two accounts")
        claims = more | claims
    return claims


def listed(claim: Any) -> set[str]:
    """Return the values of a claim that is a list, one text, or missing."""
    values = claim if isinstance(claim, list) else [claim]
    return {value for value in values if isinstance(value, str)}


def has_given_factor(claims: Claims) -> bool:
    """Tell whether the provider says that it asked for a second factor which the room accepts."""
    given = listed(claims.get("amr")) | listed(claims.get("acr"))
    return bool(given & {*settings.OIDC_SECOND_FACTOR})


class InstitutionBackend(ModelBackend):
    """Find the account that the claims of a provider name, with the rights that it has now."""

    def authenticate(self, request, username=None, password=None, institution=None, **kwargs):
        """Return the account; None if there are no claims, no role, or it is inactive."""
        try:
            user = account_of(institution) if institution else None
        except IntegrityError:  # Two first logins of one account at once.
            return None
        return user if user and user.is_staff and self.user_can_authenticate(user) else None


@transaction.atomic
def account_of(claims: Claims):
    """Return the account of some claims with the roles of its groups, a new one if it has a role.

    Who has no role and was never here leaves no trace.
    """
    from cables.models import InstitutionAccount

    known = {"issuer": settings.OIDC_ISSUER, "subject": claims["sub"]}
    groups = listed(claims.get(settings.OIDC_GROUPS_CLAIM))
    roles = {role for group in groups for role in settings.OIDC_GROUPS.get(group, ())}
    is_superuser = bool(settings.OIDC_SUPERUSERS) and settings.OIDC_SUPERUSERS in groups
    account = InstitutionAccount.objects.select_related("user").filter(**known).first()
    action = "changed" if account else "added"
    if account is None:
        if not roles and not is_superuser:
            return None
        user = get_user_model().objects.create_user(free_name(claims), is_staff=False)
        account = InstitutionAccount.objects.create(user=user, **known)
    if account.user.is_active:
        give_rights(account.user, Group.objects.filter(name__in=roles), is_superuser, action)
    return account.user


def free_name(claims: Claims) -> str:
    """Return a user name that no account has: that of the provider, or one with a number."""
    given = claims.get("preferred_username") or claims.get("email") or claims["sub"]
    name = re.sub(r"[^\w.@+-]", "", str(given), flags=re.ASCII)[:140] or "account"
    names = get_user_model().objects.filter(username__istartswith=name)
    taken = {each.casefold() for each in names.values_list("username", flat=True)}
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *numbered) if each.casefold() not in taken)


def give_rights(user, roles: Iterable[Group], is_superuser: bool, action: str):
    """Let an account have these roles and no others; the log has what changed, by this action."""
    from cables.models import Change

    before = rights_of(user)
    user.groups.set(roles)
    user.is_superuser = is_superuser
    user.is_staff = is_superuser or user.groups.exists()
    user.save(update_fields=["is_superuser", "is_staff"])
    if rights_of(user) != before:
        reason = f"The institution's account: {rights_of(user)}."
        Change.objects.create(action=action, what=f"user {user}"[:250], reason=reason)


def rights_of(user) -> str:
    """Return the rights of an account in words: "Cataloguer, Releaser"."""
    names = sorted(user.groups.values_list("name", flat=True))
    return ", ".join(["superuser"] * user.is_superuser + names) or "no role"


def check_roles(
    app_configs: Any, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Warn of roles in OIDC_GROUPS that do not exist."""
    if not settings.OIDC_GROUPS or "default" not in (databases or ()):
        return []
    try:
        known = set(Group.objects.values_list("name", flat=True))
    except DatabaseError:  # Before the first migration.
        return []
    named = {role for roles in settings.OIDC_GROUPS.values() for role in roles}
    hint = "Create it at the desk, under Groups, or write the name of another."
    return [
        Warning(f"OIDC_GROUPS: there is no group {name}.", hint=hint, id="cables.W006")
        for name in sorted(named - known)
    ]
