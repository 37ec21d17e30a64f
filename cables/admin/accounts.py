"""Accounts of curators and their groups; the log has every change of them."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from ..decisions.forms import CHANGED, StampField, digest, last_change
from ..models import InstitutionAccount, MatterAssignment
from ..models.roles import describe_role
from .base import DeskAdmin
from .desk_pages import column
from .reasons import NO_REASON, why

RIGHTS = ("is_active", "is_staff", "groups", "is_superuser")
PERSON = ("first_name", "last_name", "email")


def rights_of(user) -> set[int]:
    """Return the rights (primary keys) that an account has by itself and its groups, or would have.

    An inactive account may do nothing, but whoever activates it would have them.
    """
    given = Permission.objects.filter(Q(user=user) | Q(group__user=user))
    return set(given.values_list("pk", flat=True))


def may_give(user, rights) -> bool:
    """Return whether an account may give or take these rights (primary keys): it has them all."""
    return user.is_superuser or rights_of(user).issuperset(rights)


def may_manage(user, other) -> bool:
    """Return whether an account may change another, which may do no more than itself.

    Whoever sets its password, or its groups, could act as it.
    """
    return user.is_superuser or (not other.is_superuser and may_give(user, rights_of(other)))


class RightField(forms.ModelMultipleChoiceField):
    """Permissions as checkboxes, labelled with their names alone."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, right):
        return right.name


class RightsForm(forms.ModelForm):
    """A group with the permissions on what the desk shows, and others that it has already."""

    permissions = RightField(Permission.objects.none())  # Replaced for each form.
    user: User  # Who fills it in.

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        shown = [model._meta.model_name for model in admin.site._registry]
        offered = Q(content_type__model__in=[*shown, "articlecable", "copy", "sealed"])
        if self.instance.pk:
            offered |= Q(group=self.instance)
        rights = Permission.objects.filter(offered).distinct().select_related("content_type")
        if not self.user.is_superuser:
            rights = rights.filter(pk__in=rights_of(self.user))
        ordered = rights.order_by("content_type__model", "codename")
        self.fields["permissions"] = RightField(ordered, label="Rights", required=False)


class RightsAdmin(DeskAdmin, GroupAdmin):
    logged_values = ["name"]
    form = RightsForm
    filter_horizontal = []
    list_display = ["name", "role"]
    fieldsets = [
        (None, {"fields": ["name", "role"]}),
        ("Its rights, one by one", {"fields": ["permissions"], "classes": ["collapse"]}),
    ]
    readonly_fields = ["role"]
    actions = None

    role = column("What it may do", lambda group: describe_role(group) or "–")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.may_give(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.may_give(request, obj)

    def may_give(self, request, group) -> bool:
        """Return whether the user has all rights of a group."""
        rights = group.permissions.values_list("pk", flat=True) if group else ()
        return may_give(request.user, rights)

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        return super(GroupAdmin, self).formfield_for_manytomany(db_field, request, **kwargs)


class GroupsField(forms.ModelMultipleChoiceField):
    """Groups as checkboxes, each with what its role may do."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        return ". ".join(filter(None, [group.name, describe_role(group)]))


class PasswordForm(AdminPasswordChangeForm):
    """Set an account's password, with a reason, unless somebody else set it meanwhile."""

    data: QueryDict
    stamp = StampField()

    def __init__(self, user, *args, **options):
        super().__init__(user, *args, **options)
        self.now = self.fields["stamp"].initial = digest(user.password)

    def clean(self):
        super().clean()
        if self.cleaned_data["stamp"] != self.now:
            self.data = self.data.copy()
            self.data["stamp"] = self.now
            self.add_error(None, [CHANGED, *last_change(self.user)])
        if not why(self.data):
            self.add_error(None, NO_REASON)
        return self.cleaned_data


def is_of_institution(user):
    """Tell whether the owner of an account logs in by the institution's provider alone."""
    return InstitutionAccount.objects.filter(user=user).exists() if user else False


class AccountAdmin(DeskAdmin, UserAdmin):
    """Accounts. Their permissions come from groups; superusers have all."""

    logged_values = ["username", "is_active", "is_staff", "is_superuser"]
    change_password_form = PasswordForm
    change_user_password_template = "admin/cables/password.html"  # noqa: S105 (A file.)
    filter_horizontal = []
    list_display = [
        *("username", "groups_of", "is_active", "is_staff", "is_superuser", "last_login")
    ]
    list_filter = ["is_active"]
    readonly_fields = ["last_login", "date_joined"]
    actions = None
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Rights", {"fields": RIGHTS}),
        ("Person", {"fields": PERSON}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2"]}),
        ("Rights", {"fields": RIGHTS}),
        ("Person", {"fields": PERSON}),
    ]

    groups_of = column("Groups", lambda user: ", ".join(group.name for group in user.groups.all()))

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request, obj=None):
        """Leave out the link that sets a password for those who may not, and where none can be."""
        fieldsets = super().get_fieldsets(request, obj)
        may_set = obj is None or self.has_change_permission(request, obj)
        if may_set and not is_of_institution(obj):
            return fieldsets
        return [(None, {"fields": ["username"]}), *fieldsets[1:]]

    def get_changeform_initial_data(self, request):
        """Let new accounts log in at the desk unless the curator unticks it."""
        return {"is_staff": True} | super().get_changeform_initial_data(request)

    def user_change_password(self, request, id, form_url=""):
        """Set the password of an account, whose row is locked meanwhile (see PasswordForm).

        Accounts of the institution have none: they would come in without the roles of their groups.
        """
        if is_of_institution(self.get_object(request, unquote(id))):
            raise PermissionDenied
        with transaction.atomic():
            if request.method == "POST":
                self.lock([id])
            return super().user_change_password(request, id, form_url)

    def get_readonly_fields(self, request, obj=None):
        """Let only those who have all rights give all rights."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        """Show groups as checkboxes with what each may do: they are few. No group gives more."""
        if db_field.name == "groups":
            groups = Group.objects.prefetch_related("permissions")
            given = [
                group.pk
                for group in groups
                if may_give(request.user, [right.pk for right in group.permissions.all()])
            ]
            kwargs |= {"form_class": GroupsField, "help_text": "An account may do what any may do."}
            kwargs |= {"queryset": Group.objects.filter(pk__in=given)}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_manage(request.user, obj))

    def save_model(self, request, obj, form, change):
        """Say whose matters are those of an account that is deactivated, or activated."""
        super().save_model(request, obj, form, change)
        matters = MatterAssignment.objects.filter(to=obj).count()
        if matters and {"is_active", "is_staff"} & {*form.changed_data}:
            holder = obj if obj.is_active and obj.is_staff else "nobody, while it is inactive"
            message = f"Matters that are assigned to this account: {matters:,}. Now to {holder}."
            self.message_user(request, message, messages.WARNING)

    def has_delete_permission(self, request, obj=None):
        """Allow it only for accounts that the log does not name; others can be made inactive."""
        allowed = super().has_delete_permission(request, obj)
        if not allowed or obj is None or not may_manage(request.user, obj):
            return False
        is_named = obj.change_set.exists() or obj.approved_changes.exists()
        return not is_named and not obj.proposals.exists()


# Nobody sees the second factor of others: users manage theirs on a page of their own.
admin.site.unregister([Group, StaticDevice, TOTPDevice, User])
admin.site.register(Group, RightsAdmin)
admin.site.register(User, AccountAdmin)
