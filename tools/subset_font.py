"""Make book/_static/fonts/book-math.woff2, the font the equations are drawn with:
the part of STIX Two Math (SIL Open Font License) that a book like this can need.

    pip install ziamath brotli        (the wheel of ziamath carries the font)
    python -m tools.subset_font

Only needed when a test says that an equation uses a character the font lacks."""

from importlib.resources import files
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

CHARACTERS = [
    (0x20, 0x7E), (0xA0, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x131, 0x131), (0x237, 0x237),           # Latin
    (0x2C6, 0x2DD), (0x300, 0x338),                     # accents
    (0x391, 0x3F6),                                                       # Greek
    (0x2010, 0x2026), (0x2032, 0x2037), (0x203E, 0x2057), (0x2061, 0x2064),
    (0x2102, 0x2138), (0x2190, 0x21D5), (0x2200, 0x22EF),                 # letters, arrows, operators
    (0x2308, 0x230B), (0x239B, 0x23BD), (0x23DC, 0x23E1),                 # brackets, braces
    (0x25A0, 0x25A1), (0x25CB, 0x25CF), (0x2713, 0x2713), (0x27E6, 0x27EF), (0x27F5, 0x27FF),
    (0x2A7D, 0x2A7E),
    (0x1D400, 0x1D4CF), (0x1D538, 0x1D56B),                               # bold, italic, script, ℝ
    (0x1D6A4, 0x1D755), (0x1D7CE, 0x1D7E1),                               # Greek again, digits
]

if __name__ == "__main__":
    font = TTFont(files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf")
    options = subset.Options(flavor="woff2", hinting=False, notdef_outline=True,
                             layout_features=["ssty", "dtls", "flac"], drop_tables=["DSIG", "GDEF"],
                             name_IDs=[0, 1, 2, 4, 5, 13, 14])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[c for first, last in CHARACTERS for c in range(first, last + 1)])
    subsetter.subset(font)
    target = Path(__file__).resolve().parents[1] / "book" / "_static" / "fonts" / "book-math.woff2"
    subset.save_font(font, target, options)
    print(f"{target}: {target.stat().st_size / 1000:.0f} kB")
