//! A mailbox in the cloud that does as it is told, also badly: tokens, drafts, uploads, Sent Items, as Microsoft Graph has them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::mail_server::{Shows, certificate};

/// The application's secret, and what tokens look like: neither may be seen anywhere.
pub const SECRET: &str = "s3cret~of the+application";
pub const TOKEN: &str = "t0ken-number-";

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Token,
    Knock,
    Find,
    Create,
    Attach,
    Session,
    Piece,
    PieceStatus,
    List,
    Look,
    Content,
    Address,
    Send,
    Remove,
}

/// What the server does instead of doing well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Answers no: status and word; `Retry-After` where it is not 0.
    No(u16, &'static str, u64),
    /// Answers no to a token: the number of what is wrong.
    NoToken(&'static str),
    /// Hangs up without having done anything.
    Drops,
    /// Does it, and hangs up without an answer.
    ThenDrops,
    /// Waits for ever without having done anything.
    Holds,
    /// Does it, and waits for ever with the answer.
    ThenHolds,
    /// Sends us elsewhere.
    Redirects(u16),
}

/// A fault: at a step, after so many times that went well, so often.
#[derive(Debug, Clone)]
pub struct Fault {
    pub step: Step,
    pub after: usize,
    pub times: usize,
    /// Only for this reader.
    pub reader: Option<&'static str>,
    pub does: Does,
}

impl Fault {
    pub const fn once(step: Step, does: Does) -> Self {
        Fault { step, after: 0, times: 1, reader: None, does }
    }

    pub const fn always(step: Step, does: Does) -> Self {
        Fault { times: usize::MAX, ..Fault::once(step, does) }
    }
}

/// A message in the mailbox.
#[derive(Debug, Clone, Default)]
pub struct Held {
    pub id: String,
    pub is_sent: bool,
    pub message: Value,
    pub files: Vec<File>,
}

#[derive(Debug, Clone, Default)]
pub struct File {
    pub id: String,
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

#[derive(Debug, Clone, Default)]
struct Upload {
    message: String,
    file: File,
    size: usize,
}

/// A call as it came.
#[derive(Debug, Clone)]
pub struct Call {
    pub step: Step,
    pub has_token: bool,
}

/// What lies on the server, and what it has seen.
#[derive(Debug, Default)]
pub struct Cloud {
    pub held: Vec<Held>,
    /// Readers of the messages that were sent, each time one was.
    pub sent: Vec<String>,
    pub calls: Vec<Call>,
    pub faults: Vec<Fault>,
    /// Calls that each token is good for.
    pub calls_of_a_token: Option<usize>,
    pub expires_in: u64,
    /// Drafts that were taken away.
    pub removed: usize,
    uploads: BTreeMap<String, Upload>,
    tokens: usize,
    used: usize,
    numbers: usize,
}

impl Cloud {
    /// A person presses Send on the draft to this reader.
    pub fn press_send(&mut self, reader: &str) {
        let draft = self.held.iter_mut().find(|held| !held.is_sent && reader_of(&held.message) == reader);
        draft.expect("a draft to send").is_sent = true;
        self.sent.push(reader.to_owned());
    }

    pub fn drafts(&self) -> Vec<&Held> {
        self.held.iter().filter(|held| !held.is_sent).collect()
    }

    pub fn asked(&self, step: Step) -> usize {
        self.calls.iter().filter(|call| call.step == step).count()
    }
}

/// A server on loopback.
#[derive(Debug)]
pub struct GraphServer {
    pub port: u16,
    pub issuer: String,
    pub cloud: Arc<Mutex<Cloud>>,
}

impl GraphServer {
    pub fn start(faults: Vec<Fault>) -> Self {
        Self::showing(Shows::Good, faults)
    }

    pub fn showing(shows: Shows, faults: Vec<Fault>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (issuer, config) = certificate(shows);
        let cloud = Arc::new(Mutex::new(Cloud { faults, expires_in: 3600, ..Cloud::default() }));
        let shared = Arc::clone(&cloud);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, cloud) = (Arc::clone(&config), Arc::clone(&shared));
                thread::spawn(move || serve(stream, &config, &cloud, port));
            }
        });
        GraphServer { port, issuer, cloud }
    }

    pub fn base(&self) -> String {
        format!("https://localhost:{}/v1.0", self.port)
    }

    pub fn token_endpoint(&self) -> String {
        format!("https://localhost:{}/tenant/oauth2/v2.0/token", self.port)
    }

    pub fn sent(&self) -> Vec<String> {
        let mut sent = self.cloud.lock().unwrap().sent.clone();
        sent.sort();
        sent
    }
}

pub fn reader_of(message: &Value) -> String {
    message["toRecipients"][0]["emailAddress"]["address"].as_str().unwrap_or_default().to_owned()
}

struct Request {
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

fn no(status: u16, code: &str) -> Reply {
    reply(status, &json!({ "error": { "code": code, "message": "no" } }))
}

fn serve(stream: TcpStream, config: &Arc<ServerConfig>, cloud: &Mutex<Cloud>, port: u16) {
    let session = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut line = BufReader::new(StreamOwned::new(session, stream));
    while let Some(request) = read(&mut line) {
        let step = step_of(&request);
        let does = {
            let mut cloud = cloud.lock().unwrap();
            let has_token = request.headers.contains_key("authorization");
            cloud.calls.push(Call { step, has_token });
            fault(&mut cloud, step, &request)
        };
        let answer = match does {
            None => answer(&mut cloud.lock().unwrap(), step, &request, port),
            Some(Does::No(status, code, rest)) => {
                let mut answer = no(status, code);
                if 0 < rest {
                    answer.headers.push(("Retry-After".to_owned(), rest.to_string()));
                }
                answer
            }
            Some(Does::NoToken(number)) => reply(
                401,
                &json!({ "error": "invalid_client", "error_description": format!("{number}: no. Trace ID: 1") }),
            ),
            Some(Does::Drops) => return,
            Some(Does::ThenDrops) => {
                answer(&mut cloud.lock().unwrap(), step, &request, port);
                return;
            }
            Some(Does::Holds) => {
                thread::sleep(Duration::from_mins(2));
                return;
            }
            Some(Does::ThenHolds) => {
                answer(&mut cloud.lock().unwrap(), step, &request, port);
                thread::sleep(Duration::from_mins(2));
                return;
            }
            Some(Does::Redirects(elsewhere)) => Reply {
                status: 307,
                headers: vec![("Location".to_owned(), format!("https://localhost:{elsewhere}/v1.0/"))],
                body: Vec::new(),
            },
        };
        let mut head = format!("HTTP/1.1 {} said\r\nrequest-id: r1\r\n", answer.status);
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", answer.body.len()));
        let out = line.get_mut();
        let said = out.write_all(head.as_bytes()).and_then(|()| out.write_all(&answer.body));
        if said.and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

fn read(line: &mut impl BufRead) -> Option<Request> {
    let mut first = String::new();
    if line.read_line(&mut first).ok()? == 0 {
        return None;
    }
    let mut words = first.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        line.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    line.read_exact(&mut body).ok()?;
    Some(Request { method, target, headers, body })
}

fn step_of(request: &Request) -> Step {
    let path = request.target.split('?').next().unwrap_or_default();
    match (request.method.as_str(), path) {
        (_, path) if path.ends_with("/token") => Step::Token,
        ("PUT", path) if path.starts_with("/upload/") => Step::Piece,
        ("GET", path) if path.starts_with("/upload/") => Step::PieceStatus,
        ("GET", path) if path.ends_with("/mailFolders/drafts") => Step::Knock,
        ("GET", path) if path.contains("/mailFolders/") => Step::Find,
        ("POST", path) if path.ends_with("/createUploadSession") => Step::Session,
        ("POST", path) if path.ends_with("/attachments") => Step::Attach,
        ("GET", path) if path.ends_with("/attachments") => Step::List,
        ("GET", path) if path.ends_with("/$value") => Step::Content,
        ("POST", path) if path.ends_with("/send") => Step::Send,
        ("POST", path) if path.ends_with("/permanentDelete") => Step::Remove,
        ("POST", path) if path.ends_with("/messages") => Step::Create,
        ("PATCH", _) => Step::Address,
        ("DELETE", _) => Step::Remove,
        _ => Step::Look,
    }
}

/// The fault that is due at this step, if one is.
fn fault(cloud: &mut Cloud, step: Step, request: &Request) -> Option<Does> {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    for fault in cloud.faults.iter_mut().filter(|fault| fault.step == step && 0 < fault.times) {
        if fault.reader.is_some_and(|reader| !body.contains(reader)) {
            continue;
        }
        if 0 < fault.after {
            fault.after -= 1;
            continue;
        }
        fault.times -= 1;
        return Some(fault.does);
    }
    None
}

fn answer(cloud: &mut Cloud, step: Step, request: &Request, port: u16) -> Reply {
    if step == Step::Token {
        return token(cloud, &String::from_utf8_lossy(&request.body));
    }
    if matches!(step, Step::Piece | Step::PieceStatus) {
        return upload(cloud, step, request);
    }
    cloud.used += 1;
    let is_over = cloud.calls_of_a_token.is_some_and(|most| most < cloud.used);
    let token = format!("Bearer {TOKEN}{}", cloud.tokens);
    if is_over || request.headers.get("authorization") != Some(&token) {
        return no(401, "InvalidAuthenticationToken");
    }
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let Some(path) = path.strip_prefix("/v1.0/users/panel@council.example/") else {
        return no(404, "ErrorInvalidUser");
    };
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match step {
        Step::Knock => reply(200, &json!({ "id": "drafts" })),
        Step::Find => find(cloud, parts[1] == "sentitems", query),
        Step::Create => {
            let id = number(cloud, "M=");
            let headers = body["internetMessageHeaders"].as_array().cloned().unwrap_or_default();
            let name = |header: &Value| header["name"].as_str().unwrap_or_default().to_lowercase();
            if !headers.iter().all(|header| name(header).starts_with("x-")) {
                return no(400, "InvalidInternetMessageHeader");
            }
            cloud.held.push(Held { id: id.clone(), message: body, ..Held::default() });
            reply(201, &json!({ "id": id }))
        }
        _ => of_message(cloud, step, request, &parts, &body, port),
    }
}

fn of_message(
    cloud: &mut Cloud,
    step: Step,
    request: &Request,
    parts: &[&str],
    body: &Value,
    port: u16,
) -> Reply {
    let id = parts[1].replace("%3D", "=");
    let file_id = number(cloud, "A");
    let Some(at) = cloud.held.iter().position(|held| held.id == id) else {
        return no(404, "ErrorItemNotFound");
    };
    let held = &mut cloud.held[at];
    match step {
        Step::Attach => {
            let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
            let content = STANDARD.decode(text("contentBytes")).unwrap();
            if 3 * 1024 * 1024 <= content.len() {
                return no(413, "ErrorRequestTooLarge");
            }
            held.files.push(File {
                id: file_id,
                name: text("name"),
                media_type: text("contentType"),
                content,
            });
            reply(201, &json!({}))
        }
        Step::Session => {
            let item = &body["AttachmentItem"];
            let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            let file = File {
                id: file_id.clone(),
                name: text("name"),
                media_type: text("contentType"),
                content: Vec::new(),
            };
            let size = usize::try_from(item["size"].as_u64().unwrap()).unwrap();
            cloud.uploads.insert(file_id.clone(), Upload { message: id, file, size });
            let url = format!("https://localhost:{port}/upload/{file_id}?authtoken=u1");
            reply(201, &json!({ "uploadUrl": url, "nextExpectedRanges": ["0-"] }))
        }
        Step::List => {
            let files = held.files.iter().map(|file| json!({ "id": file.id, "name": file.name }));
            reply(200, &json!({ "value": files.collect::<Vec<_>>() }))
        }
        Step::Content => {
            let file = held.files.iter().find(|file| file.id == parts[3]).unwrap();
            Reply { status: 200, headers: Vec::new(), body: file.content.clone() }
        }
        Step::Address => {
            held.message["toRecipients"] = body["toRecipients"].clone();
            reply(200, &json!({}))
        }
        Step::Send if held.is_sent || reader_of(&held.message).is_empty() => no(404, "ErrorItemNotFound"),
        Step::Send => {
            held.is_sent = true;
            let reader = reader_of(&held.message);
            cloud.sent.push(reader);
            Reply { status: 202, headers: Vec::new(), body: Vec::new() }
        }
        Step::Remove => {
            cloud.held.remove(at);
            cloud.removed += 1;
            Reply { status: 204, headers: Vec::new(), body: Vec::new() }
        }
        _ if request.method == "GET" => {
            // As Exchange does: the same words in other HTML.
            let content = held.message["body"]["content"].as_str().unwrap_or_default();
            let content = format!("<html><head><meta charset=\"utf-8\"></head><body>{content}</body></html>");
            let mut message = held.message.clone();
            message["body"]["content"] = json!(content);
            reply(200, &message)
        }
        _ => no(405, "ErrorNo"),
    }
}

fn find(cloud: &Cloud, in_sent: bool, query: &str) -> Reply {
    let query = query.replace("%20", " ").replace("%2F", "/").replace("%3A", ":");
    let mark =
        query.split("ep/value eq '").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default();
    let fits = |held: &&Held| {
        held.is_sent == in_sent && held.message["singleValueExtendedProperties"][0]["value"] == mark
    };
    let one = |held: &Held| {
        json!({
            "id": held.id,
            "toRecipients": held.message["toRecipients"],
            "sentDateTime": if held.is_sent { json!("2026-11-19T10:00:00Z") } else { Value::Null },
        })
    };
    let found: Vec<Value> = cloud.held.iter().filter(fits).map(one).collect();
    reply(200, &json!({ "value": found }))
}

fn token(cloud: &mut Cloud, form: &str) -> Reply {
    let secret = "client_secret=s3cret~of%20the%2Bapplication";
    if !form.contains("grant_type=client_credentials") || !form.split('&').any(|field| field == secret) {
        return reply(
            401,
            &json!({ "error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided." }),
        );
    }
    cloud.tokens += 1;
    cloud.used = 0;
    reply(200, &json!({ "access_token": format!("{TOKEN}{}", cloud.tokens), "expires_in": cloud.expires_in }))
}

fn upload(cloud: &mut Cloud, step: Step, request: &Request) -> Reply {
    let id = request.target.trim_start_matches("/upload/").split('?').next().unwrap().to_owned();
    let Some(upload) = cloud.uploads.get_mut(&id) else { return no(404, "ErrorItemNotFound") };
    let next = |upload: &Upload| json!({ "nextExpectedRanges": [upload.file.content.len().to_string()] });
    if step == Step::PieceStatus {
        return reply(200, &next(upload));
    }
    let range = request.headers["content-range"].strip_prefix("bytes ").unwrap();
    let from: usize = range.split('-').next().unwrap().parse().unwrap();
    if from != upload.file.content.len() {
        return no(416, "ErrorInvalidRange");
    }
    upload.file.content.extend_from_slice(&request.body);
    if upload.file.content.len() < upload.size {
        return reply(200, &next(upload));
    }
    let Upload { message, file, .. } = cloud.uploads.remove(&id).unwrap();
    cloud.held.iter_mut().find(|held| held.id == message).unwrap().files.push(file);
    Reply { status: 201, headers: Vec::new(), body: Vec::new() }
}

fn number(cloud: &mut Cloud, before: &str) -> String {
    cloud.numbers += 1;
    format!("{before}{}", cloud.numbers)
}
