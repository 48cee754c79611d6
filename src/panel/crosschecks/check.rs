//! The shape of a check on a form.

use crate::panel::look::CaseLook;

/// What one check has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Say {
    /// The field it is about.
    pub(crate) field: &'static str,
    pub(crate) message: String,
    pub(crate) hint: String,
}

/// One check; it says nothing where nothing is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&CaseLook<'_>) -> Option<Say>,
}

/// What a check says that found something.
#[expect(clippy::unnecessary_wraps, reason = "every check ends with it or with nothing")]
pub(crate) fn say(field: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Option<Say> {
    Some(Say { field, message: message.into(), hint: hint.into() })
}
