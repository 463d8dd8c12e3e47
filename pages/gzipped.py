"""A gzip file (RFC 1952) put together from pieces, of which most were compressed before."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterable
from struct import pack
from typing import NamedTuple

# Up to so many random bytes, so that the length of an answer tells nothing of what stands in it.
_MOST_PADDING = 100
# No flags but that a name follows, no time, no hint of the compression, an unknown system.
_HEAD = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"
# A block with nothing in it that is the last one.
_LAST = b"\x03\0"
_ZEROS = memoryview(bytes(64 * 1024))


class Piece(NamedTuple):
    """Blocks of a deflate stream (RFC 1951) that refer to none before them and end with a whole
    byte, the size of what they hold, and its CRC without what so many zeros have for one."""

    blocks: bytes
    size: int
    mark: int

    @property
    def plain(self) -> bytes:
        """What it holds."""
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.blocks)


def deflated(plain: bytes) -> Piece:
    """Compresses bytes on their own, to be sent again and again."""
    work = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    blocks = work.compress(plain) + work.flush(zlib.Z_FULL_FLUSH)
    return Piece(blocks, len(plain), zlib.crc32(plain) ^ _past(len(plain), 0))


def stored(plain: bytes) -> Piece:
    """Bytes as they are, to be sent once: nothing else is compressed by the likeness to them. At
    most 65,535 of them."""
    size = len(plain)
    blocks = pack("<BHH", 0, size, size ^ 0xFFFF) + plain
    return Piece(blocks, size, zlib.crc32(plain) ^ _past(size, 0))


def gzipped(pieces: Iterable[Piece]) -> bytes:
    """The file that holds all of them, padded with a name of random length."""
    blocks, size, crc = [_HEAD, b"a" * secrets.randbelow(_MOST_PADDING + 1), b"\0"], 0, 0
    for piece in pieces:
        blocks.append(piece.blocks)
        size += piece.size
        # A CRC is linear: that of two pieces in a row is that of the first with as many zeros
        # behind it as the second is long, and that of the second without what zeros make of 0.
        crc = _past(piece.size, crc) ^ piece.mark
    return b"".join((*blocks, _LAST, pack("<II", crc, size)))


def _past(zeros: int, crc: int) -> int:
    """The CRC of what has this one and then so many zeros."""
    for begun in range(0, zeros, len(_ZEROS)):
        crc = zlib.crc32(_ZEROS[: zeros - begun], crc)
    return crc
