//! How a page of any size, turn or origin comes to stand on A4 with room for its stamp below it. Pure.
//!
//! Points throughout, origin at the lower left, as PDF has it.

/// Height of the strip at the foot of every page that holds the stamp; nothing of a paper reaches into it.
pub const STRIP: f32 = 26.0;

const SHORT: f32 = 595.276;
const LONG: f32 = 841.89;

/// No page is enlarged more than A5 to A4.
const ENLARGE: f32 = std::f32::consts::SQRT_2;

/// Left, bottom, right, top.
pub type Rect = [f32; 4];

/// `a b c d e f` of a PDF transformation.
pub type Matrix = [f32; 6];

/// A source page as its file describes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// What of the page is shown: crop box within media box.
    pub shown: Rect,
    /// Degrees clockwise; a multiple of 90.
    pub turn: i64,
    /// Points per user unit.
    pub unit: f32,
}

/// Where it goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    pub width: f32,
    pub height: f32,
    /// From the source's coordinates to the page's.
    pub matrix: Matrix,
}

impl Seen {
    /// Fits the page, upright, onto portrait or landscape A4 above the strip.
    pub fn onto_a4(&self) -> Placement {
        let [left, bottom, right, top] = self.shown;
        let (w, h) = (right - left, top - bottom);
        let turn = self.turn.rem_euclid(360);
        let (wide, high) = if turn % 180 == 0 { (w, h) } else { (h, w) };
        let (width, height) = if wide > high { (LONG, SHORT) } else { (SHORT, LONG) };
        let room = height - STRIP;
        let unit = if self.unit > 0.0 { self.unit } else { 1.0 };
        let scale = (width / wide).min(room / high).min(ENLARGE * unit);
        let (dx, dy) = ((width - wide * scale) / 2.0, STRIP + (room - high * scale));
        let upright = match turn {
            90 => [0.0, -1.0, 1.0, 0.0, -bottom, right],
            180 => [-1.0, 0.0, 0.0, -1.0, right, top],
            270 => [0.0, 1.0, -1.0, 0.0, top, -left],
            _ => [1.0, 0.0, 0.0, 1.0, -left, -bottom],
        };
        let matrix = [
            upright[0] * scale,
            upright[1] * scale,
            upright[2] * scale,
            upright[3] * scale,
            upright[4] * scale + dx,
            upright[5] * scale + dy,
        ];
        Placement { width, height, matrix }
    }

    /// As it is: for the sheets, which are set on A4 with the strip left free.
    pub fn as_it_is(&self) -> Placement {
        let [left, bottom, right, top] = self.shown;
        Placement { width: right - left, height: top - bottom, matrix: [1.0, 0.0, 0.0, 1.0, -left, -bottom] }
    }
}

/// What two rectangles share; the first alone where they share nothing.
pub fn within(outer: Rect, inner: Rect) -> Rect {
    let [a, b] = [ordered(outer), ordered(inner)];
    let shared = [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])];
    if shared[2] > shared[0] && shared[3] > shared[1] { shared } else { a }
}

fn ordered([x0, y0, x1, y1]: Rect) -> Rect {
    [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "whole numbers of points")]
mod tests {
    use super::*;

    fn corners(seen: Seen) -> (Placement, Vec<(f32, f32)>) {
        let placement = seen.onto_a4();
        let [a, b, c, d, e, f] = placement.matrix;
        let [l, bo, r, t] = seen.shown;
        let at = |x: f32, y: f32| (a * x + c * y + e, b * x + d * y + f);
        (placement, vec![at(l, bo), at(r, t)])
    }

    #[test]
    fn every_turn_and_origin_lands_above_the_strip() {
        for turn in [0, 90, 180, 270, -90, 450] {
            for shown in [[0.0, 0.0, 595.0, 842.0], [-100.0, 50.0, 742.0, 645.0], [10.0, 10.0, 300.0, 3000.0]]
            {
                for unit in [1.0, 2.5] {
                    let (placement, corners) = corners(Seen { shown, turn, unit });
                    for (x, y) in corners {
                        assert!(x >= -0.1 && x <= placement.width + 0.1, "{turn} {shown:?} x {x}");
                        assert!(y >= STRIP - 0.1 && y <= placement.height + 0.1, "{turn} {shown:?} y {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_page_turned_by_ninety_degrees_is_landscape_and_upright() {
        let seen = Seen { shown: [0.0, 0.0, 595.276, 841.89], turn: 90, unit: 1.0 };
        let placement = seen.onto_a4();
        assert!(placement.width > placement.height);
        // The source's lower left corner is the upper left of the page as read.
        let [_, _, _, _, e, f] = placement.matrix;
        assert!(e < 40.0 && f > placement.height - 1.0, "{e} {f}");
    }

    #[test]
    fn boxes_that_do_not_meet_leave_the_media_box() {
        assert_eq!(within([0.0, 0.0, 10.0, 10.0], [20.0, 20.0, 30.0, 30.0]), [0.0, 0.0, 10.0, 10.0]);
        assert_eq!(within([0.0, 0.0, 10.0, 10.0], [8.0, 12.0, 2.0, -3.0]), [2.0, 0.0, 8.0, 10.0]);
    }
}
