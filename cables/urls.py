"""The addresses of the room."""

urlpatterns = []
