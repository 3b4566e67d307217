"""Laboratory reports for the story: one-page PDF files written by hand, so that no PDF library is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
)
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def one_page_pdf(lines: Sequence[str]) -> bytes:
    """A4 with the lines from the top in 11 pt Helvetica, which has no Chinese: characters beyond Latin-1 become `?`."""
    text = "\n".join(f"({_escaped(line)}) Tj T*" for line in lines)
    page = f"BT /F1 11 Tf 16 TL 60 780 Td\n{text}\nET".encode("latin-1", "replace")
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page)
    return _assembled([*_OBJECTS, stream, _FONT])


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _assembled(objects: Iterable[bytes]) -> bytes:
    """Objects numbered from 1, the table of their byte offsets (20 bytes an entry), and the trailer."""
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), len(offsets) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)
