//! Opening a PDF with two readers that must agree: `lopdf` gives the objects, `hayro` a second count of the pages.
//!
//! Nothing is changed here; what was wrong is said.

use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use crate::finding::Finding;
use crate::paper::sentences;

/// The most one compressed stream may hold while the file is being opened.
const LARGEST_STREAM: usize = 256 << 20;

/// A4, for pages that do not say how large they are.
const A4: [f32; 4] = [0.0, 0.0, 595.276, 841.89];

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
    .hint("compare the pages in the pack with the paper")
}

/// Follows references until something that is none; a circle ends as nothing.
pub(crate) fn follow<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

/// The value of `key`, references followed.
pub(crate) fn value<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Object> {
    follow(document, dictionary.get(key).ok()?).filter(|object| !object.is_null())
}

/// The dictionary at `key`, references followed; a stream counts by its dictionary.
pub(crate) fn dictionary<'a>(
    document: &'a Document,
    of: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Dictionary> {
    match value(document, of, key)? {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// The array at `key`, references followed.
pub(crate) fn array<'a>(document: &'a Document, of: &'a Dictionary, key: &[u8]) -> Option<&'a Vec<Object>> {
    value(document, of, key)?.as_array().ok()
}

/// The name at `key`.
pub(crate) fn name<'a>(document: &'a Document, of: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    value(document, of, key)?.as_name().ok()
}

/// The numbers of the array at `key`, if it holds just `N`.
pub(crate) fn numbers<const N: usize>(document: &Document, of: &Dictionary, key: &[u8]) -> Option<[f32; N]> {
    let array = array(document, of, key)?;
    let numbers: Vec<f32> =
        array.iter().filter_map(|object| follow(document, object)?.as_float().ok()).collect();
    numbers.try_into().ok().filter(|numbers: &[f32; N]| numbers.iter().all(|number| number.is_finite()))
}

/// A value a page may inherit from the tree above it.
pub(crate) fn inherited<'a>(document: &'a Document, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..64 {
        if let Some(found) = value(document, node, key) {
            return Some(found);
        }
        node = dictionary(document, node, b"Parent")?;
    }
    None
}

/// The part of the page that is shown.
pub(crate) fn visible_box(document: &Document, page: &Dictionary) -> [f32; 4] {
    let given = |key: &[u8]| {
        let mut node = page;
        for _ in 0..64 {
            if let Some(found) = numbers::<4>(document, node, key) {
                return Some(upright(found));
            }
            node = dictionary(document, node, b"Parent")?;
        }
        None
    };
    let large_enough = |place: &[f32; 4]| 1.0 < place[2] - place[0] && 1.0 < place[3] - place[1];
    let sheet = given(b"MediaBox").filter(large_enough).unwrap_or(A4);
    let Some(crop) = given(b"CropBox") else { return sheet };
    let shown = [sheet[0].max(crop[0]), sheet[1].max(crop[1]), sheet[2].min(crop[2]), sheet[3].min(crop[3])];
    if large_enough(&shown) { shown } else { sheet }
}

/// A box with its corners in order.
pub(crate) fn upright(place: [f32; 4]) -> [f32; 4] {
    let [a, b, c, d] = place;
    [a.min(c), b.min(d), a.max(c), b.max(d)]
}
