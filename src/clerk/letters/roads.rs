//! The roads that the program itself takes, opened from the configuration.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::clerk::letters::secret::{self, NoSecret};
use crate::clock::Stopwatch;
use crate::config::{GraphMode, GraphRules, LoginRule, ProxyRules, Road, SmtpRules, TokenRules};
use crate::post::advice::Advice;
use crate::post::carry::{Carrier, Stopped};
use crate::post::graph::carrier::GraphCarrier;
use crate::post::graph::mailbox::Mailbox;
use crate::post::secret::Secret;
use crate::post::smtp::advice;
use crate::post::smtp::carrier::SmtpCarrier;
use crate::post::smtp::dialogue::{Conversation, Encryption, NoConversation, Server};
use crate::post::smtp::login::Login;
use crate::post::smtp::wire::{self, Waits};
use crate::post::token::{self, Application, NoToken, Tokens};
use crate::post::web::{WayOut, Web, WebWaits};

/// Where a mailbox's token is described, for mail servers.
const SMTP_SECTION: &str = "post.smtp";

/// A road that can be opened, and what is asked on the way.
#[derive(Debug)]
pub struct Way<'a> {
    road: &'a Road,
    tokens: Tokens,
    secret: SecretOf<'a>,
    stop: &'a AtomicBool,
}

/// Where the application's secret is.
#[derive(Debug)]
struct SecretOf<'a>(Option<&'a TokenRules>);

impl<'a> Way<'a> {
    /// `tokens` is where tokens are kept from one go to the next.
    pub const fn new(road: &'a Road, tokens: Tokens, stop: &'a AtomicBool) -> Self {
        let rules = match road {
            Road::Outbox => None,
            Road::Smtp(rules) => rules.token.as_ref(),
            Road::Graph(rules) => Some(&rules.token),
        };
        Way { road, tokens, secret: SecretOf(rules), stop }
    }

    /// Opens the road; none where letters go into the outbox.
    ///
    /// Fails with why nothing can be sent.
    pub fn open<'w>(&self, asks: &'w Asks<'_>) -> Result<Option<Box<dyn Carrier + 'w>>, Stopped> {
        match self.road {
            Road::Outbox => Ok(None),
            Road::Smtp(rules) => {
                let talk = self.by_smtp(rules, asks).map_err(|advice| Stopped { advice, rest: None })?;
                Ok(Some(Box::new(SmtpCarrier(talk))))
            }
            Road::Graph(rules) => Ok(Some(Box::new(self.by_graph(rules, asks)?))),
        }
    }

    fn by_graph<'w>(&self, rules: &GraphRules, asks: &'w Asks<'_>) -> Result<GraphCarrier<'w>, Stopped> {
        let stopped = |advice| Stopped { advice, rest: None };
        let web = web(rules.web.certificates.as_deref(), rules.web.proxy.as_ref(), "post.graph");
        let mailbox = Mailbox {
            web: web.map_err(stopped)?,
            base: rules.base.clone(),
            address: rules.mailbox.clone(),
            application: application(&rules.token),
            tokens: self.tokens.clone(),
            secret: &*asks.secret,
            pause: &*asks.pause,
        };
        GraphCarrier::open(mailbox, rules.mode == GraphMode::Send)
    }

    /// A conversation with the configured server. A token that had been held and is refused is fetched anew once.
    fn by_smtp(&self, rules: &SmtpRules, asks: &Asks<'_>) -> Result<Conversation, Advice> {
        let held = self.tokens.holds_one();
        let talk = Conversation::begin(&self.server(rules, asks)?);
        match talk {
            Err(NoConversation::LoginRefused { .. }) if rules.token.is_some() && held => {
                self.tokens.forget();
                Conversation::begin(&self.server(rules, asks)?)
            }
            talk => talk,
        }
        .map_err(|failure| advice::without_conversation(&failure))
    }

    fn server(&self, rules: &SmtpRules, asks: &Asks<'_>) -> Result<Server, Advice> {
        let password = || -> Result<Secret, Advice> {
            let place = rules.secret.as_ref().map(|secret| &secret.place);
            let fetched = place
                .context("nothing says where the mailbox's secret is")
                .and_then(|place| Ok(secret::fetch(place)?));
            fetched.map_err(|error| said(&error, SMTP_SECTION))
        };
        let user = rules.user.clone();
        let login = match rules.login {
            LoginRule::None => Login::None,
            LoginRule::Plain => Login::Plain { user, password: password()? },
            LoginRule::Login => Login::Login { user, password: password()? },
            LoginRule::Xoauth2 => {
                let token = match &rules.token {
                    Some(token) => self.token(rules, token, asks)?,
                    None => password()?,
                };
                Login::Xoauth2 { user, token }
            }
        };
        let own = certificates(rules.certificates.as_deref()).map_err(|error| said(&error, SMTP_SECTION))?;
        let trusted = wire::trusted(own.as_ref().map(|(path, pem)| (path.as_str(), pem.as_slice())));
        Ok(Server {
            host: rules.host.clone(),
            port: rules.port,
            encryption: if rules.encrypted_from_the_start {
                Encryption::FromTheStart
            } else {
                Encryption::Starttls
            },
            trusted: trusted.map_err(|error| said(&error.into(), SMTP_SECTION))?,
            login,
            own_name: rules.own_name.clone(),
            waits: Waits::default(),
        })
    }

    fn token(&self, rules: &SmtpRules, token: &TokenRules, asks: &Asks<'_>) -> Result<Secret, Advice> {
        let web = web(rules.certificates.as_deref(), rules.proxy.as_ref(), SMTP_SECTION)?;
        let application = application(token);
        let taken = self.tokens.take(&web, &application, &*asks.secret);
        taken.map_err(|no: NoToken| token::advice(&no, &application, SMTP_SECTION))
    }

    /// What is asked on the way, for as long as the road is open.
    pub fn asks(&self) -> Asks<'_> {
        Asks {
            secret: Box::new(|| {
                let rules = self.secret.0.map(|rules| &rules.secret.place);
                let fetched = rules.context("nothing says where the application's secret is");
                let fetched = fetched.and_then(|place| Ok(secret::fetch(place)?));
                fetched.map_err(|error| said(&error, "post"))
            }),
            pause: Box::new(|pause| waited(pause, self.stop)),
        }
    }
}

/// Questions that come up while a road is open.
pub struct Asks<'a> {
    secret: Box<dyn Fn() -> Result<Secret, Advice> + 'a>,
    pause: Box<dyn Fn(Duration) -> bool + 'a>,
}

impl std::fmt::Debug for Asks<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Asks")
    }
}

/// Waits; false where it was told to stop before.
fn waited(pause: Duration, stop: &AtomicBool) -> bool {
    let begun = Stopwatch::start();
    while begun.elapsed() < pause {
        if stop.load(Ordering::Relaxed) {
            return false;
        }
        thread::sleep(Duration::from_millis(50).min(pause));
    }
    true
}

fn application(rules: &TokenRules) -> Application {
    Application { endpoint: rules.endpoint.clone(), client: rules.client.clone(), scope: rules.scope.clone() }
}

fn web(own: Option<&Path>, proxy: Option<&ProxyRules>, section: &str) -> Result<Web, Advice> {
    let own = certificates(own).map_err(|error| said(&error, section))?;
    let own = own.as_ref().map(|(path, pem)| (path.as_str(), pem.as_slice()));
    let login = proxy.and_then(|proxy| proxy.login.as_ref());
    let login = login.map(|(user, secret)| Ok((user.as_str(), secret::fetch(&secret.place)?))).transpose();
    let login = login.map_err(|error: NoSecret| said(&error.into(), section))?;
    let login = login.as_ref().map(|(user, secret)| (*user, secret));
    let proxy = proxy.map(|proxy| WayOut { address: &proxy.address, login });
    Web::open(own, proxy.as_ref(), WebWaits::default()).map_err(|error| token::about_web(&error, section))
}

fn certificates(path: Option<&Path>) -> Result<Option<(String, Vec<u8>)>> {
    let Some(path) = path else { return Ok(None) };
    let shown = path.display().to_string();
    let pem = fs::read(path).with_context(|| format!("the certificates in `{shown}`"))?;
    Ok(Some((shown, pem)))
}

/// What went wrong here, before anybody was asked.
fn said(error: &anyhow::Error, section: &str) -> Advice {
    let said = format!("{error:#}");
    let look = format!("look at `[{section}]`");
    let (says, hint) = said.split_once("; hint: ").unwrap_or((&said, &look));
    Advice { says: says.to_owned(), hint: hint.to_owned() }
}
