"""Makes FermataSans.ttf out of Inter: see README.md."""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

CHARACTERS = [
    (0x0020, 0x007E), (0x00A0, 0x024F), (0x02BC, 0x02BC), (0x0300, 0x030F), (0x0323, 0x0323),  # Latin
    (0x0370, 0x03FF), (0x0400, 0x052F), (0x1E00, 0x1EFF),  # Greek, Cyrillic, more Latin
    (0x2010, 0x203F), (0x20A0, 0x20BF), (0x2116, 0x2116), (0x2122, 0x2122),  # punctuation, currencies
    (0x2190, 0x2199), (0x2212, 0x2212), (0x2713, 0x2713), (0x2717, 0x2717),  # arrows, marks
]
# "Inter" is a trademark, and a system may have another Inter: ours is told apart by its name.
NAMES = {1: "Fermata Sans", 3: "Fermata Sans, a subset of Inter 3.019", 4: "Fermata Sans", 6: "FermataSans"}
KEPT_NAMES = {0, 2, 5, 7, 8, 9, 11, 13, 14}

source, target = sys.argv[1:]
font = instancer.instantiateVariableFont(TTFont(source), {"wght": (400, 700)})
features = ["ccmp", "kern", "locl", "mark", "mkmk", "tnum"]
options = subset.Options(layout_features=features, hinting=False, name_IDs=["*"], notdef_outline=True)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=[code for first, last in CHARACTERS for code in range(first, last + 1)])
subsetter.subset(font)
for record in list(font["name"].names):
    if record.nameID in NAMES:
        record.string = NAMES[record.nameID]
    elif record.nameID < 256 and record.nameID not in KEPT_NAMES:
        font["name"].removeNames(nameID=record.nameID)
font["head"].modified = font["head"].created
font.recalcTimestamp = False
font.save(target)
