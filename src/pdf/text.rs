//! Words out of a PDF, with where they stand on the page.
//!
//! Positions are points from the lower left corner of the page as it is shown (cropped and turned).

use hayro::hayro_interpret::font::Glyph;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::pattern::Pattern;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, FillRule, GlyphDrawMode, Image, InterpreterCache,
    InterpreterSettings, Paint, PathDrawMode, SoftMask, TransformExt, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::kurbo::{Affine, BezPath, Point, Rect, Shape, Vec2};

use crate::pdf::area::Area;
use crate::pdf::cover::{Canvas, Coat, Ink, Sort, Unseen, Veil};
use crate::pdf::look::{self, Standing};

/// Where a letter is looked at, from its foot to its head, in thousandths of its height.
const LETTER: [f64; 3] = [60.0, 280.0, 500.0];

/// The part of a word's box that is seen of a word that is not cut.
const WHOLE: f64 = 0.6;

/// Points of a letter's height below which nobody reads it.
const TINY: f64 = 1.8;

/// Points across from which a picture shows something.
const PICTURE: f64 = 8.0;

/// Dots up to which a picture is a box of one colour.
const DOTS: u32 = 4;

/// Letters a page must have before it is turned for them: less may be a margin note on a drawing.
const FEWEST_LETTERS: u32 = 40;

/// A word and the box it fills.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedWord {
    pub text: String,
    /// Left, bottom, right, top.
    pub place: [f64; 4],
}

/// What one page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct PageWords {
    pub width: f64,
    pub height: f64,
    pub words: Vec<PlacedWord>,
    /// Boxes of lines, fills and pictures: left, bottom, right, top.
    pub drawn: Vec<[f64; 4]>,
    /// How many letters run to the right, up, to the left and down.
    pub runs: [u32; 4],
    /// Letters and signs that no face had: the page shows boxes, or nothing, in their place.
    pub boxed: usize,
    /// Words that are there and cannot be seen.
    pub unseen: Unseen,
    /// Words written for searching and not to be seen, by their place among the words: those under a scanned page.
    pub uninked: Vec<usize>,
    /// Words that lie on other words.
    pub piled: usize,
    /// Words that lie off the page or outside of what they are cut to, in whole or in good part.
    pub cut: usize,
    /// Words of which nothing is seen: they lie off the page, or are cut away.
    pub off: usize,
    /// Words too small to be read.
    pub tiny: usize,
    /// Pictures that are seen.
    pub pictures: usize,
}

/// The words of every page, or none if this reader cannot open the file.
pub fn words(bytes: &[u8]) -> Option<Vec<PageWords>> {
    let pdf = Pdf::new(bytes.to_vec()).ok()?;
    Some(words_of(&pdf))
}

/// The same, of a file already open.
pub fn words_of(pdf: &Pdf) -> Vec<PageWords> {
    words_on(pdf.pages())
}

/// The same, of some of a file's pages, so that several threads can share a long one.
pub fn words_on(pages: &[Page<'_>]) -> Vec<PageWords> {
    let cache = InterpreterCache::new();
    pages.iter().map(|page| page_words(page, &cache)).collect()
}

fn page_words<'a>(page: &'a Page<'a>, cache: &InterpreterCache<'a>) -> PageWords {
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    let sheet = Rect::new(0.0, 0.0, width, height);
    let settings = InterpreterSettings { render_annotations: false, ..InterpreterSettings::default() };
    let to_sheet = page.initial_transform(false).to_kurbo();
    let mut context = Context::new(to_sheet, sheet, cache, page.xref(), settings);
    let mut collector = Collector { sheet, ..Collector::default() };
    interpret_page(page, &mut context, &mut collector);
    collector.end_word();
    let (unseen, seen) = collector.canvas.unseen(collector.words.len());
    let counts = collector.words.iter().zip(&collector.level).zip(seen);
    let standing: Vec<Standing<'_>> = counts
        .filter(|((_, level), seen)| **level && *seen)
        .map(|((word, _), _)| (word.text.as_str(), word.place))
        .collect();
    let piled = look::piled(&standing);
    PageWords {
        width,
        height,
        unseen,
        piled,
        uninked: collector.uninked,
        cut: collector.cut,
        off: collector.off,
        tiny: collector.tiny,
        pictures: collector.pictures,
        words: collector.words,
        drawn: collector.drawn,
        runs: collector.runs,
        boxed: collector.boxed,
    }
}

impl PageWords {
    /// The words of the page in the order they were drawn.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Degrees clockwise by which the page must be turned for most of its words to be read; none where they can be.
    pub fn sideways(&self) -> Option<i64> {
        let all: u32 = self.runs.iter().sum();
        let most = |run: u32| FEWEST_LETTERS <= all && all * 4 <= run * 5;
        match self.runs {
            [_, up, _, _] if most(up) => Some(90),
            [_, _, _, down] if most(down) => Some(270),
            _ => None,
        }
    }

    /// Whether there is anything on the page at all.
    pub fn is_blank(&self) -> bool {
        self.words.is_empty() && self.drawn.is_empty()
    }
}

/// Letters and signs that no face had, on all pages.
pub(crate) fn boxed(pages: &[PageWords]) -> usize {
    pages.iter().map(|page| page.boxed).sum()
}

/// The numbers (from 1) of the pages of which something holds.
pub(crate) fn page_numbers(pages: &[PageWords], holds: impl Fn(&PageWords) -> bool) -> Vec<u32> {
    (1..).zip(pages).filter(|(_, page)| holds(page)).map(|(number, _)| number).collect()
}

/// Puts letters together into words.
#[derive(Debug, Default)]
struct Collector {
    sheet: Rect,
    words: Vec<PlacedWord>,
    /// Of each word, whether it runs along the page's foot.
    level: Vec<bool>,
    uninked: Vec<usize>,
    cut: usize,
    off: usize,
    tiny: usize,
    pictures: usize,
    drawn: Vec<[f64; 4]>,
    runs: [u32; 4],
    boxed: usize,
    word: String,
    /// Whether the letters of the word run level, and are painted at all.
    word_level: bool,
    word_inked: bool,
    word_tall: f64,
    place: Option<Rect>,
    /// Where the last letter ended, which way it runs, and how tall it is.
    last: Option<(Point, Vec2, f64)>,
    /// What is left of the sheet inside each clip, the innermost last.
    clips: Vec<Rect>,
    /// The outlines of those clips that are no upright rectangles.
    outlines: Vec<Option<Area>>,
    /// What is painted now is seen through each of these.
    groups: Vec<Veil>,
    blend: BlendMode,
    masked: bool,
    canvas: Canvas,
}

impl Collector {
    fn letter(&mut self, text: &str, at: Affine, advance: f64, ink: Ink) {
        let start = at * Point::ORIGIN;
        let end = at * Point::new(advance, 0.0);
        let tall = (at * Point::new(0.0, 1000.0) - start).hypot();
        if !tall.is_finite() || tall < 0.01 {
            return;
        }
        if self.last.is_some_and(|last| look::is_apart(last, start, tall)) {
            self.end_word();
        }
        let run = end - start;
        let way = if run.hypot() > 0.0 { run / run.hypot() } else { Vec2::new(1.0, 0.0) };
        self.last = Some((end, way, tall));
        if self.word.is_empty() {
            self.word_level = way.x > 0.99;
            self.word_inked = ink != Ink::None;
            self.word_tall = tall;
        }
        for part in text.chars() {
            if part.is_whitespace() || part.is_control() || part == '\u{ad}' {
                self.end_word();
                self.last = Some((end, way, tall));
            } else {
                let (across, up) = (way.x.abs() > way.y.abs(), way.y > 0.0);
                let run = match (across, up) {
                    (true, _) => usize::from(way.x < 0.0) * 2,
                    (false, true) => 1,
                    (false, false) => 3,
                };
                self.runs[run] += 1;
                self.word.push(part);
                let spots = LETTER.map(|up| at * Point::new(advance / 2.0, up));
                self.canvas.letter(part, spots, tall, ink);
                let top = at * Point::new(advance, 750.0);
                let letter = Rect::from_points(start, end).union(Rect::from_points(start, top));
                self.place = Some(self.place.map_or(letter, |place| place.union(letter)));
            }
        }
    }

    fn end_word(&mut self) {
        self.last = None;
        let text = std::mem::take(&mut self.word);
        let Some(place) = self.place.take().filter(|_| !text.is_empty()) else {
            return self.canvas.end_word(None);
        };
        let window = self.window();
        let reads = self.word_inked && text.chars().any(char::is_alphanumeric);
        self.cut += usize::from(reads && window.intersect(place).area() < place.area() * WHOLE);
        let is_word = text.chars().filter(|letter| letter.is_alphanumeric()).nth(1).is_some();
        let seen = window.contains(place.center());
        self.off += usize::from(is_word && !seen);
        self.tiny += usize::from(is_word && seen && self.word_inked && self.word_tall < TINY);
        if seen {
            self.canvas.end_word(Some(self.words.len()));
            self.uninked.extend(Some(self.words.len()).filter(|_| !self.word_inked));
            self.words.push(PlacedWord { text, place: [place.x0, place.y0, place.x1, place.y1] });
            self.level.push(self.word_level);
        } else {
            self.canvas.end_word(None);
        }
    }

    /// Where something drawn now can be seen.
    fn window(&self) -> Rect {
        self.clips.last().copied().unwrap_or(self.sheet)
    }

    /// How something of this paint is laid onto the sheet now.
    fn coat(&self, paint: &Paint<'_>, sort: Sort) -> Coat {
        let (colour, own, sort) = match paint {
            Paint::Color(colour) => {
                let [red, green, blue, strength] = colour.to_rgba().components();
                (Some([red, green, blue]), Some(strength), sort)
            }
            Paint::Pattern(pattern) if matches!(**pattern, Pattern::Shading(_)) => {
                (None, Some(1.0), Sort::Picture)
            }
            Paint::Pattern(_) => (None, None, Sort::Picture),
        };
        self.laid(Coat { colour, strength: own, blend: self.blend, sort })
    }

    /// The same through the groups it is part of.
    fn laid(&self, coat: Coat) -> Coat {
        coat.through(&self.groups, self.masked)
    }

    fn paint(&mut self, area: Option<Area>, coat: Coat) {
        let Some(area) = area else { return };
        let clips: Vec<&Area> = self.outlines.iter().flatten().collect();
        let window = self.clips.last().copied().unwrap_or(self.sheet);
        self.canvas.paint(area, coat, window, &clips);
    }

    fn ink(&mut self, shape: Rect) {
        let seen = shape.intersect(self.sheet);
        // A picture of no size, or one off the sheet, shows nothing. Hairlines have no area but are seen.
        let on_sheet =
            shape.x0 <= self.sheet.x1 && shape.x1 >= 0.0 && shape.y0 <= self.sheet.y1 && shape.y1 >= 0.0;
        if on_sheet && 0.0 < shape.width() + shape.height() {
            self.drawn.push([seen.x0, seen.y0, seen.x1, seen.y1]);
        }
    }
}

impl<'a> Device<'a> for Collector {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'a>,
        transform: Affine,
        glyph_transform: Affine,
        paint: &Paint<'a>,
        mode: &GlyphDrawMode,
    ) {
        let text = glyph.as_unicode();
        let shapeless = matches!(glyph, Glyph::Outline(glyph) if glyph.glyph_id().to_u32() == 0);
        let blank =
            matches!(&text, Some(BfString::Char(letter)) if letter.is_whitespace() || letter.is_control());
        self.boxed += usize::from(shapeless && !blank);
        let text = match text {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(letters)) => letters,
            // A letter nobody can name is still something on the page.
            None => {
                return self.ink(
                    (transform * glyph_transform).transform_rect_bbox(Rect::new(0.0, 0.0, 500.0, 700.0)),
                );
            }
        };
        let advance = match glyph {
            Glyph::Outline(glyph) => glyph.advance_width().map_or(500.0, f64::from),
            Glyph::Type3(_) => 600.0,
        };
        let coat = self.coat(paint, Sort::Watermark);
        let at = transform * glyph_transform;
        let ink = match mode {
            GlyphDrawMode::Invisible => Ink::None,
            _ => coat
                .colour
                .zip(coat.strength)
                .map_or(Ink::NotKnown, |(colour, strength)| Ink::Of(colour, strength)),
        };
        let tall = (at * Point::new(0.0, 1000.0) - at * Point::ORIGIN).hypot();
        if let (Glyph::Outline(outline), GlyphDrawMode::Fill) = (glyph, mode)
            && self.canvas.is_huge(tall)
        {
            self.paint(Area::of(&(at * outline.outline()), FillRule::NonZero), coat);
        }
        self.letter(&text, at, advance, ink);
    }

    fn draw_path(&mut self, path: &BezPath, transform: Affine, paint: &Paint<'a>, mode: &PathDrawMode) {
        self.ink(transform.transform_rect_bbox(path.bounding_box()));
        let coat = self.coat(paint, Sort::Fill);
        let area = match mode {
            PathDrawMode::Fill(rule) => Area::of_path(path, transform, *rule),
            PathDrawMode::Stroke(pen) => Area::of_stroke(path, transform, pen),
        };
        self.paint(area, coat);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, transform: Affine) {
        let (width, height) = (image.width(), image.height());
        let all = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        self.ink(transform.transform_rect_bbox(all));
        let seen = transform.transform_rect_bbox(all).intersect(self.window());
        self.pictures += usize::from(PICTURE < seen.width().min(seen.height()));
        let solid = match &image {
            Image::Raster(raster) => {
                let facts = raster.stream().dict();
                !facts.contains_key(b"SMask".as_slice()) && !facts.contains_key(b"Mask".as_slice())
            }
            Image::Stencil(_) => false,
        };
        // A picture of a dot or two is a box of one colour.
        let sort = if width.saturating_mul(height) <= DOTS { Sort::Fill } else { Sort::Picture };
        let coat = Coat { colour: None, strength: solid.then_some(1.0), blend: BlendMode::Normal, sort };
        self.paint(Area::of_path(&all.to_path(0.1), transform, FillRule::NonZero), self.laid(coat));
    }

    fn set_soft_mask(&mut self, mask: Option<SoftMask<'a>>) {
        self.masked = mask.is_some();
    }
    fn set_blend_mode(&mut self, blend: BlendMode) {
        self.blend = blend;
    }
    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.end_word();
        self.clips.push(self.window().intersect(clip.path.bounding_box()));
        self.outlines.push(Area::of(&clip.path, clip.fill).filter(|area| !area.is_upright()));
    }
    fn push_transparency_group(&mut self, strength: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        self.groups.push(Veil { strength, masked: mask.is_some(), blend });
    }
    fn pop_clip_path(&mut self) {
        self.end_word();
        self.clips.pop();
        self.outlines.pop();
    }
    fn pop_transparency_group(&mut self) {
        self.groups.pop();
    }
}
