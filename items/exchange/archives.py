"""Zip packages, opened in memory and with limits checked before anything is unpacked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from items.exchange.records import UnreadableFileError
from items.exchange.texts import MOST_BYTES, check_size

MOST_MEMBERS = 2_000
MOST_RATIO = 100
SMALL = 1_000_000
WHEN = (1980, 1, 1, 0, 0, 0)


def is_zip(data: bytes) -> bool:
    """Tell whether a file says that it is a zip package."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read_members(data: bytes, suffix: str) -> Mapping[str, bytes]:
    """Return the files of a package that end with `suffix`, by name.

    Raises UnreadableFileError for a package that is damaged, encrypted, or would unpack to more than
    50 MB, a hundred times its size, or 2,000 files.
    """
    check_size(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            infos = package.infolist()
            _check(infos, len(data))
            wanted = [info for info in infos if info.filename.lower().endswith(suffix)]
            return {info.filename: _read(package, info) for info in wanted}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
    ) as fault:
        if isinstance(fault, UnreadableFileError):
            raise
        raise UnreadableFileError(f"The package is damaged: {fault}.") from fault


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return a zip package of the files; equal files always give equal bytes."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, data)
    return whole.getvalue()


def _check(infos: list[zipfile.ZipInfo], size: int) -> None:
    if len(infos) > MOST_MEMBERS:
        raise UnreadableFileError(f"The package holds more than {MOST_MEMBERS:,} files.")
    whole = sum(info.file_size for info in infos)
    if whole > MOST_BYTES or (whole > SMALL and whole > size * MOST_RATIO):
        raise UnreadableFileError(
            "The package would unpack to far more than its size. It is refused."
        )
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise UnreadableFileError("The package holds two files of one name.")
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFileError("The package is encrypted. Save it without a password.")


def _read(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with package.open(info) as member:
        data = member.read(info.file_size + 1)
    # The size in the header may be false.
    if len(data) != info.file_size:
        raise UnreadableFileError(
            f"The file {info.filename[:80]} in the package is not as long as it says."
        )
    return data
