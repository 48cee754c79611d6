//! Where secrets are, when they run out, and the application that fetches tokens with one.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::config::section::Section;

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

/// A secret, and the day from which it is of no use any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRule {
    pub place: SecretPlace,
    pub expires: Option<NaiveDate>,
}

/// An application that fetches tokens with its secret (OAuth 2.0 client credentials).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRules {
    /// Where tokens are given out; `https://`.
    pub endpoint: String,
    /// The application's number.
    pub client: String,
    /// What the token is for.
    pub scope: String,
    pub secret: SecretRule,
}

/// How to get out to the web.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebRules {
    pub proxy: Option<ProxyRules>,
    /// Certificates of the council's own that are believed besides the usual ones; absolute.
    pub certificates: Option<PathBuf>,
}

/// The proxy that is the way out, and who logs in at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyRules {
    /// `http://proxy.council.gov.uk:8080`.
    pub address: String,
    /// The account and where its password is; none where the proxy asks for none.
    pub login: Option<(String, SecretRule)>,
}

/// Where Microsoft gives out tokens for an organisation.
const AUTHORITY: &str = "https://login.microsoftonline.com";

/// What is said where a secret belongs and none is named.
const PLACES: &str =
    "`secret_file`, `secret_env`, `secret_credential` or `secret_command`; never the secret itself";

/// The secret of a section, if it names one.
pub(crate) fn secret(section: &mut Section<'_>, home: &Path) -> Option<SecretRule> {
    secret_of(section, home, "")
}

/// The same where the section names several: `whose` stands before each key.
fn secret_of(section: &mut Section<'_>, home: &Path, whose: &str) -> Option<SecretRule> {
    let key = |place: &str| format!("{whose}secret_{place}");
    let command = section.list(&key("command")).filter(|words| !words.is_empty());
    let places = [
        section.text(&key("file")).map(|file| SecretPlace::File(home.join(file))),
        section.text(&key("env")).map(SecretPlace::Environment),
        section.text(&key("credential")).map(SecretPlace::Credential),
        command.map(SecretPlace::Command),
    ];
    let mut places: Vec<SecretPlace> = places.into_iter().flatten().collect();
    if 1 < places.len() {
        section.mistake("the secret has more than one place".to_owned(), Some("name one of them".to_owned()));
    }
    let expires = key("expires");
    let expires = section.entry(&expires).and_then(|entry| entry.date(&expires));
    Some(SecretRule { place: places.pop()?, expires })
}

/// Says that a secret is missing.
pub(crate) fn no_secret(section: &Section<'_>, who: &str) {
    let message = format!("{who}, and nothing says where its secret is");
    section.mistake(message, Some(PLACES.to_owned()));
}

/// The application of a section; none where no `client` is named. `scope` is what its tokens are for unless the section says otherwise.
pub(crate) fn token(
    section: &mut Section<'_>,
    scope: &str,
    secret: Option<&SecretRule>,
) -> Option<TokenRules> {
    let (client, tenant) = (section.text("client"), section.text("tenant"));
    let endpoint = section.text("token_endpoint");
    let scope = section.text("scope").unwrap_or_else(|| scope.to_owned());
    let endpoint = match (endpoint, tenant) {
        (Some(endpoint), _) => Some(safe(section, "token_endpoint", &endpoint)),
        (None, Some(tenant)) => Some(format!("{AUTHORITY}/{tenant}/oauth2/v2.0/token")),
        (None, None) => None,
    };
    let Some(client) = client else {
        if endpoint.is_some() {
            let hint = "`client`: the application's number, as Microsoft Entra shows it";
            section.mistake(
                "a token is fetched, and nothing says for which application".to_owned(),
                Some(hint.to_owned()),
            );
        }
        return None;
    };
    if endpoint.is_none() {
        let hint =
            "`tenant`: the organisation's number or domain in Microsoft Entra; elsewhere `token_endpoint`";
        section.mistake("nothing says where tokens are fetched".to_owned(), Some(hint.to_owned()));
    }
    if secret.is_none() {
        no_secret(section, "an application fetches tokens");
    }
    Some(TokenRules { endpoint: endpoint?, client, scope, secret: secret?.clone() })
}

/// The way out of a section. What is written stays out of what is said: somebody's password may stand in it.
pub(crate) fn web(section: &mut Section<'_>, home: &Path) -> WebRules {
    let address = section.text("proxy");
    let user = section.text("proxy_user");
    let secret = secret_of(section, home, "proxy_");
    if let Some(address) = &address {
        // What stands before the `@` may be a password: it is not shown.
        if address.contains('@') {
            let hint =
                "a password does not belong into the configuration: `proxy_user` and `proxy_secret_file`";
            section.mistake("`proxy` names somebody who logs in".to_owned(), Some(hint.to_owned()));
        }
        if !address.starts_with("http://") && !address.starts_with("https://") {
            section.mistake(
                "`proxy` does not begin `http://` or `https://`".to_owned(),
                Some("write it as `http://proxy.council.gov.uk:8080`".to_owned()),
            );
        }
    }
    if user.is_some() != secret.is_some() || (user.is_some() && address.is_none()) {
        section.mistake(
            "the login at the proxy is not whole".to_owned(),
            Some("`proxy`, `proxy_user` and one of `proxy_secret_file`, `proxy_secret_env`, `proxy_secret_credential` or `proxy_secret_command`".to_owned()),
        );
    }
    let proxy = address.map(|address| ProxyRules { address, login: user.zip(secret) });
    WebRules { proxy, certificates: section.text("certificates").map(|file| home.join(file)) }
}

/// An address that is asked only over an encrypted line, without `/` at its end.
pub(crate) fn safe(section: &Section<'_>, key: &str, address: &str) -> String {
    if !address.starts_with("https://") {
        section.mistake(
            format!("`{key}` does not begin `https://`"),
            Some("a token never goes out in clear".to_owned()),
        );
    }
    address.trim_end_matches('/').to_owned()
}
