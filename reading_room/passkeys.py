"""Passkeys at the desk (WebAuthn): sign in without a password, set one up, remove it.

A passkey takes the place of password and code: the device asks for its own PIN, fingerprint or
face before it signs. django-otp-webauthn stores the public keys and checks what is signed; this
module decides who may set one up, and names the room to the browser. The script of the pages is
static/js/passkeys.js.
"""

import json
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http.request import split_domain_port
from django_otp import login as mark_verified
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn import views
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from .institution_accounts import next_page

ALLOWED_FOR = 5 * 60  # Seconds in which a passkey can be set up after the password was entered.
ALLOWED_UNTIL = "passkey_allowed_until"  # Key of the session.
LONGEST_NAME = 60
REQUIRED = "This room asks every curator for a second factor."
WRONG_PASSWORD = "That is not your password."  # noqa: S105


class PasswordNeededError(OTPWebAuthnApiError):
    """A passkey is set up only within minutes of entering the password again."""

    status_code = 403
    default_code = "password_needed"
    default_detail = "Enter your password first: more than five minutes have passed."


class Helper(WebAuthnHelper):
    """Name the site by the host that was requested, which ALLOWED_HOSTS limits."""

    def get_relying_party_domain(self):
        return split_domain_port(self.request.get_host())[0]

    def get_allowed_origins(self):
        return [f"{self.request.scheme}://{self.request.get_host()}"]

    def get_generate_registration_options_kwargs(self, *, user):
        """Demand a passkey that the device keeps and opens only for its owner."""
        selection = AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.REQUIRED,
            resident_key=ResidentKeyRequirement.REQUIRED,
        )
        options = super().get_generate_registration_options_kwargs(user=user)
        return options | {"authenticator_selection": selection}


class AllowedMixin:
    """Refuse to set up a passkey unless the curator has just entered the password (`allow`)."""

    request: Any

    def check_can_register(self):
        if not is_allowed(self.request):
            raise PasswordNeededError


class BeginRegistration(AllowedMixin, views.BeginCredentialRegistrationView):
    """Return what the browser needs to make a passkey, as JSON."""


class CompleteRegistration(AllowedMixin, views.CompleteCredentialRegistrationView):
    """Store the passkey that the browser made, and log it."""

    def post(self, *args, **kwargs):
        response = super().post(*args, **kwargs)
        name = str(self.request.data.get("name", "")).replace("\0", "").strip()[:LONGEST_NAME]
        made = passkeys_of(self.request.user).filter(pk=json.loads(response.content)["id"])
        made.update(name=name or "Passkey")
        self.request.session.pop(ALLOWED_UNTIL, None)
        log_change(self.request, "set up", "a passkey")
        return response


class BeginLogin(views.BeginCredentialAuthenticationView):
    """Return what a passkey has to sign, as JSON. It names no account."""

    def get_user(self):
        return None


class CompleteLogin(views.CompleteCredentialAuthenticationView):
    """Log in the owner of a passkey, and say which page of the desk comes next."""

    def get_user(self):
        return None

    def get_redirect_url(self):
        return next_page(self.request)

    def complete_auth(self, device):
        """Log in the owner, also in a session in which somebody else was logged in."""
        login(self.request, authenticate(self.request, webauthn_credential=device))
        mark_verified(self.request, device)


def passkeys_of(user):
    """Return the passkeys of an account, oldest first."""
    return WebAuthnCredential.objects.filter(user=user, confirmed=True).order_by("pk")


def has_password(request):
    """Return whether a form has the password of the account; wrong tries count as at the login."""
    name, password = request.user.get_username(), request.POST.get("password", "")
    return authenticate(request, username=name, password=password) == request.user


def allow(request):
    """Let a curator set up a passkey for some minutes. Return what is wrong, or None."""
    if not has_password(request):
        return {"problem": WRONG_PASSWORD}
    request.session[ALLOWED_UNTIL] = time.time() + ALLOWED_FOR
    return None


def is_allowed(request):
    return request.session.get(ALLOWED_UNTIL, 0) >= time.time()


def remove(request):
    """Remove one passkey of the account. Return what is wrong, or None."""
    number = request.POST.get("passkey", "")
    passkey = passkeys_of(request.user).filter(pk=number if number.isdecimal() else 0).first()
    if passkey is None:
        return {"problem": "This passkey is no longer there."}
    if not has_password(request):
        return {"problem": WRONG_PASSWORD}
    others = passkeys_of(request.user).exclude(pk=passkey.pk)
    codes = TOTPDevice.objects.filter(user=request.user, confirmed=True)
    if settings.REQUIRE_TOTP and not (others.exists() or codes.exists()):
        return {"problem": REQUIRED}
    passkey.delete()
    log_change(request, "took away", "a passkey")
    return None


def log_change(request, action, what):
    """Add an entry to the log of changes: who did what to the login of his account."""
    from cables.models import Change

    Change.objects.create(by=request.user, action=action, what=f"{what} of {request.user}")
