"""Local file storage that never shows half a file."""

import os
import tempfile
from typing import Any

from django.core.files.storage import FileSystemStorage


class SyncedFileSystemStorage(FileSystemStorage):
    """Writes beside, syncs to disk, then renames: a reader sees the whole file or none."""

    def _save(self, name: str, content: Any) -> str:
        full_path = self.path(name)
        folder = os.path.dirname(full_path)
        os.makedirs(folder, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=folder, prefix=".partial-")
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk if isinstance(chunk, bytes) else chunk.encode())
                file.flush()
                os.fsync(file.fileno())
            os.chmod(beside, 0o640)
            os.replace(beside, full_path)
        except BaseException:
            os.unlink(beside)
            raise
        return name
