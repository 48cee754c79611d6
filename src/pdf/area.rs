//! An area of a sheet: the inside of an outline, and which spots lie in it.

use hayro::hayro_interpret::{FillRule, StrokeProps};
use hayro::vello_cpu::kurbo::{
    Affine, BezPath, PathEl, PathSeg, Point, Rect, Shape as _, Stroke, StrokeOpts, stroke,
};

/// Points below which a shape is a line: it can be nobody's ground, and crosses words out instead of covering them.
const THIN: f64 = 1.2;

/// Parts of one outline beyond which nothing is concluded from it.
const MOST_PARTS: usize = 2_000;

/// Points from which a stroke can cover words.
const BROAD: f64 = 4.0;

/// Parts of a line up to which it is looked at as something broad.
const FEW_PARTS: usize = 200;

/// An area of the sheet.
#[derive(Debug, Clone)]
pub(crate) struct Area {
    pub bounds: Rect,
    /// Its outline, where it is no upright rectangle.
    outline: Option<(BezPath, FillRule)>,
}

impl Area {
    /// The inside of an outline; none where it is a line or too much of a drawing.
    pub fn of(path: &BezPath, rule: FillRule) -> Option<Self> {
        let path = closed(path);
        let bounds = path.bounding_box();
        if !bounds.is_finite() || bounds.width() < THIN || bounds.height() < THIN {
            return None;
        }
        if is_upright(&path, bounds) {
            return Some(Area { bounds, outline: None });
        }
        (path.elements().len() <= MOST_PARTS).then_some(Area { bounds, outline: Some((path, rule)) })
    }

    /// The same of an outline that is laid onto the sheet so.
    pub fn of_path(path: &BezPath, transform: Affine, rule: FillRule) -> Option<Self> {
        let bounds = transform.transform_rect_bbox(path.bounding_box());
        if bounds.width() < THIN || bounds.height() < THIN || MOST_PARTS < path.elements().len() {
            return None;
        }
        Area::of(&(transform * path.clone()), rule)
    }

    /// What a stroke covers, where it is as broad as a line of words.
    pub fn of_stroke(path: &BezPath, transform: Affine, pen: &StrokeProps) -> Option<Self> {
        let scale = transform.determinant().abs().sqrt();
        if f64::from(pen.line_width) * scale < BROAD || FEW_PARTS < path.elements().len() {
            return None;
        }
        let style = Stroke::new(f64::from(pen.line_width)).with_caps(pen.line_cap).with_join(pen.line_join);
        let inside = stroke(path.elements().iter().copied(), &style, &StrokeOpts::default(), 0.1);
        Area::of_path(&inside, transform, FillRule::NonZero)
    }

    /// Whether it is a rectangle whose sides run along the sheet's.
    pub fn is_upright(&self) -> bool {
        self.outline.is_none()
    }

    /// What of it lies within.
    pub fn within(mut self, window: Rect) -> Option<Self> {
        self.bounds = self.bounds.intersect(window);
        (THIN <= self.bounds.width() && THIN <= self.bounds.height()).then_some(self)
    }

    pub fn contains(&self, spot: Point) -> bool {
        if !self.bounds.contains(spot) {
            return false;
        }
        match &self.outline {
            None => true,
            Some((path, FillRule::NonZero)) => path.winding(spot) != 0,
            Some((path, FillRule::EvenOdd)) => path.winding(spot) % 2 != 0,
        }
    }
}

/// The same with every part of it closed, as a fill closes it.
fn closed(path: &BezPath) -> BezPath {
    let mut all = BezPath::new();
    let mut open = false;
    for part in path.elements() {
        if open && matches!(part, PathEl::MoveTo(_)) {
            all.push(PathEl::ClosePath);
        }
        open = !matches!(part, PathEl::ClosePath | PathEl::MoveTo(_));
        all.push(*part);
    }
    if open {
        all.push(PathEl::ClosePath);
    }
    all
}

/// Whether a path is one rectangle whose sides run along the sheet's.
fn is_upright(path: &BezPath, bounds: Rect) -> bool {
    let near = |one: f64, other: f64| (one - other).abs() < 0.05;
    let mut corners = 0;
    for part in path.segments() {
        let PathSeg::Line(line) = part else { return false };
        let at_corner = |spot: Point| {
            (near(spot.x, bounds.x0) || near(spot.x, bounds.x1))
                && (near(spot.y, bounds.y0) || near(spot.y, bounds.y1))
        };
        if !at_corner(line.p0) || !at_corner(line.p1) {
            return false;
        }
        corners += usize::from(!near(line.p0.x, line.p1.x) || !near(line.p0.y, line.p1.y));
    }
    corners == 4
}
