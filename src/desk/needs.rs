//! Whom and what a task about letters is about, typed into `Reason`.

use crate::desk::entries::OrderWord;
use crate::desk::whom;

/// What is missing in `Reason`, and what to type; none where all that the task needs is there.
pub fn missing(task: OrderWord, reason: &str) -> Option<(&'static str, &'static str)> {
    match task {
        OrderWord::SendOnceMore if whom::people(reason).is_empty() => Some((
            "it is not said whose email goes once more",
            "type a name, an address or the email's number, such as `L12`; several with commas between",
        )),
        OrderWord::RecallEmail if asked_back(reason).is_none() => Some((
            "it is not said whose email is asked back, and why",
            "type both with a colon between, such as `Mia Member: it was the wrong Mia` or `L12: the wrong pack`",
        )),
        _ => None,
    }
}

/// People named with commas between, by name, address or the number of an email.
pub fn people(reason: &str) -> Vec<String> {
    whom::people(reason)
}

/// Whose emails are asked back, and why: `Mia Member, L12: it was the wrong Mia`.
pub fn asked_back(reason: &str) -> Option<(Vec<String>, String)> {
    let (whose, why) = reason.split_once(':')?;
    let (readers, why) = (whom::people(whose), why.trim());
    (!readers.is_empty() && !why.is_empty()).then(|| (readers, why.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_and_why_stand_with_a_colon_between() {
        let both = asked_back("Mia Member, L12: the wrong Mia: again").unwrap();
        assert_eq!(
            both,
            (vec!["Mia Member".to_owned(), "L12".to_owned()], "the wrong Mia: again".to_owned())
        );
        for half in ["", "Mia Member", "Mia Member:", ": the wrong one", " , : why"] {
            assert_eq!(asked_back(half), None, "{half}");
            assert!(missing(OrderWord::RecallEmail, half).is_some(), "{half}");
        }
    }
}
