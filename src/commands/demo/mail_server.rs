//! A mail server for the demo alone: on this machine's own network, with a certificate made for the moment. It takes every letter and
//! keeps it as a file. Nothing else of the program uses it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::share::put;

/// A running server; it ends with the program.
#[derive(Debug)]
pub struct MailServer {
    pub port: u16,
    /// Whose certificates are to be believed: a file.
    pub issuer: PathBuf,
}

impl MailServer {
    /// Starts it; what it takes lies in `folder` from then on.
    ///
    /// Fails when no port can be had or the folder cannot be written.
    pub fn start(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        let (issuer, config) = certificate()?;
        let file = folder.join("certificate.pem");
        put::put(&file, issuer.as_bytes())?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port for the demo's mail server")?;
        let port = listener.local_addr()?.port();
        let folder = folder.to_owned();
        thread::spawn(move || {
            let mut taken = 0;
            for stream in listener.incoming().map_while(Result::ok) {
                // Whoever hangs up in the middle costs only their own conversation.
                let _ = converse(stream, &config, &folder, &mut taken);
            }
        });
        Ok(MailServer { port, issuer: file })
    }
}

/// Whom to believe, as text, and what the server shows.
fn certificate() -> Result<(String, Arc<ServerConfig>)> {
    let mut ours = CertificateParams::new(vec!["panelclerk demo".to_owned()])?;
    ours.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(ours, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    // Named like its issuer it would be taken for self-signed.
    params.distinguished_name.push(DnType::CommonName, "localhost");
    let shown = params.signed_by(&key, &issuer)?;
    let chain = vec![CertificateDer::from(shown.der().to_vec())];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok((issuer.pem(), Arc::new(config.with_no_client_auth().with_single_cert(chain, key)?)))
}

/// One conversation: encryption first, then emails.
fn converse(
    mut stream: TcpStream,
    config: &Arc<ServerConfig>,
    folder: &Path,
    taken: &mut usize,
) -> Result<()> {
    stream.write_all(b"220 localhost the demo's own mail server\r\n")?;
    loop {
        let word = clear_line(&mut stream)?.to_ascii_uppercase();
        if word.starts_with("EHLO") {
            stream.write_all(b"250-localhost\r\n250 STARTTLS\r\n")?;
        } else if word.starts_with("STARTTLS") {
            stream.write_all(b"220 go on\r\n")?;
            break;
        } else {
            stream.write_all(b"530 5.7.0 encrypt first\r\n")?;
        }
    }
    let session = ServerConnection::new(Arc::clone(config))?;
    let mut line = BufReader::new(StreamOwned::new(session, stream));
    let mut reader = String::new();
    loop {
        let mut command = String::new();
        if line.read_line(&mut command)? == 0 {
            return Ok(());
        }
        let word = command.to_ascii_uppercase();
        let answer = if word.starts_with("EHLO") {
            "250-localhost\r\n250-DSN\r\n250 8BITMIME".to_owned()
        } else if word.starts_with("RCPT") {
            let address = command.split(['<', '>']).nth(1).unwrap_or_default();
            reader =
                address.chars().filter(|sign| !matches!(sign, '/' | '\\') && !sign.is_control()).collect();
            "250 2.1.5 known".to_owned()
        } else if word.starts_with("DATA") {
            say(&mut line, "354 go on")?;
            let message = letter(&mut line)?;
            *taken += 1;
            let file = folder.join(format!("{taken:02} {reader}.eml"));
            put::put(&file, &message)?;
            format!("250 2.0.0 taken as D{taken:02}")
        } else if word.starts_with("QUIT") {
            return say(&mut line, "221 2.0.0 goodbye");
        } else {
            "250 2.0.0 ok".to_owned()
        };
        say(&mut line, &answer)?;
    }
}

fn say(line: &mut BufReader<StreamOwned<ServerConnection, TcpStream>>, answer: &str) -> Result<()> {
    let out = line.get_mut();
    out.write_all(format!("{answer}\r\n").as_bytes())?;
    Ok(out.flush()?)
}

/// A line byte by byte, so that nothing of what follows is read with it.
fn clear_line(stream: &mut TcpStream) -> Result<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte)?;
        if byte[0] == b'\n' {
            return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        line.push(byte[0]);
    }
}

/// An email up to its end, doubled dots made one.
fn letter(line: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut one = Vec::new();
        anyhow::ensure!(0 < line.read_until(b'\n', &mut one)?, "it hung up in the middle of an email");
        if one == b".\r\n" {
            return Ok(message);
        }
        message.extend_from_slice(one.strip_prefix(b".").unwrap_or(&one));
    }
}
