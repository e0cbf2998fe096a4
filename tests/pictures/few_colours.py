"""A PNG with the few colours that a page of text needs: a fifth of what a browser makes of it.

The browser itself counts the colours, rounded to eight steps of red, green and blue, and gives
the number of its colour for each pixel; here that becomes a file (PNG specification, 11.2).
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

#: An expression for the browser: a function of the picture's address.
COUNT = """\
(async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const {width, height} = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const octets = canvas.getImageData(0, 0, width, height).data;
  const step = (octet) => Math.round(Math.round(octet * 7 / 255) * 255 / 7);
  const numbers = new Map();
  const pixels = new Uint8Array(width * height);
  for (let at = 0; at < pixels.length; at++) {
    const [red, green, blue] = octets.subarray(4 * at, 4 * at + 3);
    const colour = (step(red) << 16) | (step(green) << 8) | step(blue);
    if (!numbers.has(colour)) numbers.set(colour, numbers.size);
    pixels[at] = numbers.get(colour);
  }
  const reader = new FileReader();
  const read = new Promise((done) => { reader.onload = done; });
  reader.readAsDataURL(new Blob([pixels]));
  await read;
  return {width, height, colours: [...numbers.keys()], pixels: reader.result.split(",")[1]};
})"""


@dataclass(frozen=True, slots=True)
class Counted:
    """``colours`` are 0xRRGGBB; ``pixels`` holds the number of a colour for each, row by row."""

    width: int
    height: int
    colours: Sequence[int]
    pixels: bytes


def png(counted: Counted) -> bytes:
    """The file. Raises ``ValueError`` for more than 256 colours."""
    if len(counted.colours) > 256:
        raise ValueError(f"{len(counted.colours)} colours are too many")
    depth = 4 if len(counted.colours) <= 16 else 8
    width, height = counted.width, counted.height
    rows = (counted.pixels[at : at + width] for at in range(0, width * height, width))
    body = b"".join(b"\0" + (_halved(row) if depth == 4 else row) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0)
    palette = b"".join(colour.to_bytes(3, "big") for colour in counted.colours)
    chunks = (b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _halved(row: bytes) -> bytes:
    """Two pixels in an octet."""
    return bytes(
        left << 4 | right for left, right in zip(row[::2], row[1::2] + b"\0", strict=False)
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
