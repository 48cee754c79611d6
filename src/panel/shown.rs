//! How a child is shown: by the panel's choice on everything that is handed round, in full on the child's own record.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::panel::case::Child;

/// What the panel shows of a child on agenda, pack, board and receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChildShown {
    #[default]
    Initials,
    Name,
}

/// What stands where nobody has said what the child is called.
pub const NOT_KNOWN: &str = "not known yet";

impl ChildShown {
    /// The child on everything that is handed round: agenda, invitations, pack, board, receipts, tables.
    pub fn child(self, child: &Child) -> String {
        match (child.name.as_deref(), self) {
            (None, _) => NOT_KNOWN.to_owned(),
            (Some(name), ChildShown::Name) => name.to_owned(),
            (Some(name), ChildShown::Initials) => initials(name),
        }
    }
}

/// The child's full name, with the name used at home: for the minutes and the note on the child's own record.
pub fn in_full(child: &Child) -> Option<String> {
    let name = child.name.as_ref()?;
    Some(child.known_as.as_ref().map_or(name.clone(), |known_as| format!("{name} (known as {known_as})")))
}

/// One capital for each word of a name, and for each part of a compound one: `Anna Maria Smith-Jones` is `AMSJ`.
///
/// `O'Neill` is one word and `van der Berg` three. A script without capitals keeps its letter, an accent stays on it.
fn initials(name: &str) -> String {
    let composed: String = name.nfc().collect();
    let words = composed.split(|c: char| c.is_whitespace() || is_hyphen(c));
    words.flat_map(first_letter).collect()
}

/// The first letter of a word in capitals, with the accents that stand on it.
fn first_letter(word: &str) -> impl Iterator<Item = char> {
    let mut letters = word.chars().skip_while(|c| !c.is_alphabetic());
    let first = letters.next();
    let accents = letters.take_while(|c| is_combining_mark(*c));
    first.into_iter().flat_map(char::to_uppercase).chain(accents)
}

/// Hyphen, soft and unbreakable hyphen, dashes typed for one.
const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{fe63}' | '\u{ff0d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str) -> String {
        ChildShown::Initials.child(&Child { name: Some(name.to_owned()), ..Child::default() })
    }

    #[test]
    fn each_word_and_each_part_of_a_compound_name_gives_an_initial() {
        let names = [
            ("Anna Maria Smith-Jones", "AMSJ"),
            ("Smith\u{2011}Jones", "SJ"),
            ("Sean O'Neill", "SO"),
            ("Jan van der Berg", "JVDB"),
            ("Siân Ŵyn Jones-Łuk", "SŴJŁ"),
            ("A\u{301}ine W\u{302}yn", "ÁŴ"),
            ("محمد علي", "مع"),
            ("王小明", "王"),
            ("Max (Maxine)  Öz", "MMÖ"),
            ("  d'Arcy\u{a0}Lee ", "DL"),
            ("Ng 2nd", "NN"),
        ];
        for (name, initials) in names {
            assert_eq!(shown(name), initials, "{name}");
        }
    }

    #[test]
    fn a_child_is_named_only_where_the_panel_wants_it_and_in_full_only_on_its_record() {
        let child = Child { name: Some("Ada Lovelace".to_owned()), ..Child::default() };
        assert_eq!(ChildShown::Name.child(&child), "Ada Lovelace");
        assert_eq!(ChildShown::Name.child(&Child::default()), NOT_KNOWN);
        assert_eq!(ChildShown::Initials.child(&Child::default()), NOT_KNOWN);
        assert_eq!(in_full(&child).unwrap(), "Ada Lovelace");
        let at_home = Child { known_as: Some("Addie".to_owned()), ..child };
        assert_eq!(in_full(&at_home).unwrap(), "Ada Lovelace (known as Addie)");
        assert_eq!(in_full(&Child::default()), None);
    }
}
