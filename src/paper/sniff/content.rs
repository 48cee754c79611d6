//! What a file is, by its content and never by its name alone.
//!
//! Looks at bytes only: nothing is parsed further than it takes to tell one format from another and to see that the file ends.

use crate::finding::Finding;
use crate::panel::seen::FileFormat;
use crate::paper::format;
use crate::paper::plain;
use crate::paper::sniff::office::{self, find};

/// What a look at the content found.
#[derive(Debug, Clone, PartialEq)]
pub struct Sniffed {
    pub format: FileFormat,
    /// What is wrong with it, before any reader tried.
    pub findings: Vec<Finding>,
    /// Whether there is any use in reading on.
    pub readable: bool,
}

/// How far into a file a PDF may begin.
const PDF_LEEWAY: usize = 1024;

/// Looks at a file's content; `name` is what it was dropped as.
pub fn sniff(bytes: &[u8], name: &str) -> Sniffed {
    let format = format_by_name(name).unwrap_or_else(|| format_by_content(bytes));
    let mut findings = Vec::new();
    let mut readable = true;
    if let Some(finding) = crate::paper::said::sentences::useless(format, name) {
        findings.push(finding);
        readable = matches!(format, FileFormat::OldOffice);
    } else if let Some(finding) = truncation(bytes, format) {
        findings.push(finding);
        // A PDF or picture cut short may still show something; a cut zip cannot.
        readable = !is_zip(bytes);
    }
    if let Some(finding) = mislabelled(format, name) {
        findings.push(finding);
    }
    Sniffed { format, findings, readable }
}

/// Files that are what their name says whatever they hold: the leavings of other programs.
fn format_by_name(name: &str) -> Option<FileFormat> {
    let lower = name.to_lowercase();
    let lock = lower.starts_with("~$") || lower.starts_with(".~lock.");
    let leavings = ["thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db"].contains(&lower.as_str())
        || lower.starts_with("._")
        || [".tmp", ".part", ".crdownload", ".lock"].iter().any(|end| lower.ends_with(end));
    let shortcut =
        [".lnk", ".url", ".webloc", ".website", ".gdoc", ".gsheet"].iter().any(|end| lower.ends_with(end));
    match () {
        () if lock || leavings => Some(FileFormat::LockFile),
        () if shortcut => Some(FileFormat::Shortcut),
        () => None,
    }
}

fn format_by_content(bytes: &[u8]) -> FileFormat {
    if bytes.is_empty() {
        return FileFormat::Empty;
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return FileFormat::Zeros;
    }
    if let Some(format) = format_by_mark(bytes) {
        return format;
    }
    let head = &bytes[..bytes.len().min(PDF_LEEWAY)];
    if find(head, b"%PDF-").is_some() || is_headless_pdf(bytes) {
        return FileFormat::Pdf;
    }
    format_of_text(bytes).unwrap_or(FileFormat::Unknown)
}

/// Formats told by their first bytes: most by their mark alone, some by a look beyond it.
fn format_by_mark(bytes: &[u8]) -> Option<FileFormat> {
    let begins = |mark: &[u8]| bytes.starts_with(mark);
    let at = |place: usize, mark: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(mark));
    let marked = FileFormat::ALL.iter().find(|one| format::of(**one).begins.iter().any(|mark| begins(mark)));
    let format = match marked {
        Some(marked) => *marked,
        None if is_zip(bytes) => office::format_of_zip(bytes),
        None if begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => office::format_of_compound(bytes),
        None if begins(b"RIFF") && at(8, b"WEBP") => FileFormat::WebP,
        None if begins(b"BM") && is_bitmap(bytes) => FileFormat::Bmp,
        None if at(4, b"ftyp") && is_heic(bytes) => FileFormat::Heic,
        None if at(257, b"ustar") => FileFormat::Archive,
        None => return None,
    };
    Some(format)
}

/// A PDF whose first line is damaged still ends like one.
fn is_headless_pdf(bytes: &[u8]) -> bool {
    let last = &bytes[bytes.len().saturating_sub(1024)..];
    find(last, b"startxref").is_some() && find(bytes, b" obj").is_some()
}

fn is_bitmap(bytes: &[u8]) -> bool {
    let header = bytes.get(14..18).and_then(|size| size.try_into().ok()).map(u32::from_le_bytes);
    matches!(header, Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

fn is_heic(bytes: &[u8]) -> bool {
    let brands = bytes.get(8..64.min(bytes.len())).unwrap_or_default();
    [&b"heic"[..], b"heix", b"mif1", b"heif", b"hevc", b"avif", b"msf1"]
        .iter()
        .any(|brand| find(brands, brand).is_some())
}

/// Mail, web pages and plain text, where it is text at all.
fn format_of_text(bytes: &[u8]) -> Option<FileFormat> {
    let head = &bytes[..bytes.len().min(64 << 10)];
    let text = plain::wide(head).unwrap_or_else(|| String::from_utf8_lossy(head).into_owned());
    let odd = text
        .chars()
        .filter(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\u{c}'))
        .count();
    // Up to one strange character in 200 is text in an unknown code page; with more it is not text.
    if text.chars().count() < odd * 200 {
        return None;
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let lower = start.chars().take(2000).collect::<String>().to_ascii_lowercase();
    Some(match () {
        () if lower.starts_with("<!doctype html") || lower.starts_with("<html") => FileFormat::Html,
        () if lower.starts_with('<') && (lower.contains("<html") || lower.contains("<body")) => {
            FileFormat::Html
        }
        () if lower.starts_with("version https://git-lfs") => FileFormat::Placeholder,
        () if is_mail(start) => FileFormat::Mail,
        () => FileFormat::PlainText,
    })
}

/// At least two lines that look like a mail's headers, one of them one that every mail has.
fn is_mail(text: &str) -> bool {
    const HEADERS: [&str; 14] = [
        "from",
        "to",
        "subject",
        "date",
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "content-type",
        "delivered-to",
        "x-unsent",
        "cc",
        "reply-to",
        "sender",
    ];
    let lines = text.lines().take(60).take_while(|line| !line.trim().is_empty());
    let mut known = 0;
    // What stands before each message of a file of several.
    for line in lines.skip_while(|line| line.starts_with("From ")) {
        let continued = line.starts_with([' ', '\t']);
        let Some((name, _)) = line.split_once(':') else {
            if continued {
                continue;
            }
            return false;
        };
        let proper = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_graphic());
        if !continued && !proper {
            return false;
        }
        known += usize::from(HEADERS.contains(&name.to_ascii_lowercase().as_str()));
    }
    2 <= known
}

/// Whether the file ends where its format says it should.
fn truncation(bytes: &[u8], format: FileFormat) -> Option<Finding> {
    let near_the_end =
        |(within, mark): &(usize, &[u8])| find(&bytes[bytes.len().saturating_sub(*within)..], mark).is_some();
    let ends = format::of(format).ends;
    let complete = if is_zip(bytes) {
        near_the_end(&(70_000, b"PK\x05\x06"))
    } else {
        ends.is_empty() || ends.iter().any(near_the_end)
    };
    (!complete).then(|| crate::paper::said::sentences::truncated(format))
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Findings about the name a content was dropped under: another name needs them said anew.
const BY_NAME: [&str; 2] = ["wrong-extension", "unknown-file"];

/// The findings of a content that was read under one name, as they are under `name`.
pub fn under_name(findings: &mut Vec<Finding>, format: FileFormat, name: &str) {
    findings.retain(|finding| !BY_NAME.contains(&finding.code.as_str()));
    let unknown = if format == FileFormat::Unknown {
        crate::paper::said::sentences::useless(format, name)
    } else {
        None
    };
    findings.splice(0..0, unknown.into_iter().chain(mislabelled(format, name)));
}

/// A finding where the name says one thing and the content another.
fn mislabelled(format: FileFormat, name: &str) -> Option<Finding> {
    let extension = name.rsplit_once('.')?.1.to_lowercase();
    let fits = |format: FileFormat| format::of(format).endings.contains(&extension.as_str());
    let known = FileFormat::ALL.iter().any(|format| fits(*format));
    (known && !format::of(format).endings.is_empty() && !fits(format))
        .then(|| crate::paper::said::sentences::mislabelled(format, &extension))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn office(kind: &str) -> Vec<u8> {
        zip(&[("[Content_Types].xml", &format!("<Override ContentType=\"application/{kind}+xml\"/>"))])
    }

    fn compound(stream: &str) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream(stream).unwrap();
        file.into_inner().into_inner()
    }

    fn sort(bytes: &[u8]) -> FileFormat {
        sniff(bytes, "paper").format
    }

    #[test]
    fn office_files_are_told_apart_by_what_they_hold() {
        let word = office("vnd.openxmlformats-officedocument.wordprocessingml.document.main");
        assert_eq!(sort(&word), FileFormat::Word);
        assert_eq!(
            sort(&office("vnd.openxmlformats-officedocument.wordprocessingml.template.main")),
            FileFormat::Word
        );
        assert_eq!(sort(&office("vnd.ms-word.document.macroEnabled.main")), FileFormat::WordMacro);
        assert_eq!(
            sort(&office("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main")),
            FileFormat::Excel
        );
        assert_eq!(sort(&office("vnd.ms-excel.sheet.macroEnabled.main")), FileFormat::ExcelMacro);
        assert_eq!(sort(&office("vnd.ms-excel.sheet.binary.macroEnabled.main")), FileFormat::ExcelBinary);
        assert_eq!(
            sort(&zip(&[("mimetype", "application/vnd.oasis.opendocument.text")])),
            FileFormat::OpenText
        );
        assert_eq!(sort(&zip(&[("holiday.jpg", "x")])), FileFormat::Archive);
        assert_eq!(sort(&compound("/EncryptedPackage")), FileFormat::ProtectedOffice);
        assert_eq!(sort(&compound("/WordDocument")), FileFormat::WordOld);
        assert_eq!(sort(&compound("/Workbook")), FileFormat::ExcelOld);
        assert_eq!(sort(&compound("/__properties_version1.0")), FileFormat::OutlookMail);
    }

    #[test]
    fn other_files_are_told_apart_by_their_bytes() {
        assert_eq!(sort(b"\n\n%PDF-1.4 ... %%EOF"), FileFormat::Pdf);
        assert_eq!(sort(b"%PxF 1 0 obj startxref 9 %%EOF"), FileFormat::Pdf);
        assert_eq!(sort(b"{\\rtf1 hello}"), FileFormat::Rtf);
        assert_eq!(sort(b"<!DOCTYPE html><p>"), FileFormat::Html);
        assert_eq!(sort(b"From: a@b.uk\r\nTo: c@d.uk\r\nSubject: x\r\n\r\nhello"), FileFormat::Mail);
        let headed = b"From a@b.uk Tue Nov  3 10:00:00 2026\nFrom: a@b.uk\nSubject: x\n\nhello";
        assert_eq!(sort(headed), FileFormat::Mail);
        assert_eq!(sort(b"\x78\x9f\x3e\x22\x01\0"), FileFormat::Mail);
        assert_eq!(sort(b"Dear panel: thank you\nfor your time"), FileFormat::PlainText);
        assert_eq!(sort(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), FileFormat::Heic);
        assert_eq!(sort(b"L\0\0\0\x01\x14\x02\0"), FileFormat::Shortcut);
        assert_eq!(sort(b"\x07\x13\x99\x01\x02\x03\x04\x05"), FileFormat::Unknown);
        assert_eq!(sort(b""), FileFormat::Empty);
        assert_eq!(sort(&[0; 4096]), FileFormat::Zeros);
    }

    #[test]
    fn leavings_of_other_programs_are_known_by_name() {
        for name in
            ["~$plan.docx", ".~lock.plan.docx#", "Thumbs.db", "desktop.ini", ".DS_Store", "plan.docx.tmp"]
        {
            let sniffed = sniff(b"whatever", name);
            assert_eq!((sniffed.format, sniffed.readable), (FileFormat::LockFile, false), "{name}");
        }
    }

    /// What a person reads about a file of this content and name.
    fn said(bytes: &[u8], name: &str) -> Vec<String> {
        sniff(bytes, name).findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn each_bad_file_has_its_own_sentence() {
        let mut cut = office("vnd.openxmlformats-officedocument.wordprocessingml.document.main");
        cut.truncate(cut.len() / 2);
        assert_eq!(said(b"", "a.docx"), ["the file is empty"]);
        assert_eq!(said(&[0; 99], "a.docx"), ["the file holds nothing but zeros: the copy did not finish"]);
        assert_eq!(said(&cut, "a.docx"), ["the file is a Word document, cut short: its end is missing"]);
        assert_eq!(
            said(b"%PDF-1.4 and no more", "a.pdf"),
            ["the file is a PDF, cut short: its end is missing"]
        );
        assert_eq!(said(&compound("/EncryptedPackage"), "a.docx"), ["the file needs a password"]);
        assert_eq!(
            said(&zip(&[("a.txt", "")]), "a.zip"),
            ["the file is an archive; its documents must be dropped one by one"]
        );
        assert_eq!(said(b"%PDF-1.4 %%EOF", "plan.docx"), ["the name ends in `.docx`, but the file is a PDF"],);
        assert_eq!(said(b"%PDF-1.4 %%EOF", "12.03.26"), Vec::<String>::new(), "a date is no ending");
    }
}
