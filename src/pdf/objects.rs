//! The objects of a PDF, looked up: references followed, boxes put upright, and what a page inherits.

use lopdf::{Dictionary, Document, Object};

/// A4, for pages that do not say how large they are.
const A4: [f32; 4] = [0.0, 0.0, 595.276, 841.89];

/// Follows references until something that is none; a circle ends as nothing.
pub fn follow<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

/// The value of `key`, references followed.
pub fn value<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    follow(document, dictionary.get(key).ok()?).filter(|object| !object.is_null())
}

/// The dictionary at `key`, references followed; a stream counts by its dictionary.
pub fn dictionary<'a>(document: &'a Document, of: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    match value(document, of, key)? {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// The array at `key`, references followed.
pub fn array<'a>(document: &'a Document, of: &'a Dictionary, key: &[u8]) -> Option<&'a Vec<Object>> {
    value(document, of, key)?.as_array().ok()
}

/// The name at `key`.
pub fn name<'a>(document: &'a Document, of: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    value(document, of, key)?.as_name().ok()
}

/// The numbers of the array at `key`, if it holds just `N`.
pub fn numbers<const N: usize>(document: &Document, of: &Dictionary, key: &[u8]) -> Option<[f32; N]> {
    let array = array(document, of, key)?;
    let numbers: Vec<f32> =
        array.iter().filter_map(|object| follow(document, object)?.as_float().ok()).collect();
    numbers.try_into().ok().filter(|numbers: &[f32; N]| numbers.iter().all(|number| number.is_finite()))
}

/// A value a page may inherit from the tree above it.
pub fn inherited<'a>(document: &'a Document, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..64 {
        if let Some(found) = value(document, node, key) {
            return Some(found);
        }
        node = dictionary(document, node, b"Parent")?;
    }
    None
}

/// The part of the page that is shown.
pub fn visible_box(document: &Document, page: &Dictionary) -> [f32; 4] {
    let given = |key: &[u8]| {
        let mut node = page;
        for _ in 0..64 {
            if let Some(found) = numbers::<4>(document, node, key) {
                return Some(upright(found));
            }
            node = dictionary(document, node, b"Parent")?;
        }
        None
    };
    let large_enough = |place: &[f32; 4]| 1.0 < place[2] - place[0] && 1.0 < place[3] - place[1];
    let sheet = given(b"MediaBox").filter(large_enough).unwrap_or(A4);
    let Some(crop) = given(b"CropBox") else { return sheet };
    let shown = [sheet[0].max(crop[0]), sheet[1].max(crop[1]), sheet[2].min(crop[2]), sheet[3].min(crop[3])];
    if large_enough(&shown) { shown } else { sheet }
}

/// A box with its corners in order.
pub fn upright(place: [f32; 4]) -> [f32; 4] {
    let [a, b, c, d] = place;
    [a.min(c), b.min(d), a.max(c), b.max(d)]
}
