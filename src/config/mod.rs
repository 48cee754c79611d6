//! The configuration as an administrator writes it, and what it resolves to.
//!
//! [`load`] reads `config.toml` over the shipped data files and either gives a [`Config`] that cannot be wrong or every
//! [`Mistakes`] with its line and column. Nothing else in the program reads the file.

mod mistakes;
mod section;
pub mod percent;
mod meetings;
mod vocabulary;
mod questions;
mod procedure;
mod running;
mod secrets;
mod graph;
mod road;
pub mod domains;
mod link;
mod service;
mod whole;
pub mod not_yet;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod third_panel;

pub use crate::config::domains::DomainRule;
pub use crate::config::graph::{GraphMode, GraphRules};
pub use crate::config::link::LinkRules;
pub use crate::config::mistakes::{Mistake, Mistakes};
pub use crate::config::road::{LoginRule, Road, SmtpRules};
pub use crate::config::secrets::{ProxyRules, SecretPlace, SecretRule, TokenRules, WebRules};
pub use crate::config::service::{Folders, Limits, MadeFiles, PasswordBy, PostRules};
pub use crate::config::whole::{Config, load, resolve};
