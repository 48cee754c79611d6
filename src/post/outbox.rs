//! The outbox folder: one draft per letter, for somebody to open and send.
//!
//! A mail program never sees half a draft; the same draft again changes nothing.

use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::panel::ids::CaseId;
use crate::share::call::Shares;

/// Before a message that lies in the outbox: mail programs open it ready to send. The message itself is without.
pub const UNSENT: &[u8] = b"X-Unsent: 1\r\n";

/// What became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    Written,
    /// It lay there already, byte for byte.
    AsItWas,
}

/// Name of a letter's draft; `what` is its kind, with the version where there is more than one: `2026-11-23 pack carys.bevan-jones@nelc.example.org.eml`; letters about a case have its number.
///
/// The address makes it the only one of its name; the person's name stands before it where the address does not tell.
pub fn file_name(what: &str, meeting: NaiveDate, case: Option<&CaseId>, name: &str, email: &str) -> String {
    let address = in_a_name(email);
    let local = email.split('@').next().unwrap_or_default();
    let who = if words(local) == words(name) { address } else { format!("{} ({address})", slug(name)) };
    let case = case.map_or_else(String::new, |case| format!(" {case}"));
    format!("{meeting} {what}{case} {who}.eml")
}

/// An address as it stands in the names of files and folders.
pub fn in_a_name(email: &str) -> String {
    email.chars().map(in_file_names).collect()
}

/// The words of a name or of an address before its `@`, titles left out.
fn words(name: &str) -> Vec<String> {
    let slug = slug(name);
    let all = slug
        .split('-')
        .filter(|word| !matches!(*word, "dr" | "mr" | "mrs" | "ms" | "miss" | "prof" | "cllr"));
    all.map(str::to_owned).collect()
}

fn in_file_names(letter: char) -> char {
    if letter.is_ascii_alphanumeric() || matches!(letter, '@' | '.' | '-' | '_' | '+') {
        letter.to_ascii_lowercase()
    } else {
        '-'
    }
}

/// Puts a draft into `folder`, making the folder where needed.
///
/// Fails when the folder cannot be made or the draft cannot be written into it.
pub fn put(shares: &Shares, folder: &Path, file_name: &str, message: &[u8]) -> Result<(PathBuf, Put)> {
    let path = folder.join(file_name);
    let draft = [UNSENT, message].concat();
    if shares.read(&path)?.is_some_and(|there| there == draft) {
        return Ok((path, Put::AsItWas));
    }
    shares.put(&path, &draft)?;
    Ok((path, Put::Written))
}

/// Plain small letters, digits and hyphens: `Gordon Szymański` is `gordon-szymanski`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        let plain = match letter {
            'ł' => "l",
            'ø' => "o",
            'đ' | 'ð' => "d",
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'þ' => "th",
            'ı' => "i",
            '\'' | '’' => continue,
            letter if letter.is_ascii_alphanumeric() => {
                slug.push(letter);
                continue;
            }
            _ => {
                if !slug.is_empty() && !slug.ends_with('-') {
                    slug.push('-');
                }
                continue;
            }
        };
        slug.push_str(plain);
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::post::outbox::{Put, file_name, put, slug};
    use crate::share::call::Shares;

    #[test]
    fn names_become_letters_every_file_system_takes() {
        assert_eq!(slug("Gordon Szymański"), "gordon-szymanski");
        assert_eq!(slug("Łukasz Ŵyn-O’Neill"), "lukasz-wyn-oneill");
        assert_eq!(slug("../../etc: CON?"), "etc-con");
    }

    #[test]
    fn two_people_of_one_name_have_two_drafts() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let of = |email| file_name("pack", day, None, "Ann Lee", email);
        assert_eq!(of("ann.lee@one.example.org"), "2026-11-23 pack ann.lee@one.example.org.eml");
        assert_eq!(of("ann.lee@two.example.org"), "2026-11-23 pack ann.lee@two.example.org.eml");
        assert_eq!(of("Office@one.example.org"), "2026-11-23 pack ann-lee (office@one.example.org).eml");
    }

    #[test]
    fn a_draft_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = folder.path().join("outbox");
        assert_eq!(put(&Shares::none(), &outbox, "a.eml", b"one").unwrap().1, Put::Written);
        assert_eq!(put(&Shares::none(), &outbox, "a.eml", b"one").unwrap().1, Put::AsItWas);
        assert_eq!(put(&Shares::none(), &outbox, "a.eml", b"two").unwrap().1, Put::Written);
        let files: Vec<_> = std::fs::read_dir(&outbox).unwrap().collect();
        assert_eq!(files.len(), 1, "no temporary file is left behind");
    }
}
