//! The pictures that a part of an Office file shows, of the sorts that every engine shows.

use crate::paper::ooxml::package::Relation;
use crate::paper::ooxml::xml::{Element, Piece, Xml};

/// Points across and down from which a picture shows something.
const LEAST: f64 = 10.0;

/// English metric units in a point.
const POINT: f64 = 12_700.0;

/// Endings of pictures made of dots; drawings (EMF, WMF) are shown in ways of their own, or not.
const DOTS: [&str; 6] = [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif"];

/// How many pictures a part shows; `relations` are the part's own.
pub fn count(part: &[u8], relations: &[Relation]) -> u32 {
    let is_of_dots = |id: &str| {
        let target = relations.iter().find(|other| other.id == id && !other.external);
        target.is_some_and(|target| {
            let name = target.target.to_lowercase();
            DOTS.iter().any(|ending| name.ends_with(ending))
        })
    };
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut large = true;
    let mut count = 0;
    let mut xml = Xml::new(part);
    while let Ok(Some(piece)) = xml.next() {
        match piece {
            Piece::Open(element) => {
                // What is stored again for older programs, deleted or moved away is not shown.
                let shown =
                    !open.iter().any(|name| matches!(name.as_slice(), b"Fallback" | b"del" | b"moveFrom"));
                match element.name() {
                    b"extent" | b"ext" => large = is_large(&element).unwrap_or(large),
                    b"inline" | b"anchor" | b"pict" => large = true,
                    b"blip" | b"imagedata" if shown && large => {
                        let id = element.attribute("embed").or_else(|| element.attribute("id"));
                        let pictured =
                            element.name() == b"imagedata" || open.iter().any(|name| name == b"pic");
                        count += u32::from(pictured && id.is_some_and(|id| is_of_dots(&id)));
                    }
                    _ => {}
                }
                open.push(element.name().to_vec());
            }
            Piece::Close => {
                open.pop();
            }
            Piece::Text(_) => {}
        }
    }
    count
}

/// Whether a picture of this size shows something; none where it is no size.
fn is_large(element: &Element<'_>) -> Option<bool> {
    let long = |side: &str| element.number(side).map(f64::from);
    Some(LEAST * POINT <= long("cx")? && LEAST * POINT <= long("cy")?)
}
