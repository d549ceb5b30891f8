"""QR codes as SVG, black on white in every theme, with their quiet zone."""

from __future__ import annotations

from io import BytesIO

import segno


def draw_qr_code(text: str) -> str:
    """The text as an SVG that stands in a page or in a file of its own. It holds paths only, never the text itself."""
    drawn = BytesIO()
    segno.make_qr(text, error="m").save(
        drawn,
        kind="svg",
        xmldecl=False,
        dark="#000",
        light="#fff",
        omitsize=True,
        border=4,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return drawn.getvalue().decode()
