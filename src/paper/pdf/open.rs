//! Opening a PDF with two readers that must agree: `lopdf` gives the objects, `hayro` a second count of the pages.
//!
//! Nothing is changed here; what was wrong is said.

use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use lopdf::{Document, LoadOptions, ObjectId};

use crate::finding::Finding;
use crate::paper::said::sentences;

/// The most one compressed stream may hold while the file is being opened.
const LARGEST_STREAM: usize = 256 << 20;

/// A PDF that at least one reader can open.
pub(crate) struct Opened {
    /// The objects, and the pages in order; none where only the second reader can open it.
    pub objects: Option<(Document, Vec<ObjectId>)>,
    /// The second reader's view.
    pub second: Option<Pdf>,
    pub findings: Vec<Finding>,
    /// Encrypted, but opens without a password.
    pub owner_locked: bool,
}

/// Opens a PDF, or says in a finding why it cannot be.
pub(crate) fn open(bytes: &[u8]) -> Result<Opened, Box<Finding>> {
    let second = Pdf::new(bytes.to_vec());
    let options = LoadOptions::with_max_decompressed_size(LARGEST_STREAM);
    let first = Document::load_mem_with_options(bytes, options);
    let locked = matches!(second, Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)));
    if first.as_ref().map_or(locked, Document::is_encrypted) && second.is_err() {
        return Err(Box::new(needs_password()));
    }
    let second = second.ok();
    let second_count = second.as_ref().map(|pdf| pdf.pages().len());
    let mut findings = Vec::new();
    let mut owner_locked = false;
    let objects = first.ok().filter(|document| !document.is_encrypted()).and_then(|document| {
        owner_locked = document.was_encrypted();
        let pages = pages(&document);
        let repaired = document.xref_recovery.is_some();
        if repaired {
            findings.push(sentences::repaired_pdf());
        }
        (!pages.is_empty()).then_some((document, pages))
    });
    let first_count = objects.as_ref().map(|(_, pages)| pages.len());
    match (first_count, second_count.filter(|count| 0 < *count)) {
        (None, None) => return Err(Box::new(sentences::unreadable_pdf())),
        (Some(first), Some(second)) if first != second => findings.push(disagreement(first, second)),
        _ => {}
    }
    // Where the second reader sees more pages, its picture of them is safer than leaving some out.
    let short = first_count.is_some_and(|first| second_count.is_some_and(|second| first < second));
    let objects = objects.filter(|_| !short);
    Ok(Opened { objects, second, findings, owner_locked })
}

impl Opened {
    /// How many pages it has, by whichever reader saw more.
    pub fn pages(&self) -> u32 {
        let first = self.objects.as_ref().map_or(0, |(_, pages)| pages.len());
        let second = self.second.as_ref().map_or(0, |pdf| pdf.pages().len());
        u32::try_from(first.max(second)).unwrap_or(u32::MAX)
    }
}

/// The pages that are really there: a slot whose object is missing is none.
fn pages(document: &Document) -> Vec<ObjectId> {
    let is_page = |id: &ObjectId| document.get_dictionary(*id).is_ok();
    document.page_iter().filter(is_page).collect()
}

fn needs_password() -> Finding {
    Finding::blocks("password", "the PDF needs a password")
        .hint("print it to PDF again without a password, or ask its author to, and drop that")
}

fn disagreement(first: usize, second: usize) -> Finding {
    Finding::warning(
        "page-count",
        format!("two readers do not agree how many pages the PDF has: {first} and {second}"),
    )
    .hint("compare the pages in the pack with the document")
}
