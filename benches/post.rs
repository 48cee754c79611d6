//! Posting a pack of 25 MB to 12 members over an encrypted line on this machine, against the same uploads by `curl` in one run.
//!
//! Each contender is a process of its own, timed from outside, so start-up counts for both. Ours also reads each letter from the store
//! piece by piece, and commits every step to the journal before it takes it. Memory is what the process needs beyond an open
//! register, with 3 members and with 12: it must not grow with their number.
//!
//! `cargo bench --bench post`; `PANELCLERK_BENCH_MEGABYTES=5` takes another size. Needs `curl`.

#![expect(clippy::disallowed_methods, reason = "a benchmark looks at the time, the environment and files")]

use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use panelclerk::clerk::house::House;
use panelclerk::clerk::letters::poster;
use panelclerk::clock::Clock;
use panelclerk::clock::progress::Progress;
use panelclerk::config;
use panelclerk::post::compose::{Dress, Enclosure, Letter, draft};
use panelclerk::post::wording::Wording;
use panelclerk::register::letters::NewLetter;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

type Outcomes<T> = Result<T, Box<dyn Error>>;

/// Runs of each contender; the best counts.
const RUNS: usize = 3;

fn main() -> Outcomes<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("--post") => post(Path::new(&arguments[1])),
        _ => compare(),
    }
}

fn compare() -> Outcomes<()> {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: needs curl");
        return Ok(());
    }
    let megabytes = std::env::var("PANELCLERK_BENCH_MEGABYTES").ok().and_then(|size| size.parse().ok());
    let megabytes: usize = megabytes.unwrap_or(25);
    let mut memory = Vec::new();
    for members in [3, 12] {
        let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
        let mut needed = 0;
        for _ in 0..RUNS {
            let server = Sink::start()?;
            let panel = Panel::make(&server, members, megabytes)?;
            let begun = Instant::now();
            let said = Command::new(std::env::current_exe()?).arg("--post").arg(panel.config()).output()?;
            ours = ours.min(begun.elapsed());
            let said = String::from_utf8(said.stdout)? + &String::from_utf8(said.stderr)?;
            let kilobytes: u64 = said.trim().parse().map_err(|_| said)?;
            needed = needed.max(kilobytes);
            let begun = Instant::now();
            panel.by_curl(&server)?;
            theirs = theirs.min(begun.elapsed());
            assert_eq!(
                server.taken.load(Ordering::Relaxed),
                2 * members,
                "every email twice: ours and curl's"
            );
        }
        memory.push(needed);
        println!(
            "{members:>2} members x {megabytes} MB: panelclerk {:.2} s, curl {:.2} s, {:.2} x; {} MB over idle",
            ours.as_secs_f64(),
            theirs.as_secs_f64(),
            ours.as_secs_f64() / theirs.as_secs_f64(),
            needed / 1024
        );
    }
    println!("memory with 12 members is {} % of that with 3", 100 * memory[1] / memory[0].max(1));
    Ok(())
}

/// Posts everything that waits; says how many kilobytes that took beyond an open register.
fn post(config: &Path) -> Outcomes<()> {
    let house = open(config, "2026-11-19T11:00:00Z")?;
    let mut register = house.register()?;
    // The highest mark so far is forgotten.
    fs::write("/proc/self/clear_refs", "5")?;
    let idle = kilobytes("VmRSS:")?;
    let posted = poster::post(&house, &mut register, &AtomicBool::new(false))?;
    if let Some(advice) = posted.stopped {
        return Err(format!("{}; {}", advice.says, advice.hint).into());
    }
    if let Some((letter, _, advice)) = posted.not_taken.first() {
        return Err(format!("{letter}: {}", advice.says).into());
    }
    println!("{}", kilobytes("VmHWM:")?.saturating_sub(idle));
    Ok(())
}

fn open(config: &Path, now: &str) -> Outcomes<House> {
    let now: DateTime<Utc> = now.parse()?;
    Ok(House::open(config::load(config)?, Clock::running_from(now), Progress::silent(), true)?)
}

fn kilobytes(line: &str) -> Outcomes<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let value = status.lines().find_map(|one| one.strip_prefix(line)).ok_or("no such line")?;
    Ok(value.trim().trim_end_matches(" kB").parse()?)
}

/// A panel whose letters wait to be handed over, and the same letters as files.
struct Panel {
    place: TempDir,
    members: usize,
}

impl Panel {
    fn make(server: &Sink, members: usize, megabytes: usize) -> Outcomes<Panel> {
        let place = TempDir::new()?;
        let home = place.path().join("panel");
        let made = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
            .arg("init")
            .arg(&home)
            .args(["--panel", "nelc", "--rehearsal"])
            .output()?;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        fs::write(home.join("issuer.pem"), &server.issuer)?;
        let text = fs::read_to_string(home.join("config.toml"))?;
        let text =
            text.replacen("[post]\n", "[post]\nroad = \"smtp\"\ndomains = [\"panel.example.org\"]\n", 1);
        let smtp = format!(
            "\n[post.smtp]\nhost = \"localhost\"\nport = {}\nlogin = \"none\"\ncertificates = \"issuer.pem\"\n",
            server.port
        );
        fs::write(home.join("config.toml"), text + &smtp)?;
        let panel = Panel { place, members };
        let house = open(&panel.config(), "2026-11-19T10:00:00Z")?;
        let mut register = house.register()?;
        let sender = house.sender()?;
        let content = noise(megabytes * 1_000_000);
        for member in 0..members {
            let email = format!("member{member}@panel.example.org");
            let pack = Enclosure {
                file_name: "pack.pdf".to_owned(),
                media_type: "application/pdf".to_owned(),
                content: content.clone(),
            };
            let wording = Wording { text: "Dear member\n".to_owned(), html: "<p>Dear member</p>".to_owned() };
            let letter = Letter {
                name: "A Member",
                email: &email,
                subject: "OFFICIAL-SENSITIVE: papers",
                wording: &wording,
                enclosures: &[pack],
                supersedes: None,
                dress: Dress::default(),
                head: None,
                tells_password: false,
                by_itself: true,
                written: house.now(),
            };
            let message = draft(&sender, &letter)?;
            fs::write(panel.file(member), &message)?;
            let letter = NewLetter {
                draft: &format!("pack {email}.eml"),
                meeting: NaiveDate::from_ymd_opt(2026, 11, 23).ok_or("a day")?,
                kind: "pack",
                recipient: &email,
                message: &message,
                said: "",
            };
            let id = register.enter_letter(&letter, house.now())?;
            register.queue_letter(&id, house.now())?;
        }
        Ok(panel)
    }

    fn config(&self) -> PathBuf {
        self.place.path().join("panel/config.toml")
    }

    fn file(&self, member: usize) -> PathBuf {
        self.place.path().join(format!("{member}.eml"))
    }

    /// The same letters to the same server over one encrypted line.
    fn by_curl(&self, server: &Sink) -> Outcomes<()> {
        let mut curl = Command::new("curl");
        for member in 0..self.members {
            if member > 0 {
                curl.arg("--next");
            }
            curl.args(["--silent", "--show-error", "--ssl-reqd", "--cacert"])
                .arg(self.place.path().join("panel/issuer.pem"))
                .args(["--mail-from", "panel@council.example", "--mail-rcpt"])
                .arg(format!("member{member}@panel.example.org"))
                .arg("--upload-file")
                .arg(self.file(member))
                .arg(format!("smtp://localhost:{}", server.port));
        }
        let said = curl.output()?;
        if !said.status.success() {
            return Err(String::from_utf8_lossy(&said.stderr).into());
        }
        Ok(())
    }
}

/// Bytes that no packing makes smaller; the same each time.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(bytes).collect()
}

/// A mail server that takes everything and keeps nothing.
struct Sink {
    port: u16,
    issuer: String,
    taken: Arc<AtomicUsize>,
}

impl Sink {
    fn start() -> Outcomes<Sink> {
        let mut ours = CertificateParams::new(vec!["a council".to_owned()])?;
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
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key)?);
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, taken) = (Arc::clone(&config), Arc::clone(&counted));
                thread::spawn(move || {
                    if let Err(error) = converse(stream, &config, &taken) {
                        eprintln!("the server: {error}");
                    }
                });
            }
        });
        Ok(Sink { port, issuer: issuer.pem(), taken })
    }
}

fn converse(mut stream: TcpStream, config: &Arc<ServerConfig>, taken: &AtomicUsize) -> Outcomes<()> {
    stream.set_nodelay(true)?;
    stream.write_all(b"220 localhost\r\n")?;
    loop {
        let mut line = Vec::new();
        let mut byte = [0];
        while byte[0] != b'\n' {
            stream.read_exact(&mut byte)?;
            line.push(byte[0]);
        }
        if line.to_ascii_uppercase().starts_with(b"STARTTLS") {
            stream.write_all(b"220 go on\r\n")?;
            break;
        }
        stream.write_all(b"250-localhost\r\n250 STARTTLS\r\n")?;
    }
    let session = ServerConnection::new(Arc::clone(config))?;
    let mut line = BufReader::with_capacity(64 * 1024, StreamOwned::new(session, stream));
    loop {
        let mut command = String::new();
        // Whoever says goodbye may hang up without waiting for the answer.
        if !matches!(line.read_line(&mut command), Ok(1..)) {
            return Ok(());
        }
        let answer = match command.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => "250-localhost\r\n250-SIZE 100000000\r\n250 8BITMIME\r\n",
            "DATA" => {
                line.get_mut().write_all(b"354 go on\r\n")?;
                line.get_mut().flush()?;
                until_end(&mut line)?;
                taken.fetch_add(1, Ordering::Relaxed);
                "250 2.0.0 taken\r\n"
            }
            _ => "250 2.0.0 ok\r\n",
        };
        line.get_mut().write_all(answer.as_bytes())?;
        line.get_mut().flush()?;
    }
}

/// Reads a letter and throws it away.
fn until_end(line: &mut impl std::io::BufRead) -> Outcomes<()> {
    const END: &[u8] = b"\r\n.\r\n";
    let mut last: Vec<u8> = Vec::new();
    loop {
        let some = line.fill_buf()?;
        if some.is_empty() {
            return Err("it hung up in the middle of an email".into());
        }
        let tail = some.len().min(END.len());
        last.extend_from_slice(&some[some.len() - tail..]);
        let read = some.len();
        line.consume(read);
        let from = last.len().saturating_sub(END.len());
        last.drain(..from);
        if last == END {
            return Ok(());
        }
    }
}
