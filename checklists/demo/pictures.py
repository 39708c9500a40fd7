"""Simple pictures of what residents photograph: drawn, so that the demonstration shows nobody's home."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (1600, 1200)  # drawn large and halved: smooth edges
WALL, FLOOR, DARK = "#d9d2c4", "#a89f90", "#3b3a38"


def corridor(draw, rng, *, mended):
    """A stairwell with its lamp, dark or lit."""
    wall, floor, stair = ("#efe6cf", "#c4b697", "#b3a382") if mended else ("#33343a", "#222328", "#2c2d33")
    draw.rectangle((0, 0, 1600, 820), fill=wall)
    draw.rectangle((0, 820, 1600, 1200), fill=floor)
    for step in range(7):
        draw.rectangle((760 + step * 120, 1120 - step * 90, 1600, 1200 - step * 90), fill=stair, outline=floor, width=4)
    draw.line((700, 980, 1480, 380), fill="#7a4b32", width=22)
    for post in range(5):
        x = 760 + post * 165
        draw.line((x, 940 - post * 127, x, 1110 - post * 127), fill="#55443a", width=10)
    if mended:
        for radius, tint in ((330, "#f4ecd4"), (230, "#faf3dc"), (150, "#fff9e8")):
            draw.ellipse((400 - radius, 190 - radius, 400 + radius, 190 + radius), fill=tint)
    draw.rectangle((392, 0, 408, 120), fill="#55524d")
    draw.ellipse((330, 110, 470, 260), fill="#fff3b0" if mended else "#4c4d55", outline="#77756f", width=8)
    draw.rectangle((90, 420, 330, 820), fill="#6d4a35" if mended else "#241d1a", outline="#1c1613", width=8)
    draw.ellipse((285, 620, 310, 645), fill="#c9b27c")


def tap(draw, rng, *, mended):
    """A basin under a tap, with drops where it leaks."""
    draw.rectangle((0, 0, 1600, 1200), fill="#e4edf0")
    for x in range(0, 1600, 200):
        draw.line((x, 0, x, 800), fill="#c6d5da", width=5)
    for y in range(0, 800, 160):
        draw.line((0, y, 1600, y), fill="#c6d5da", width=5)
    draw.rectangle((0, 800, 1600, 1200), fill="#b9c4c9")
    draw.ellipse((420, 760, 1240, 1120), fill="#f7fafb", outline="#93a2a8", width=10)
    draw.ellipse((520, 830, 1140, 1060), fill="#d7e2e6")
    draw.rounded_rectangle((780, 260, 880, 800), 40, fill="#8f9aa0")
    draw.rounded_rectangle((560, 230, 880, 330), 45, fill="#a6b0b5")
    draw.rounded_rectangle((560, 250, 640, 420), 25, fill="#8f9aa0")
    draw.rounded_rectangle((740, 150, 920, 200), 20, fill="#b3181e")
    if not mended:
        for drop in range(5):
            y = 450 + drop * 95 + rng.randrange(20)
            draw.ellipse((580, y, 622, y + 54), fill="#4f9bc4")
        draw.ellipse((520, 880, 700, 950), fill="#8fc0da")


def bins(draw, rng, *, mended):
    """Two bins before a wall, spilling over or emptied."""
    draw.rectangle((0, 0, 1600, 760), fill=WALL)
    for y in range(0, 760, 76):
        for x in range(-(y // 76 % 2) * 90, 1600, 180):
            draw.rectangle((x, y, x + 180, y + 76), outline="#c4bba9", width=4)
    draw.rectangle((0, 760, 1600, 1200), fill=FLOOR)
    for x, color in ((340, "#2f6b3f"), (860, "#4b4f55")):
        draw.polygon(((x, 480), (x + 400, 480), (x + 360, 1000), (x + 40, 1000)), fill=color)
        draw.ellipse((x + 50, 960, x + 120, 1030), fill="#1d1d1d")
        draw.ellipse((x + 280, 960, x + 350, 1030), fill="#1d1d1d")
        lid = 400 if mended else 340
        draw.polygon(((x - 20, 480), (x + 420, 480 if mended else 350), (x + 420, lid), (x - 20, 420)), fill=color)
    if not mended:
        tints = ("#e8e4da", "#d8b26a", "#7aa6c2", "#c96f5b", "#dcdcdc", "#8fae7e")
        for _ in range(26):
            x, y, size = rng.randrange(240, 1360), rng.randrange(880, 1080), rng.randrange(60, 150)
            draw.ellipse((x, y, x + size, y + size * 0.7), fill=rng.choice(tints), outline="#8b8577", width=4)
        for x in (400, 520, 640, 930, 1050, 1130):
            draw.ellipse((x, 370, x + 150, 520), fill=rng.choice(tints), outline="#8b8577", width=4)


def tree(draw, rng, *, mended):
    """A tree before the windows of a house."""
    draw.rectangle((0, 0, 1600, 1200), fill="#bcd6e6")
    draw.rectangle((520, 80, 1600, 1080), fill="#d8c3a5")
    draw.rectangle((0, 1060, 1600, 1200), fill="#7f9a62")
    for row in range(3):
        for column in range(3):
            x, y = 640 + column * 310, 160 + row * 300
            draw.rectangle((x, y, x + 200, y + 190), fill="#6f8fa3", outline="#f4efe6", width=14)
            draw.line((x + 100, y, x + 100, y + 190), fill="#f4efe6", width=10)
    draw.polygon(((290, 1120), (370, 500), (430, 500), (480, 1120)), fill="#6b4a2f")
    spread = 330 if mended else 780
    for _ in range(90):
        x, y, size = 330 + rng.randrange(-260, spread), rng.randrange(90, 620), rng.randrange(90, 190)
        draw.ellipse((x, y, x + size, y + size), fill=rng.choice(("#3f6b3a", "#4d7d44", "#5c8f50", "#355c33")))


def car(draw, rng, *, mended):
    """The hatched fire lane, with a car on it or free."""
    draw.rectangle((0, 0, 1600, 520), fill="#cfd6d8")
    draw.rectangle((0, 520, 1600, 1200), fill="#6a6d70")
    for x in range(60, 1600, 220):
        draw.rectangle((x, 90, x + 130, 360), fill="#93a9b5", outline="#f2f2ee", width=10)
    for x in range(-200, 1700, 170):
        draw.line((x, 1180, x + 300, 760), fill="#e3b53b", width=26)
    draw.rectangle((40, 750, 1560, 1185), outline="#e3b53b", width=22)
    if not mended:
        color = rng.choice(("#b3181e", "#2d5d8a", "#e9e9e6", "#3c4045"))
        draw.rounded_rectangle((300, 690, 1320, 960), 80, fill=color, outline=DARK, width=8)
        draw.polygon(((500, 700), (640, 500), (1010, 500), (1170, 700)), fill=color, outline=DARK)
        draw.polygon(((550, 690), (660, 540), (800, 540), (800, 690)), fill="#a9c4d2")
        draw.polygon(((830, 690), (830, 540), (990, 540), (1100, 690)), fill="#a9c4d2")
        for x in (480, 1060):
            draw.ellipse((x - 95, 860, x + 95, 1050), fill="#1f1f1f")
            draw.ellipse((x - 45, 910, x + 45, 1000), fill="#b9bcbe")


def wall(draw, rng, *, mended):
    """Tiles of an outer wall, with a bare patch and cracks where some fell."""
    for y in range(0, 1200, 100):
        for x in range(0, 1600, 200):
            shade = rng.choice(("#c9876a", "#c48064", "#cf8f73"))
            draw.rectangle((x, y, x + 200, y + 100), fill=shade, outline="#efe3d8", width=6)
    patch = [
        (520, 300),
        (800, 300),
        (800, 200),
        (1000, 200),
        (1000, 500),
        (1200, 500),
        (1200, 800),
        (600, 800),
        (600, 600),
    ]
    if mended:
        draw.polygon(patch, fill="#d9d4cc", outline="#b8b2a8")
        return
    draw.polygon(patch, fill="#8d8a84")
    for _ in range(4):
        x, y = rng.randrange(600, 1000), rng.randrange(300, 700)
        for _ in range(9):
            step = (x + rng.randrange(-90, 110), y + rng.randrange(10, 70))
            draw.line((x, y, *step), fill="#2b2a28", width=9)
            x, y = step
    draw.polygon(((700, 830), (880, 860), (850, 950), (680, 920)), fill="#c48064", outline="#5b3a2c")


def clutter(draw, rng, *, mended):
    """A landing with a door, full of boxes or clear."""
    draw.rectangle((0, 0, 1600, 860), fill="#e6e1d3")
    draw.rectangle((0, 560, 1600, 860), fill="#9fb8a5")
    draw.rectangle((0, 860, 1600, 1200), fill="#bdb6a8")
    draw.rectangle((1120, 180, 1480, 900), fill="#7b4a33", outline="#4d2c1d", width=12)
    draw.ellipse((1150, 540, 1190, 580), fill="#d5bd7f")
    if not mended:
        for column in range(4):
            for row in range(rng.randrange(2, 4)):
                x, y = 90 + column * 240 + rng.randrange(30), 860 - row * 190
                draw.rectangle((x, y, x + 220, y + 190), fill="#c29a63", outline="#8d6b3e", width=8)
                draw.line((x, y + 60, x + 220, y + 60), fill="#e0c08c", width=18)
        draw.ellipse((700, 900, 900, 1100), outline="#333", width=20)
        draw.ellipse((960, 900, 1160, 1100), outline="#333", width=20)
        draw.line((800, 1000, 900, 820, 1040, 1000, 800, 1000), fill="#b3181e", width=16)


def puddle(draw, rng, *, mended):
    """The ground before an entrance, under water or dry."""
    draw.rectangle((0, 0, 1600, 680), fill="#d3cbbd")
    draw.rectangle((560, 60, 1040, 600), fill="#59666e", outline="#39434a", width=16)
    draw.line((800, 60, 800, 600), fill="#39434a", width=12)
    draw.rectangle((480, 600, 1120, 680), fill="#b1a99b")
    draw.rectangle((0, 680, 1600, 1200), fill="#93908a")
    for x in range(0, 1600, 200):
        draw.line((x, 680, x - 160, 1200), fill="#84817b", width=6)
    if not mended:
        draw.ellipse((160, 700, 1440, 1150), fill="#6f94a8")
        draw.ellipse((300, 770, 1100, 1050), fill="#8fb2c4")
        for _ in range(8):
            x, y = rng.randrange(350, 1150), rng.randrange(780, 1040)
            draw.arc((x, y, x + 150, y + 50), 0, 360, fill="#d6e6ee", width=6)


def cable(draw, rng, *, mended):
    """A window, and a scooter charged through it."""
    draw.rectangle((0, 0, 1600, 860), fill="#d8cdb9")
    draw.rectangle((0, 860, 1600, 1200), fill="#9a958c")
    draw.rectangle((180, 140, 620, 520), fill="#6f8798", outline="#f4f1ea", width=20)
    draw.line((400, 140, 400, 520), fill="#f4f1ea", width=16)
    draw.ellipse((820, 860, 1040, 1080), outline="#222", width=34)
    draw.ellipse((1280, 860, 1500, 1080), outline="#222", width=34)
    draw.polygon(((900, 960), (980, 720), (1060, 720), (1080, 880), (1260, 880), (1390, 960)), fill="#2d5d8a")
    draw.rounded_rectangle((1120, 760, 1400, 840), 36, fill="#2a2a2a")
    draw.line((980, 720, 950, 560, 880, 560), fill="#333", width=24)
    if not mended:
        points = [(400, 520), (430, 700), (560, 940), (800, 1000), (1100, 900)]
        draw.line(points, fill="#e05a2b", width=18, joint="curve")
        draw.rounded_rectangle((520, 900, 700, 970), 16, fill="#f3f0e8", outline="#555", width=6)


SCENES = {
    "楼道照明": corridor,
    "水管龙头": tap,
    "垃圾清运": bins,
    "绿化修剪": tree,
    "停车秩序": car,
    "墙体设施松动": wall,
    "楼道堆物": clutter,
    "积水结冰": puddle,
    "飞线充电": cable,
}


def picture(kind, rng, *, mended=False):
    """The picture of a need of the category named `kind` as an upload; None where nobody takes one."""
    scene = SCENES.get(kind)
    if scene is None:
        return None
    image = Image.new("RGB", SIZE)
    scene(ImageDraw.Draw(image), rng, mended=mended)
    out = BytesIO()
    image.reduce(2).save(out, "JPEG", quality=88)
    return SimpleUploadedFile(f"{kind}.jpg", out.getvalue(), "image/jpeg")
