"""The URLs of the site."""

from django.contrib import admin
from django.urls import include, path

admin.autodiscover()
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("cables.urls")),
    path("", include("cables.legacy_urls")),  # Last, because their patterns are broad.
]

handler500 = "reading_room.error_handler.server_error_response"
