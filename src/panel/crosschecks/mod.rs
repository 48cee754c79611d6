//! What contradicts what on a form: every check by its name, run over what was answered.
//!
//! A question the form does not ask, or that nobody answered, is not contradicted by anything; what is missing is
//! `completeness`'s business. What each check weighs, and where it comes from, stands in `data/checks.toml`.

mod asked;
mod child;
mod people;
mod placement;
mod dates;
mod costs;
mod special;

use crate::finding::Finding;
use crate::panel::look::Look;

/// What one check has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Say {
    /// The field it is about.
    field: &'static str,
    message: String,
    hint: String,
}

/// One check; it says nothing where nothing is wrong.
#[derive(Debug, Clone, Copy)]
struct Check {
    name: &'static str,
    run: fn(&Look<'_>) -> Option<Say>,
}

const GROUPS: [&[Check]; 6] =
    [child::CHECKS, people::CHECKS, placement::CHECKS, dates::CHECKS, costs::CHECKS, special::CHECKS];

/// Every check over one case.
pub fn run(look: &Look<'_>) -> Vec<Finding> {
    let mut found = child::codes(look);
    for check in GROUPS.iter().copied().flatten() {
        let Some(severity) = look.rules.weights.of(check.name) else { continue };
        if let Some(say) = (check.run)(look) {
            let hint = match look.rules.weights.source(check.name) {
                Some(source) => format!("{} ({source})", say.hint),
                None => say.hint,
            };
            found.push(Finding::new(severity, check.name, say.message).about(say.field).hint(hint));
        }
    }
    found
}

/// The names of all checks, for the test that every one is described and every description has one.
pub fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().copied().flatten().map(|check| check.name).chain(child::CODE_CHECKS)
}

fn say(field: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Option<Say> {
    Some(Say { field, message: message.into(), hint: hint.into() })
}
