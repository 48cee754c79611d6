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
use crate::pack::source::Source;
use crate::pdf::packing::{Packing, deflate};
use crate::pdf::spell;
use crate::pdf::writer::PdfWriter;
use crate::stationery::letters;
use crate::stationery::typst::{face, typeset};

const FAMILY: &str = "Liberation Sans";
const BASE_NAME: &str = "PANELC+LiberationSans-Bold";

/// Word that leads back to the contents.
const BACK: &str = "↑ Contents";

/// Stands on the first page of a pack that did not pass its own check, whatever its template shows.
const NOT_VERIFIED: &str = "NOT VERIFIED: this pack did not pass its own check";

/// Stands between the way back and whose pack it is.
const BETWEEN: &str = "  ·  ";

/// Sets a text that needs joining, turning or another face; its baseline is [`DROP`] above the foot of its page.
const SETTER: &str = "#let data = json(\"data.json\")\n\
    #set text(font: \"Liberation Sans\", weight: \"bold\", size: 7.5pt, fill: luma(20%), bottom-edge: \"baseline\")\n\
    #for line in data.texts { page(width: auto, height: 18pt, margin: (bottom: 6pt, rest: 0pt), align(bottom, line)) }";

const DROP: f32 = 6.0;

/// Kept clear on the left and on the right: few printers reach further.
const MARGIN: f32 = 28.0;
const BASELINE: f32 = 9.0;
const SMALL: f32 = 7.5;
const LARGE: f32 = 10.0;

/// The stamps of one pack: the same but for their number.
#[derive(Debug)]
pub struct Stamps {
    marking: Line,
    label: Line,
    total: u32,
    face: StampFace,
    set: Option<SetLines>,
}

/// A text of the stamp.
#[derive(Debug)]
enum Line {
    Plain(String),
    /// A form of this name, typeset.
    Set {
        name: &'static str,
        width: f32,
    },
}

/// Texts that the stamp's own face cannot show, each a page of `source`.
#[derive(Debug)]
pub struct SetLines {
    pub names: Vec<&'static str>,
    pub source: Source,
}

/// A marking as it is printed, to be found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedMarking {
    letters: String,
    /// Letter after letter; joined and reversed ones are read in an order of their own.
    in_order: bool,
}

/// What is to be read at the foot of each page.
pub fn printed_marking(marking: &str) -> PrintedMarking {
    let text = letters::spelt(marking).unwrap_or_else(|| marking.to_owned());
    let in_order = face(FAMILY, true).is_none_or(|face| letters::is_plain(&face, &text));
    PrintedMarking { letters: text.chars().filter(|letter| !letter.is_whitespace()).collect(), in_order }
}

impl PrintedMarking {
    /// `strip` is what is read there, without blanks.
    pub fn is_in(&self, strip: &str) -> bool {
        let count = |text: &str, letter: char| text.chars().filter(|other| *other == letter).count();
        let has = |letter: char| count(strip, letter) >= count(&self.letters, letter);
        if self.in_order { strip.starts_with(&self.letters) } else { self.letters.chars().all(has) }
    }
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
    ///
    /// Fails when the stamp's face is not among the bundled ones, or a marking cannot be set.
    pub fn new(marking: &str, label: &str, total: u32) -> Result<Self> {
        let font = face(FAMILY, true).context("the stamp's face is not among the bundled ones")?;
        let [marking, label] =
            [marking, label].map(|text| letters::spelt(text).unwrap_or_else(|| text.to_owned()));
        let needed = format!("0123456789 of·{BACK}{BETWEEN}{NOT_VERIFIED}{marking}{label}");
        let mut stamps = Stamps {
            marking: Line::Plain(marking),
            label: Line::Plain(label),
            total,
            face: StampFace::of(&font, &needed)?,
            set: None,
        };
        stamps.set_what_is_not_plain(&font)?;
        Ok(stamps)
    }

    fn set_what_is_not_plain(&mut self, font: &FontInstance) -> Result<()> {
        let (mut names, mut texts) = (Vec::new(), Vec::new());
        for (name, line) in [("M", &self.marking), ("L", &self.label)] {
            if let Line::Plain(text) = line
                && !letters::is_plain(font, text)
            {
                names.push(name);
                texts.push(text.clone());
            }
        }
        if texts.is_empty() {
            return Ok(());
        }
        let set = typeset(SETTER, &serde_json::json!({ "texts": texts }), &BTreeMap::new())?;
        let source = Source::open(&set.pdf()?).context("the stamp's texts cannot be read back")?;
        for (name, page) in names.iter().copied().zip(&source.pages) {
            let width = page.seen.shown[2] - page.seen.shown[0];
            let line = if name == "M" { &mut self.marking } else { &mut self.label };
            *line = Line::Set { name, width };
        }
        self.set = Some(SetLines { names, source });
        Ok(())
    }

    /// Texts to be copied into the file once, under the names that [`Stamps::draw`] calls them by.
    pub fn set_lines(&self) -> Option<&SetLines> {
        self.set.as_ref()
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
        self.line(out, &self.marking, MARGIN);
        let back = self.face.width(BACK, SMALL);
        let label = back + self.face.width(BETWEEN, SMALL);
        let start = (width - label - self.width(&self.label)) / 2.0;
        out.extend_from_slice(b".11 .31 .37 rg ");
        self.show(out, BACK, SMALL, start);
        out.extend_from_slice(b".2 g ");
        self.show(out, BETWEEN, SMALL, start + back);
        self.line(out, &self.label, start + label);
        out.extend_from_slice(b"0 g ");
        self.show(out, &printed, LARGE, width - MARGIN - self.face.width(&printed, LARGE));
        out.extend_from_slice(b"Q\n");
        [start - 3.0, 4.0, start + back + 3.0, 19.0]
    }

    /// What draws, at the head of the first page, that the pack is not verified.
    pub fn draw_not_verified(&self, out: &mut Vec<u8>, placement: &Placement) {
        let (left, bottom) = (MARGIN, placement.height - MARGIN);
        out.extend_from_slice(b"q .61 .16 .11 rg ");
        for side in [left, bottom - 6.0, placement.width - 2.0 * MARGIN, 20.0] {
            spell::number(out, side);
            out.push(b' ');
        }
        out.extend_from_slice(b"re f 1 g ");
        self.show_at(out, NOT_VERIFIED, LARGE, (left + 6.0, bottom));
        out.extend_from_slice(b"Q\n");
    }

    fn width(&self, line: &Line) -> f32 {
        match line {
            Line::Plain(text) => self.face.width(text, SMALL),
            Line::Set { width, .. } => *width,
        }
    }

    fn line(&self, out: &mut Vec<u8>, line: &Line, x: f32) {
        match line {
            Line::Plain(text) => self.show(out, text, SMALL, x),
            Line::Set { name, .. } => {
                out.extend_from_slice(b"q 1 0 0 1 ");
                spell::number(out, x);
                out.push(b' ');
                spell::number(out, BASELINE - DROP);
                out.extend_from_slice(format!(" cm /{name} Do Q\n").as_bytes());
            }
        }
    }

    fn show(&self, out: &mut Vec<u8>, text: &str, size: f32, x: f32) {
        self.show_at(out, text, size, (x, BASELINE));
    }

    fn show_at(&self, out: &mut Vec<u8>, text: &str, size: f32, (x, y): (f32, f32)) {
        out.extend_from_slice(b"BT /S ");
        spell::number(out, size);
        out.extend_from_slice(b" Tf ");
        spell::number(out, x);
        out.push(b' ');
        spell::number(out, y);
        out.extend_from_slice(b" Td <");
        for letter in text.chars() {
            let (glyph, _) = self.face.glyph(letter);
            out.extend_from_slice(format!("{glyph:04X}").as_bytes());
        }
        out.extend_from_slice(b"> Tj ET\n");
    }

    /// Writes the face and gives its object number.
    ///
    /// Fails when the file cannot be written.
    pub fn embed<W: Write>(&self, writer: &mut PdfWriter<W>) -> io::Result<u32> {
        let [font, descendant, descriptor, program, unicode] = [(); 5].map(|()| writer.number());
        let face = &self.face;
        writer.stream(
            program,
            format!("/Length1 {}", face.program.len()).as_bytes(),
            Packing::deflated(),
            &deflate(&face.program)?,
        )?;
        writer.stream(unicode, b"", Packing::deflated(), &deflate(face.to_unicode().as_bytes())?)?;
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::pack::plan::plan;
    use crate::pack::press::{Materials, press};
    use crate::pack::sample;
    use crate::pdf::text;

    #[test]
    fn a_stamp_in_any_script_is_read_on_every_page() {
        let folder = tempfile::tempdir().unwrap();
        for (marking, short, read, spelt) in [
            ("SWYDDOGOL-SENSITIF Ŵ", "Gŵyr Київ Łódź", "GŵyrКиївŁódź", false),
            ("OFFICIAL-SENSITIVE", "李雷", "LiLei", true),
            ("رسمي حساس", "NELC", "NELC", false),
        ] {
            let (casebook, renditions) = sample::with_renditions(folder.path());
            let mut facts = sample::facts();
            facts.heading.marking = marking.to_owned();
            facts.heading.short = short.to_owned();
            let plan = plan(&casebook, &sample::agenda(&casebook), facts);
            let template = include_str!("../../templates/pack.typ").to_owned();
            let materials = Materials { template, files: BTreeMap::new(), renditions };
            let out = folder.path().join("pack.pdf");
            let pressed = press(plan, &materials, &out).unwrap();
            assert_eq!(
                pressed.findings.iter().any(|finding| finding.code == "pack-letters"),
                spelt,
                "{short}"
            );
            for page in text::words(&std::fs::read(&out).unwrap()).unwrap() {
                let strip: String = page
                    .words
                    .iter()
                    .filter(|word| word.place[3] < 24.0)
                    .map(|word| word.text.as_str())
                    .collect();
                assert!(strip.contains(read), "`{read}` in `{strip}`");
                assert!(printed_marking(marking).is_in(&strip), "`{marking}` in `{strip}`");
            }
            if let Some(to) = option_env!("PACK_LOOK") {
                std::fs::copy(&out, format!("{to}/{}.pdf", marking.len())).unwrap();
            }
        }
    }
}
