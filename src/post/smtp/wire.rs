//! The line to a mail server: encrypted with a certificate that was checked, or on the way there; never a letter in clear.
//!
//! Every wait has an end (RFC 5321, 4.5.3.2). What is read is bounded.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use thiserror::Error;

use crate::clock::Stopwatch;
use crate::post::smtp::reply::{self, Reply};

/// Bytes of one line of an answer, and lines of one answer, that are read; RFC 5321 allows 512 bytes.
const LONGEST_LINE: usize = 4096;
const MOST_LINES: usize = 128;

/// What the other side is called.
const MAIL_SERVER: &str = "the mail server";

/// Why nothing more comes over the line.
#[derive(Debug, Error)]
pub enum WireError {
    /// There is no such server, or it does not let us in.
    #[error("`{host}` cannot be reached: {error}")]
    NotReached { host: String, error: io::Error },
    /// It did not answer in time.
    #[error("the mail server did not answer within {seconds} seconds")]
    NoAnswer { seconds: u64 },
    /// It hung up, or the line is broken.
    #[error("the mail server ended the connection")]
    HungUp,
    /// What it said is no answer of a mail server.
    #[error("what answers there is no mail server")]
    NoMailServer,
    /// Its certificate is not to be trusted, or it speaks an old kind of encryption.
    #[error("the connection cannot be encrypted: {0}")]
    NotSafe(String),
    /// Bytes were waiting before encryption began: somebody in between put them there.
    #[error("answers were waiting before encryption began; somebody may be on the line")]
    SomebodyOnTheLine,
    /// The file with the council's own certificates cannot be used.
    #[error("the certificates in `{path}` cannot be used: {why}")]
    Certificates { path: String, why: String },
}

/// How long each answer is waited for, as RFC 5321 (4.5.3.2) has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    pub connect: Duration,
    /// The greeting, and every command but those below.
    pub command: Duration,
    /// The answer to `DATA`.
    pub begin: Duration,
    /// Each piece of the letter.
    pub piece: Duration,
    /// The answer after the letter.
    pub end: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Waits {
            connect: Duration::from_mins(1),
            command: Duration::from_mins(5),
            begin: Duration::from_mins(2),
            piece: Duration::from_mins(3),
            end: Duration::from_mins(10),
        }
    }
}

/// Whom a certificate must come from to be believed.
///
/// Fails with [`WireError::Certificates`] when the council's own file cannot be read or holds none.
pub fn trusted(own: Option<(&str, &[u8])>) -> Result<Arc<ClientConfig>, WireError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some((path, pem)) = own {
        let wrong = |why: String| WireError::Certificates { path: path.to_owned(), why };
        let mut found = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
            roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
            found += 1;
        }
        if found == 0 {
            return Err(wrong("there is none in it".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| WireError::NotSafe(error.to_string()))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// The line, before and after encryption.
#[derive(Debug)]
enum Line {
    Clear(TcpStream),
    Encrypted(Box<StreamOwned<ClientConnection, TcpStream>>),
    /// For the moment in which one becomes the other.
    None,
}

/// A line to one server.
#[derive(Debug)]
pub struct Wire {
    line: Line,
    /// Read and not used yet.
    waiting: Vec<u8>,
}

impl Wire {
    /// Calls the server; nothing is encrypted yet.
    ///
    /// Fails with [`WireError::NotReached`].
    pub fn open(host: &str, port: u16, wait: Duration) -> Result<Wire, WireError> {
        let not_reached = |error| WireError::NotReached { host: host.to_owned(), error };
        let mut last = io::Error::from(ErrorKind::NotFound);
        for address in (host, port).to_socket_addrs().map_err(not_reached)? {
            match TcpStream::connect_timeout(&address, wait) {
                Ok(stream) => {
                    // A letter goes out in large pieces, commands one by one: waiting to fill packets only delays.
                    stream.set_nodelay(true).map_err(not_reached)?;
                    return Ok(Wire { line: Line::Clear(stream), waiting: Vec::new() });
                }
                Err(error) => last = error,
            }
        }
        Err(not_reached(last))
    }

    /// Encrypts the line from here on and checks the server's certificate against its name.
    ///
    /// Fails with [`WireError::SomebodyOnTheLine`] when bytes were waiting, and [`WireError::NotSafe`] when the certificate or the kind of
    /// encryption is not to be trusted.
    pub fn encrypt(
        &mut self,
        host: &str,
        trusted: &Arc<ClientConfig>,
        wait: Duration,
    ) -> Result<(), WireError> {
        if !self.waiting.is_empty() {
            return Err(WireError::SomebodyOnTheLine);
        }
        let Line::Clear(mut stream) = std::mem::replace(&mut self.line, Line::None) else {
            return Err(WireError::NotSafe("it is encrypted already".to_owned()));
        };
        let not_safe = |error: rustls::Error| WireError::NotSafe(plain(&error, MAIL_SERVER));
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| WireError::NotSafe(format!("`{host}` is no name a certificate can have")))?;
        let mut session = ClientConnection::new(Arc::clone(trusted), name).map_err(not_safe)?;
        limit(&stream, wait);
        while session.is_handshaking() {
            session.complete_io(&mut stream).map_err(|error| handshake(&error, wait))?;
        }
        self.line = Line::Encrypted(Box::new(StreamOwned::new(session, stream)));
        Ok(())
    }

    /// Whether what is sent now is encrypted.
    pub const fn is_encrypted(&self) -> bool {
        matches!(self.line, Line::Encrypted(_))
    }

    /// Sends all of `bytes`.
    ///
    /// Fails with [`WireError::NoAnswer`] when the server takes nothing for so long, [`WireError::HungUp`] when the line is broken.
    pub fn send(&mut self, bytes: &[u8], wait: Duration) -> Result<(), WireError> {
        let sent = match &mut self.line {
            Line::Clear(stream) => {
                limit(stream, wait);
                stream.write_all(bytes).and_then(|()| stream.flush())
            }
            Line::Encrypted(stream) => {
                limit(&stream.sock, wait);
                stream.write_all(bytes).and_then(|()| stream.flush())
            }
            Line::None => Err(ErrorKind::NotConnected.into()),
        };
        sent.map_err(|error| broken(&error, wait))
    }

    /// The next answer.
    ///
    /// Fails with [`WireError::NoAnswer`], [`WireError::HungUp`], and [`WireError::NoMailServer`] when it is no answer.
    pub fn answer(&mut self, wait: Duration) -> Result<Reply, WireError> {
        let begun = Stopwatch::start();
        let mut reply: Option<Reply> = None;
        for _ in 0..MOST_LINES {
            let line = self.line(begun, wait)?;
            let line = String::from_utf8_lossy(&line);
            let (code, is_last, said) = reply::line(&line).ok_or(WireError::NoMailServer)?;
            // Control signs of a server's text have no business on a person's screen or in a log.
            let said = said.chars().filter(|letter| !letter.is_control()).collect();
            let reply = reply.get_or_insert(Reply { code, lines: Vec::new() });
            if reply.code != code {
                return Err(WireError::NoMailServer);
            }
            reply.lines.push(said);
            if is_last {
                return Ok(reply.clone());
            }
        }
        Err(WireError::NoMailServer)
    }

    /// One line without its end.
    fn line(&mut self, begun: Stopwatch, wait: Duration) -> Result<Vec<u8>, WireError> {
        loop {
            if let Some(end) = self.waiting.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.waiting.drain(..=end).collect();
                line.pop();
                line.pop_if(|byte| *byte == b'\r');
                return Ok(line);
            }
            if LONGEST_LINE < self.waiting.len() {
                return Err(WireError::NoMailServer);
            }
            let left = wait.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(WireError::NoAnswer { seconds: wait.as_secs() });
            }
            let mut some = [0; 1024];
            let read = match &mut self.line {
                Line::Clear(stream) => {
                    limit(stream, left);
                    stream.read(&mut some)
                }
                Line::Encrypted(stream) => {
                    limit(&stream.sock, left);
                    stream.read(&mut some)
                }
                Line::None => Err(ErrorKind::NotConnected.into()),
            };
            match read {
                Ok(0) => return Err(WireError::HungUp),
                Ok(read) => self.waiting.extend_from_slice(&some[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(broken(&error, wait)),
            }
        }
    }
}

/// Reading and writing end after so long. A socket that cannot be given a limit is broken, and the next call says so.
fn limit(stream: &TcpStream, wait: Duration) {
    let wait = Some(wait.max(Duration::from_millis(1)));
    let _ = stream.set_read_timeout(wait).and_then(|()| stream.set_write_timeout(wait));
}

fn broken(error: &io::Error, wait: Duration) -> WireError {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => WireError::NoAnswer { seconds: wait.as_secs() },
        ErrorKind::InvalidData => WireError::NotSafe(error.to_string()),
        _ => WireError::HungUp,
    }
}

fn handshake(error: &io::Error, wait: Duration) -> WireError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(error) => WireError::NotSafe(plain(error, MAIL_SERVER)),
        None => broken(error, wait),
    }
}

/// What is wrong with the encryption, in a person's words; `who` the other side is.
pub(in crate::post) fn plain(error: &rustls::Error, who: &str) -> String {
    use rustls::CertificateError as Certificate;
    match error {
        rustls::Error::InvalidCertificate(wrong) => match wrong {
            Certificate::Expired | Certificate::ExpiredContext { .. } => {
                format!("{who}'s certificate has run out")
            }
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                format!("{who}'s certificate is not valid yet")
            }
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                format!("{who}'s certificate is for another name")
            }
            Certificate::UnknownIssuer => {
                format!("nobody who is trusted issued {who}'s certificate")
            }
            other => format!("{who}'s certificate is not to be trusted ({other})"),
        },
        rustls::Error::PeerIncompatible(_) | rustls::Error::AlertReceived(_) => {
            format!("{who} speaks no kind of encryption that is safe today")
        }
        other => other.to_string(),
    }
}
