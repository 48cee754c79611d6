//! What was kept of a content, put together with what it was seen as.

use crate::finding::Finding;
use crate::panel::casebook::content::{Content, View};
use crate::panel::seen::{FileFormat, Reading};
use crate::paper::sniff;
use crate::register::readings::KeptReading;

const NOT_READ_YET: &str = "not-read-yet";

/// What was kept of a content, dropped as `file`.
pub fn content(view: View, kept: KeptReading, file: &str) -> Content {
    let KeptReading { mut reading, rendition } = kept;
    let mut findings = std::mem::take(&mut reading.findings);
    let unread = findings.iter().any(|finding| finding.code == NOT_READ_YET);
    if !unread {
        sniff::content::under_name(&mut findings, reading.format, file.rsplit('/').next().unwrap_or(file));
    }
    findings.extend(view.form.iter().flat_map(|form| form.findings.clone()));
    reading.body = Vec::new();
    let title = reading.title.clone().filter(|title| !title.trim().is_empty());
    Content { view, title, thin: reading, rendition, findings }
}

/// A content nobody has read yet: its scan was interrupted.
pub fn unread() -> KeptReading {
    let finding = Finding::blocks(NOT_READ_YET, "has not been read yet").hint("the next scan reads it");
    let reading = Reading { findings: vec![finding], ..Reading::empty(FileFormat::Unknown) };
    KeptReading { reading, rendition: None }
}
