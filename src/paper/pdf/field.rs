//! The look of a form field that came without one: its value as a viewer would show it.
//!
//! Ticks are drawn here; words are set in the bundled faces by [`crate::paper::pdf::answers`], whatever letters they have.

use lopdf::{Dictionary, Document, Object};

use crate::paper::pdf::answers::{Answer, Face, Lines};
use crate::paper::pdf::marks::Drawing;
use crate::pdf::objects::{array, dictionary, follow, inherited, name, value};

/// What a field looks like.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FieldLook {
    Tick(Drawing),
    Words(Answer),
}

const MULTILINE: i64 = 1 << 12;
const PASSWORD: i64 = 1 << 13;
const COMB: i64 = 1 << 24;

/// The largest side of a field, in points; beyond it is rubbish.
const LARGEST: f32 = 5000.0;

/// The look of a field's value; none where there is nothing to show.
pub(crate) fn look(
    document: &Document,
    form: Option<&Dictionary>,
    field: &Dictionary,
    place: [f32; 4],
) -> Option<FieldLook> {
    let (width, height) = (place[2] - place[0], place[3] - place[1]);
    let flags = inherited(document, field, b"Ff").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
    let kind = inherited(document, field, b"FT").and_then(|kind| kind.as_name().ok())?;
    match kind {
        b"Btn" => tick(document, field, width, height).map(FieldLook::Tick),
        b"Tx" | b"Ch" if flags & PASSWORD == 0 => {
            let held = inherited(document, field, b"V")?;
            let text = if kind == b"Ch" { chosen(document, field, held)? } else { text_of(held)? };
            let most = inherited(document, field, b"MaxLen").and_then(|most| most.as_i64().ok());
            let lines = match (kind, most) {
                (b"Tx", Some(most)) if flags & COMB != 0 && 0 < most => {
                    Lines::Comb(u32::try_from(most).unwrap_or(u32::MAX).min(200))
                }
                (b"Tx", _) if flags & MULTILINE != 0 => Lines::Several,
                _ => Lines::One,
            };
            let written = inherited(document, field, b"DA").or_else(|| value(document, form?, b"DA"));
            let aligned = inherited(document, field, b"Q").or_else(|| value(document, form?, b"Q"));
            answer(text, written, aligned, lines, width, height).map(FieldLook::Words)
        }
        _ => None,
    }
}

/// Words typed onto a page (a "free text" annotation) that came without a look.
pub(crate) fn typed(document: &Document, annotation: &Dictionary, place: [f32; 4]) -> Option<Answer> {
    if name(document, annotation, b"Subtype") != Some(b"FreeText") {
        return None;
    }
    let text = text_of(value(document, annotation, b"Contents")?)?;
    let (written, aligned) = (value(document, annotation, b"DA"), value(document, annotation, b"Q"));
    answer(text, written, aligned, Lines::Several, place[2] - place[0], place[3] - place[1])
}

fn answer(
    text: String,
    written: Option<&Object>,
    aligned: Option<&Object>,
    lines: Lines,
    width: f32,
    height: f32,
) -> Option<Answer> {
    if !(1.0..LARGEST).contains(&width) || !(1.0..LARGEST).contains(&height) {
        return None;
    }
    let written = written.and_then(|written| written.as_str().ok()).unwrap_or_default();
    let (size, face, colour) = appearance(written);
    let aligned = match aligned.and_then(|aligned| aligned.as_i64().ok()) {
        Some(1) => "center",
        Some(2) => "right",
        _ => "left",
    };
    Some(Answer { text, size, width, height, lines, aligned, face, colour })
}

/// A cross for a box that is ticked but has no look for it.
fn tick(document: &Document, field: &Dictionary, width: f32, height: f32) -> Option<Drawing> {
    let inset = width.min(height) * 0.2;
    let (right, top) = (width - inset, height - inset);
    let operators = format!("1 w {inset} {inset} m {right} {top} l {inset} {top} m {right} {inset} l S");
    is_on(document, field).then(|| Drawing {
        place: [0.0, 0.0, width, height],
        operators: operators.into_bytes(),
        strength: 1.0,
        marker: false,
    })
}

/// Whether a box or a radio button is on.
fn is_on(document: &Document, field: &Dictionary) -> bool {
    let is_state = |state: &[u8]| state != b"Off" && !state.is_empty();
    let looks = dictionary(document, field, b"AP").and_then(|looks| dictionary(document, looks, b"N"));
    let has_look = |state: &[u8]| looks.is_none_or(|looks| looks.is_empty() || looks.has(state));
    if let Some(state) = name(document, field, b"AS") {
        return is_state(state) && has_look(state);
    }
    let Some(held) = inherited(document, field, b"V") else { return false };
    let text = text_of(held).unwrap_or_default();
    if !is_state(text.as_bytes()) {
        return false;
    }
    // Of several radio buttons the value names the one that is on: by its state, or by its number among them.
    match dictionary(document, field, b"Parent").and_then(|parent| siblings(document, parent, field)) {
        Some((own, options)) if looks.is_none_or(Dictionary::is_empty) => {
            text == own.to_string() || options.get(own).is_some_and(|option| *option == text)
        }
        _ => has_look(text.as_bytes()),
    }
}

/// The place of a widget among those of its field, where there are several, and what the field calls them.
fn siblings(document: &Document, parent: &Dictionary, field: &Dictionary) -> Option<(usize, Vec<String>)> {
    let kids = array(document, parent, b"Kids").filter(|kids| kids.len() > 1)?;
    let own = kids.iter().position(|kid| {
        follow(document, kid).and_then(|kid| kid.as_dict().ok()).is_some_and(|kid| kid == field)
    })?;
    let options = array(document, parent, b"Opt").map(Vec::as_slice).unwrap_or_default();
    let named = options.iter().map(|option| follow(document, option).and_then(text_of).unwrap_or_default());
    Some((own, named.collect()))
}

/// What is chosen in a list, as the list shows it.
fn chosen(document: &Document, field: &Dictionary, held: &Object) -> Option<String> {
    let held = match held {
        Object::Array(several) => several.iter().filter_map(|one| follow(document, one)).collect(),
        one => vec![one],
    };
    let options = inherited(document, field, b"Opt").and_then(|options| options.as_array().ok());
    let shown = held.into_iter().filter_map(text_of).map(|stored| {
        let pairs =
            options.into_iter().flatten().filter_map(|option| follow(document, option)?.as_array().ok());
        let mut named = pairs.filter_map(|pair| match pair.as_slice() {
            [export, shown] if text_of(follow(document, export)?)? == stored => {
                text_of(follow(document, shown)?)
            }
            _ => None,
        });
        named.next().unwrap_or(stored)
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    (!shown.is_empty()).then_some(shown)
}

fn text_of(value: &Object) -> Option<String> {
    let text = match value {
        Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
        Object::Integer(number) => number.to_string(),
        Object::Stream(stream) => {
            let content = stream.get_plain_content_with_limit(1 << 20).ok()?;
            lopdf::decode_text_string(&Object::string_literal(content)).ok()?
        }
        other => lopdf::decode_text_string(other).ok()?,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// Size (nought means "as fits"), face and colour out of a default appearance such as `/Helv 10 Tf 0 g`.
fn appearance(written: &[u8]) -> (f32, Face, [u8; 3]) {
    let written = String::from_utf8_lossy(written).into_owned();
    let words: Vec<&str> = written.split_whitespace().collect();
    let before = |operator: &str, many: usize| -> Option<&[&str]> {
        let end = words.iter().rposition(|word| *word == operator)?;
        words.get(end.checked_sub(many)?..end)
    };
    let font = before("Tf", 2).unwrap_or(&["/Helv", "0"]);
    let size = font[1].parse().ok().filter(|size: &f32| (0.5..500.0).contains(size)).unwrap_or(0.0);
    let parts = |operator: &str, many: usize| -> Option<Vec<u8>> {
        before(operator, many)?.iter().map(|part| Some(shade(part.parse().ok()?))).collect()
    };
    let colour = match (parts("rg", 3).as_deref(), parts("g", 1).as_deref()) {
        (Some([red, green, blue]), _) => [*red, *green, *blue],
        (_, Some([grey])) => [*grey; 3],
        _ => [0; 3],
    };
    (size, Face::named(font[0].trim_start_matches('/')), colour)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between nought and 255")]
fn shade(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0).round() as u8
}
