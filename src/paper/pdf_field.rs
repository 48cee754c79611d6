//! The look of a form field that came without one: its value set as a viewer would set it.

use lopdf::{Dictionary, Document, Object};

use crate::paper::pdf_open::{dictionary, inherited, name, value};

/// A field drawn by us: page-description operators in a box of this size, using the font `/F`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawing {
    pub width: f32,
    pub height: f32,
    pub operators: Vec<u8>,
    /// A standard font by its PDF name.
    pub font: &'static str,
}

const MULTILINE: i64 = 1 << 12;
const PASSWORD: i64 = 1 << 13;

/// Draws a field's value; none where there is nothing to draw.
pub(crate) fn draw(
    document: &Document,
    form: Option<&Dictionary>,
    field: &Dictionary,
    place: [f32; 4],
) -> Option<Drawing> {
    let (width, height) = (place[2] - place[0], place[3] - place[1]);
    let flags = inherited(document, field, b"Ff").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
    let kind = inherited(document, field, b"FT").and_then(|kind| kind.as_name().ok())?;
    match kind {
        b"Btn" => tick(document, field, width, height),
        b"Tx" | b"Ch" if flags & PASSWORD == 0 => {
            let text = text_of(inherited(document, field, b"V")?)?;
            let look = inherited(document, field, b"DA").or_else(|| value(document, form?, b"DA"));
            let size = look.and_then(|look| look.as_str().ok()).and_then(font_size).unwrap_or(0.0);
            Some(set(&text, size, width, height, kind == b"Tx" && flags & MULTILINE != 0))
        }
        _ => None,
    }
}

/// Words typed onto a page (a "free text" annotation) that came without a look.
pub(crate) fn typed(document: &Document, annotation: &Dictionary, place: [f32; 4]) -> Option<Drawing> {
    if name(document, annotation, b"Subtype") != Some(b"FreeText") {
        return None;
    }
    let text = text_of(value(document, annotation, b"Contents")?)?;
    let look = value(document, annotation, b"DA").and_then(|look| look.as_str().ok());
    let size = look.and_then(font_size).unwrap_or(0.0);
    Some(set(&text, size, place[2] - place[0], place[3] - place[1], true))
}

/// A cross for a box that is ticked but has no look for it.
fn tick(document: &Document, field: &Dictionary, width: f32, height: f32) -> Option<Drawing> {
    let state = name(document, field, b"AS").or_else(|| inherited(document, field, b"V")?.as_name().ok())?;
    let looks = dictionary(document, field, b"AP").and_then(|looks| dictionary(document, looks, b"N"));
    // One of several radio buttons is on only if it is the one that is named.
    let own = looks.is_none_or(|looks| looks.is_empty() || looks.has(state));
    if state == b"Off" || state.is_empty() || !own {
        return None;
    }
    let inset = width.min(height) * 0.2;
    let (right, top) = (width - inset, height - inset);
    let operators = format!("1 w {inset} {inset} m {right} {top} l {inset} {top} m {right} {inset} l S");
    Some(Drawing { width, height, operators: operators.into_bytes(), font: "Helvetica" })
}

fn text_of(value: &Object) -> Option<String> {
    let text = match value {
        Object::Array(items) => items.iter().filter_map(text_of).collect::<Vec<_>>().join(", "),
        Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
        Object::Stream(stream) => {
            String::from_utf8_lossy(&stream.get_plain_content_with_limit(1 << 20).ok()?).into_owned()
        }
        other => lopdf::decode_text_string(other).ok()?,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// The size in a default appearance such as `/Helv 10 Tf 0 g`; nought means "as fits".
fn font_size(look: &[u8]) -> Option<f32> {
    let look = String::from_utf8_lossy(look).into_owned();
    let words: Vec<&str> = look.split_whitespace().collect();
    let place = words.iter().position(|word| *word == "Tf")?;
    words.get(place.checked_sub(1)?)?.parse().ok()
}

fn set(text: &str, size: f32, width: f32, height: f32, multiline: bool) -> Drawing {
    let size = match size {
        size if 0.5 < size => size,
        _ if multiline => 10.0,
        _ => (height * 0.7).clamp(4.0, 12.0),
    };
    let lines =
        if multiline { broken(text, width - 4.0, size) } else { vec![text.replace(['\r', '\n'], " ")] };
    let first = if multiline { height - size - 2.0 } else { (height - size) / 2.0 + size * 0.22 };
    let mut operators =
        format!("0 0 {width} {height} re W n BT /F {size} Tf {} TL 2 {first} Td ", size * 1.15).into_bytes();
    for line in lines {
        operators.push(b'(');
        operators.extend(escaped(&line));
        operators.extend(b") Tj T* ");
    }
    operators.extend(b"ET");
    Drawing { width, height, operators, font: "Helvetica" }
}

/// Lines that fit the width, reckoning letters at half their height.
fn broken(text: &str, width: f32, size: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.replace("\r\n", "\n").split(['\r', '\n']) {
        let mut line = String::new();
        let mut taken = 0.0;
        for word in paragraph.split_whitespace() {
            let wide = word.chars().map(|_| size * 0.5).sum::<f32>() + size * 0.28;
            if width < taken + wide && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                taken = 0.0;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            taken += wide;
        }
        lines.push(line);
    }
    lines
}

/// Text in the encoding of the standard fonts, brackets escaped.
fn escaped(text: &str) -> Vec<u8> {
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes.iter() {
        if matches!(byte, b'(' | b')' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out
}
