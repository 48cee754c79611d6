//! The file by which an inbox is known: where a share is away, or another folder is mounted in its place, it is not there.
//!
//! Nobody has dropped it, so it stands in no list of what lies in the inbox. Its name is what counts. A line `Inbox: ...` in it tells one inbox from another panel's; a file without that line, made by
//! hand, is as good.

use crate::panel::ids::Sha256;

/// What the file is called; it lies at the top of the inbox.
pub const NAME: &str = "Placement panel inbox - leave this file here.txt";

/// Begins the line that tells one inbox from another.
const LINE: &str = "Inbox: ";

/// Letters of a sign that are compared; more is no sign of ours.
const LONGEST: usize = 64;

/// What stands in the file.
pub fn text(panel: &str, sign: &str) -> String {
    format!(
        "This file shows that the shared folder it lies in is the inbox of the {panel}.\r\n\
         \r\n\
         Please leave it here. While it is missing nothing is taken in and nothing is taken for removed, because another\r\n\
         folder may have been connected in the inbox's place.\r\n\
         \r\n\
         {LINE}{sign}\r\n"
    )
}

/// A sign nobody else has; in a rehearsal always the same one.
///
/// Fails when the system gives no random numbers.
pub fn new_sign(rehearsal: bool) -> std::io::Result<String> {
    if rehearsal {
        return Ok("rehearsal".to_owned());
    }
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(Sha256::from_digest(random).short().to_owned())
}

/// The sign in a file that was read; empty where it has none.
pub fn sign(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().find_map(|line| line.trim_start_matches('\u{feff}').strip_prefix(LINE));
    line.unwrap_or_default().trim().chars().take(LONGEST).collect()
}

/// Whether a file with the sign `lying` can be the one that had the sign `known`.
pub fn is_the_same(known: &str, lying: &str) -> bool {
    known.is_empty() || lying.is_empty() || known == lying
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_inbox_is_told_from_another_and_a_file_made_by_hand_is_as_good() {
        let (one, other) = (new_sign(false).unwrap(), new_sign(false).unwrap());
        assert_eq!(sign(text("NELC Placement and Commissioning Panel", &one).as_bytes()), one);
        assert!(is_the_same(&one, &one) && !is_the_same(&one, &other));
        assert!(is_the_same(&one, &sign(b"put here by IT")) && is_the_same("", &other));
        assert_eq!(sign(format!("Inbox: {}", "x".repeat(1000)).as_bytes()).len(), LONGEST);
    }
}
