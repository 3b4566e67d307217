"""Keeps an upload that is far too large from filling the disk."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest


class SmallFilesOnly(FileUploadHandler):
    """Reads what is larger to its end and throws it away: a browser that is cut off would show no page at all.

    The form still learns the size, and says in words that it is too much.
    """

    def __init__(self, request: HttpRequest, most_bytes: int) -> None:
        super().__init__(request)
        self.most_bytes = most_bytes

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start + len(raw_data) <= self.most_bytes else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if file_size <= self.most_bytes:
            return None
        return UploadedFile(ContentFile(b""), self.file_name, self.content_type, file_size, self.charset)
