"""Make the fonts of the site, book/_static/fonts/*.woff2: each the part of a font that this book can need.

    pip install ziamath brotli                                       its wheel carries STIX Two Math
    npm pack @fontsource-variable/literata @fontsource-variable/bricolage-grotesque       unpacked side by side
    python tools/fonts.py FOLDER                                     the folder in which both were unpacked

All three are under the SIL Open Font License (book/_static/fonts/OFL.txt). Only needed when a test says that a page
uses a character the fonts lack.
"""

import sys
from copy import deepcopy
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

TARGET = Path(__file__).resolve().parents[1] / "book" / "_static" / "fonts"

# Of each font two files: what every page uses, and what few do, fetched by a page that has it (face.css).
COMMON = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0–—‘’“”…−×·•½¼¾′″"
RARE = "".join(sorted({*map(chr, range(0xA1, 0x100)), *"↑↓œŒ"} - {*COMMON, "¤", "\u00ad"}))

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
GREEK = "αβγδεζηθικλμνξοπρςστυφχψω"
USED_GREEK = "αβγδεζηθκλμνξπρστφχψω"
MATH = (LETTERS + "0123456789()[]{}|,.;:+-=<>/!*'% " + USED_GREEK + "ΓΔΘΛΠΣΦΨΩ∂∇ϵ"
        + "−×·⋅…⋯⋮⋱→←↦⇒⟶↔≤≥≠≈≡∝∈∑∏∫√∞±∓⊙⊗⊤∥‖∣⟨⟩⌊⌋⌈⌉′″ˆ¯‾˙~\u0302\u0304\u0303\u0307\u0332⏟⏞ℝℓ½¼∘□▫✓"
        + "\u2061\u2062\u2063\u2064" + "𝟏")
# Of the font for formulas, too: what the book's own equations use.
MATH_LETTERS = "ABCDFKLNPTWXYZabcdefghijklmnopqrstuvwxyz" + "βδηθμσϵ∂∇"
MATH_COMMON = (MATH_LETTERS + "0123456789()[]{|,.;:+-=<>/& " + "√−×·⋅⋯→←≤≥≈±∞∑⊙⊤‖′ˆ¯Δ𝟏"
               + "\u00a0\u0332\u2061\u2062\u2063")


def italic(letter):
    """The character that a browser draws for a single letter in a formula."""
    others = {"h": "ℎ", "∂": "𝜕", "ϵ": "𝜖", "∇": "𝛻"}
    for first, letters in ((0x1D434, LETTERS), (0x1D6FC, GREEK)):
        if letter in letters and letter not in others:
            return chr(first + letters.index(letter))
    return others.get(letter, letter)


MATH_COMMON = "".join(sorted({*MATH_COMMON, *map(italic, MATH_LETTERS)}))
MATH_RARE = "".join(sorted({*MATH, *map(italic, LETTERS + USED_GREEK + "∂∇ϵ")} - {*MATH_COMMON}))


def save(font, name, text, features):
    options = subset.Options(flavor="woff2", hinting=False, notdef_outline=True, layout_features=features,
                             drop_tables=["DSIG"], name_IDs=[0, 1, 2, 13, 14])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    subset.save_font(font, TARGET / name, options)
    print(f"{name}: {(TARGET / name).stat().st_size / 1000:.1f} kB")


def instance(path, **axes):
    """One cut of a variable font, as a font of its own."""
    cut, file = instancer.instantiateVariableFont(TTFont(path), axes), BytesIO()
    cut.save(file)
    file.seek(0)
    return TTFont(file)


def low_radicals(font):
    """Two sizes of √, the smaller for what stands on one line without an exponent.

    A browser hangs the sign from its bar, so that one which is taller than what it covers falls below the line, and it
    keeps room behind it for the widest size there is: all sizes are equally wide, and there are no larger ones."""
    variants, radical = font["MATH"].table.MathVariants, font.getBestCmap()[ord("√")]
    of_radical = variants.VertGlyphCoverage.glyphs.index(radical)
    construction = variants.VertGlyphConstruction[of_radical]
    sizes = construction.MathGlyphVariantRecord[:2]
    drawn, (advance, left) = deepcopy(font["glyf"][radical]), font["hmtx"][radical]
    for size, height in zip(sizes, (0.76, 1)):
        name, pen = size.VariantGlyph, TTGlyphPen(font.getGlyphSet())
        drawn.draw(TransformPen(pen, (0.85, 0, 0, height, 0, 0)), font["glyf"])
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = round(0.85 * advance), round(0.85 * left)
        size.AdvanceMeasurement = round(height * (drawn.yMax - drawn.yMin)) + 1
    construction.MathGlyphVariantRecord, construction.VariantCount = sizes, len(sizes)
    construction.GlyphAssembly = None


def math_font():
    font = TTFont(files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf")
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            if hasattr(table, "alternates"):                  # one drawing for all small sizes, not two
                table.alternates = {glyph: [small[0]] * len(small) for glyph, small in table.alternates.items()}
    low_radicals(font)
    save(deepcopy(font), "book-math.woff2", MATH_COMMON, ["ssty", "dtls"])
    save(font, "book-math-more.woff2", MATH_RARE, ["ssty", "dtls"])


def text_fonts(folder):
    literata = Path(folder) / "literata" / "files" / "literata-latin-opsz-{}.woff2"
    display = Path(folder) / "bricolage-grotesque" / "files" / "bricolage-grotesque-latin-opsz-normal.woff2"
    features = ["kern", "liga", "mark", "mkmk", "ccmp", "lnum", "tnum"]
    upright, slanted = (str(literata).format(style) for style in ("normal", "italic"))
    for name, cut in {"book-text": instance(upright, opsz=12, wght=400),
                      "book-text-italic": instance(slanted, opsz=12, wght=400),
                      "book-text-bold": instance(upright, opsz=12, wght=650),
                      "book-display": instance(display, opsz=32, wght=700)}.items():
        save(deepcopy(cut), f"{name}.woff2", COMMON, features)
        save(cut, f"{name}-more.woff2", RARE, features)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    math_font()
    text_fonts(sys.argv[1])
