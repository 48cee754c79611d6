//! The strip at the foot of every page: marking, the way back to the contents, `n of N`.
//!
//! The strip is always clear, because pages are scaled to end above it ([`crate::pack::geometry`]); it is painted white all the
//! same, so that nothing a page does can make a stamp unreadable.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::{Context, Result};
use subsetter::GlyphRemapper;
use typst::text::FontInstance;

use crate::pack::geometry::{Placement, Rect, STRIP};
use crate::pack::spell;
use crate::pack::writer::{PdfWriter, deflate};
use crate::stationery::typst::face;

const FAMILY: &str = "Liberation Sans";
const BASE_NAME: &str = "PANELC+LiberationSans-Bold";

/// Word that leads back to the contents.
const BACK: &str = "Contents";

/// Kept clear on the left and on the right: few printers reach further.
const MARGIN: f32 = 28.0;
const BASELINE: f32 = 9.0;
const SMALL: f32 = 7.5;
const LARGE: f32 = 10.0;

/// The stamps of one pack: the same but for their number.
#[derive(Debug)]
pub struct Stamps {
    marking: String,
    label: String,
    total: u32,
    face: StampFace,
}

/// A few letters of a bundled face, embedded.
#[derive(Debug)]
struct StampFace {
    program: Vec<u8>,
    /// New glyph number and width in thousandths.
    glyphs: BTreeMap<char, (u16, u32)>,
    ascent: i16,
    descent: i16,
}

impl Stamps {
    /// `label` stands between the marking and the number: whose pack this is.
    pub fn new(marking: &str, label: &str, total: u32) -> Result<Self> {
        let font = face(FAMILY, true).context("the stamp's face is not among the bundled ones")?;
        let letters = format!("0123456789 of·{BACK}{marking}{label}");
        Ok(Stamps {
            marking: marking.to_owned(),
            label: label.to_owned(),
            total,
            face: StampFace::of(&font, &letters)?,
        })
    }

    /// The number printed on page `number`.
    pub fn number(&self, number: u32) -> String {
        format!("{number} of {}", self.total)
    }

    /// What draws the stamp of page `number`, and where on it the way back to the contents is.
    pub fn draw(&self, out: &mut Vec<u8>, number: u32, placement: &Placement) -> Rect {
        let width = placement.width;
        out.extend_from_slice(b"q 1 g 0 0 ");
        spell::number(out, width);
        out.push(b' ');
        spell::number(out, STRIP);
        out.extend_from_slice(b" re f .75 G .4 w ");
        for (x, end) in [(MARGIN, " m "), (width - MARGIN, " l S .2 g\n")] {
            spell::number(out, x);
            out.extend_from_slice(b" 20.5");
            out.extend_from_slice(end.as_bytes());
        }
        let printed = self.number(number);
        self.show(out, &self.marking, SMALL, MARGIN);
        let middle = format!("{BACK} · {}", self.label);
        let middle_width = self.face.width(&middle, SMALL);
        let start = (width - middle_width) / 2.0;
        self.show(out, &middle, SMALL, start);
        out.extend_from_slice(b"0 g ");
        self.show(out, &printed, LARGE, width - MARGIN - self.face.width(&printed, LARGE));
        out.extend_from_slice(b"Q\n");
        [start - 3.0, 4.0, start + self.face.width(BACK, SMALL) + 3.0, 19.0]
    }

    fn show(&self, out: &mut Vec<u8>, text: &str, size: f32, x: f32) {
        out.extend_from_slice(b"BT /S ");
        spell::number(out, size);
        out.extend_from_slice(b" Tf ");
        spell::number(out, x);
        out.push(b' ');
        spell::number(out, BASELINE);
        out.extend_from_slice(b" Td <");
        for letter in text.chars() {
            let (glyph, _) = self.face.glyph(letter);
            out.extend_from_slice(format!("{glyph:04X}").as_bytes());
        }
        out.extend_from_slice(b"> Tj ET\n");
    }

    /// Writes the face and gives its object number.
    pub fn embed<W: Write>(&self, writer: &mut PdfWriter<W>) -> io::Result<u32> {
        let [font, descendant, descriptor, program, unicode] = [(); 5].map(|()| writer.number());
        let face = &self.face;
        writer.stream(
            program,
            format!("/Length1 {}/Filter/FlateDecode", face.program.len()).as_bytes(),
            &deflate(&face.program)?,
        )?;
        writer.stream(unicode, b"/Filter/FlateDecode", &deflate(face.to_unicode().as_bytes())?)?;
        writer.object(
            descriptor,
            format!(
                "<</Type/FontDescriptor/FontName/{BASE_NAME}/Flags 4/FontBBox[-500 -300 1300 1100]/ItalicAngle 0\
                 /Ascent {}/Descent {}/CapHeight 720/StemV 130/FontFile2 {program} 0 R>>",
                face.ascent, face.descent
            )
            .into_bytes(),
        )?;
        writer.object(
            descendant,
            format!(
                "<</Type/Font/Subtype/CIDFontType2/BaseFont/{BASE_NAME}\
                 /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
                 /FontDescriptor {descriptor} 0 R/CIDToGIDMap/Identity/DW 0/W[{}]>>",
                face.widths()
            )
            .into_bytes(),
        )?;
        writer.object(
            font,
            format!(
                "<</Type/Font/Subtype/Type0/BaseFont/{BASE_NAME}/Encoding/Identity-H\
                 /DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>"
            )
            .into_bytes(),
        )?;
        Ok(font)
    }
}

impl StampFace {
    fn of(font: &FontInstance, letters: &str) -> Result<Self> {
        let ttf = font.ttf();
        let units = u32::from(ttf.units_per_em());
        let mut remapper = GlyphRemapper::new();
        let mut glyphs = BTreeMap::new();
        for letter in letters.chars() {
            // A letter the face lacks is shown as its empty box, glyph 0.
            let glyph = ttf.glyph_index(letter).unwrap_or_default();
            let width = u32::from(ttf.glyph_hor_advance(glyph).unwrap_or_default()) * 1000 / units;
            glyphs.insert(letter, (remapper.remap(glyph.0), width));
        }
        let program = subsetter::subset(font.font().data(), font.font().index(), &remapper)
            .map_err(|fault| anyhow::anyhow!("the stamp's face cannot be cut down: {fault}"))?;
        Ok(StampFace { program, glyphs, ascent: 905, descent: -212 })
    }

    fn glyph(&self, letter: char) -> (u16, u32) {
        self.glyphs.get(&letter).copied().unwrap_or_default()
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        let thousandths = text.chars().map(|letter| self.glyph(letter).1).sum::<u32>();
        let thousandths = u16::try_from(thousandths).unwrap_or(u16::MAX);
        f32::from(thousandths) * size / 1000.0
    }

    fn widths(&self) -> String {
        let by_glyph: BTreeMap<u16, u32> = self.glyphs.values().copied().collect();
        by_glyph.iter().map(|(glyph, width)| format!("{glyph}[{width}]")).collect()
    }

    fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Stamp def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let letters: Vec<_> = self.glyphs.iter().collect();
        for some in letters.chunks(100) {
            map.push_str(&format!("{} beginbfchar\n", some.len()));
            for (letter, (glyph, _)) in some {
                let units: String =
                    letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("{unit:04X}")).collect();
                map.push_str(&format!("<{glyph:04X}> <{units}>\n"));
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}
