//! The shipped panels for unit tests, as they are and with lines added: a rule is best tested as an administrator writes it.
use std::path::Path;

use crate::config::whole;
use crate::panel::rules::Rules;

const NELC: &str = include_str!("../../config.toml");
const REDBRIDGE: &str = include_str!("../../panels/redbridge.toml");

fn rules(text: &str) -> Rules {
    whole::resolve("config.toml", text, Path::new("/panel/config.toml"))
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
        .rules
}

pub(crate) fn nelc() -> Rules {
    rules(NELC)
}

pub(crate) fn nelc_with(more: &str) -> Rules {
    rules(&format!("{NELC}\n{more}"))
}

pub(crate) fn redbridge() -> Rules {
    rules(REDBRIDGE)
}
