//! A real Postfix on loopback, with a folder of its own: letters reach a mailbox byte for byte after encryption and login, and what comes
//! back is known.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{MessageParser, MimeHeaders as _};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::harness::skipped;
use crate::mail_server::{Issued, issue};
use crate::posted::{DAY, states, week_at};

const MASTER: &str = "/usr/lib/postfix/sbin/master";

const PASSWORD: &str = "pa55 of the panel";

/// The panel's mailbox.
const SENDER: &str = "placement.panel@nelincs.example";

/// The address whose mail Postfix takes and cannot deliver.
const GONE: &str = "member@panel.example.org";

/// A Postfix of our own, until it is dropped.
struct Postfix {
    place: TempDir,
    master: Child,
    port: u16,
    issuer: String,
}

impl Postfix {
    /// None, and a line that says so, where it is not installed or cannot be run.
    fn start() -> Option<Postfix> {
        if !Path::new(MASTER).exists() {
            skipped("Postfix");
            return None;
        }
        if !rustix::process::geteuid().is_root() {
            skipped("root, as which Postfix must be started");
            return None;
        }
        let place = TempDir::new().unwrap();
        let root = place.path().to_owned();
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
        for folder in ["conf", "queue", "data", "mail"] {
            fs::create_dir(root.join(folder)).unwrap();
        }
        chown(root.join("data"), Some(number_of("postfix")), None).unwrap();
        chown(root.join("mail"), Some(number_of("nobody")), None).unwrap();
        let port = free_port();
        let Issued { issuer, chain, key } = issue("localhost");
        fs::write(root.join("conf/pair.pem"), format!("{key}{chain}")).unwrap();
        fs::set_permissions(root.join("conf/pair.pem"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(root.join("conf/main.cf"), main_cf(&root)).unwrap();
        fs::write(root.join("conf/master.cf"), master_cf(&root, port)).unwrap();
        let boxes =
            ["chair@panel.example.org", "clerk@panel.example.org", "student@panel.example.org", GONE, SENDER]
                .map(|address| format!("{address} {}/\n", address.split('@').next().unwrap()));
        fs::write(root.join("conf/boxes"), boxes.concat()).unwrap();
        fs::write(root.join("conf/transport"), format!("{GONE} refuse:\n")).unwrap();
        // It takes a letter whole and then says that there is no such mailbox (sysexits: 67).
        fs::write(root.join("conf/refuse"), "#!/bin/sh\ncat >/dev/null\nexit 67\n").unwrap();
        fs::set_permissions(root.join("conf/refuse"), fs::Permissions::from_mode(0o755)).unwrap();
        logins(&root.join("auth"));
        let conf = root.join("conf");
        let checked = Command::new("postfix").arg("-c").arg(&conf).arg("check").output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        let master = Command::new(MASTER)
            .arg("-c")
            .arg(&conf)
            .arg("-d")
            .current_dir("/")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let postfix = Postfix { place, master, port, issuer };
        postfix.wait_for("a greeting", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(postfix)
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.place.path().join(inside)
    }

    /// The mails in a mailbox, by the part of its address before the `@`.
    fn mails(&self, mailbox: &str) -> Vec<Vec<u8>> {
        let folder = self.path("mail").join(mailbox).join("new");
        let Ok(inside) = fs::read_dir(folder) else { return Vec::new() };
        inside.map(|mail| fs::read(mail.unwrap().path()).unwrap()).collect()
    }

    #[track_caller]
    fn wait_for(&self, what: &str, is_there: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_there() {
            let log = || fs::read_to_string(self.path("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(30), "{what} never came\n{}", log());
            thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.master), Signal::TERM);
        let _ = self.master.wait();
    }
}

fn main_cf(root: &Path) -> String {
    let root = root.display();
    format!(
        "compatibility_level = 3.6\nqueue_directory = {root}/queue\ndata_directory = {root}/data\nmail_owner = postfix\n\
         setgid_group = postdrop\nmyhostname = localhost\nmydestination =\ninet_interfaces = loopback-only\ninet_protocols = ipv4\n\
         maillog_file = {root}/log\nmaillog_file_prefixes = /\nmynetworks =\n\
         smtpd_tls_security_level = encrypt\nsmtpd_tls_auth_only = yes\nsmtpd_tls_chain_files = {root}/conf/pair.pem\n\
         smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = {root}/auth\n\
         smtpd_relay_restrictions = permit_sasl_authenticated, reject\nsmtpd_recipient_restrictions = permit_sasl_authenticated, reject\n\
         virtual_mailbox_domains = panel.example.org, nelincs.example\nvirtual_mailbox_base = {root}/mail\n\
         virtual_mailbox_maps = texthash:{root}/conf/boxes\nvirtual_minimum_uid = 100\nvirtual_uid_maps = static:{nobody}\n\
         virtual_gid_maps = static:{nobody}\ntransport_maps = texthash:{root}/conf/transport\nalias_maps =\nalias_database =\n\
         local_recipient_maps =\n",
        nobody = number_of("nobody")
    )
}

fn master_cf(root: &Path, port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
         tlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nerror unix - - n - - error\nretry unix - - n - - error\n\
         virtual unix - n n - - virtual\nanvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\nproxymap unix - - n - - proxymap\n\
         postlog unix-dgram n - n - 1 postlogd\nrefuse unix - n n - - pipe user=nobody argv={}/conf/refuse\n",
        root.display()
    )
}

/// The number of an account of this machine.
fn number_of(account: &str) -> u32 {
    let accounts = fs::read_to_string("/etc/passwd").unwrap();
    let line = accounts.lines().find(|line| line.split(':').next() == Some(account)).unwrap();
    line.split(':').nth(2).unwrap().parse().unwrap()
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Says yes to the panel's mailbox with its password and no to everybody else, in the words in which Postfix asks Dovecot.
fn logins(socket: &Path) {
    let listener = UnixListener::bind(socket).unwrap();
    fs::set_permissions(socket, fs::Permissions::from_mode(0o666)).unwrap();
    thread::spawn(move || {
        for asked in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || answer(asked));
        }
    });
}

fn answer(asked: UnixStream) {
    let mut out = asked.try_clone().unwrap();
    let greeting = "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t0123456789abcdef0123456789abcdef\nDONE\n";
    out.write_all(greeting.as_bytes()).unwrap();
    let right = STANDARD.encode(format!("\0{SENDER}\0{PASSWORD}"));
    for line in BufReader::new(asked).lines().map_while(Result::ok) {
        let words: Vec<&str> = line.split('\t').collect();
        let ["AUTH", id, ..] = words.as_slice() else { continue };
        let said = words.iter().find_map(|word| word.strip_prefix("resp="));
        let verdict = if said == Some(&right) { "OK" } else { "FAIL" };
        out.write_all(format!("{verdict}\t{id}\tuser={SENDER}\n").as_bytes()).unwrap();
    }
}

/// What Postfix puts before a message when it delivers it, taken away again; lines end as they were sent.
fn as_sent(mail: &[u8]) -> String {
    let mail = String::from_utf8(mail.to_vec()).unwrap();
    let begins = mail.find("\nFrom: ").map_or(0, |at| at + 1);
    mail[begins..].replace("\r\n", "\n")
}

#[test]
fn letters_reach_mailboxes_of_a_real_server_byte_for_byte_and_what_comes_back_is_known() {
    let Some(postfix) = Postfix::start() else { return };
    let week = week_at(postfix.port, &postfix.issuer, SENDER, PASSWORD);
    week.says(&["send", "agenda", DAY]).ends(0);
    week.says(&["send", "agenda", DAY, "--go"]).ends(0).shows("accepted by the mail server: 4 emails");
    let audit = week.json(&["audit"]);
    let letters = audit["letters"].as_array().unwrap();
    assert_eq!(letters.len(), 4);
    for letter in letters {
        let answer = letter["answer"].as_str().unwrap();
        assert!(answer.starts_with("250 2.0.0 Ok: queued as "), "{answer}");
        let log = fs::read_to_string(postfix.path("log")).unwrap();
        let queue_id = answer.rsplit(' ').next().unwrap();
        assert!(log.contains(&format!("{queue_id}: from=<")), "{answer}\n{log}");
    }
    // Everybody but one has the very letter that is kept.
    for mailbox in ["chair", "clerk", "student"] {
        postfix.wait_for(mailbox, || postfix.mails(mailbox).len() == 1);
        let letter = letters.iter().find(|letter| letter["to"] == format!("{mailbox}@panel.example.org"));
        let sha = letter.unwrap()["sha256"].as_str().unwrap();
        let kept = fs::read(week.root().join("data/store").join(&sha[..2]).join(sha)).unwrap();
        assert_eq!(
            as_sent(&postfix.mails(mailbox)[0]),
            String::from_utf8(kept).unwrap().replace("\r\n", "\n")
        );
    }
    // The notice that Postfix writes about the other goes into the folder as it came.
    postfix.wait_for("the notice", || postfix.mails("placement.panel").len() == 1);
    let notice = postfix.mails("placement.panel").remove(0);
    let parsed = MessageParser::default().parse(&notice).unwrap();
    assert_eq!(parsed.content_type().and_then(|kind| kind.subtype()), Some("report"));
    assert!(
        !String::from_utf8_lossy(&notice).contains("Content-Disposition: attachment"),
        "no agenda comes back"
    );
    let week = week.run(&["scan"], 0);
    let bounces = week.root().join("office/bounces");
    assert!(bounces.is_dir(), "made once an email has left");
    fs::write(bounces.join("Undelivered Mail.eml"), &notice).unwrap();
    let said = week.says(&["scan"]);
    said.ends(1).shows("it came back, it was not delivered: there is no such mailbox");
    assert!(!said.out.contains("member@"), "{}", said.out);
    let states = states(&week);
    assert_eq!(states[GONE], "returned");
    assert_eq!(states.values().filter(|state| *state == "accepted").count(), 3);
    assert_eq!(week.tree("office/bounces"), ["read/Undelivered Mail.eml"]);
}

#[test]
fn a_real_server_that_does_not_know_the_password_gets_no_letter() {
    let Some(postfix) = Postfix::start() else { return };
    let week = week_at(postfix.port, &postfix.issuer, SENDER, "another");
    week.says(&["send", "agenda", DAY]).ends(0);
    week.says(&["send", "agenda", DAY, "--go"]).ends(1).shows("nothing was sent");
    assert!(states(&week).values().all(|state| state == "queued"));
    let log = fs::read_to_string(postfix.path("log")).unwrap();
    assert!(log.contains("SASL PLAIN authentication failed") && !log.contains(": from=<"), "{log}");
}
