"""Mail when a load of the desk was compared, has ended or failed: that it did, and a link.

Mail is not a safe place: it names no file, no cable and no reason. A mail server that fails never
fails a load: the mail is a task of its own, which is tried again and then given up.
"""

import logging
from enum import StrEnum
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from ..loader import LoadReport
from ..models import Load

MOST_ATTEMPTS = 4
MINUTES_BETWEEN = 5
FOR_GOOD = 500  # Codes of SMTP from here on: to try again is of no use.
AGAIN = RetryStrategy(max_attempts=MOST_ATTEMPTS, wait=MINUTES_BETWEEN * 60)
log = logging.getLogger(__name__)


class LoadEvent(StrEnum):
    """What a mail can be about."""

    COMPARED = "compared"
    FINISHED = "finished"
    FAILED = "failed"


SUBJECTS = {
    LoadEvent.COMPARED: "Load {} waits for your decision",
    LoadEvent.FINISHED: "Load {} is finished",
    LoadEvent.FAILED: "Load {} failed",
}
SENTENCES = {
    LoadEvent.COMPARED: "Load {} was compared with the archive. Nothing has changed yet: look at "
    "the preview, then apply or discard it.",
    LoadEvent.FINISHED: "Load {} was applied.",
    LoadEvent.FAILED: "Load {} failed. Its page says why, and what to do.",
}
# Outcome in the counts of a load -> its label.
COUNTED = {
    "rows": "documents read",
    "created": "new cables",
    "changed": "changed cables",
    "unchanged": "unchanged",
    "waiting": "under embargo",
    "held": "held: a curator decides",
    "rejected": "rejected: cannot be read",
    "others": "left out (not cables)",
}


def mail_later(run: Load, event: LoadEvent):
    """Queue the mail about a load, if the room sends mail; an error here is only logged."""
    if not settings.EMAIL_HOST:
        return
    try:
        mail_about_load.defer(load=run.pk, event=str(event))
    except Exception:
        log.exception("The mail about load %s could not be queued", run.pk)


@app.task(name="cables.jobs.mail_about_load", retry=AGAIN, pass_context=True)
def mail_about_load(context: JobContext, load: int, event: str):
    """Send the mail about a load to the curator who started it, and to LOAD_MAIL_TO."""
    run = Load.objects.select_related("by").filter(pk=load).first()
    recipients = recipients_of(run) if run else []
    if run is None or not recipients:
        return
    subject, text = text_of_mail(run, LoadEvent(event))
    try:
        for address in recipients:  # One mail each: nobody learns the addresses of others.
            _send(EmailMessage(subject, text, to=[address]), load)
    except OSError as error:  # SMTPException is one; its message may have an address in it.
        kind = type(error).__name__
        if context.job.attempts + 1 < MOST_ATTEMPTS:
            log.warning("Mail about load %s failed (%s), is tried again", load, kind)
            raise OSError(f"No mail could be sent ({kind})") from None
        log.error("Mail about load %s failed (%s), is given up", load, kind)


def _send(message: EmailMessage, load: int):
    """Send a mail. If the server refuses its address for good, the others get theirs, once."""
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        if any(code < FOR_GOOD for code, _ in error.recipients.values()):
            raise
        log.error("Mail about load %s: the mail server refuses one of its addresses", load)


def recipients_of(run: Load) -> list[str]:
    """Return the addresses that get mail about a load, each once."""
    by = run.by if run.by and run.by.is_active and run.by.is_staff else None
    own = by.email.strip() if by and by.has_perm("cables.load_files") else ""
    return list(dict.fromkeys(filter(None, [own, *settings.LOAD_MAIL_TO])))


def text_of_mail(run: Load, event: LoadEvent) -> tuple[str, str]:
    """Return (subject, text) of a mail: numbers and a link, nothing of the cables."""
    address = settings.ROOM_ADDRESS + reverse("admin:cables_load_change", args=[run.pk])
    told = LoadReport(**run.counts).without_sealed().counts()
    counts = [f"  {told[name]:>9,}  {label}" for name, label in COUNTED.items() if told[name]]
    lines = [SENTENCES[event].format(run.pk), *(["", *counts] if counts else []), "", address, ""]
    return SUBJECTS[event].format(run.pk), "\n".join(lines)
