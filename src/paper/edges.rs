//! The upright borders of a Word table made whole.
//!
//! The engine does not know how tall a row will be that wraps, and draws its borders as two pieces of one line's height, one hanging
//! from the row's top and one standing on its foot. In a row of three lines or more they leave a white band between them.

use lopdf::Document;

use crate::pdf::content::{Step, Steps};

/// Wider than any border is.
const WIDEST: f64 = 14.0;

/// Less than this is no gap, in points.
const NO_GAP: f64 = 0.01;

/// The same pages, their borders whole; as they came where nothing is to be done or they cannot be read.
pub(crate) fn whole(pdf: &[u8]) -> Vec<u8> {
    joined(pdf).unwrap_or_else(|| pdf.to_vec())
}

fn joined(pdf: &[u8]) -> Option<Vec<u8>> {
    let mut document = Document::load_mem(pdf).ok()?;
    let pages: Vec<_> = document.get_pages().into_values().collect();
    let mut changed = false;
    for page in pages {
        if let Some(content) = content(&document.get_page_content(page)) {
            document.change_page_content(page, content).ok()?;
            changed = true;
        }
    }
    let mut out = Vec::new();
    (changed && document.save_to(&mut out).is_ok()).then_some(out)
}

/// One filled upright rectangle, as the engine writes it.
#[derive(Debug)]
struct Piece<'a> {
    x: f64,
    /// Of its upper edge.
    top: f64,
    width: &'a [u8],
    height: f64,
    colour: (&'a [u8], Vec<&'a [u8]>),
    /// The two operations that say its height.
    sides: [Step<'a>; 2],
}

/// A page's content with pieces that belong together drawn as one; none where there are none.
fn content(content: &[u8]) -> Option<Vec<u8>> {
    let steps: Vec<Step<'_>> = Steps::of(content).collect();
    let mut longer: Vec<(&Step<'_>, String)> = Vec::new();
    let pieces: Vec<(usize, Piece<'_>)> =
        (0..steps.len()).filter_map(|at| Some((at, piece(steps.get(at..at + DRAWN.len())?)?))).collect();
    let mut at = 0;
    while let [(first, upper), (second, lower), ..] = pieces.get(at..).unwrap_or_default() {
        let twins = first + DRAWN.len() == *second
            && upper.x.to_bits() == lower.x.to_bits()
            && upper.width == lower.width
            && upper.height.to_bits() == lower.height.to_bits()
            && upper.colour == lower.colour;
        at += if twins { 2 } else { 1 };
        let foot = lower.top - lower.height;
        if twins && NO_GAP < upper.top - upper.height - lower.top {
            let (width, height) = (String::from_utf8_lossy(upper.width), upper.top - foot);
            let [right, left] = &upper.sides;
            longer.push((right, format!("{width} {height:.3} l")));
            longer.push((left, format!("0 {height:.3} l")));
        }
    }
    if longer.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(content.len() + longer.len() * 4);
    let mut from = 0;
    for (step, said) in longer {
        out.extend_from_slice(content.get(from..step.place.start)?);
        out.extend_from_slice(said.as_bytes());
        from = step.place.end;
    }
    out.extend_from_slice(content.get(from..)?);
    Some(out)
}

/// What draws a piece: its place, its colour, its outline from the upper left corner, and that it is filled.
const DRAWN: [&[u8]; 11] = [b"q", b"cm", b"cs", b"scn", b"m", b"l", b"l", b"l", b"h", b"f", b"Q"];

fn piece<'a>(steps: &[Step<'a>]) -> Option<Piece<'a>> {
    let [_, place, space, colour, corner, across, right, left, ..] = steps else { return None };
    if !steps.iter().zip(DRAWN).all(|(step, operator)| step.operator == operator) {
        return None;
    }
    let [one, zero, none, down, x, top] = place.operands.as_slice() else { return None };
    let upright = [*one, *zero, *none, *down] == [b"1".as_slice(), b"0", b"0", b"-1"];
    let at_corner = corner.operands == [b"0", b"0"];
    let [width, b"0"] = across.operands.as_slice() else { return None };
    let [again, height] = right.operands.as_slice() else { return None };
    let straight = again == width && left.operands == [b"0".as_slice(), height];
    let tall = number(width)? < number(height)? && number(width)? <= WIDEST;
    (upright && at_corner && straight && tall).then_some(Piece {
        x: number(x)?,
        top: number(top)?,
        width,
        height: number(height)?,
        colour: (space.operands.first()?, colour.operands.clone()),
        sides: [right.clone(), left.clone()],
    })
}

fn number(operand: &[u8]) -> Option<f64> {
    std::str::from_utf8(operand).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::paper::edges::content;

    fn band(x: &str, top: &str, height: &str) -> String {
        format!(
            "q 1 0 0 -1 {x} {top} cm/c0 cs 0.5 0.6 0.7 scn 0 0 m 0.48 0 l 0.48 {height} l 0 {height} l\nh\nf\nQ\n"
        )
    }

    #[test]
    fn two_pieces_of_one_border_become_one_without_a_gap() {
        let left = band("56.7", "700", "20") + &band("56.7", "660", "20");
        let right = band("90", "700", "20") + &band("90", "660", "20");
        let made = String::from_utf8(content((left + &right).as_bytes()).unwrap()).unwrap();
        assert_eq!(made.matches("0.48 60.000 l").count(), 2, "{made}");
        assert_eq!(made.matches("0 60.000 l").count(), 2, "{made}");
        assert!(made.ends_with(&band("90", "660", "20")), "{made}");
    }

    #[test]
    fn borders_of_rows_of_one_line_and_of_tables_apart_stay_as_they_are() {
        // The pieces meet or overlap: nothing is missing between them.
        let short = band("56.7", "700", "20") + &band("56.7", "697", "20");
        // Below it the border of another table, just as long: the piece above it has its twin already.
        let apart = band("56.7", "600", "20") + &band("56.7", "597", "20");
        assert_eq!(content((short + &apart).as_bytes()), None);
        // Another colour, another place, another length: another border.
        let other = band("56.7", "700", "20") + &band("56.7", "600", "20").replace("0.6", "0.1");
        assert_eq!(content(other.as_bytes()), None);
        assert_eq!(content((band("56.7", "700", "20") + &band("60", "600", "20")).as_bytes()), None);
        assert_eq!(content((band("56.7", "700", "20") + &band("56.7", "600", "30")).as_bytes()), None);
        assert_eq!(content(b"BT (text) Tj ET"), None);
    }
}
