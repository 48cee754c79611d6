//! What is said to a person where a letter does not go.

use chrono::NaiveDate;
use serde::Serialize;

use crate::post::kind::LetterKind;

/// A sentence for a person, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    pub says: String,
    pub hint: String,
}

impl Advice {
    /// The same about one letter: what is to be typed stands there as it is typed, with the letter's number as its reader.
    #[must_use]
    pub fn of_letter(self, kind: &str, meeting: NaiveDate, number: &str) -> Self {
        let key = LetterKind::ALL.into_iter().find(|one| one.word() == kind).map(LetterKind::key);
        let hint = self.hint.replace("send KIND DATE", &format!("send {} {meeting}", key.unwrap_or(kind)));
        let named =
            |hint: &str, how: &str| hint.replace(&format!("{how} READER"), &format!("{how} {number}"));
        Advice { hint: named(&named(&hint, "--again"), "--mark-sent"), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_typed_can_be_typed() {
        let hint = "`panelclerk send KIND DATE --go --again READER` sends it once more".to_owned();
        let advice = Advice { says: String::new(), hint };
        let of_letter = advice.of_letter("invitation", "2026-11-23".parse().unwrap(), "L12");
        assert_eq!(
            of_letter.hint,
            "`panelclerk send invitations 2026-11-23 --go --again L12` sends it once more"
        );
    }
}
