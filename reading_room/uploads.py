"""Limit the size of uploads: a larger file is read and dropped, so that a page can say so."""

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler


class LimitedUpload(TemporaryFileUploadHandler):
    """Store uploads in temporary files of at most UPLOAD_MEGABYTES.

    If a file is larger, the request gets `upload_is_too_large` and the file is not in its FILES.
    The received bytes are counted; the declared length may be wrong.
    """

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > settings.UPLOAD_MEGABYTES * 1_000_000:
            self.file.close()  # Deletes it.
            self.request.upload_is_too_large = True
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)
