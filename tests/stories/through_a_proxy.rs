//! The way out to Microsoft Graph is a proxy that wants a login: everything goes through it, and its password is seen by nobody else.

use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::by_graph::{states, week};
use crate::graph_server::{GraphServer, SECRET, Step, TOKEN};
use crate::harness::{Said, Week};

const DAY: &str = "2026-11-23";
const USER: &str = "svc panel";
const PASSWORD: &str = "pr0xy:pa55@word";

/// Lets through to one server whoever shows the login.
struct ConnectProxy {
    port: u16,
    /// The heads of everything it was asked.
    heads: Arc<Mutex<Vec<String>>>,
}

impl ConnectProxy {
    fn start(to: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let noted = Arc::clone(&noted);
                thread::spawn(move || tunnel(stream, to, &noted));
            }
        });
        ConnectProxy { port, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn tunnel(mut client: TcpStream, to: u16, heads: &Mutex<Vec<String>>) {
    let mut head = String::new();
    let mut line = BufReader::new(client.try_clone().unwrap());
    while !head.ends_with("\r\n\r\n") {
        if line.read_line(&mut head).unwrap_or_default() == 0 {
            return;
        }
    }
    let login = format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(format!("{USER}:{PASSWORD}")));
    let is_let_through = head.starts_with("CONNECT localhost:") && head.contains(&login);
    heads.lock().unwrap().push(head);
    if !is_let_through {
        let _ = client.write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"council\"\r\nContent-Length: 0\r\n\r\n",
        );
        return;
    }
    let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
    let (mut up, mut down) = (server.try_clone().unwrap(), server);
    let mut back = client.try_clone().unwrap();
    let early = line.buffer().to_vec();
    up.write_all(&early).unwrap();
    let there = thread::spawn(move || pour(&mut line.into_inner(), &mut up));
    pour(&mut down, &mut back);
    let _ = there.join();
}

/// Everything from one to the other; the end too.
fn pour(from: &mut impl Read, to: &mut TcpStream) {
    let _ = std::io::copy(from, to);
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// A panel that reaches Graph through this proxy and no other way.
fn behind(graph: &GraphServer, proxy: &ConnectProxy, login: &str) -> Week {
    let week = week(graph, "send");
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    // No server answers at this port: whoever does not take the proxy gets nowhere.
    let text = text.replace(&format!("localhost:{}", graph.port), "localhost:1");
    fs::write(&config, format!("{text}proxy = \"http://127.0.0.1:{}\"\n{login}", proxy.port)).unwrap();
    let secret = week.root().join("proxy-secret");
    fs::write(&secret, format!("{PASSWORD}\n")).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    week
}

fn go(week: &Week) -> Said {
    week.says(&["send", "agenda", DAY, "--go"])
}

#[test]
fn everything_goes_through_the_proxy_and_its_password_is_seen_by_nobody_else() {
    let graph = GraphServer::start(Vec::new());
    let proxy = ConnectProxy::start(graph.port);
    let login = format!("proxy_user = \"{USER}\"\nproxy_secret_file = \"proxy-secret\"\n");
    let week = behind(&graph, &proxy, &login);
    let checked = week.says(&["check"]);
    week.says(&["send", "agenda", DAY]).ends(0);
    let said = go(&week);
    said.ends(0).shows("accepted by the mail server: 4 emails");
    assert_eq!(graph.sent().len(), 4);
    assert!(states(&week).values().all(|state| state == "accepted"));
    let heads = proxy.heads();
    assert!(
        !heads.is_empty() && heads.iter().all(|head| head.starts_with("CONNECT localhost:1 ")),
        "{heads:?}"
    );
    // The proxy sees where to, and nothing of what is in it.
    assert!(!heads.join("").contains(TOKEN) && !heads.join("").contains(SECRET), "{heads:?}");
    assert_eq!(graph.cloud.lock().unwrap().asked(Step::Token), 1);
    let mut seen = format!("{}{}{}{}{}", checked.out, checked.err, said.out, said.err, week.json(&["audit"]))
        .into_bytes();
    for file in week.tree("").into_iter().filter(|file| file != "proxy-secret") {
        seen.extend(fs::read(week.root().join(file)).unwrap());
    }
    let encoded = STANDARD.encode(format!("{USER}:{PASSWORD}"));
    for secret in [PASSWORD, encoded.as_str()] {
        assert!(!seen.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} lies about");
    }
}

#[test]
fn a_proxy_that_refuses_stops_everything_and_says_where_to_look() {
    let graph = GraphServer::start(Vec::new());
    let proxy = ConnectProxy::start(graph.port);
    let week = behind(&graph, &proxy, "");
    week.says(&["send", "agenda", DAY]).ends(0);
    let said = go(&week);
    said.ends(1).shows("nothing was sent").shows("the proxy does not take the login").shows("`proxy_user`");
    assert!(states(&week).values().all(|state| state == "queued"), "they go once the login is right");
    assert!(graph.cloud.lock().unwrap().calls.is_empty());
    // With a login that is wrong the same, and nothing of it is said.
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    let login = "proxy_user = \"svc panel\"\nproxy_secret_file = \"proxy-secret\"\n";
    fs::write(&config, format!("{text}{login}")).unwrap();
    fs::write(week.root().join("proxy-secret"), "wr0ng-0ne\n").unwrap();
    let week = week.at("2026-11-19T10:10");
    let said = go(&week);
    said.ends(1).shows("the proxy does not take the login");
    assert!(!format!("{}{}", said.out, said.err).contains("wr0ng"), "{}{}", said.out, said.err);
    fs::write(week.root().join("proxy-secret"), PASSWORD).unwrap();
    go(&week).ends(0).shows("accepted by the mail server: 4 emails");
}

#[test]
fn a_password_in_the_configuration_is_refused_and_not_repeated() {
    let graph = GraphServer::start(Vec::new());
    let week = week(&graph, "send");
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    for scheme in ["http", "socks5"] {
        fs::write(&config, format!("{text}proxy = \"{scheme}://svc:s3same@proxy.council.example:8080\"\n"))
            .unwrap();
        let said = week.says(&["check"]);
        assert!(said.status == 2 && said.err.contains("`proxy` names somebody who logs in"), "{}", said.err);
        assert!(!said.err.contains("s3same") && !said.out.contains("s3same"), "{}", said.err);
    }
    fs::write(&config, format!("{text}proxy_user = \"svc\"\n")).unwrap();
    let said = week.says(&["check"]);
    assert!(said.status == 2 && said.err.contains("the login at the proxy is not whole"), "{}", said.err);
}
