//! `config.toml` as written, then a panel's resolved rules.
