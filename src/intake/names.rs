//! What files are called: paths kept byte for byte, shown so that nothing hides, and the names that are no papers.

use std::fmt::Write as _;
use std::path::Path;

/// A path below the inbox as the register keeps it: its parts byte for byte, `/` between them.
pub fn key(below: &Path) -> Vec<u8> {
    let parts: Vec<&[u8]> = below.components().map(|part| part.as_os_str().as_encoded_bytes()).collect();
    parts.join(&b'/')
}

/// The same for a person: bytes that are no text, controls and characters that turn or hide text are written out, and so is
/// the backslash, so that no two paths look alike.
pub fn shown(key: &[u8]) -> String {
    let mut text = String::new();
    for chunk in key.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c == '\\' || hides(c) { text.extend(c.escape_unicode()) } else { text.push(c) }
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

/// Controls, and characters without a width or with a direction of their own.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Why a file of this name is no paper, where its name alone says so.
pub fn no_paper(key: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(key).to_lowercase();
    let (folders, name) = text.rsplit_once('/').unwrap_or(("", &text));
    let systems = |folder: &str| {
        matches!(
            folder,
            "$recycle.bin" | "system volume information" | "#recycle" | "@eadir" | "lost+found" | ".snapshot"
        ) || folder.starts_with(".trash")
    };
    if folders.split('/').any(systems) {
        return Some("lies in a folder of the file server's own");
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match name {
        _ if name.starts_with("~$") => Some("Word's or Excel's lock file: somebody has the document open"),
        _ if name.starts_with(".~lock.") => Some("LibreOffice's lock file: somebody has the document open"),
        "thumbs.db" | "ehthumbs.db" | "ehthumbs_vista.db" => Some("Windows' thumbnails of the folder"),
        "desktop.ini" | ".ds_store" | ".directory" => Some("how a folder is shown, no document"),
        _ if name.starts_with("._") => Some("a Mac's notes about another file, no document"),
        _ if ends(&[".tmp", ".temp"]) => Some("a temporary file"),
        _ if ends(&[".part", ".partial", ".crdownload", ".filepart", ".download"]) => {
            Some("a download or copy that was not finished")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hides_in_a_shown_name_and_no_two_look_alike() {
        assert_eq!(shown("1234567 Siân Ŵ/care plan.docx".as_bytes()), "1234567 Siân Ŵ/care plan.docx");
        assert_eq!(shown("invoice\u{202e}cod.pdf".as_bytes()), r"invoice\u{202e}cod.pdf");
        assert_eq!(shown(b"x\ny.docx"), r"x\u{a}y.docx");
        assert_eq!(shown(b"plan\xFF.docx"), r"plan\xFF.docx");
        assert_ne!(shown(b"plan\\xFF.docx"), shown(b"plan\xFF.docx"));
        assert_eq!(shown(b"{{7*7}}.docx"), "{{7*7}}.docx");
    }

    #[test]
    fn what_office_and_windows_leave_lying_about_is_no_paper() {
        for name in [
            "a/~$plan.docx",
            ".~lock.plan.docx#",
            "a/Thumbs.db",
            "desktop.ini",
            ".DS_Store",
            "._plan.docx",
            "plan.docx.tmp",
            "b/$RECYCLE.BIN/x.docx",
        ] {
            assert!(no_paper(name.as_bytes()).is_some(), "{name}");
        }
        for name in ["plan.docx", "CON.docx", "-rf.docx", "temporary.docx", "a/part.pdf", "~plan.docx"] {
            assert_eq!(no_paper(name.as_bytes()), None, "{name}");
        }
    }
}
