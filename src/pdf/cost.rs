//! What it costs a reader to draw a page: the members' tablets must open what is sent to them.
//!
//! Counted, not timed, so that the same page is judged the same everywhere. A curve or a letter costs one; a picture by its dots, a layer to be
//! blended by the page it covers.

use hayro::hayro_interpret::font::Glyph;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, TransformExt, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::kurbo::{Affine, BezPath, Rect};

/// Curves and letters of one page beyond which poppler, MuPDF and pdf.js take more than five seconds on two cores.
const MOST_STEPS: u64 = 4_000_000;
/// Dots of the pictures of one page that take a gigabyte, four bytes each.
const MOST_DOTS: u64 = 1 << 28;
/// What a layer to be blended costs besides what is in it.
const LAYER: u64 = 5_000;

/// The first page (from 1) that costs a reader too much.
pub(crate) fn heavy(pdf: &Pdf) -> Option<u32> {
    let cache = InterpreterCache::new();
    let costs = pdf.pages().iter().map(|page| cost(page, &cache));
    let heavy = |cost: &Cost| MOST_STEPS < cost.steps || MOST_DOTS < cost.dots;
    (1..).zip(costs).find(|(_, cost)| heavy(cost)).map(|(number, _)| number)
}

#[derive(Debug, Default)]
struct Cost {
    steps: u64,
    dots: u64,
}

fn cost<'a>(page: &'a Page<'a>, cache: &InterpreterCache<'a>) -> Cost {
    let (width, height) = page.render_dimensions();
    let sheet = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let settings = InterpreterSettings { render_annotations: false, ..InterpreterSettings::default() };
    let mut context =
        Context::new(page.initial_transform(false).to_kurbo(), sheet, cache, page.xref(), settings);
    let mut cost = Cost::default();
    interpret_page(page, &mut context, &mut cost);
    cost
}

impl Cost {
    fn path(&mut self, path: &BezPath) {
        self.steps += u64::try_from(path.elements().len()).unwrap_or(u64::MAX);
    }
}

impl<'a> Device<'a> for Cost {
    fn draw_glyph(&mut self, _: &Glyph<'a>, _: Affine, _: Affine, _: &Paint<'a>, _: &GlyphDrawMode) {
        self.steps += 1;
    }
    fn draw_path(&mut self, path: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {
        self.path(path);
    }
    fn draw_image(&mut self, image: Image<'a, '_>, _: Affine) {
        self.dots += u64::from(image.width()) * u64::from(image.height());
        self.steps += 1;
    }
    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.path(&clip.path);
    }
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.steps += LAYER;
    }
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
