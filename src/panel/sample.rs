//! Panels for unit tests: the shipped ones as they are, and with a few lines added.
//!
//! The only file in this room that looks upwards, and only in tests: a rule is best tested as an administrator writes it.

use std::path::Path;

use crate::config;
use crate::panel::rules::Rules;

const NELC: &str = include_str!("../../config.toml");
const REDBRIDGE: &str = include_str!("../../panels/redbridge.toml");

fn rules(text: &str) -> Rules {
    config::resolve("config.toml", text, Path::new("/panel/config.toml"))
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
