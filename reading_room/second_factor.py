"""Two-factor authentication at the desk by TOTP (RFC 6238): set up, verify, remove.

An account that has a passkey (passkeys.py) has a second factor too.

django-otp stores the secret and ten recovery codes. No other site is involved: the QR code is made
here, and the telephone's app works without a network.
"""

import base64
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import login as remember
from django_otp import verify_token
from django_otp.forms import OTPAuthenticationFormMixin
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import passkeys
from .institution_accounts import BY_PROVIDER, next_page

RECOVERY_CODES = 10
WHAT = "the second factor"
DIGITS = 6
WRONG_CODE = "That is not the code of this moment. Wait for the next one."
CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class WithCode(OTPAuthenticationFormMixin):
    """Part of a form: the field for a code of the second factor, and its check."""

    cleaned_data: dict[str, Any]
    otp_error_messages = OTPAuthenticationFormMixin.otp_error_messages | {
        "token_required": "A password is not enough for your account: enter the code on your "
        "telephone or a recovery code, or use your passkey.",
        "invalid_token": "That is neither the current code nor one of your recovery codes.",
        "device_required": "Your account has no such codes. Enter the code on your telephone, or "
        "use your passkey.",
    }

    def clean_otp_token(self):
        return "".join(self.cleaned_data["otp_token"].split()).lower()

    def _chosen_device(self, user):
        """Six digits are a code of the telephone, anything else is a recovery code."""
        token = self.cleaned_data.get("otp_token", "")
        kind = TOTPDevice if token.isdecimal() and len(token) == DIGITS else StaticDevice
        return kind.objects.select_for_update().filter(user=user, confirmed=True).first()


class LoginForm(WithCode, AdminAuthenticationForm):
    """Name, password and, if the account has a second factor, a code."""

    otp_token = forms.CharField(
        label="Code, if you have set one up", required=False, widget=forms.TextInput(CODE)
    )

    def clean(self):
        cleaned = super().clean()
        if self.get_user() and has_factor(self.get_user()):
            self.clean_otp(self.get_user())
        return cleaned


class CodeForm(WithCode, forms.Form):
    """The code of an account that the institution's provider has logged in."""

    otp_token = forms.CharField(label="Code", widget=forms.TextInput(CODE))

    def __init__(self, user, data):
        super().__init__(data)
        self.user = user

    def get_user(self):
        return self.user

    def clean(self):
        self.clean_otp(self.user)


def has_factor(user):
    """Tell whether an account has a second factor; queried once for each request."""
    if not hasattr(user, "has_second_factor"):
        codes = TOTPDevice.objects.filter(user=user, confirmed=True)
        user.has_second_factor = codes.exists() or passkeys.passkeys_of(user).exists()
    return user.has_second_factor


def is_enough(request):
    """Tell whether the user has given the second factor, here or to the provider, or needs none."""
    if getattr(request.user, "otp_device", None) or request.session.get(BY_PROVIDER):
        return True
    return not settings.REQUIRE_TOTP and not has_factor(request.user)


def must_set_up(request):
    return not is_enough(request) and not has_factor(request.user)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request, context):
    """Ask for the code alone: the institution's provider has asked for all else."""
    form = CodeForm(request.user, request.POST or None)
    if form.is_valid():
        remember(request, request.user.otp_device)
        return HttpResponseRedirect(next_page(request))
    return render(request, "admin/code.html", context | {"form": form})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request, context):
    """Show the page on which a curator sets up a second factor, or removes it."""
    if request.method == "POST":
        done = ACTIONS.get(request.POST.get("action"), nothing)(request)
        if done is None:
            return redirect("admin:second_factor")
        context |= done
    mine = TOTPDevice.objects.filter(user=request.user)
    context |= {"has": mine.filter(confirmed=True).exists(), "required": settings.REQUIRE_TOTP}
    context |= {
        "passkeys": passkeys.passkeys_of(request.user),
        "may_add": passkeys.is_allowed(request),
        "recovery": StaticDevice.objects.filter(user=request.user).exists(),
    }
    if not context["has"] and (draft := mine.filter(confirmed=False).first()):
        context |= {"draft": draft, "secret": secret(draft), "drawing": drawing(draft)}
    return render(request, "admin/second_factor.html", context)


@transaction.atomic
def begin(request):
    """Create a secret, valid once `confirm` has received a code. Two tabs show the same one."""
    lock(request.user)
    if not TOTPDevice.objects.filter(user=request.user).exists():
        TOTPDevice.objects.create(user=request.user, name="telephone", confirmed=False)


def lock(user):
    """Let another tab of this account wait for the end of this transaction."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)


@transaction.atomic
def confirm(request):
    lock(request.user)
    device = TOTPDevice.objects.filter(user=request.user, confirmed=False).first()
    if device is None:
        return None
    if not is_code_valid(request, device):
        return {"problem": WRONG_CODE}
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    codes = new_codes(request.user)
    passkeys.log_change(request, "set up", WHAT)
    device.refresh_from_db()
    remember(request, device)
    request.user.has_second_factor = True
    return {"codes": codes}


def renew(request):
    """Make new recovery codes: for a code, or for the password of an account with passkeys only."""
    device = TOTPDevice.objects.filter(user=request.user, confirmed=True).first()
    if device is None and not passkeys.passkeys_of(request.user).exists():
        return None
    if device is None and not passkeys.has_password(request):
        return {"problem": passkeys.WRONG_PASSWORD}
    if device and not is_code_valid(request, device):
        return {"problem": WRONG_CODE}
    return {"codes": new_codes(request.user)}


def take_away(request):
    if settings.REQUIRE_TOTP:
        return {"problem": passkeys.REQUIRED}
    if not is_code_valid(
        request, TOTPDevice.objects.filter(user=request.user, confirmed=True).first()
    ):
        return {"problem": WRONG_CODE}
    with transaction.atomic():
        TOTPDevice.objects.filter(user=request.user).delete()
        if not passkeys.passkeys_of(request.user).exists():
            StaticDevice.objects.filter(user=request.user).delete()
        passkeys.log_change(request, "took away", WHAT)
    return None


def nothing(request):
    return None


ACTIONS = {
    **{"begin": begin, "confirm": confirm, "renew": renew, "take away": take_away},
    **{"allow passkey": passkeys.allow, "remove passkey": passkeys.remove},
}


def is_code_valid(request, device):
    """Tell whether a request has the code of a device; wrong ones make the next one wait."""
    token = "".join(request.POST.get("code", "").split())
    return device and verify_token(request.user, device.persistent_id, token)


def new_codes(user):
    """Return new recovery codes in the place of all earlier ones; each works once."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def forget(user):
    """Remove the second factor and the passkeys of an account; return whether it had any."""
    StaticDevice.objects.filter(user=user).delete()
    had_passkey = passkeys.passkeys_of(user).delete()[0] > 0
    return TOTPDevice.objects.filter(user=user).delete()[0] > 0 or had_passkey


def secret(device):
    """Return a secret in base32, in groups of four letters, for typing."""
    text = base64.b32encode(device.bin_key).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def drawing(device):
    """Return the QR code of a secret as inline SVG without style or script."""
    import segno

    code = segno.make(device.config_url, micro=False)
    return mark_safe(code.svg_inline(scale=5, border=4, light="#fff", omitsize=False))
