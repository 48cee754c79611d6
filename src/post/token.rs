//! Tokens: an application fetches them with its secret (OAuth 2.0, RFC 6749, 4.4), and they are kept in memory for as long as they are good.
//!
//! A token is renewed half-way through its life, so that one that is used is never about to run out; where that cannot be done, the old one
//! serves until shortly before its end. Neither secret nor token is in any message.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use ureq::http::Method;

use crate::clock::Stopwatch;
use crate::config::percent::encoded;
use crate::post::advice::Advice;
use crate::post::secret::Secret;
use crate::post::web::{Question, Web, WebError, host_of};

/// Seconds before its end at which a token counts as over: a call that begins with it must end with it.
const BEFORE_ITS_END: u64 = 120;

/// Seconds a token lives where nobody says how long.
const USUAL_LIFE: u64 = 3600;

/// Who asks for tokens, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub endpoint: String,
    pub client: String,
    pub scope: String,
}

/// Why there is no token.
#[derive(Debug)]
pub enum NoToken {
    Web(WebError),
    /// The secret itself cannot be had.
    NoSecret(Advice),
    /// The answer is no.
    Refused {
        status: u16,
        error: String,
        code: Option<String>,
        rest: Option<u64>,
    },
}

/// A token, and since when it is held.
#[derive(Debug, Clone)]
struct Held {
    token: Secret,
    since: Stopwatch,
    seconds: u64,
}

/// Where tokens are kept: in memory, by whoever posts; a copy is the same place.
#[derive(Debug, Clone, Default)]
pub struct Tokens(Arc<Mutex<Option<Held>>>);

#[derive(Deserialize)]
struct Given {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Denied {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Tokens {
    /// A token that is good for a while. `secret` is asked only where one must be fetched.
    ///
    /// Fails with [`NoToken`].
    pub fn take(
        &self,
        web: &Web,
        application: &Application,
        secret: impl FnOnce() -> Result<Secret, Advice>,
    ) -> Result<Secret, NoToken> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |held: &Held| held.since.elapsed().as_secs();
        if let Some(held) = held.as_ref().filter(|held| age(held) * 2 < held.seconds) {
            return Ok(held.token.clone());
        }
        let fetched = secret().map_err(NoToken::NoSecret).and_then(|secret| fetch(web, application, &secret));
        let still_good = |held: &&Held| age(held) + BEFORE_ITS_END < held.seconds;
        match (fetched, held.as_ref().filter(still_good)) {
            (Ok(new), _) => Ok(held.insert(new).token.clone()),
            (Err(_), Some(old)) => Ok(old.token.clone()),
            (Err(error), None) => {
                *held = None;
                Err(error)
            }
        }
    }

    /// Whether a token is held that was fetched before now.
    pub fn holds_one(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Forgets a token that was refused.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn fetch(web: &Web, application: &Application, secret: &Secret) -> Result<Held, NoToken> {
    let Application { endpoint, client, scope } = application;
    let asked = Stopwatch::start();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client.as_str()),
        ("client_secret", secret.reveal()),
        ("scope", scope.as_str()),
    ];
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let body = fields.join("&");
    let mut question = Question::new(Method::POST, endpoint);
    question.headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
    question.headers.push(("Accept", "application/json".to_owned()));
    question.body = Some(body.as_bytes());
    let answer = web.ask(&question).map_err(NoToken::Web)?;
    if answer.status == 200
        && let Ok(Given { access_token, expires_in }) = serde_json::from_slice(&answer.body)
        && is_token(&access_token)
    {
        let seconds = expires_in.unwrap_or(USUAL_LIFE);
        return Ok(Held { token: Secret::new(access_token), since: asked, seconds });
    }
    let denied: Option<Denied> = serde_json::from_slice(&answer.body).ok();
    let error = denied.as_ref().map(|denied| word(&denied.error)).unwrap_or_default();
    let code = denied.and_then(|denied| number(&denied.error_description));
    Err(NoToken::Refused { status: answer.status, error, code, rest: answer.retry_after })
}

/// What may stand in a header line.
fn is_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// An error's word: letters and `_`, nothing that could be anything else.
fn word(error: &str) -> String {
    error.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').take(60).collect()
}

/// Microsoft's own number of what is wrong: `AADSTS7000215`.
fn number(description: &str) -> Option<String> {
    let found = description.split(|letter: char| !letter.is_ascii_alphanumeric());
    found.into_iter().find(|word| word.starts_with("AADSTS") && word.len() < 20).map(str::to_owned)
}

impl fmt::Display for NoToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoToken::Web(error) => error.fmt(out),
            NoToken::NoSecret(advice) => out.write_str(&advice.says),
            NoToken::Refused { status, error, code, .. } => {
                write!(out, "no token: {status} {error}")?;
                code.as_ref().map_or(Ok(()), |code| write!(out, " {code}"))
            }
        }
    }
}

/// What it means that there is no token, and who must do what. `section` is where the configuration says how to fetch one.
pub fn advice(no: &NoToken, application: &Application, section: &str) -> Advice {
    let host = host_of(&application.endpoint);
    let (says, hint) = match no {
        NoToken::Web(error) => return about_web(error, section),
        NoToken::NoSecret(advice) => return advice.clone(),
        NoToken::Refused { status: 429 | 500..=599, .. } => (
            format!("`{host}` gives out no token just now"),
            "nothing needs doing: it is tried again by itself".to_owned(),
        ),
        NoToken::Refused { code: Some(code), .. } if code == "AADSTS7000215" => (
            "the application's secret is wrong".to_owned(),
            "ask whoever looks after Microsoft 365 for the secret's *value*, not its number, and put it where the configuration says".to_owned(),
        ),
        NoToken::Refused { code: Some(code), .. } if code == "AADSTS7000222" => (
            "the application's secret has run out".to_owned(),
            "ask whoever looks after Microsoft 365 for a new secret, put it where the configuration says, and set `secret_expires`".to_owned(),
        ),
        NoToken::Refused { code: Some(code), .. } if code == "AADSTS700016" => (
            "the organisation does not know this application".to_owned(),
            format!("see whether `client` and `tenant` under `[{section}]` are those that Microsoft Entra shows"),
        ),
        NoToken::Refused { code: Some(code), .. } if code == "AADSTS90002" => (
            "there is no such organisation".to_owned(),
            format!("see whether `tenant` under `[{section}]` is what Microsoft Entra shows"),
        ),
        NoToken::Refused { code: Some(code), .. } if code.starts_with("AADSTS53") => (
            "a rule of the organisation does not let this application in".to_owned(),
            "ask whoever looks after Microsoft 365 about conditional access for the application".to_owned(),
        ),
        NoToken::Refused { error, .. } if error == "invalid_client" || error == "unauthorized_client" => (
            format!("`{host}` does not accept the application or its secret"),
            "ask whoever looks after it for the application's number and a new secret".to_owned(),
        ),
        NoToken::Refused { error, .. } if error == "invalid_scope" => (
            format!("`{host}` does not know what the token is for"),
            format!("see whether `scope` under `[{section}]` is right"),
        ),
        NoToken::Refused { status, error, .. } => (
            format!("`{host}` gives out no token ({status} {error})"),
            format!("see whether `tenant` or `token_endpoint` under `[{section}]` is right"),
        ),
    };
    Advice { says: format!("nothing is sent any more: {says}"), hint }
}

/// What to do where somebody on the web cannot be asked.
pub fn about_web(error: &WebError, section: &str) -> Advice {
    let hint = match error {
        WebError::NotReached { .. } => {
            format!("see whether the network lets this machine through; where the way out is a proxy, set `proxy` under `[{section}]`")
        }
        WebError::NotSafe { .. } => {
            "ask whoever looks after the network; for a certificate of the council's own, name its file under `certificates`".to_owned()
        }
        WebError::Certificates { .. } => {
            "put the council's own certificates there, as text that begins `-----BEGIN CERTIFICATE-----`".to_owned()
        }
        WebError::ProxyLogin => {
            format!("ask whoever looks after the proxy; `proxy_user` and its secret stand under `[{section}]`")
        }
        WebError::Proxy | WebError::NoAddress(_) => format!("correct it under `[{section}]`"),
        WebError::Broken { .. } | WebError::NoAnswer { .. } => {
            "nothing needs doing: it is tried again by itself".to_owned()
        }
    };
    Advice { says: error.to_string(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_written_so_that_it_arrives_whole_and_is_never_said() {
        assert_eq!(encoded("a~b+c/d=e&f%ä"), "a~b%2Bc%2Fd%3De%26f%25%C3%A4");
        let no = NoToken::Refused {
            status: 401,
            error: word("invalid_client\r\nX"),
            code: number("AADSTS7000215: Invalid client secret provided."),
            rest: None,
        };
        assert_eq!(no.to_string(), "no token: 401 invalid_clientX AADSTS7000215");
    }

    #[test]
    fn each_refusal_names_who_must_act() {
        let application = Application {
            endpoint: "https://login.example/tenant/token".to_owned(),
            client: "c".to_owned(),
            scope: "s".to_owned(),
        };
        let refused = |status, error: &str, code: Option<&str>| {
            let no = NoToken::Refused {
                status,
                error: error.to_owned(),
                code: code.map(str::to_owned),
                rest: None,
            };
            advice(&no, &application, "post.graph")
        };
        let table = [
            (401, "invalid_client", Some("AADSTS7000215"), "secret is wrong", "looks after Microsoft 365"),
            (401, "invalid_client", Some("AADSTS7000222"), "has run out", "secret_expires"),
            (400, "unauthorized_client", Some("AADSTS700016"), "does not know this application", "`client`"),
            (400, "invalid_request", Some("AADSTS90002"), "no such organisation", "`tenant`"),
            (401, "invalid_client", None, "does not accept the application", "new secret"),
            (400, "invalid_scope", None, "what the token is for", "`scope`"),
            (503, "", None, "just now", "by itself"),
            (404, "", None, "404", "token_endpoint"),
        ];
        for (status, error, code, says, hint) in table {
            let advice = refused(status, error, code);
            assert!(advice.says.contains(says) && advice.hint.contains(hint), "{error}: {advice:?}");
        }
    }
}
