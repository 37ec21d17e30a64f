"""Uploads that are too large are read to their end and not kept, so that a page can say so."""

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler


class LimitedUpload(TemporaryFileUploadHandler):
    """Django's uploads to a file, none longer than UPLOAD_MEGABYTES.

    A request with a longer one has `upload_is_too_large`; the file is not among its FILES. Its
    declared length is not believed.
    """

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > settings.UPLOAD_MEGABYTES * 1_000_000:
            self.file.close()  # Which removes it.
            self.request.upload_is_too_large = True
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)
