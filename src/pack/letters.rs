//! The letters on a page and where they stand, read by another reader than the one that made the page.
//!
//! Letters are kept in the order they are drawn and compared without blanks, so it does not matter how a file spells its spaces.

use std::fmt;
use std::sync::Arc;

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, RectExt, SoftMask, TransformExt, interpret_page,
};
use hayro_syntax::page::Page;
use kurbo::{Affine, BezPath, Point};

use crate::pack::geometry::Rect;

/// What a glyph nobody can name is read as.
const UNKNOWN: &str = "\u{FFFD}";

/// One glyph's letters, with its origin in points from the lower left of the page as shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    pub text: String,
    pub x: f64,
    pub y: f64,
}

/// Reads pages of one file; fonts are parsed once for all of them.
pub struct Reader<'a> {
    cache: InterpreterCache<'a>,
    settings: InterpreterSettings,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl Default for Reader<'_> {
    fn default() -> Self {
        let settings = InterpreterSettings {
            warning_sink: Arc::new(|_| {}),
            render_annotations: false,
            ..InterpreterSettings::default()
        };
        Reader { cache: InterpreterCache::new(), settings }
    }
}

impl<'a> Reader<'a> {
    /// Every letter of the page that is not blank.
    pub fn letters(&self, page: &Page<'a>) -> Vec<Letter> {
        let mut context = Context::new(
            page.initial_transform(false).to_kurbo(),
            page.intersected_crop_box().to_kurbo(),
            &self.cache,
            page.xref(),
            self.settings.clone(),
        );
        let mut collector = Collector { letters: Vec::new() };
        interpret_page(page, &mut context, &mut collector);
        collector.letters
    }
}

/// The letters run together.
pub fn run<'a>(letters: impl IntoIterator<Item = &'a Letter>) -> String {
    letters.into_iter().map(|letter| letter.text.as_str()).collect()
}

/// How far a letter's origin may be to the left of the box it belongs to: boxes are written with three decimals.
const SLACK: f64 = 0.3;

/// The letters whose origin is within `rect`.
pub fn within<'a>(letters: &'a [Letter], rect: Rect) -> impl Iterator<Item = &'a Letter> {
    let [left, bottom, right, top] = rect.map(f64::from);
    letters.iter().filter(move |letter| {
        (left - SLACK..right - SLACK).contains(&letter.x) && (bottom..=top).contains(&letter.y)
    })
}

/// Text as letters are compared: without blanks.
pub fn unblanked(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

struct Collector {
    letters: Vec<Letter>,
}

impl Device<'_> for Collector {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'_>,
        transform: Affine,
        glyph_transform: Affine,
        _: &Paint<'_>,
        _: &GlyphDrawMode,
    ) {
        let text = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(letters)) => letters,
            None => UNKNOWN.to_owned(),
        };
        let text = unblanked(&text);
        if !text.is_empty() {
            let Point { x, y } = transform * glyph_transform * Point::ORIGIN;
            self.letters.push(Letter { text, x, y });
        }
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'_>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
