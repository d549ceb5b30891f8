from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class KeepingCompressor(Compressor):
    """Compresses what has no whole compressed copies yet; a hashed name has one content for ever."""

    def compress(self, path: str) -> list[str]:
        copies = {f"{path}.br": brotli.decompress, f"{path}.gz": gzip.decompress}
        content = Path(path).read_bytes()
        if all(holds(Path(copy), content, unpack) for copy, unpack in copies.items()):
            return list(copies)
        return list(super().compress(path))


def holds(copy: Path, content: bytes, unpack: Callable[[bytes], bytes]) -> bool:
    """Whether the compressed copy is there and whole: whoever wrote it may have been stopped half-way."""
    try:
        return unpack(copy.read_bytes()) == content
    except (OSError, EOFError, zlib.error, brotli.error):
        return False


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed static files; imports between ES modules are hashed too."""

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file, which stays as it is while the process runs."""
        if name is None or force:
            return str(super().url(name, force))
        if name not in self.addresses:
            self.addresses[name] = str(super().url(name))
        return self.addresses[name]

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return KeepingCompressor(**kwargs)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        if settings.COMPRESS_STATIC_FILES:
            yield from super().compress_files(paths)
