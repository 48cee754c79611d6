//! `[post.graph]`: letters through Microsoft Graph.

use std::path::Path;

use crate::config::secrets::{self, TokenRules, WebRules};
use crate::config::section::Section;

/// The mailbox in Microsoft 365 that letters leave from, and the application that may use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphRules {
    /// `placement.panel@council.gov.uk`.
    pub mailbox: String,
    pub mode: GraphMode,
    pub token: TokenRules,
    /// Where Microsoft Graph answers, without `/` at its end.
    pub base: String,
    pub web: WebRules,
}

/// Who presses Send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphMode {
    /// Letters lie among the mailbox's drafts, and a person does.
    Drafts,
    /// The program does.
    Send,
}

/// Where Microsoft Graph answers in the world's own cloud.
const BASE: &str = "https://graph.microsoft.com/v1.0";

/// A token for whatever the application was granted there.
const SCOPE: &str = "https://graph.microsoft.com/.default";

pub(crate) fn read(mut section: Section<'_>, home: &Path) -> Option<GraphRules> {
    let mailbox = section.text("mailbox");
    let hint = "the mailbox that emails leave from, such as `placement.panel@council.gov.uk`";
    let mailbox = section.must_say("mailbox", mailbox, Some(hint));
    if let Some(mailbox) = mailbox.as_ref().filter(|mailbox| !is_address(mailbox)) {
        section.mistake(format!("`mailbox` cannot be `{mailbox}`"), Some(hint.to_owned()));
    }
    let modes = [("drafts", GraphMode::Drafts), ("send", GraphMode::Send)];
    let mode = section.entry("mode").and_then(|entry| entry.one_of("mode", &modes));
    let secret = secrets::secret(&mut section, home);
    let token = secrets::token(&mut section, SCOPE, secret.as_ref());
    let names_where = section.text("tenant").or(section.text("token_endpoint")).is_some();
    if !names_where {
        let hint = "the application's number, as Microsoft Entra shows it; with it `tenant`";
        let client = section.text("client");
        section.must_say("client", client, Some(hint));
    }
    let base = section.text("base").map(|base| secrets::safe(&section, "base", &base));
    let web = secrets::web(&mut section, home);
    section.finish();
    Some(GraphRules {
        mailbox: mailbox?,
        mode: mode.unwrap_or(GraphMode::Drafts),
        token: token?,
        base: base.unwrap_or_else(|| BASE.to_owned()),
        web,
    })
}

/// It becomes part of an address on the web: nothing but what an address has.
fn is_address(mailbox: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "@.-_+'".contains(letter);
    mailbox.chars().all(fits) && mailbox.split('@').filter(|part| !part.is_empty()).count() == 2
}
