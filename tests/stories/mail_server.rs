//! A mail server that does as it is told, also badly: for trying what becomes of a letter.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// What the server does at one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Answers; lines are parted by `\n`, the last being the last.
    Says(&'static str),
    /// Answers and hangs up.
    SaysAndDrops(&'static str),
    /// Hangs up without a word.
    Drops,
    /// Says nothing for ever.
    Hangs,
    /// Answers after so many milliseconds.
    Late(u64, &'static str),
}

/// Which certificate the server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    Good,
    Expired,
    OtherName,
    SelfSigned,
    /// No encryption that is safe today: it answers every attempt with "too old".
    OldKind,
}

/// A letter as the server took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub from: String,
    pub to: String,
    pub message: Vec<u8>,
}

/// How it behaves; all well where nothing is said.
#[derive(Debug, Clone)]
pub struct Manners {
    pub shows: Shows,
    pub greeting: Does,
    /// What it offers before encryption, and after it.
    pub offers: (&'static str, &'static str),
    pub starttls: Does,
    /// Bytes that somebody on the line sends before encryption begins.
    pub injected: &'static str,
    pub login: Does,
    pub after_login: Does,
    pub mail: Does,
    pub rcpt: BTreeMap<&'static str, Does>,
    pub data: Does,
    /// It hangs up after so many bytes of a letter.
    pub drops_after: Option<usize>,
    pub end: Does,
}

impl Default for Manners {
    fn default() -> Self {
        Manners {
            shows: Shows::Good,
            greeting: Does::Says("220 localhost ready"),
            offers: (
                "250-localhost\n250 STARTTLS",
                "250-localhost\n250-SIZE 1000000\n250-AUTH PLAIN LOGIN XOAUTH2\n250-DSN\n250 8BITMIME",
            ),
            starttls: Does::Says("220 go on"),
            injected: "",
            login: Does::Says("235 welcome"),
            after_login: Does::Says("535 5.7.3 no"),
            mail: Does::Says("250 2.1.0 sender ok"),
            rcpt: BTreeMap::new(),
            data: Does::Says("354 go on"),
            drops_after: None,
            end: Does::Says("250 2.0.0 queued as Q1"),
        }
    }
}

/// What the server has seen.
#[derive(Debug, Default)]
pub struct Seen {
    pub taken: Vec<Taken>,
    /// Commands that came before encryption, and after.
    pub in_clear: Vec<String>,
    pub encrypted: Vec<String>,
}

/// A server on loopback, until it is dropped with the test.
#[derive(Debug)]
pub struct MailServer {
    pub port: u16,
    /// Whom to believe, as text.
    pub issuer: String,
    pub seen: Arc<Mutex<Seen>>,
}

impl MailServer {
    pub fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (issuer, config) = certificate(manners.shows);
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (manners, config, seen) = (manners.clone(), Arc::clone(&config), Arc::clone(&shared));
                thread::spawn(move || serve(stream, &manners, &config, &seen));
            }
        });
        MailServer { port, issuer, seen }
    }
}

/// A council's own issuer, and a certificate of it; all as text.
#[derive(Debug)]
pub struct Issued {
    pub issuer: String,
    pub chain: String,
    pub key: String,
}

/// A good certificate for a name.
pub fn issue(name: &str) -> Issued {
    let (issuer, certificate, key) = made(name, Shows::Good);
    Issued { issuer, chain: certificate.pem(), key: key.serialize_pem() }
}

fn made(name: &str, shows: Shows) -> (String, Certificate, KeyPair) {
    let mut ours = CertificateParams::new(vec!["a council".to_owned()]).unwrap();
    ours.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(ours, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    if shows == Shows::Expired {
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let shown = if shows == Shows::SelfSigned {
        params.self_signed(&key).unwrap()
    } else {
        params.signed_by(&key, &issuer).unwrap()
    };
    (issuer.pem(), shown, key)
}

/// The issuer's certificate, and what the server shows.
pub fn certificate(shows: Shows) -> (String, Arc<ServerConfig>) {
    certificate_of(shows, false)
}

/// The same of a server that `wants_ours`: a certificate that its council has issued to us.
pub fn certificate_of(shows: Shows, wants_ours: bool) -> (String, Arc<ServerConfig>) {
    let name = if shows == Shows::OtherName { "mail.elsewhere.example" } else { "localhost" };
    let (issuer, shown, key) = made(name, shows);
    let chain = vec![CertificateDer::from(shown.der().to_vec())];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = if wants_ours {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(issuer.as_bytes()).unwrap()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        config.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        config.with_no_client_auth()
    };
    let config = config.with_single_cert(chain, key).unwrap();
    (issuer, Arc::new(config))
}

/// Either kind of line.
trait Line: Read + Write {}
impl<L: Read + Write> Line for L {}

/// Does one step; gives false where the connection is over.
fn does(line: &mut dyn Line, step: Does) -> bool {
    let say = |line: &mut dyn Line, text: &str| {
        let said = line.write_all(format!("{}\r\n", text.replace('\n', "\r\n")).as_bytes());
        said.and_then(|()| line.flush()).is_ok()
    };
    match step {
        Does::Says(text) => say(line, text),
        Does::SaysAndDrops(text) => {
            say(line, text);
            false
        }
        Does::Drops => false,
        Does::Hangs => {
            thread::sleep(Duration::from_secs(20));
            false
        }
        Does::Late(pause, text) => {
            thread::sleep(Duration::from_millis(pause));
            say(line, text)
        }
    }
}

fn serve(mut stream: TcpStream, manners: &Manners, config: &Arc<ServerConfig>, seen: &Mutex<Seen>) {
    if !does(&mut stream, manners.greeting) {
        return;
    }
    // Before encryption: greetings and the wish for it, nothing else is answered.
    loop {
        let Some(command) = plain_line(&mut stream) else { return };
        let word = command.to_ascii_uppercase();
        seen.lock().unwrap().in_clear.push(command);
        if word.starts_with("EHLO") {
            if !does(&mut stream, Does::Says(manners.offers.0)) {
                return;
            }
        } else if word.starts_with("STARTTLS") {
            if !manners.injected.is_empty() {
                // In one piece, as somebody on the line would do it.
                let Does::Says(text) = manners.starttls else { return };
                stream.write_all(format!("{text}\r\n{}", manners.injected).as_bytes()).unwrap();
            } else if !does(&mut stream, manners.starttls) {
                return;
            }
            if !matches!(manners.starttls, Does::Says(text) if text.starts_with("220")) {
                continue;
            }
            break;
        } else if word.starts_with("QUIT") || !does(&mut stream, Does::Says("530 encrypt first")) {
            return;
        }
    }
    if manners.shows == Shows::OldKind {
        // An alert of the old protocol, in answer to what is offered: no version in common.
        let _ = stream.read(&mut [0; 512]);
        let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 70]);
        return;
    }
    let session = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut line = BufReader::new(StreamOwned::new(session, stream));
    letters(&mut line, manners, seen);
    // What was said last still has to leave.
    let _ = line.get_mut().flush();
}

/// A line read byte by byte, so that nothing of what follows is read with it.
fn plain_line(stream: &mut TcpStream) -> Option<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    while stream.read(&mut byte).ok()? == 1 {
        if byte[0] == b'\n' {
            return Some(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        line.push(byte[0]);
    }
    None
}

fn letters(
    line: &mut BufReader<StreamOwned<ServerConnection, TcpStream>>,
    manners: &Manners,
    seen: &Mutex<Seen>,
) {
    let (mut from, mut to) = (String::new(), String::new());
    loop {
        let mut command = String::new();
        if !matches!(line.read_line(&mut command), Ok(1..)) {
            return;
        }
        let command = command.trim_end().to_owned();
        seen.lock().unwrap().encrypted.push(command.clone());
        let word = command.to_ascii_uppercase();
        let address = |command: &str| {
            let rest = command.split_once('<').map_or("", |(_, rest)| rest);
            rest.split_once('>').map_or("", |(address, _)| address).to_owned()
        };
        let out = line.get_mut();
        let goes_on = match () {
            () if word.starts_with("EHLO") => does(out, Does::Says(manners.offers.1)),
            () if word.starts_with("AUTH") => does(out, manners.login),
            () if word.starts_with("MAIL") => {
                from = address(&command);
                does(out, manners.mail)
            }
            () if word.starts_with("RCPT") => {
                to = address(&command);
                does(out, *manners.rcpt.get(to.as_str()).unwrap_or(&Does::Says("250 2.1.5 reader ok")))
            }
            () if word.starts_with("DATA") => {
                let begun = does(out, manners.data);
                let Does::Says(said) = manners.data else { return };
                if said.starts_with("354") {
                    let Some(message) = body(line, manners.drops_after) else { return };
                    let took = match manners.end {
                        Does::Says(said) | Does::SaysAndDrops(said) | Does::Late(_, said) => {
                            said.starts_with('2')
                        }
                        // It took the letter and never said so.
                        Does::Drops | Does::Hangs => true,
                    };
                    if took {
                        let taken = Taken { from: from.clone(), to: to.clone(), message };
                        seen.lock().unwrap().taken.push(taken);
                    }
                    does(line.get_mut(), manners.end)
                } else {
                    begun
                }
            }
            () if word.starts_with("RSET") => does(out, Does::Says("250 forgotten")),
            () if word.starts_with("QUIT") => {
                does(out, Does::Says("221 goodbye"));
                false
            }
            // An answer to something asked at the login.
            () => does(out, manners.after_login),
        };
        if !goes_on {
            return;
        }
    }
}

/// The letter up to its end, dots taken back; none where the server hangs up in the middle.
fn body(line: &mut impl BufRead, drops_after: Option<usize>) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut one = Vec::new();
        if line.read_until(b'\n', &mut one).ok()? == 0 {
            return None;
        }
        if one == b".\r\n" {
            return Some(message);
        }
        let one = one.strip_prefix(b".").unwrap_or(&one);
        message.extend_from_slice(one);
        if drops_after.is_some_and(|most| most < message.len()) {
            return None;
        }
    }
}
