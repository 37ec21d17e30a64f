"""Accounts of curators, and what their groups may do; every change of them stands in the log."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Q
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from .desk import NO_REASON, DeskAdmin, why
from .optimistic_lock import CHANGED, StampField, digest, last_change


class RightField(forms.ModelMultipleChoiceField):
    """The rights that mean something at this desk, in its words, to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, right):
        return right.name


class RightsForm(forms.ModelForm):
    """A group with the rights on what the desk shows, and those that it has besides."""

    permissions = RightField(Permission.objects.none(), label="Rights", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        shown = [model._meta.model_name for model in admin.site._registry]
        offered = Q(content_type__model__in=[*shown, "articlecable", "copy", "sealed"])
        if self.instance.pk:
            offered |= Q(group=self.instance)
        rights = Permission.objects.filter(offered).distinct().select_related("content_type")
        self.fields["permissions"].queryset = rights.order_by("content_type__model", "codename")


class RightsAdmin(DeskAdmin, GroupAdmin):
    """Groups of accounts."""

    told = ["name"]
    form = RightsForm
    filter_horizontal = []
    fields = ["name", "permissions"]
    actions = None

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        return super(GroupAdmin, self).formfield_for_manytomany(db_field, request, **kwargs)


class PasswordForm(AdminPasswordChangeForm):
    """The new password of an account, with a reason, unless somebody else has set one meanwhile."""

    stamp = StampField()

    def __init__(self, user, *args, **options):
        super().__init__(user, *args, **options)
        self.now = self.fields["stamp"].initial = digest(user.password)

    def clean(self):
        given = super().clean()
        if given["stamp"] != self.now:
            self.data = self.data.copy()
            self.data["stamp"] = self.now
            self.add_error(None, [CHANGED, *last_change(self.user)])
        if not why(self.data):
            self.add_error(None, NO_REASON)
        return given


class AccountAdmin(DeskAdmin, UserAdmin):
    """Accounts. What one may do comes from its groups, or is everything."""

    told = ["username", "is_active", "is_staff", "is_superuser"]
    change_password_form = PasswordForm
    change_user_password_template = "admin/cables/password.html"
    filter_horizontal = []
    list_display = ["username", "is_active", "is_staff", "is_superuser", "last_login"]
    list_filter = ["is_active"]
    readonly_fields = ["last_login", "date_joined"]
    actions = None
    rights = ("Rights", {"fields": ["is_active", "is_staff", "groups", "is_superuser"]})
    names = ("Person", {"fields": ["first_name", "last_name", "email"]})
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        *(rights, names),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "password1", "password2"]}), rights, names]

    def get_changeform_initial_data(self, request):
        """Who gets an account here gets it for the desk."""
        return {"is_staff": True} | super().get_changeform_initial_data(request)

    def user_change_password(self, request, id, form_url=""):
        """Set the password of an account; of two who do at once the second waits, and is told."""
        with transaction.atomic():
            if request.method == "POST":
                self.lock([id])
            return super().user_change_password(request, id, form_url)

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        """Groups are few: they are ticked."""
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_delete_permission(self, request, obj=None):
        """Only of one that the log does not name; the others are made inactive."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.change_set.exists()


# Secrets are nobody's but their owners': they have a page for theirs.
admin.site.unregister([Group, StaticDevice, TOTPDevice, User])
admin.site.register(Group, RightsAdmin)
admin.site.register(User, AccountAdmin)
