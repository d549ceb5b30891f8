"""The demo's pictures, drawn by code: the same picture each time, without a photograph."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from django.core.files.base import ContentFile

from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from PIL import Image, ImageDraw, ImageFont

from courses.writing.file_places import find_closed_collection

PAPER, INK, LINE, WOOD = "#fbfaf7", "#1d2433", "#c9ccd6", "#d9b88f"
SKY, LEAF, SUN, ROSE = "#b9d4ee", "#7fae8a", "#f0c45c", "#dd8f86"
SKIN = ("#8d5a3c", "#e0b08c", "#c68d63", "#f0cfb4")
Box = tuple[int, int, int, int]


def get_picture(name: str) -> AbstractImage:
    """The picture with this name; drawn and stored the first time it is asked for."""
    title = f"Drawing: {name}"
    found = get_image_model().objects.filter(title=title).first()
    if found:
        return found
    drawn = DRAWINGS[name]()
    file = BytesIO()
    drawn.save(file, "PNG", optimize=True)
    content = ContentFile(file.getvalue(), f"drawing-{name}.png")
    return get_image_model().objects.create(
        title=title,
        file=content,
        width=drawn.width,
        height=drawn.height,
        collection=find_closed_collection(),
    )


class DrawingSheet:
    """A sheet to draw on, with the few shapes the pictures are made of."""

    def __init__(self, width: int, height: int, colour: str = PAPER) -> None:
        self.image = Image.new("RGB", (width, height), colour)
        self.draw = ImageDraw.Draw(self.image)

    def box(self, box: Box, colour: str, *, edge: str | None = None, round_: int = 12) -> None:
        self.draw.rounded_rectangle(box, round_, fill=colour, outline=edge, width=3)

    def disc(self, x: int, y: int, size: int, colour: str, *, edge: str | None = None) -> None:
        self.draw.ellipse(
            (x - size, y - size, x + size, y + size), fill=colour, outline=edge, width=4
        )

    def text(self, x: int, y: int, words: str, size: int, colour: str = INK) -> None:
        self.draw.text((x, y), words, font=ImageFont.load_default(size), fill=colour)

    def plate(self, x: int, y: int, size: int, food: str) -> None:
        self.disc(x, y, size, "#ffffff", edge=LINE)
        self.disc(x, y, size * 3 // 5, food)

    def speaker(self, x: int, y: int, width: int, height: int) -> None:
        self.box((x, y, x + width, y + height), "#2f3b52", round_=24)
        self.disc(x + width // 2, y + height // 3, width // 5, "#566685", edge="#8793ab")
        self.disc(x + width // 2, y + height * 2 // 3, width // 3, "#566685", edge="#8793ab")


def draw_lunch() -> Image.Image:
    """Four plates from above, and eight hands."""
    sheet = DrawingSheet(720, 540, WOOD)
    for n, (x, y) in enumerate(((200, 160), (520, 160), (200, 380), (520, 380))):
        sheet.plate(x, y, 92, (LEAF, SUN, ROSE, SKY)[n])
        for side in (-1, 1):
            sheet.disc(x + side * 118, y + 12, 24, SKIN[n])
    return sheet.image


def draw_board() -> Image.Image:
    """Plates on a table; on the wall a board with a date."""
    sheet = DrawingSheet(720, 540, "#e9edf2")
    sheet.box((110, 40, 610, 270), "#ffffff", edge=INK)
    sheet.text(150, 70, "Launch: Aria 2", 48)
    sheet.text(150, 140, "14 October", 48, "#a8324a")
    sheet.text(150, 205, "keep to us", 34, "#a8324a")
    sheet.box((0, 350, 720, 540), WOOD, round_=0)
    for n, x in enumerate((150, 360, 570)):
        sheet.plate(x, 440, 66, (LEAF, SUN, ROSE)[n])
    return sheet.image


def draw_badge() -> Image.Image:
    """Somebody smiles; the badge can be read."""
    sheet = DrawingSheet(720, 540, SKY)
    sheet.box((190, 330, 530, 600), "#44598a", round_=90)
    sheet.disc(360, 190, 120, SKIN[1])
    sheet.draw.arc((300, 180, 420, 270), 20, 160, fill=INK, width=6)
    for x in (320, 400):
        sheet.disc(x, 175, 9, INK)
    sheet.box((400, 390, 640, 500), "#ffffff", edge=INK)
    sheet.text(425, 402, "Maria K.", 38)
    sheet.text(425, 450, "VISITOR", 30, "#a8324a")
    return sheet.image


def draw_screen() -> Image.Image:
    """A plate beside a laptop; its screen shows names and sums."""
    sheet = DrawingSheet(720, 540, WOOD)
    sheet.plate(160, 330, 110, LEAF)
    sheet.box((310, 80, 690, 350), "#20293b")
    sheet.box((325, 95, 675, 335), "#ffffff", round_=4)
    rows = (("A. Novak", "1,240"), ("B. Osei", "86"), ("C. Lind", "512"), ("D. Rossi", "2,070"))
    sheet.text(345, 105, "Open invoices", 30)
    for n, (who, much) in enumerate(rows):
        sheet.text(345, 155 + n * 42, who, 28)
        sheet.text(570, 155 + n * 42, much, 28)
    sheet.box((270, 355, 710, 400), "#5b6579")
    return sheet.image


def draw_post() -> Image.Image:
    """A draft post as on a phone."""
    sheet = DrawingSheet(720, 1000, "#ffffff")
    sheet.disc(76, 96, 46, "#44598a")
    sheet.text(54, 70, "J", 46, "#ffffff")
    sheet.text(140, 46, "Jon Berg", 36)
    sheet.text(140, 92, "I work at Northlight", 30, "#5b6579")
    sheet.text(46, 180, "The Aria is the safest speaker", 42)
    sheet.text(46, 232, "in the world.", 42)
    sheet.box((36, 320, 684, 750), WOOD, round_=18)
    sheet.speaker(110, 400, 170, 290)
    sheet.box((400, 455, 640, 705), "#ffffff", edge=LINE, round_=6)
    for n, line in enumerate(("To call back", "Maria 040 55", "Tom  040 71", "Ines 050 12")):
        sheet.text(416, 470 + n * 56, line, 34)
    sheet.text(46, 790, "Manual: northlight.example/aria", 34, "#2a5db0")
    sheet.text(46, 880, "Opinions are Northlight's.", 34, "#5b6579")
    return sheet.image


DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    "lunch": draw_lunch,
    "board": draw_board,
    "badge": draw_badge,
    "screen": draw_screen,
    "post": draw_post,
}
