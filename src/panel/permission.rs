//! Whether whoever is named may give permission before a child is accommodated (docs/domain.md: Completeness).

use crate::panel::demands::Permission;
use crate::panel::values;

/// What is known of whoever gave permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Giver {
    /// By title, or named in the configuration.
    May,
    /// A name without a title, and nobody the configuration names.
    Unknown,
    /// Somebody with another office, or in the place of one who may without being a deputy.
    Other,
}

/// Offices that people write after their name, none of which gives permission by itself.
const OFFICES: [&str; 14] = [
    "manager",
    "worker",
    "head",
    "practitioner",
    "officer",
    "director",
    "service",
    "lead",
    "coordinator",
    "commissioner",
    "administrator",
    "reviewing",
    "chair",
    "edt",
];

/// Words by which somebody says that they write for another.
const IN_PLACE_OF: [&str; 2] = ["on behalf of", "pp"];

/// Who `said` names: "Judith Amankwah (Assistant Director), through Patricia Holroyd".
pub fn given_by(rules: &Permission, said: &str) -> Giver {
    if rules.titles.is_empty() && rules.people.is_empty() {
        return Giver::May;
    }
    let said = ["through", "via"].iter().fold(said.to_owned(), |said, road| before(&said, road));
    if rules.people.iter().chain(&rules.deputies).any(|name| names(&said, name)) {
        return Giver::May;
    }
    let titled = rules.titles.iter().any(|title| names(&said, title));
    let written_for =
        |title: &String| names(&said, &format!("for the {title}")) || names(&said, &format!("for {title}"));
    let in_place =
        IN_PLACE_OF.iter().any(|words| names(&said, words)) || rules.titles.iter().any(written_for);
    match (titled, in_place) {
        (true, false) => Giver::May,
        (true, true) => Giver::Other,
        (false, _) if values::words(&said).iter().any(|word| OFFICES.contains(&word.as_str())) => {
            Giver::Other
        }
        (false, _) => Giver::Unknown,
    }
}

/// Whether `text` holds the words of `wanted` one after the other.
pub fn names(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (values::words(text), values::words(wanted));
    !wanted.is_empty() && text.windows(wanted.len()).any(|window| window == wanted.as_slice())
}

/// What stands before a word.
fn before(text: &str, word: &str) -> String {
    let kept = text.split_whitespace().take_while(|said| values::words(said) != [word]);
    kept.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nelc() -> Permission {
        Permission {
            titles: vec!["Assistant Director".to_owned(), "AD".to_owned()],
            people: vec!["Judith Amankwah".to_owned()],
            deputies: vec!["Ruth Calder".to_owned()],
            through: Some("Head of Service".to_owned()),
        }
    }

    #[test]
    fn a_title_or_a_known_name_gives_permission_and_nobody_else_does() {
        for (said, giver) in [
            ("Pat Doe, Assistant Director", Giver::May),
            ("Pat Doe (AD) through Jan Wroe, Head of Service", Giver::May),
            ("Acting Assistant Director Pat Doe", Giver::May),
            ("Pat Doe, Assistant Director for the Safeguarding Service", Giver::May),
            ("Alan Pike, team manager, for the AD", Giver::Other),
            ("Judith Amankwah", Giver::May),
            ("Ruth Calder, Head of Service, on behalf of the AD", Giver::May),
            ("Alan Pike, team manager", Giver::Other),
            ("Jan Wroe, Head of Service", Giver::Other),
            ("Alan Pike, team manager, on behalf of the Assistant Director", Giver::Other),
            ("Pat Doe", Giver::Unknown),
            ("Pat Doe through the Assistant Director", Giver::Unknown),
        ] {
            assert_eq!(given_by(&nelc(), said), giver, "{said}");
        }
        assert_eq!(
            given_by(&Permission::default(), "Alan Pike, team manager"),
            Giver::May,
            "nobody is asked for"
        );
    }
}
