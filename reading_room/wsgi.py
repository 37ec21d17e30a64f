"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from .incoming_requests import RequestEncoding

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reading_room.settings")
application = RequestEncoding(get_wsgi_application())
