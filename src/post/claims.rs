//! A letter held against what it claims, as its bytes are: to whom it is, which files it holds, that they open with a password, and that no
//! word of a case withheld from its reader is anywhere in it. Runs in a worker.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders as _};
use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::panel::ids::Sha256;
use crate::panel::telltale::Telltale;
use crate::pdf::search;
use crate::worker::given;
use crate::worker::work::Work;

/// A part of a Word file or a calendar is unpacked to no more.
const LARGEST: u64 = 64 << 20;

/// A letter as it lies ready, and what it claims.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckLetter {
    /// The message.
    pub message: PathBuf,
    pub claims: Claims,
}

/// What a letter claims to be.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Claims {
    /// The address it goes to, and no other.
    pub to: String,
    /// In order.
    pub files: Vec<ClaimedFile>,
    /// What protected files open with.
    pub password: Option<String>,
    /// Of the cases withheld.
    pub withheld: Vec<Telltale>,
}

/// One enclosure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedFile {
    pub file_name: String,
    pub sha256: Sha256,
    pub protected: bool,
    /// Pages, counted from 0, of papers that the reader may see: a paper may name another child.
    pub papers: BTreeSet<usize>,
}

impl Work for CheckLetter {
    const NAME: &'static str = "check-letter";
    /// What is not as the letter claims; empty where all of it is.
    type Answer = Vec<String>;

    fn given(&self) -> Vec<PathBuf> {
        vec![self.message.clone()]
    }

    fn carry_out(&self, _: &Path) -> Result<Vec<String>, String> {
        let bytes = given::read(&self.message)
            .map_err(|fault| format!("cannot read `{}`: {fault}", self.message.display()))?;
        Ok(check(&bytes, &self.claims))
    }
}

/// Holds the bytes of a message against what it claims.
pub fn check(bytes: &[u8], claims: &Claims) -> Vec<String> {
    let Some(message) = MessageParser::default().parse(bytes) else {
        return vec!["it is no message".to_owned()];
    };
    let mut faults = Vec::new();
    if readers(&message) != [claims.to.as_str()] {
        faults.push("it goes to somebody else than it says".to_owned());
    }
    let tells = |text: &str| claims.withheld.iter().any(|case| case.is_in(text));
    // Subjects and names of files are looked at as they are shown, the rest of the headers as they stand.
    let head = message.raw_message.get(..message.root_part().raw_body_offset() as usize).unwrap_or_default();
    if tells(message.subject().unwrap_or_default()) || tells(&String::from_utf8_lossy(head)) {
        faults.push("its headers tell of a case that is withheld".to_owned());
    }
    let bodies = (0..message.text_body_count()).filter_map(|at| message.body_text(at));
    let pages = (0..message.html_body_count()).filter_map(|at| message.body_html(at));
    let words: Vec<_> = bodies.chain(pages).collect();
    if words.iter().any(|text| tells(text)) {
        faults.push("its words tell of a case that is withheld".to_owned());
    }
    // A password never travels with what it opens.
    let password = claims.password.as_deref().unwrap_or_default();
    if !password.is_empty() && words.iter().any(|text| text.contains(password)) {
        faults.push("its words tell the password".to_owned());
    }
    let attached: Vec<&MessagePart<'_>> = message.attachments().collect();
    if attached.len() != claims.files.len() {
        faults.push(format!("it holds {} files and not {}", attached.len(), claims.files.len()));
    }
    for (part, claimed) in attached.into_iter().zip(&claims.files) {
        let name = part.attachment_name().unwrap_or_default();
        let content = part.contents();
        if name != claimed.file_name {
            faults.push(format!("the file `{}` is called something else in it", claimed.file_name));
        }
        if Sha256::from_digest(sha2::Sha256::digest(content).into()) != claimed.sha256 {
            faults.push(format!("`{name}` is not the file that was checked"));
        }
        if tells(name) {
            faults.push("the name of a file tells of a case that is withheld".to_owned());
        }
        faults.extend(file(name, content, claims, claimed, &tells));
    }
    faults
}

fn readers<'m>(message: &'m Message<'_>) -> Vec<&'m str> {
    let all = [message.to(), message.cc(), message.bcc()].into_iter().flatten();
    all.flat_map(Address::iter).filter_map(|one| one.address()).collect()
}

fn file(
    name: &str,
    content: &[u8],
    claims: &Claims,
    claimed: &ClaimedFile,
    tells: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let told = |place: &str| format!("`{name}` tells of a case that is withheld ({place})");
    if !content.starts_with(b"%PDF-") {
        let text = if content.starts_with(b"PK") { unpacked(content) } else { Some(plain(content)) };
        let Some(text) = text else { return Some(format!("`{name}` cannot be looked into")) };
        return tells(&text).then(|| told("its words"));
    }
    let password = claims.password.as_deref().filter(|_| claimed.protected);
    if claimed.protected {
        if search::opens(content, None) {
            return Some(format!("`{name}` opens without a password"));
        }
        if password.is_none() || !search::opens(content, password) {
            return Some(format!("`{name}` does not open with its reader's password"));
        }
    } else if !search::opens(content, None) {
        return Some(format!("`{name}` does not open"));
    }
    if claims.withheld.is_empty() {
        return None;
    }
    match search::places(content, password, &claimed.papers, tells) {
        Ok(places) => places.first().map(|place| told(place)),
        Err(search::Closed) => Some(format!("`{name}` cannot be looked into")),
    }
}

fn plain(content: &[u8]) -> String {
    // A line of a calendar goes on after a break and a blank.
    String::from_utf8_lossy(content).replace("\r\n ", "")
}

/// The words of a Word file, its properties and the names of its parts; none where it cannot be unpacked.
fn unpacked(content: &[u8]) -> Option<String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(content)).ok()?;
    let mut all = String::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).ok()?;
        let mut bytes = Vec::new();
        part.by_ref().take(LARGEST).read_to_end(&mut bytes).ok()?;
        let name = part.name().ok()?.into_owned();
        all.push_str(&name);
        all.push('\n');
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        // Once as it stands, and once without the tags, which Word puts into the middle of words.
        all.push_str(&text);
        all.push('\n');
        all.push_str(&without_tags(&text));
        all.push('\n');
    }
    Some(all)
}

/// Text runs joined; a paragraph, a cell and a tab end a word.
fn without_tags(xml: &str) -> String {
    let mut text = String::new();
    for piece in xml.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or(("", piece));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if matches!(name, "w:p" | "w:tc" | "w:tab" | "w:br") {
            text.push(' ');
        }
        text.push_str(words);
    }
    text
}

impl fmt::Debug for CheckLetter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CheckLetter").field("message", &self.message).finish_non_exhaustive()
    }
}

impl fmt::Debug for Claims {
    /// Without the password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Claims").field("to", &self.to).field("files", &self.files).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample::{self, told};
    use crate::post::compose::{Dress, Enclosure, Letter, Sender, draft};
    use crate::post::wording::Wording;

    fn letter(text: &str, subject: &str, file: (&str, &[u8])) -> (Vec<u8>, Claims) {
        let rules = sample::nelc();
        let mut case = told(&rules, "referral").id("1192876").case();
        case.child.name = Some("Ana Petrović".to_owned());
        let wording = Wording { text: text.to_owned(), html: format!("<p>{text}</p>") };
        let enclosure = Enclosure {
            file_name: file.0.to_owned(),
            media_type: "application/octet-stream".to_owned(),
            content: file.1.to_vec(),
        };
        let letter = Letter {
            name: "Mia Member",
            email: "mia@x.example",
            subject,
            wording: &wording,
            enclosures: std::slice::from_ref(&enclosure),
            supersedes: None,
            dress: Dress::default(),
            head: None,
            tells_password: false,
            written: "2026-11-19T11:00:00Z".parse().unwrap(),
            by_itself: false,
        };
        let sender = Sender::new("Panel <panel@x.example>", None, None, false).unwrap();
        let claimed = ClaimedFile {
            file_name: file.0.to_owned(),
            sha256: Sha256::from_digest(sha2::Sha256::digest(file.1).into()),
            protected: false,
            papers: BTreeSet::new(),
        };
        let claims = Claims {
            to: "mia@x.example".to_owned(),
            files: vec![claimed],
            password: None,
            withheld: vec![Telltale::of(&case, &BTreeSet::new())],
        };
        (draft(&sender, &letter).unwrap(), claims)
    }

    #[test]
    fn a_letter_is_what_it_claims_or_it_is_said_how_it_is_not() {
        let faults = |text, subject, file: (&str, &[u8])| {
            let (message, claims) = letter(text, subject, file);
            check(&message, &claims)
        };
        assert_eq!(faults("The papers are attached.", "papers", ("agenda.txt", b"13:10")), [""; 0]);
        assert!(faults("Case 1192876 is new.", "papers", ("a.txt", b""))[0].contains("its words"));
        assert!(faults("", "about Ana Petrović", ("a.txt", b""))[0].contains("headers"));
        assert!(faults("", "", ("1192876.txt", b"")).iter().any(|fault| fault.contains("name of a file")));
        assert!(faults("", "", ("a.txt", "PETROVIC, Ana".as_bytes()))[0].contains("tells of a case"));
        let (message, claims) = letter("", "", ("a.txt", b"one"));
        let other = Claims { to: "other@x.example".to_owned(), ..claims.clone() };
        assert!(check(&message, &other)[0].contains("somebody else"));
        let mut changed = claims.clone();
        changed.files[0].sha256 = "0".repeat(64).parse().unwrap();
        assert!(check(&message, &changed)[0].contains("not the file that was checked"));
        let told = Claims { password: Some("Dock Tower".to_owned()), ..letter("", "", ("a.txt", b"")).1 };
        let (message, _) = letter("The password is Dock Tower.", "", ("a.txt", b""));
        assert_eq!(check(&message, &told), ["its words tell the password"]);
        let mut locked = letter("", "", ("a.pdf", b"%PDF-1.7 nothing")).1;
        locked.files[0].protected = true;
        let message = letter("", "", ("a.pdf", b"%PDF-1.7 nothing")).0;
        assert!(check(&message, &locked)[0].contains("does not open with its reader's password"));
    }

    #[test]
    fn a_word_file_is_read_across_its_runs() {
        assert_eq!(
            without_tags("<w:p><w:r><w:t>Petro</w:t></w:r><w:r><w:t>vić</w:t></w:r></w:p><w:p>x</w:p>")
                .trim(),
            "Petrović  x"
        );
    }
}
