//! Shapes of a Word part that lie over its text and let nothing through: words under them may be meant to be hidden.
//!
//! The engine sets such a shape near its place, not always on it, so that what it covers in Word cannot be known from the pages.

use crate::paper::ooxml::xml::{Element, Piece, Xml};
use crate::paper::said::apart::InFront;
use crate::paper::said::wording;

/// Points across and down from which a shape covers a word.
const LEAST: f64 = 5.0;

/// A shape that is being read.
#[derive(Debug, Default)]
struct Shape {
    /// It floats, before the text, and the text does not run round it.
    in_front: bool,
    /// In points.
    size: [f64; 2],
    /// What it is filled with lets nothing through; none where it has not said.
    solid: Option<bool>,
    /// By the styles of the document, where it says nothing itself.
    styled: bool,
    words: u32,
    /// How many elements were open where it began.
    depth: usize,
}

/// The shapes of a part that lie over its text.
pub(crate) fn in_front(part: &[u8]) -> Vec<InFront> {
    let mut found = Vec::new();
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut shape: Option<Shape> = None;
    let mut xml = Xml::new(part);
    while let Ok(Some(piece)) = xml.next() {
        match piece {
            Piece::Open(element) => {
                // What is stored again for older programs is the same shape.
                let again = open.iter().any(|name| name == b"Fallback");
                if shape.is_none() && !again {
                    shape = begins(&element);
                    if let Some(shape) = &mut shape {
                        shape.depth = open.len();
                    }
                } else if let Some(shape) = &mut shape {
                    shape.take(&element, &open);
                }
                open.push(element.name().to_vec());
            }
            Piece::Close => {
                open.pop();
                if let Some(done) = shape.take_if(|shape| open.len() == shape.depth) {
                    found.extend(over(&done));
                }
            }
            Piece::Text(text) => {
                if let Some(shape) = &mut shape {
                    let written = open.last().is_some_and(|name| name == b"t");
                    shape.words += if written { wording::count(&text) } else { 0 };
                }
            }
        }
    }
    found
}

/// A shape that has been read, where it hides what it lies on.
fn over(shape: &Shape) -> Option<InFront> {
    let large = shape.size.iter().all(|side| LEAST <= *side);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kept within a page")]
    let size = shape.size.map(|side| side.round().clamp(0.0, 10_000.0) as u32);
    (shape.in_front && large && shape.solid.unwrap_or(shape.styled))
        .then_some(InFront { size, words: shape.words })
}

/// A shape that an element begins.
fn begins(element: &Element<'_>) -> Option<Shape> {
    let is_on = |name: &str| matches!(element.attribute(name).as_deref(), Some("1" | "true"));
    match element.name() {
        b"anchor" if element.attribute("relativeHeight").is_some() => {
            Some(Shape { in_front: !is_on("behindDoc") && !is_on("hidden"), ..Shape::default() })
        }
        // The older way: what is not said is filled with white.
        b"rect" | b"roundrect" | b"oval" | b"shape" | b"polyline" if element.attribute("style").is_some() => {
            let style = element.attribute("style").unwrap_or_default().replace(' ', "").to_lowercase();
            let said =
                |name: &str| style.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix(':'));
            let size = ["width", "height"].map(|side| said(side).map_or(LEAST, points));
            let behind = said("z-index").is_some_and(|depth| depth.starts_with('-'));
            let hidden = said("visibility") == Some("hidden");
            let lines =
                element.attribute("type").is_some_and(|kind| kind == "#_x0000_t32" || kind == "#_x0000_t75");
            let filled = !matches!(element.attribute("filled").as_deref(), Some("f" | "false" | "0"));
            Some(Shape {
                in_front: said("position") == Some("absolute") && !behind && !hidden && !lines,
                size,
                solid: Some(filled),
                ..Shape::default()
            })
        }
        _ => None,
    }
}

/// A length of the older way, in points.
fn points(size: &str) -> f64 {
    let digits = size.trim_end_matches(|letter: char| letter.is_alphabetic() || letter == '%');
    let scale = match size.get(digits.len()..) {
        Some("in") => 72.0,
        Some("cm") => 28.35,
        Some("mm") => 2.835,
        Some("px") => 0.75,
        _ => 1.0,
    };
    digits.parse::<f64>().unwrap_or(0.0) * scale
}

impl Shape {
    fn take(&mut self, element: &Element<'_>, open: &[Vec<u8>]) {
        const POINT: f64 = 12_700.0;
        let within = |name: &[u8]| open.iter().skip(self.depth).any(|open| open == name);
        let of_shape = open.last().is_some_and(|parent| parent == b"spPr");
        match element.name() {
            b"extent" => {
                let long = |side: &str| element.number(side).map_or(0.0, f64::from) / POINT;
                self.size = [long("cx"), long("cy")];
            }
            b"wrapSquare" | b"wrapTopAndBottom" => self.in_front = false,
            // The same of the older way.
            b"wrap" if element.attribute("type").is_some_and(|kind| kind != "none" && kind != "through") => {
                self.in_front = false;
            }
            // A picture is no shape that hides words; where one lies over them, the pages show it.
            b"pic" | b"chart" | b"relIds" | b"imagedata" => self.in_front = false,
            b"noFill" if of_shape => self.solid = Some(false),
            b"solidFill" | b"gradFill" | b"pattFill" | b"blipFill" if of_shape => self.solid = Some(true),
            b"alpha" if within(b"spPr") && !within(b"ln") => {
                self.solid = Some(element.number("val").is_none_or(|part| 97_000 <= part));
            }
            b"fillRef" => self.styled = element.number("idx").is_some_and(|idx| idx != 0),
            b"fill" => {
                let through = element.attribute("opacity").is_some_and(|part| part != "1" && part != "100%");
                self.solid = self.solid.map(|solid| solid && !through);
            }
            b"prstGeom" => {
                let line = element.attribute("prst").is_some_and(|shape| {
                    shape.to_lowercase().contains("line") || shape.contains("Connector")
                });
                self.in_front &= !line;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(body: &str) -> (usize, usize) {
        let found = in_front(format!("<d>{body}</d>").as_bytes());
        let bare = found.iter().filter(|over| over.words == 0).count();
        (bare, found.len() - bare)
    }

    fn anchored(behind: u8, wrap: &str, looks: &str, text: &str) -> String {
        format!(
            "<anchor relativeHeight=\"1\" behindDoc=\"{behind}\"><extent cx=\"2600000\" cy=\"200000\"/><{wrap}/><wsp><spPr>\
             <prstGeom prst=\"rect\"/>{looks}</spPr><txbx>{text}</txbx></wsp></anchor>"
        )
    }

    #[test]
    fn a_shape_that_lies_over_the_text_is_told_from_one_that_does_not() {
        let black = "<solidFill><srgbClr val=\"000000\"/></solidFill>";
        assert_eq!(seen(&anchored(0, "wrapNone", black, "")), (1, 0));
        assert_eq!(seen(&anchored(0, "wrapNone", black, "<t>note</t>")), (0, 1));
        let veil = "<solidFill><srgbClr val=\"000000\"><alpha val=\"40000\"/></srgbClr></solidFill>";
        for beside in [
            anchored(1, "wrapNone", black, ""),
            anchored(0, "wrapSquare", black, ""),
            anchored(0, "wrapNone", "<noFill/>", ""),
            anchored(0, "wrapNone", veil, ""),
            anchored(0, "wrapNone", &format!("<noFill/><ln>{black}</ln>"), ""),
        ] {
            assert_eq!(seen(&beside), (0, 0), "{beside}");
        }
        let twice = format!(
            "<Choice>{}</Choice><Fallback><rect style=\"position:absolute\"/></Fallback>",
            anchored(0, "wrapNone", black, "")
        );
        assert_eq!(seen(&twice), (1, 0));
    }

    #[test]
    fn a_shape_of_the_older_way_is_filled_unless_it_says_otherwise() {
        let rect = |style: &str, more: &str| seen(&format!("<rect style=\"{style}\"{more}/>"));
        let over = "position:absolute;width:200pt;height:15pt;z-index:25";
        assert_eq!(rect(over, " fillcolor=\"black\""), (1, 0));
        assert_eq!(rect(over, ""), (1, 0));
        assert_eq!(rect(over, " filled=\"f\""), (0, 0));
        assert_eq!(rect("width:200pt;height:15pt", ""), (0, 0));
        assert_eq!(rect("position:absolute;width:200pt;height:15pt;z-index:-25", ""), (0, 0));
        assert_eq!(rect("position:absolute;width:200pt;height:1pt", ""), (0, 0));
        let text = format!("<rect style=\"{over}\"><textbox><t>words</t></textbox></rect>");
        assert_eq!(seen(&text), (0, 1));
    }
}
