//! Settings that are accepted and checked, but that nothing reads yet: a configuration may be written ahead of the program.

use crate::config::Config;

/// Whether a configuration says anything about a setting.
type IsSet = fn(&Config) -> bool;

/// Each by its key.
pub const NOT_YET_IN_USE: [(&str, IsSet); 1] = [("post.automatic", |config| config.post.automatic.is_some())];

impl Config {
    /// The keys that this configuration sets and that have no effect yet.
    pub fn not_yet_in_use(&self) -> impl Iterator<Item = &'static str> {
        NOT_YET_IN_USE.iter().filter(|(_, is_set)| is_set(self)).map(|(key, _)| *key)
    }
}
