//! Calls over the web: encrypted, to the address that was asked and to no other.
//!
//! A token goes to the host it was meant for: an answer that sends us elsewhere is an answer, and is not followed. Nothing is taken from
//! the environment, every wait has an end, and what is read is bounded.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use thiserror::Error;
use ureq::http::{HeaderMap, Method, Request};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector as _, DefaultConnector};
use ureq::{Agent, Proxy, Timeout};

use crate::post::secret::Secret;
use crate::post::smtp::wire;
use crate::post::went_out::WentOut;

/// Bytes of an answer that are read where nobody asked for a file.
const MOST_OF_AN_ANSWER: u64 = 4 * 1024 * 1024;

/// Seconds that are believed of a server that asks us to wait: no longer than a day.
const LONGEST_REST: u64 = 24 * 60 * 60;

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum WebError {
    #[error("the certificates in `{path}` cannot be used: {why}")]
    Certificates { path: String, why: String },
    /// What was written stays out: somebody's password may stand in it.
    #[error("`proxy` is no address of a proxy")]
    Proxy,
    #[error("`{host}` cannot be reached: {why}")]
    NotReached { host: String, why: String },
    /// Nobody was asked: the proxy lets nobody through without a login that it takes.
    #[error("the proxy does not take the login")]
    ProxyLogin,
    #[error("the connection to `{host}` cannot be encrypted: {why}")]
    NotSafe { host: String, why: String },
    /// The question may have arrived.
    #[error("`{host}` ended the connection: {why}")]
    Broken { host: String, why: String },
    #[error("`{host}` did not answer in time")]
    NoAnswer { host: String },
    #[error("`{0}` is no address that can be asked safely")]
    NoAddress(String),
}

impl WebError {
    /// Nothing of the question can have arrived: all others are given only where no byte of it was handed to the line.
    pub const fn is_before_the_question(&self) -> bool {
        !matches!(self, WebError::Broken { .. } | WebError::NoAnswer { .. })
    }
}

/// The proxy that is the way out.
#[derive(Debug, Clone, Copy)]
pub struct WayOut<'p> {
    /// `http://proxy.council.gov.uk:8080`.
    pub address: &'p str,
    /// The account and its password.
    pub login: Option<(&'p str, &'p Secret)>,
}

impl WayOut<'_> {
    fn proxy(&self) -> Result<Proxy, WebError> {
        let wrong = |_| WebError::Proxy;
        let plain = Proxy::new(self.address).map_err(wrong)?;
        let Some((user, password)) = self.login else { return Ok(plain) };
        let built = Proxy::builder(plain.protocol()).host(plain.host()).port(plain.port());
        built.username(user).password(password.reveal()).build().map_err(wrong)
    }
}

/// How long each part of a call is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebWaits {
    pub connect: Duration,
    /// For what is sent, a call at most 4 MB.
    pub send: Duration,
    pub answer: Duration,
}

impl Default for WebWaits {
    fn default() -> Self {
        WebWaits {
            connect: Duration::from_mins(1),
            send: Duration::from_mins(10),
            answer: Duration::from_mins(5),
        }
    }
}

/// A question.
#[derive(Debug, Clone)]
pub struct Question<'q> {
    pub method: Method,
    pub url: &'q str,
    pub token: Option<&'q Secret>,
    /// Further header lines.
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<&'q [u8]>,
    /// Bytes of the answer that are read.
    pub most: u64,
}

impl<'q> Question<'q> {
    pub const fn new(method: Method, url: &'q str) -> Self {
        Question { method, url, token: None, headers: Vec::new(), body: None, most: MOST_OF_AN_ANSWER }
    }
}

/// An answer, whatever it says.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Seconds after which it may be asked again.
    pub retry_after: Option<u64>,
    /// By which the other side finds the call in its records.
    pub request_id: Option<String>,
    pub body: Vec<u8>,
}

/// The way out. One question at a time is asked by it.
#[derive(Debug, Clone)]
pub struct Web {
    agent: Agent,
    went_out: WentOut,
}

impl Web {
    /// `own` are certificates, as text with their path, that are believed besides the usual ones.
    ///
    /// Fails with [`WebError::Certificates`] and [`WebError::Proxy`].
    pub fn open(
        own: Option<(&str, &[u8])>,
        proxy: Option<&WayOut<'_>>,
        waits: WebWaits,
    ) -> Result<Web, WebError> {
        let usual = webpki_root_certs::TLS_SERVER_ROOT_CERTS;
        let mut roots: Vec<Certificate<'static>> =
            usual.iter().map(|root| Certificate::from_der(root.as_ref()).to_owned()).collect();
        if let Some((path, pem)) = own {
            let wrong = |why: String| WebError::Certificates { path: path.to_owned(), why };
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
                roots.push(Certificate::from_der(certificate.as_ref()).to_owned());
            }
            if roots.len() == before {
                return Err(wrong("there is none in it".to_owned()));
            }
        }
        let proxy = proxy.map(WayOut::proxy).transpose()?;
        let went_out = WentOut::by(proxy.as_ref());
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy)
            .user_agent(concat!("panelclerk/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(waits.connect))
            .timeout_connect(Some(waits.connect))
            .timeout_send_request(Some(waits.send))
            .timeout_send_body(Some(waits.send))
            .timeout_recv_response(Some(waits.answer))
            .timeout_recv_body(Some(waits.answer))
            .build();
        let line = DefaultConnector::new().chain(went_out.clone());
        Ok(Web { agent: Agent::with_parts(config, line, DefaultResolver::default()), went_out })
    }

    /// Asks.
    ///
    /// Fails with [`WebError`] where there is no answer; an answer that says no is one.
    pub fn ask(&self, question: &Question<'_>) -> Result<Answer, WebError> {
        let host = host_of(question.url);
        let mut request = Request::builder().method(question.method.clone()).uri(question.url);
        if let Some(token) = question.token {
            request = request.header("Authorization", format!("Bearer {}", token.reveal()));
        }
        for (name, value) in &question.headers {
            request = request.header(*name, value);
        }
        self.went_out.forget();
        let failed = |error| trouble(host, &error, self.went_out.has_begun());
        let no_address = |_| WebError::NoAddress(host.to_owned());
        let response = match question.body {
            Some(body) => self.agent.run(request.body(body).map_err(no_address)?),
            None => self.agent.run(request.body(()).map_err(no_address)?),
        };
        let (parts, mut body) = response.map_err(failed)?.into_parts();
        let body = body.with_config().limit(question.most).read_to_vec().map_err(failed)?;
        let header = |name: &str| Some(parts.headers.get(name)?.to_str().ok()?.to_owned());
        Ok(Answer {
            status: parts.status.as_u16(),
            retry_after: rest(&parts.headers),
            request_id: header("request-id").or_else(|| header("x-ms-request-id")),
            body,
        })
    }
}

/// The host of an address, for people; without whoever logs in there.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let whole = rest.split(['/', '?', '#']).next().unwrap_or_default();
    whole.rsplit('@').next().unwrap_or_default()
}

/// Seconds after which it may be asked again: as a number, or as a moment held against the server's own clock.
fn rest(headers: &HeaderMap) -> Option<u64> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let said = text("retry-after")?;
    let seconds = said.parse().ok().or_else(|| {
        let moment = |text: &str| DateTime::parse_from_rfc2822(text).ok();
        let away = moment(said)?.signed_duration_since(moment(text("date")?)?);
        u64::try_from(away.num_seconds()).ok()
    });
    seconds.map(|seconds: u64| seconds.min(LONGEST_REST))
}

/// `asked`: something of the question may have gone out, so that whatever broke, it may have been understood.
fn trouble(host: &str, error: &ureq::Error, asked: bool) -> WebError {
    match before_the_question(host, error) {
        WebError::NotReached { host, why } | WebError::NotSafe { host, why } if asked => {
            WebError::Broken { host, why }
        }
        error => error,
    }
}

/// What was in the way, as it reads where nothing of the question had gone out.
fn before_the_question(host: &str, error: &ureq::Error) -> WebError {
    let host = host.to_owned();
    let not_reached = |why: &str| WebError::NotReached { host: host.clone(), why: why.to_owned() };
    match error {
        ureq::Error::HostNotFound => not_reached("there is no such host"),
        ureq::Error::ConnectionFailed => not_reached("the connection could not be made"),
        ureq::Error::ConnectProxyFailed(why) if why.contains("407") => WebError::ProxyLogin,
        ureq::Error::ConnectProxyFailed(why) => not_reached(&format!("the proxy said `{why}`")),
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => not_reached("it took too long"),
        ureq::Error::Timeout(_) => WebError::NoAnswer { host },
        ureq::Error::Rustls(error) => WebError::NotSafe { why: wire::plain(error, "the server"), host },
        ureq::Error::Tls(why) => WebError::NotSafe { why: (*why).to_owned(), host },
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) | ureq::Error::Http(_) => {
            WebError::NoAddress(host)
        }
        ureq::Error::Io(error) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            match (inner, error.kind()) {
                (Some(error), _) => WebError::NotSafe { why: wire::plain(error, "the server"), host },
                (
                    None,
                    ErrorKind::ConnectionRefused | ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable,
                ) => not_reached(&error.to_string()),
                (None, ErrorKind::TimedOut | ErrorKind::WouldBlock) => WebError::NoAnswer { host },
                _ => WebError::Broken { why: error.to_string(), host },
            }
        }
        other => WebError::Broken { why: other.to_string(), host },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_is_a_number_or_a_moment_by_the_servers_own_clock() {
        let said = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            rest(&headers)
        };
        assert_eq!(said(&[("retry-after", "120")]), Some(120));
        let moment = ("retry-after", "Fri, 20 Nov 2026 10:02:00 GMT");
        assert_eq!(said(&[moment, ("date", "Fri, 20 Nov 2026 10:00:00 GMT")]), Some(120));
        assert_eq!(said(&[moment]), None);
        assert_eq!(said(&[("retry-after", "99999999")]), Some(LONGEST_REST));
        assert_eq!(said(&[]), None);
    }

    #[test]
    fn nothing_is_asked_in_clear() {
        let web = Web::open(None, None, WebWaits::default()).unwrap();
        let refused = web.ask(&Question::new(Method::GET, "http://127.0.0.1:9/")).unwrap_err();
        assert!(matches!(refused, WebError::NoAddress(_)), "{refused:?}");
        assert!(Web::open(Some(("a.pem", b"no certificate")), None, WebWaits::default()).is_err());
    }
}
