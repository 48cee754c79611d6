//! `[post] road` and `[post.smtp]`: by which road letters leave.

use std::path::{Path, PathBuf};

use crate::config::graph::{self, GraphMode, GraphRules};
use crate::config::secrets::{self, ProxyRules, SecretRule, TokenRules};
use crate::config::section::Section;

/// By which road letters leave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Road {
    /// Drafts in the meeting's outbox, which somebody opens and sends.
    #[default]
    Outbox,
    /// A mail server takes them from the program.
    Smtp(SmtpRules),
    /// Microsoft Graph does.
    Graph(GraphRules),
}

impl Road {
    /// Whether letters leave without a person pressing Send in a mail program.
    pub const fn sends_by_itself(&self) -> bool {
        match self {
            Road::Outbox => false,
            Road::Smtp(_) => true,
            Road::Graph(rules) => matches!(rules.mode, GraphMode::Send),
        }
    }

    /// Every secret this road needs, by the section that names it.
    pub fn secrets(&self) -> Vec<(&'static str, &SecretRule)> {
        let (section, own, proxy) = match self {
            Road::Outbox => return Vec::new(),
            Road::Smtp(rules) => ("post.smtp", rules.secret.as_ref(), rules.proxy.as_ref()),
            Road::Graph(rules) => ("post.graph", Some(&rules.token.secret), rules.web.proxy.as_ref()),
        };
        let login = proxy.and_then(|proxy| Some(&proxy.login.as_ref()?.1));
        own.into_iter().chain(login).map(|secret| (section, secret)).collect()
    }
}

/// The mail server that takes letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpRules {
    pub host: String,
    pub port: u16,
    /// Encrypted from the first byte (port 465); otherwise STARTTLS (587, 25), without which nothing is sent.
    pub encrypted_from_the_start: bool,
    pub login: LoginRule,
    /// The mailbox that logs in.
    pub user: String,
    /// Where its password or token is, or the secret of the application that fetches tokens; none where nobody logs in.
    pub secret: Option<SecretRule>,
    /// The application that fetches tokens, where one does.
    pub token: Option<TokenRules>,
    /// The way out to where tokens are given.
    pub proxy: Option<ProxyRules>,
    /// Certificates of the council's own that are believed besides the usual ones; absolute.
    pub certificates: Option<PathBuf>,
    /// The name this machine gives itself to the server.
    pub own_name: String,
}

/// How the mailbox logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginRule {
    /// The server knows the machine.
    None,
    Plain,
    Login,
    Xoauth2,
}

/// What a token for sending by SMTP is for, in Microsoft 365.
const SMTP_SCOPE: &str = "https://outlook.office365.com/.default";

/// Which road is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Outbox,
    Smtp,
    Graph,
}

pub(crate) fn read(section: &mut Section<'_>, home: &Path) -> Road {
    let roads = [("outbox", Named::Outbox), ("smtp", Named::Smtp), ("graph", Named::Graph)];
    let named = section.entry("road").and_then(|entry| entry.one_of("road", &roads));
    // A road written ahead of the day on which it is taken is checked all the same.
    let (by_smtp, by_graph) = (section.section("smtp"), section.section("graph"));
    let written = (by_smtp.is_some(), by_graph.is_some());
    let by_smtp = by_smtp.and_then(|rules| smtp(rules, home)).map(Road::Smtp);
    let by_graph = by_graph.and_then(|rules| graph::read(rules, home)).map(Road::Graph);
    let missing = match (named.unwrap_or(Named::Outbox), written) {
        (Named::Outbox, _) => return Road::Outbox,
        (Named::Smtp, (true, _)) => return by_smtp.unwrap_or_default(),
        (Named::Graph, (_, true)) => return by_graph.unwrap_or_default(),
        (Named::Smtp, _) => (
            "the road is `smtp` and there is no `[post.smtp]`",
            "say which mail server takes the emails: `[post.smtp]` with `host`",
        ),
        (Named::Graph, _) => (
            "the road is `graph` and there is no `[post.graph]`",
            "say which mailbox emails leave from: `[post.graph]` with `mailbox`, `tenant` and `client`",
        ),
    };
    section.mistake(missing.0.to_owned(), Some(missing.1.to_owned()));
    Road::Outbox
}

fn smtp(mut section: Section<'_>, home: &Path) -> Option<SmtpRules> {
    let host = section.text("host");
    let host = section.must("host", host);
    let ways = [("starttls", false), ("tls", true)];
    let from_the_start = section.entry("encryption").and_then(|entry| entry.one_of("encryption", &ways));
    let from_the_start = from_the_start.unwrap_or_default();
    let port = section.whole("port", 1..=65_535).and_then(|port| u16::try_from(port).ok());
    let logins = [
        ("none", LoginRule::None),
        ("plain", LoginRule::Plain),
        ("login", LoginRule::Login),
        ("xoauth2", LoginRule::Xoauth2),
    ];
    let login =
        section.entry("login").and_then(|entry| entry.one_of("login", &logins)).unwrap_or(LoginRule::None);
    let user = section.text("user");
    let secret = secrets::secret(&mut section, home);
    let token = secrets::token(&mut section, SMTP_SCOPE, secret.as_ref());
    if token.is_some() && login != LoginRule::Xoauth2 {
        section.mistake(
            "a token is fetched, and the mailbox does not log in with one".to_owned(),
            Some("`login = \"xoauth2\"`, or leave out `client`".to_owned()),
        );
    }
    if login != LoginRule::None {
        let hint = "the mailbox that sends, such as `placement.panel@council.gov.uk`";
        section.must_say("user", user.clone(), Some(hint));
        if secret.is_none() {
            secrets::no_secret(&section, "the mailbox logs in");
        }
    }
    let web = secrets::web(&mut section, home);
    let own_name = section.text("own_name").unwrap_or_else(|| "localhost".to_owned());
    section.finish();
    Some(SmtpRules {
        host: host?,
        port: port.unwrap_or(if from_the_start { 465 } else { 587 }),
        encrypted_from_the_start: from_the_start,
        login,
        user: user.unwrap_or_default(),
        secret,
        token,
        proxy: web.proxy,
        certificates: web.certificates,
        own_name,
    })
}
