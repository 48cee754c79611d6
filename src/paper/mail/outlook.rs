//! An Outlook mail (.msg): the same letter out of Outlook's own container (MS-OXMSG).
//!
//! Properties are streams named after their number and type; only the few that make a letter are read.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cfb::CompoundFile;
use chrono::DateTime;

use crate::panel::when;
use crate::paper::mail::letter::{Letter, MOST_ATTACHMENTS};
use crate::paper::mail::{bodies, code_page};
use crate::paper::said::html;

type Container<'a> = CompoundFile<Cursor<&'a [u8]>>;

/// The most that is read of one property.
const LARGEST_PROPERTY: u64 = 100 << 20;

const SUBJECT: u16 = 0x0037;
const SENDER_NAME: u16 = 0x0C1A;
const SENDER_ADDRESS: u16 = 0x0C1F;
const SENDER_SMTP: u16 = 0x5D01;
const TO: u16 = 0x0E04;
const CC: u16 = 0x0E03;
const BODY: u16 = 0x1000;
const BODY_HTML: u16 = 0x1013;
const SUBMITTED: u16 = 0x0039;
const DELIVERED: u16 = 0x0E06;
/// The code pages that its page, and its texts of one byte a letter, are in.
const PAGE_OF_BODY: u16 = 0x3FDE;
const PAGE_OF_TEXTS: u16 = 0x3FFD;
const FILE_NAME: u16 = 0x3707;
const FILE_NAME_SHORT: u16 = 0x3704;
const FILE_CONTENT: u16 = 0x3701;
const SHOWN_NAME: u16 = 0x3001;

/// What a message within the message says of itself begins after fewer bytes than what a whole one does.
const HEADER_INSIDE: usize = 24;
const HEADER_GROWS: usize = 8;

/// Reads an Outlook mail; none where the container is broken.
pub(crate) fn read(bytes: &[u8]) -> Option<Letter> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).ok()?;
    let pages = [PAGE_OF_TEXTS, PAGE_OF_BODY].map(|property| number(&mut file, property));
    let page = pages[0].or(pages[1]);
    let text = |file: &mut Container, property| text(file, "", property, page).unwrap_or_default();
    let name = text(&mut file, SENDER_NAME);
    let address = Some(text(&mut file, SENDER_SMTP)).filter(|address| !address.is_empty());
    let address = address.unwrap_or_else(|| text(&mut file, SENDER_ADDRESS));
    let from = match (name.as_str(), address.as_str()) {
        (name, address) if name.is_empty() || name == address => address.to_owned(),
        (name, address) if !address.contains('@') => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    };
    let mut letter = Letter {
        from,
        to: text(&mut file, TO),
        cc: text(&mut file, CC),
        sent: sent(&mut file).unwrap_or_default(),
        subject: text(&mut file, SUBJECT),
        body: text(&mut file, BODY),
        ..Letter::default()
    };
    let html = binary(&mut file, "", BODY_HTML).map(|html| code_page::decode(&html, pages[1]));
    let html = html.or_else(|| Some(text(&mut file, BODY_HTML)).filter(|html| !html.is_empty()));
    if let Some(page) = html.map(|html| html::read(&html)) {
        letter.hidden_words = page.hidden_words;
        letter.body = bodies::message(&letter.body, &page.text);
    }
    (letter.attachments, letter.left) = attachments(&mut file, page);
    Some(letter)
}

/// Those that are taken, and how many more there are.
fn attachments(file: &mut Container, page: Option<u32>) -> (Vec<(String, Vec<u8>)>, usize) {
    let mut folders: Vec<String> = file
        .read_root_storage()
        .map(|entry| entry.name().to_owned())
        .filter(|name| name.starts_with("__attach_version1.0_"))
        .collect();
    folders.sort_unstable();
    let left = folders.len().saturating_sub(MOST_ATTACHMENTS);
    let mut found = Vec::new();
    for (number, folder) in (1..).zip(folders.into_iter().take(MOST_ATTACHMENTS)) {
        let inside = inside(file, &folder);
        let name =
            text(file, &folder, FILE_NAME, page).or_else(|| text(file, &folder, FILE_NAME_SHORT, page));
        let name = name.filter(|name| !name.trim().is_empty());
        let name = match (&inside, name) {
            (Some(_), None) => {
                let shown = text(file, &folder, SHOWN_NAME, page).filter(|name| !name.trim().is_empty());
                format!("{}.msg", shown.unwrap_or_else(|| format!("message {number}")))
            }
            (_, name) => name.unwrap_or_else(|| format!("attachment {number}")),
        };
        let content = inside.or_else(|| binary(file, &folder, FILE_CONTENT));
        found.push((name, content.unwrap_or_default()));
    }
    (found, left)
}

/// A message (or an object of another program) that came within the message, as a file of its own: it is kept as a folder
/// of the container, not as a stream.
fn inside(file: &mut Container, folder: &str) -> Option<Vec<u8>> {
    let root = PathBuf::from(format!("/{folder}/__substg1.0_{FILE_CONTENT:04X}000D"));
    if !file.is_storage(&root) {
        return None;
    }
    let entries: Vec<(PathBuf, bool)> = file
        .walk_storage(&root)
        .ok()?
        .skip(1)
        .map(|entry| (entry.path().to_owned(), entry.is_stream()))
        .collect();
    let mut copy = CompoundFile::create(Cursor::new(Vec::new())).ok()?;
    // The times in the container would be those of the copying, and the same message would give other bytes each time.
    let timeless = |copy: &mut CompoundFile<Cursor<Vec<u8>>>, path: &Path| {
        copy.set_created_time(path, SystemTime::UNIX_EPOCH)?;
        copy.set_modified_time(path, SystemTime::UNIX_EPOCH)
    };
    timeless(&mut copy, Path::new("/")).ok()?;
    let mut left = LARGEST_PROPERTY;
    for (path, is_stream) in entries {
        let below = Path::new("/").join(path.strip_prefix(&root).ok()?);
        if !is_stream {
            copy.create_storage(&below).ok()?;
            timeless(&mut copy, &below).ok()?;
            continue;
        }
        let mut bytes = Vec::new();
        file.open_stream(&path).ok()?.take(left).read_to_end(&mut bytes).ok()?;
        left -= u64::try_from(bytes.len()).ok()?;
        if below == Path::new("/__properties_version1.0") && HEADER_INSIDE <= bytes.len() {
            bytes.splice(HEADER_INSIDE..HEADER_INSIDE, [0; HEADER_GROWS]);
        }
        copy.create_stream(&below).ok()?.write_all(&bytes).ok()?;
    }
    copy.flush().ok()?;
    Some(copy.into_inner().into_inner())
}

/// A text property, in Unicode or in the sender's code page.
fn text(file: &mut Container, folder: &str, property: u16, page: Option<u32>) -> Option<String> {
    if let Some(bytes) = stream(file, folder, property, 0x001F) {
        return Some(encoding_rs::UTF_16LE.decode(&bytes).0.trim_end_matches('\0').to_owned());
    }
    let bytes = stream(file, folder, property, 0x001E)?;
    // Some write Unicode here whatever page they name.
    let unicode = std::str::from_utf8(&bytes).ok().map(str::to_owned);
    let text = unicode.unwrap_or_else(|| code_page::decode(&bytes, page));
    Some(text.trim_end_matches('\0').to_owned())
}

fn binary(file: &mut Container, folder: &str, property: u16) -> Option<Vec<u8>> {
    stream(file, folder, property, 0x0102)
}

fn stream(file: &mut Container, folder: &str, property: u16, kind: u16) -> Option<Vec<u8>> {
    let name = format!("/{folder}/__substg1.0_{property:04X}{kind:04X}").replace("//", "/");
    if !file.is_stream(&name) {
        return None;
    }
    let mut bytes = Vec::new();
    file.open_stream(&name).ok()?.take(LARGEST_PROPERTY).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// When it was sent, or else delivered.
fn sent(file: &mut Container) -> Option<String> {
    const TIME: u16 = 0x40;
    let ticks =
        fixed(file, SUBMITTED, TIME).or_else(|| fixed(file, DELIVERED, TIME)).map(i64::from_le_bytes)?;
    // Tenths of microseconds since 1601.
    let date = DateTime::from_timestamp(ticks / 10_000_000 - 11_644_473_600, 0)?;
    Some(when::moment(date.with_timezone(&chrono_tz::Europe::London)))
}

/// A number.
fn number(file: &mut Container, property: u16) -> Option<u32> {
    const LONG: u16 = 0x03;
    let value = fixed(file, property, LONG)?;
    Some(u32::from_le_bytes(value[..4].try_into().ok()?))
}

/// A property of fixed size: sixteen bytes each in one stream, after a header.
fn fixed(file: &mut Container, property: u16, kind: u16) -> Option<[u8; 8]> {
    let mut table = Vec::new();
    file.open_stream("/__properties_version1.0").ok()?.take(1 << 20).read_to_end(&mut table).ok()?;
    let mut entries = table.get(32..)?.chunks_exact(16);
    let found =
        entries.find(|entry| entry[..2] == kind.to_le_bytes() && entry[2..4] == property.to_le_bytes())?;
    found[8..16].try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlook_mail_is_the_same_letter() {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_storage("/__attach_version1.0_#00000000").unwrap();
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let mut table = vec![0; 32];
        table.extend([0x40, 0, 0x39, 0, 0, 0, 0, 0]);
        // Noon on 1 July 2026, which is one o'clock in London.
        table.extend(((1_782_907_200_i64 + 11_644_473_600) * 10_000_000).to_le_bytes());
        let parts = [
            ("/__properties_version1.0", table),
            ("/__substg1.0_0037001F", wide("Papers")),
            ("/__substg1.0_0C1A001F", wide("Łukasz")),
            ("/__substg1.0_5D01001F", wide("l@council.gov.uk")),
            ("/__substg1.0_1000001E", b"caf\xe9".to_vec()),
            ("/__attach_version1.0_#00000000/__substg1.0_3707001F", wide("plan.pdf")),
            ("/__attach_version1.0_#00000000/__substg1.0_37010102", b"%PDF".to_vec()),
        ];
        for (name, bytes) in parts {
            file.create_stream(name).unwrap().write_all(&bytes).unwrap();
        }
        let letter = read(&file.into_inner().into_inner()).unwrap();
        assert_eq!(letter.from, "Łukasz <l@council.gov.uk>");
        assert_eq!((letter.subject.as_str(), letter.body.as_str()), ("Papers", "café"));
        assert_eq!(letter.sent, "1 pm Wednesday 1 July 2026");
        assert_eq!(letter.attachments, [("plan.pdf".to_owned(), b"%PDF".to_vec())]);
    }
}
