//! Form fields known by name: which label a PDF form's field names, and its boxes gathered into one answer.

use crate::panel::labels::{LabelIndex, Recognised, Target};
use crate::panel::layout::Sighting;
use crate::panel::pieces::Piece;
use crate::panel::seen::{FieldState, Mark, NamedField};

/// What the named fields say, boxes of one question together.
pub fn look(fields: &[NamedField], index: &LabelIndex<'_>) -> Vec<Sighting> {
    let mut sightings: Vec<Sighting> = Vec::new();
    for field in fields {
        let Some((label, means, option)) = meaning(field, index) else { continue };
        let pieces = match (&field.value, option) {
            (FieldState::Text(text), _) => vec![Piece::Text(text.replace('\r', "\n"), Mark::Answer)],
            (FieldState::Chosen(chosen), _) => vec![Piece::Text(chosen.join("\n"), Mark::Answer)],
            (FieldState::Ticked(on), None) => vec![Piece::Tick(*on)],
            (FieldState::Ticked(on), Some(option)) => {
                vec![Piece::Tick(*on), Piece::Text(option, Mark::Plain), Piece::Break]
            }
        };
        let boxed = matches!(field.value, FieldState::Ticked(_));
        let same = sightings.iter_mut().find(|before| {
            boxed
                && before.means.target == means.target
                && matches!(before.pieces.first(), Some(Piece::Tick(_)))
        });
        match same {
            Some(before) => before.pieces.extend(pieces),
            None => sightings.push(Sighting { label, means, pieces, otherwise: None }),
        }
    }
    sightings
}

/// The label a field stands for, and the option it is the box of.
fn meaning(field: &NamedField, index: &LabelIndex<'_>) -> Option<(String, Recognised, Option<String>)> {
    let spoken = spoken(&field.name);
    let texts: Vec<&str> = field.label.iter().map(String::as_str).chain([spoken.as_str()]).collect();
    for text in &texts {
        if let Some(means) = index.find(text, "") {
            return Some(((*text).to_owned(), means, None));
        }
    }
    if !matches!(field.value, FieldState::Ticked(_)) {
        return None;
    }
    texts.iter().find_map(|text| {
        let words: Vec<&str> = text.split_whitespace().collect();
        (1..words.len()).rev().find_map(|end| {
            let label = words[..end].join(" ");
            let means = index.find_exact(&label, "").filter(|means| means.target != Target::Other)?;
            let option = words[end..].join(" ").trim_start_matches([':', '-', '–', ' ']).to_owned();
            Some((label, means, Some(option)))
        })
    })
}

/// `form1[0].#subform[0].DateOfBirth[0]` as `Date Of Birth`.
fn spoken(name: &str) -> String {
    let parts = name.split('.').filter(|part| !part.starts_with('#'));
    let parts: Vec<String> = parts.map(|part| part.split('[').next().unwrap_or(part).to_owned()).collect();
    let last = match parts.as_slice() {
        [.., group, option] if option.len() <= 3 => format!("{group} {option}"),
        [.., last] => last.clone(),
        [] => String::new(),
    };
    let mut words = String::new();
    let mut before = ' ';
    for letter in last.chars() {
        let separates = matches!(letter, '_' | '-' | '/' | ' ');
        if letter.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        words.push(if separates { ' ' } else { letter });
        before = letter;
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
