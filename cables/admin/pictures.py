"""Pictures of articles and guidance pages: upload, describe, see the line to write in a text."""

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from ..graphics.scaled_picture import ScaledPicture, scale
from ..models import Picture
from .base import DeskAdmin
from .desk_pages import column, desk_page

MOST_MEGABYTES = 20


class PictureForm(forms.ModelForm):
    file = forms.FileField(
        help_text="PNG, JPEG, WebP, GIF or TIFF. It is scaled down, and loses its metadata: place, "
        "time, camera and names."
    )
    field_order = ["file", "description"]

    def clean_file(self) -> ScaledPicture:
        file = self.cleaned_data["file"]
        if file.size > MOST_MEGABYTES * 2**20:
            raise forms.ValidationError(f"It has more than {MOST_MEGABYTES} megabytes.")
        try:
            picture = scale(file)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        if known := Picture.objects.filter(digest=picture.digest).first():
            raise forms.ValidationError(f"This picture is here already: {known}.")
        return picture


@admin.register(Picture)
class PictureAdmin(DeskAdmin):
    """Pictures, the newest first. Who may write articles may add, describe and delete them."""

    logged_values = ["description"]
    form = PictureForm
    list_display = ["description", "text", "is_shown"]
    fields = ["description", "text", "is_shown", "picture"]
    readonly_fields = ["text", "is_shown", "picture"]

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["file", "description"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """A picture stays what it is: only its description changes."""
        if obj:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("cables.view_article")

    def has_add_permission(self, request, obj=None):
        return request.user.has_perm("cables.change_article")

    has_change_permission = has_delete_permission = has_add_permission

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def save_model(self, request, obj, form, change):
        if not change:
            scaled = form.cleaned_data["file"]
            obj.data, obj.width, obj.height = scaled
            obj.digest = scaled.digest
        super().save_model(request, obj, form, change)

    text = column("In a text, write", lambda picture: picture.markdown)

    @admin.display(description="Readers see it", boolean=True)
    def is_shown(self, picture):
        return picture.is_shown()

    @admin.display(description="Picture")
    def picture(self, picture):
        address = reverse("admin:cables_picture_file", args=[picture.digest])
        size = address, picture.description, picture.width, picture.height
        return format_html('<img src="{}" alt="{}" width="{}" height="{}">', *size)

    @desk_page("file/<str:digest>.webp", "picture_file", method="GET")
    def file(self, request, digest):
        """The picture itself, also while readers do not see it."""
        picture = get_object_or_404(Picture, digest=digest)
        return HttpResponse(bytes(picture.data), content_type="image/webp")
