//! Marks somebody made on a page (highlights, lines, frames, ink) that came without a look of their own, drawn as a viewer would.
//!
//! Only what the mark itself says is drawn: its points, colours, width and how far one sees through it.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object};

use crate::pdf::objects::{array, dictionary, follow, name, numbers, value};

/// Operators that draw something in a box of the page, and how what is below shows through.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawing {
    /// Left, bottom, right, top of what is drawn.
    pub place: [f32; 4],
    pub operators: Vec<u8>,
    /// 1 hides what is below.
    pub strength: f32,
    /// As a marker pen: what is below stays dark.
    pub marker: bool,
}

/// Points of one mark that are drawn; more is no mark.
const MOST_POINTS: usize = 20_000;

/// A circle's quarter as a curve: how far its handles reach.
const ROUND: f32 = 0.5523;

/// Blackens what is marked to be taken out of a page.
pub(crate) fn blacken(document: &Document, mark: &Dictionary, place: [f32; 4]) -> Drawing {
    let [left, bottom, right, top] = place;
    let all = [(left, top), (right, top), (left, bottom), (right, bottom)];
    let mut operators = "0 g ".to_owned();
    for [top_left, top_right, bottom_left, bottom_right] in quads(document, mark).unwrap_or(vec![all]) {
        path(&mut operators, &[top_left, top_right, bottom_right, bottom_left]);
        operators.push_str("f ");
    }
    Drawing { place, operators: operators.into_bytes(), strength: 1.0, marker: false }
}

/// Draws a mark; none where it does not say enough.
pub(crate) fn draw(document: &Document, mark: &Dictionary, place: [f32; 4]) -> Option<Drawing> {
    let stroke = colour(document, mark, b"C");
    let inside = colour(document, mark, b"IC");
    let width = width(document, mark);
    let kind = name(document, mark, b"Subtype")?;
    let mut operators = String::new();
    let pen = stroke.unwrap_or([0.0; 3]);
    let _ = write!(operators, "{} RG {width} w 1 J 1 j ", spelt(&pen));
    if let Some(inside) = inside {
        let _ = write!(operators, "{} rg ", spelt(&inside));
    }
    let drawn = width > 0.0;
    let closed = match (inside.is_some(), drawn) {
        (true, true) => "b",
        (true, false) => "f",
        (false, true) => "s",
        (false, false) => return None,
    };
    match kind {
        b"Highlight" => {
            let _ = write!(operators, "{} rg ", spelt(&stroke?));
            for [top_left, top_right, bottom_left, bottom_right] in quads(document, mark)? {
                path(&mut operators, &[top_left, top_right, bottom_right, bottom_left]);
                operators.push_str("f ");
            }
        }
        b"Underline" | b"StrikeOut" | b"Squiggly" => {
            for [top_left, top_right, bottom_left, bottom_right] in quads(document, mark)? {
                let up = if kind == b"StrikeOut" { 0.45 } else { 0.08 };
                let between = |low: (f32, f32), high: (f32, f32)| {
                    (low.0 + (high.0 - low.0) * up, low.1 + (high.1 - low.1) * up)
                };
                path(&mut operators, &[between(bottom_left, top_left), between(bottom_right, top_right)]);
                operators.push_str("S ");
            }
        }
        b"Square" | b"Circle" => {
            let half = width / 2.0;
            let [left, bottom, right, top] =
                [place[0] + half, place[1] + half, place[2] - half, place[3] - half];
            if right <= left || top <= bottom {
                return None;
            }
            if kind == b"Square" {
                path(&mut operators, &[(left, bottom), (right, bottom), (right, top), (left, top)]);
            } else {
                round(&mut operators, [left, bottom, right, top]);
            }
            operators.push_str(closed);
        }
        b"Line" if drawn => {
            let [x0, y0, x1, y1] = numbers::<4>(document, mark, b"L")?;
            path(&mut operators, &[(x0, y0), (x1, y1)]);
            operators.push('S');
        }
        b"Polygon" => {
            path(&mut operators, &points(document, value(document, mark, b"Vertices")?)?);
            operators.push_str(closed);
        }
        b"PolyLine" if drawn => {
            path(&mut operators, &points(document, value(document, mark, b"Vertices")?)?);
            operators.push('S');
        }
        b"Ink" if drawn => {
            for line in array(document, mark, b"InkList")? {
                path(&mut operators, &points(document, follow(document, line)?)?);
                operators.push_str("S ");
            }
        }
        _ => return None,
    }
    let strength = value(document, mark, b"CA").and_then(|strength| strength.as_float().ok()).unwrap_or(1.0);
    let around = [place[0] - width, place[1] - width, place[2] + width, place[3] + width];
    Some(Drawing {
        place: around,
        operators: operators.into_bytes(),
        strength: strength.clamp(0.0, 1.0),
        marker: kind == b"Highlight",
    })
}

/// Red, green and blue of a colour in one, three or four parts.
fn colour(document: &Document, mark: &Dictionary, key: &[u8]) -> Option<[f32; 3]> {
    let parts: Vec<f32> = array(document, mark, key)?
        .iter()
        .filter_map(|part| follow(document, part)?.as_float().ok())
        .collect();
    match parts.as_slice() {
        [grey] => Some([*grey; 3]),
        [red, green, blue] => Some([*red, *green, *blue]),
        [cyan, magenta, yellow, black] => {
            Some([cyan, magenta, yellow].map(|ink| (1.0 - ink) * (1.0 - black)))
        }
        _ => None,
    }
}

fn width(document: &Document, mark: &Dictionary) -> f32 {
    let style = dictionary(document, mark, b"BS").and_then(|style| value(document, style, b"W"));
    let border = array(document, mark, b"Border").and_then(|border| follow(document, border.get(2)?));
    let width = style.or(border).and_then(|width| width.as_float().ok()).unwrap_or(1.0);
    width.clamp(0.0, 50.0)
}

/// The four corners of each marked stretch of text: top left, top right, bottom left, bottom right.
fn quads(document: &Document, mark: &Dictionary) -> Option<Vec<[(f32, f32); 4]>> {
    let points = points(document, value(document, mark, b"QuadPoints")?)?;
    let (quads, _) = points.as_chunks::<4>();
    (!quads.is_empty()).then(|| quads.to_vec())
}

fn points(document: &Document, list: &Object) -> Option<Vec<(f32, f32)>> {
    let numbers: Vec<f32> = list
        .as_array()
        .ok()?
        .iter()
        .take(MOST_POINTS)
        .filter_map(|number| follow(document, number)?.as_float().ok())
        .collect();
    let (pairs, _) = numbers.as_chunks::<2>();
    (!pairs.is_empty()).then(|| pairs.iter().map(|[x, y]| (*x, *y)).collect())
}

fn path(operators: &mut String, points: &[(f32, f32)]) {
    for (at, (x, y)) in points.iter().enumerate() {
        let _ = write!(operators, "{x} {y} {} ", if at == 0 { "m" } else { "l" });
    }
}

fn round(operators: &mut String, [left, bottom, right, top]: [f32; 4]) {
    let (x, y) = (f32::midpoint(left, right), f32::midpoint(bottom, top));
    let (across, up) = ((right - left) / 2.0, (top - bottom) / 2.0);
    let _ = write!(operators, "{right} {y} m ");
    for (sign_x, sign_y, turned) in
        [(1.0, 1.0, false), (-1.0, 1.0, true), (-1.0, -1.0, false), (1.0, -1.0, true)]
    {
        let (side, end) = ((x + sign_x * across, y), (x, y + sign_y * up));
        let (from, to) = if turned { (end, side) } else { (side, end) };
        let handle = |(px, py): (f32, f32)| {
            if (py - y).abs() < (px - x).abs() {
                (px, y + sign_y * up * ROUND)
            } else {
                (x + sign_x * across * ROUND, py)
            }
        };
        let ((ax, ay), (bx, by)) = (handle(from), handle(to));
        let _ = write!(operators, "{ax} {ay} {bx} {by} {} {} c ", to.0, to.1);
    }
}

fn spelt(parts: &[f32; 3]) -> String {
    parts.map(|part| part.clamp(0.0, 1.0).to_string()).join(" ")
}

#[cfg(test)]
mod tests {
    use lopdf::{Stream, dictionary};

    use super::*;
    use crate::paper::pdf;
    use crate::paper::pdf::open;
    use crate::pdf::text;

    #[test]
    fn marks_without_a_look_are_drawn_where_they_are() {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let numbers =
            |parts: &[i64]| Object::Array(parts.iter().map(|part| Object::Integer(*part)).collect());
        let mark = |kind: &str, low: i64, key: &str, points: Object| {
            let mut mark = dictionary! {
                "Subtype" => kind, "Rect" => numbers(&[50, low, 150, low + 20]), "C" => numbers(&[1, 1, 0]),
            };
            mark.set(key, points);
            Object::Dictionary(mark)
        };
        let quad = |low: i64| numbers(&[50, low + 20, 150, low + 20, 50, low, 150, low]);
        let marks = vec![
            mark("Highlight", 300, "QuadPoints", quad(300)),
            mark("Underline", 270, "QuadPoints", quad(270)),
            mark("StrikeOut", 240, "QuadPoints", quad(240)),
            mark("Square", 210, "IC", numbers(&[0, 0, 1])),
            mark("Circle", 180, "IC", numbers(&[])),
            mark("Line", 150, "L", numbers(&[50, 150, 150, 170])),
            mark("Polygon", 120, "Vertices", numbers(&[50, 120, 150, 120, 100, 140])),
            mark("PolyLine", 90, "Vertices", numbers(&[50, 90, 150, 110, 50, 110])),
            mark("Ink", 60, "InkList", Object::Array(vec![numbers(&[50, 60, 150, 80])])),
            mark("Caret", 30, "RD", numbers(&[])),
        ];
        let content = b"BT /F 12 Tf 60 305 Td (seen through the marker) Tj ET".to_vec();
        let content = document.add_object(Stream::new(Dictionary::new(), content));
        let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Annots" => marks,
            "MediaBox" => numbers(&[0, 0, 200, 340]),
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        });
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, tree.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        let made = pdf::normalise::normalise(&open::open(&bytes).unwrap()).unwrap();
        let page = text::words(&made.pdf).unwrap().remove(0);
        for low in (60..=300).step_by(30).map(f64::from) {
            let on_it = |drawn: &&[f64; 4]| {
                low - 1.0 <= drawn[1] && drawn[3] <= low + 21.0 && drawn[0] < 51.0 && 149.0 < drawn[2]
            };
            assert!(page.drawn.iter().any(|drawn| on_it(&drawn)), "at {low}: {:?}", page.drawn);
        }
        let said: Vec<&str> = made.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(said, ["1 mark made on the pages of the PDF cannot be shown"], "the caret");
    }
}
