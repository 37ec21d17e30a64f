"""Requests to take down or correct at the desk: what a curator records, decides and writes."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import override_settings
from django.utils import timezone

from cables.models import CaseComment, Change, LetterTemplate, LogEntry, RequestCase, State
