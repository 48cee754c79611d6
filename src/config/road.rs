//! `[post] road` and `[post.smtp]`: by which road letters leave.

use std::path::{Path, PathBuf};

use crate::config::section::Section;

/// By which road letters leave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Road {
    /// Drafts in the meeting's outbox, which somebody opens and sends.
    #[default]
    Outbox,
    /// A mail server takes them from the program.
    Smtp(SmtpRules),
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
    /// Where its password or token is; none where nobody logs in.
    pub secret: Option<SecretPlace>,
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

/// Where a secret is; it is never in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// The first line of a file that nobody else can read; absolute.
    File(PathBuf),
    /// An environment variable of the service.
    Environment(String),
    /// A credential that systemd hands to the service.
    Credential(String),
    /// What a program prints: the program, then its arguments.
    Command(Vec<String>),
}

pub(crate) fn read(section: &mut Section<'_>, home: &Path) -> Road {
    let is_smtp =
        section.entry("road").and_then(|entry| entry.one_of("road", &[("outbox", false), ("smtp", true)]));
    let rules = section.section("smtp");
    match (is_smtp.unwrap_or_default(), rules) {
        (false, None) => Road::Outbox,
        (false, Some(rules)) => {
            // Written ahead of the day on which the road is changed: checked all the same.
            smtp(rules, home);
            Road::Outbox
        }
        (true, Some(rules)) => smtp(rules, home).map_or(Road::Outbox, Road::Smtp),
        (true, None) => {
            section.mistake(
                "the road is `smtp` and there is no `[post.smtp]`".to_owned(),
                Some("say which mail server takes the letters: `[post.smtp]` with `host`".to_owned()),
            );
            Road::Outbox
        }
    }
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
    let places = [
        section.text("secret_file").map(|file| SecretPlace::File(home.join(file))),
        section.text("secret_env").map(SecretPlace::Environment),
        section.text("secret_credential").map(SecretPlace::Credential),
        section.list("secret_command").filter(|words| !words.is_empty()).map(SecretPlace::Command),
    ];
    let mut places: Vec<SecretPlace> = places.into_iter().flatten().collect();
    if 1 < places.len() {
        section.mistake("the secret has more than one place".to_owned(), Some("name one of them".to_owned()));
    }
    let secret = places.pop();
    if login != LoginRule::None {
        let hint = "the mailbox that sends, such as `placement.panel@council.gov.uk`";
        section.must_say("user", user.clone(), Some(hint));
        if secret.is_none() {
            section.mistake(
                "the mailbox logs in, and nothing says where its secret is".to_owned(),
                Some("`secret_file`, `secret_env`, `secret_credential` or `secret_command`; never the secret itself".to_owned()),
            );
        }
    }
    let certificates = section.text("certificates").map(|file| home.join(file));
    let own_name = section.text("own_name").unwrap_or_else(|| "localhost".to_owned());
    section.finish();
    Some(SmtpRules {
        host: host?,
        port: port.unwrap_or(if from_the_start { 465 } else { 587 }),
        encrypted_from_the_start: from_the_start,
        login,
        user: user.unwrap_or_default(),
        secret,
        certificates,
        own_name,
    })
}
