//! Letters that no bundled face has, spelt with ones there are.
//!
//! The faces are part of the program and no other is ever used, so what they lack would be an empty box on every machine. Latin,
//! Greek, Cyrillic, Hebrew and Arabic are there; Chinese, Japanese and Korean hardly.

use deunicode::deunicode_char;
use serde_json::Value;
use typst::text::FontInstance;
use unicode_normalization::UnicodeNormalization;

use crate::stationery::typst::has_letter;

/// Stands for what cannot be spelt at all.
const UNKNOWN: &str = "?";

/// The text with every letter that no face has spelt in Latin ones; none where it can be shown as it stands.
pub fn spelt(text: &str) -> Option<String> {
    if text.chars().all(can_be_shown) {
        return None;
    }
    let mut spelt = String::with_capacity(text.len());
    // Composed form first: a face may have `é` as one letter and not the accent by itself.
    for letter in text.nfc() {
        if can_be_shown(letter) {
            spelt.push(letter);
            continue;
        }
        let said = deunicode_char(letter).map(str::trim).filter(|said| !said.is_empty()).unwrap_or(UNKNOWN);
        // One sign may become a whole syllable (Chinese, Japanese): a space keeps it from running into the one before.
        if spelt.ends_with(char::is_alphanumeric) {
            spelt.push(' ');
        }
        spelt.push_str(said);
    }
    Some(spelt)
}

/// Spells out every text in the data of a page; says how many there were.
pub fn spell_out(data: &mut Value) -> usize {
    match data {
        Value::String(text) => spelt(text).map_or(0, |spelt| {
            *text = spelt;
            1
        }),
        Value::Array(items) => items.iter_mut().map(spell_out).sum(),
        Value::Object(entries) => entries.values_mut().map(spell_out).sum(),
        _ => 0,
    }
}

/// Whether a face shows the text by its letters alone, one after the other: no letter missing, none joined to the next, none
/// written from right to left.
pub fn is_plain(face: &FontInstance, text: &str) -> bool {
    text.chars().all(|letter| is_upright(letter) && face.ttf().glyph_index(letter).is_some())
}

/// Scripts whose letters stand side by side from left to right: Latin, Greek, Cyrillic, Armenian, and signs.
fn is_upright(letter: char) -> bool {
    matches!(letter, ' '..='\u{2FF}' | '\u{370}'..='\u{58F}' | '\u{1E00}'..='\u{1FFF}' | '\u{2010}'..='\u{2BFF}')
}

fn can_be_shown(letter: char) -> bool {
    let unseen = letter.is_control()
        || matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}');
    unseen || has_letter(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stationery::typst::face;

    #[test]
    fn what_the_faces_have_stays_as_it_is_and_the_rest_is_spelt() {
        for shown in ["Cyngor Gŵyr, Łukasz Żak", "Жанна Ωμέγα", "محمد", "שרה", "“£4,250” – 30 %"]
        {
            assert_eq!(spelt(shown), None, "{shown}");
        }
        let spelt = spelt("Li 李雷 (12)").unwrap();
        assert!(spelt.is_ascii() && spelt.starts_with("Li Li Lei"), "{spelt}");
        let mut data = serde_json::json!({ "a": ["한국", 3], "b": { "c": "plain" } });
        assert_eq!(spell_out(&mut data), 1);
        assert_eq!(data["b"]["c"], "plain");
    }

    #[test]
    fn joined_and_reversed_scripts_are_not_plain() {
        let face = face("Liberation Sans", true).unwrap();
        assert!(is_plain(&face, "OFFICIAL-SENSITIVE · Gŵyr, Kraków, Київ"));
        for text in ["محمد", "שרה", "हिन्दी"] {
            assert!(!is_plain(&face, text), "{text}");
        }
    }
}
