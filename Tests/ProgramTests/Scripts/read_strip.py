"""Reads a PNG filmstrip with Pillow and prints its size, and of each panel how many colours are in it, how many red
pixels, and which share of it differs from the panel before."""

import json
import sys

from PIL import Image, ImageChops

with Image.open(sys.argv[1]) as check:
    check.verify()
picture = Image.open(sys.argv[1]).convert("RGB")
WIDTH, HEIGHT, GAP = 480, 360, 12


def tops():
    """Where panels begin: below their left edge the paper is not white for as long as a panel is high."""
    length = 0
    for y in range(picture.height + 1):
        if y < picture.height and picture.getpixel((GAP + 1, y)) != (255, 255, 255):
            length += 1
            continue
        if length == HEIGHT:
            yield y - HEIGHT
        length = 0


panels = [picture.crop((left, top, left + WIDTH, top + HEIGHT))
          for top in tops() for left in range(GAP, picture.width - WIDTH, WIDTH + GAP)]
changes = []
for before, after in zip(panels, panels[1:]):
    difference = ImageChops.difference(before, after).convert("L").point(lambda value: 255 if value > 24 else 0)
    changes.append(difference.histogram()[255] / (WIDTH * HEIGHT))
red = [sum(count for count, (r, g, b) in panel.getcolors(1 << 20) if r > 150 and g < 110 and b < 110)
       for panel in panels]
print(json.dumps({"size": picture.size, "colours": [len(panel.getcolors(1 << 20)) for panel in panels],
                  "changes": changes, "red": red}))
