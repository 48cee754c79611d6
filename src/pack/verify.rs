//! A pack opened again, by another reader than made it, and held against its manifest.
//!
//! Nothing is taken from the plan: what is checked is what somebody holding only the file and its manifest could check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hayro_syntax::Pdf;
use hayro_syntax::object::{
    Array, Dict, Name, Object, ObjectIdentifier, Rect as PdfRect, String as PdfString,
};
use hayro_syntax::page::Page;
use rayon::prelude::*;
use sha2::Digest;

use crate::finding::Finding;
use crate::pack::geometry::{Rect, STRIP, Seen};
use crate::pack::manifest::{Entry, How, Manifest};
use crate::pack::paging::Cut;
use crate::panel::ids::Sha256;
use crate::paper::pdf_text::{PageWords, PlacedWord, words_on};

/// Something about a pack that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The manifest's entry to blame; none where it is the pack itself.
    pub entry: Option<usize>,
    pub finding: Finding,
}

/// Pages read in one go by one thread.
const TOGETHER: usize = 40;

/// Keys of a catalog that make a file do something.
const ACTIVE: [&str; 4] = ["OpenAction", "AA", "AcroForm", "Names"];

/// Checks `bytes` against `manifest`, and its pages against the renditions that are at hand, found by their hash. `cut` is
/// the pages that the file has of the pack.
pub fn verify(
    bytes: Vec<u8>,
    manifest: &Manifest,
    cut: Cut,
    renditions: &BTreeMap<Sha256, PathBuf>,
) -> Vec<Fault> {
    let mut faults = Faults::default();
    let hash = Sha256::from_digest(sha2::Sha256::digest(&bytes).into());
    if hash != manifest.sha256 {
        faults.pack("hash", "the file is not the one its manifest was made for");
    }
    let Ok(pdf) = Pdf::new(bytes) else {
        faults.pack("unreadable", "the pack cannot be opened");
        return faults.0;
    };
    let pages = pdf.pages();
    let wanted = cut.last + 1 - cut.first;
    if u32::try_from(pages.len()) != Ok(wanted) {
        let said = format!("the pack has {} pages and should have {wanted}", pages.len());
        faults.pack("pages", said);
        return faults.0;
    }
    let Some(book) = Book::open(&pdf, manifest, cut) else {
        faults.pack("unreadable", "the pack has no catalog");
        return faults.0;
    };
    book.catalog(&mut faults);
    book.bookmarks(&mut faults);
    let read = read_all(pages);
    book.stamps(&read, &mut faults);
    book.links(&read, &mut faults);
    book.evidence(&read, &mut faults);
    faults.0.extend(papers(manifest, cut, renditions, &read));
    faults.0
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn pack(&mut self, code: &str, said: impl Into<String>) {
        self.0.push(Fault { entry: None, finding: Finding::blocks(&format!("pack-{code}"), said) });
    }

    fn entry(&mut self, at: usize, entry: &Entry, code: &str, said: impl Into<String>) {
        let finding = Finding::blocks(&format!("pack-{code}"), said).about(entry.number.to_string());
        self.0.push(Fault { entry: Some(at), finding });
    }
}

fn read_all(pages: &[Page<'_>]) -> Vec<PageWords> {
    pages.par_chunks(TOGETHER).flat_map_iter(words_on).collect()
}

/// The words run together: it does not matter how a file spells its blanks.
fn run<'a>(words: impl IntoIterator<Item = &'a PlacedWord>) -> String {
    words.into_iter().map(|word| word.text.as_str()).collect()
}

fn unblanked(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The middle of a word.
fn middle(word: &PlacedWord) -> (f64, f64) {
    let [left, bottom, right, top] = word.place;
    (f64::midpoint(left, right), f64::midpoint(bottom, top))
}

fn in_strip(word: &PlacedWord) -> bool {
    middle(word).1 < f64::from(STRIP)
}

fn is_within(word: &PlacedWord, rect: Rect) -> bool {
    let ((x, y), [left, bottom, right, top]) = (middle(word), rect.map(f64::from));
    (left..right).contains(&x) && (bottom..top).contains(&y)
}

/// An opened pack.
struct Book<'a> {
    pdf: &'a Pdf,
    manifest: &'a Manifest,
    cut: Cut,
    catalog: Dict<'a>,
    /// Page numbers by object.
    numbers: BTreeMap<ObjectIdentifier, u32>,
    marking: String,
}

impl<'a> Book<'a> {
    fn open(pdf: &'a Pdf, manifest: &'a Manifest, cut: Cut) -> Option<Self> {
        let catalog: Dict<'_> = pdf.xref().get(pdf.xref().root_id())?;
        let ids = pdf.pages().iter().filter_map(|page| page.raw().obj_id());
        let numbers = ids.zip(cut.first..).collect();
        let marking = pdf.metadata().subject.as_deref().map(spoken).unwrap_or_default();
        Some(Book { pdf, manifest, cut, catalog, numbers, marking })
    }

    /// The manifest's entries that are in the file.
    fn entries(&self) -> impl Iterator<Item = (usize, &'a Entry)> {
        let cut = self.cut;
        self.manifest.entries.iter().enumerate().filter(move |(_, entry)| cut.holds(entry.first_page))
    }

    /// Labels, opening, language, and nothing that acts.
    fn catalog(&self, faults: &mut Faults) {
        let labels =
            self.catalog.get::<Dict<'_>>("PageLabels").and_then(|labels| labels.get::<Array<'_>>("Nums"));
        let label = labels.and_then(|nums| nums.iter::<Object<'_>>().nth(1)).and_then(Object::into_dict);
        let decimal =
            label.as_ref().and_then(|label| label.get::<Name<'_>>("S")).is_some_and(|s| s.as_str() == "D");
        let starts = label.as_ref().and_then(|label| label.get::<i32>("St")).unwrap_or(1);
        if !decimal || u32::try_from(starts) != Ok(self.cut.first) {
            faults.pack("labels", "the page labels are not the page numbers");
        }
        let mode = self.catalog.get::<Name<'_>>("PageMode");
        if mode.is_none_or(|mode| mode.as_str() != "UseOutlines") {
            faults.pack("opening", "the pack does not open with its bookmarks");
        }
        if self.catalog.get::<PdfString<'_>>("Lang").is_none_or(|lang| lang.as_bytes() != b"en-GB") {
            faults.pack("language", "the pack does not say its language");
        }
        if self.marking.is_empty() {
            faults.pack("marking", "the pack does not say its marking");
        }
        for key in ACTIVE {
            if self.catalog.contains_key(key) {
                faults.pack("active", format!("the pack holds active content (`{key}`)"));
            }
        }
        let acting = self.pdf.objects().into_iter().any(|object| match object {
            Object::Dict(dict) => acts(&dict),
            Object::Stream(stream) => acts(stream.dict()),
            _ => false,
        });
        if acting {
            faults.pack("active", "the pack holds a script, an action or an embedded file");
        }
    }

    /// Every bookmark's number is its page's, and every paper has one.
    fn bookmarks(&self, faults: &mut Faults) {
        let mut marks = Vec::new();
        if let Some(root) = self.catalog.get::<Dict<'_>>("Outlines") {
            self.level(&root, &mut marks);
        }
        for (title, page) in &marks {
            if page.is_none_or(|page| !title.ends_with(&format!("(p {page})"))) {
                faults.pack("bookmarks", "a bookmark leads to another page than it says");
            }
        }
        let led: BTreeSet<(&str, u32)> =
            marks.iter().filter_map(|(title, page)| Some((title.as_str(), (*page)?))).collect();
        for (at, entry) in self.entries() {
            let title = format!("{} (p {})", entry.title, entry.first_page);
            if !led.contains(&(title.as_str(), entry.first_page)) {
                faults.entry(at, entry, "bookmarks", "the paper has no bookmark");
            }
        }
    }

    fn level(&self, parent: &Dict<'a>, marks: &mut Vec<(String, Option<u32>)>) {
        let mut next = parent.get::<Dict<'_>>("First");
        // A loop among siblings ends at the number of objects there are.
        for _ in 0..self.pdf.len() {
            let Some(mark) = next else { return };
            let title = mark.get::<PdfString<'_>>("Title").map(|title| spoken(title.as_bytes()));
            marks.push((title.unwrap_or_default(), self.target(&mark)));
            self.level(&mark, marks);
            next = mark.get::<Dict<'_>>("Next");
        }
    }

    /// The page a `/Dest` leads to, where the zoom is left alone.
    fn target(&self, holder: &Dict<'a>) -> Option<u32> {
        let destination = holder.get::<Array<'_>>("Dest")?;
        let page = destination.raw_iter().next()?.as_obj_ref()?;
        let rest: Vec<Object<'_>> = destination.iter::<Object<'_>>().skip(1).collect();
        let kept = matches!(rest.as_slice(), [Object::Name(fit), Object::Null(_), Object::Null(_), Object::Null(_)] if fit.as_str() == "XYZ");
        let number = self.numbers.get(&ObjectIdentifier::new(page.obj_number, page.gen_number)).copied();
        number.filter(|_| kept)
    }

    /// `n of N` and the marking at the foot of every page.
    fn stamps(&self, read: &[PageWords], faults: &mut Faults) {
        let marking = unblanked(&self.marking);
        for (number, page) in (self.cut.first..).zip(read) {
            let strip = run(page.words.iter().filter(|word| in_strip(word)));
            let printed = unblanked(&format!("{number} of {}", self.manifest.pages));
            if !strip.starts_with(&marking) || !strip.ends_with(&printed) {
                let blamed = self.entries().find(|(_, entry)| entry.holds(number));
                let said = format!("page {number} is not stamped as it should be");
                match blamed {
                    Some((at, entry)) => faults.entry(at, entry, "stamp", said),
                    None => faults.pack("stamp", said),
                }
            }
        }
    }

    /// Each page leads back to the contents, and the contents to each paper, by the number it prints.
    fn links(&self, read: &[PageWords], faults: &mut Faults) {
        let mut back = BTreeSet::new();
        let mut promised: BTreeMap<u32, String> = BTreeMap::new();
        for (page, shown) in self.pdf.pages().iter().zip(read) {
            let links = self.page_links(page);
            back.insert(links.first().map(|(_, to)| *to));
            for (rect, to) in links.into_iter().skip(1) {
                let inside = shown.words.iter().filter(|word| is_within(word, rect));
                promised.entry(to).or_default().push_str(&run(inside));
            }
        }
        if back.len() != 1 || back.contains(&None) {
            faults.pack("links", "not every page leads back to the contents");
        }
        for (at, entry) in self.entries() {
            let printed = if entry.first_page == entry.last_page {
                entry.first_page.to_string()
            } else {
                format!("{}–{}", entry.first_page, entry.last_page)
            };
            if promised.get(&entry.first_page).is_none_or(|said| !said.contains(&printed)) {
                faults.entry(
                    at,
                    entry,
                    "contents",
                    "the contents do not lead to the paper by its page number",
                );
            }
        }
    }

    fn page_links(&self, page: &Page<'a>) -> Vec<(Rect, u32)> {
        let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return Vec::new() };
        let links = annotations.iter::<Dict<'_>>().filter_map(|link| {
            let rect = link.get::<PdfRect>("Rect")?;
            Some((shown(rect), self.target(&link)?))
        });
        links.collect()
    }

    fn evidence(&self, read: &[PageWords], faults: &mut Faults) {
        if self.cut.first > 1 {
            return;
        }
        let cover = read.first().map(|page| run(&page.words)).unwrap_or_default();
        if !cover.contains(self.manifest.evidence_head.as_str()) {
            faults.pack("evidence", "the cover does not print the record of evidence");
        }
    }
}

impl Entry {
    fn holds(&self, page: u32) -> bool {
        (self.first_page..=self.last_page).contains(&page)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "points on a page")]
fn shown(rect: PdfRect) -> Rect {
    [rect.x0, rect.y0, rect.x1, rect.y1].map(|side| side as f32)
}

fn acts(dict: &Dict<'_>) -> bool {
    let sort = dict.get::<Name<'_>>("Type");
    let file = sort.is_some_and(|sort| matches!(sort.as_str(), "EmbeddedFile" | "Filespec"));
    let action = dict.get::<Name<'_>>("S");
    let action = action.is_some_and(|s| {
        matches!(
            s.as_str(),
            "JavaScript" | "Launch" | "SubmitForm" | "ImportData" | "URI" | "GoToR" | "Rendition"
        )
    });
    file || action || dict.contains_key("JS")
}

/// Each paper's words, page by page, against its rendition's.
fn papers(
    manifest: &Manifest,
    cut: Cut,
    renditions: &BTreeMap<Sha256, PathBuf>,
    read: &[PageWords],
) -> Vec<Fault> {
    let entries = manifest.entries.par_iter().enumerate();
    let shown = entries.filter(|(_, entry)| entry.outcome == How::Included && cut.holds(entry.first_page));
    let found = shown.filter_map(|(at, entry)| {
        let path = renditions.get(entry.rendition_sha256.as_ref()?)?;
        let said = differs(entry, cut, path, read)?;
        let finding = Finding::blocks("pack-paper", said).about(entry.number.to_string());
        Some(Fault { entry: Some(at), finding })
    });
    found.collect()
}

fn differs(entry: &Entry, cut: Cut, path: &Path, read: &[PageWords]) -> Option<String> {
    let Ok(bytes) = std::fs::read(path) else {
        return Some("its pages cannot be read from the store".to_owned());
    };
    let hash = Sha256::from_digest(sha2::Sha256::digest(&bytes).into());
    if entry.rendition_sha256.as_ref() != Some(&hash) {
        return Some("its stored pages are not the ones made when it arrived".to_owned());
    }
    let Ok(rendition) = Pdf::new(bytes) else {
        return Some("its pages cannot be read by a second reader".to_owned());
    };
    let pages = rendition.pages();
    if u32::try_from(pages.len()) != Ok(entry.last_page + 1 - entry.first_page) {
        return Some(format!("a second reader counts {} pages in it", pages.len()));
    }
    for (number, page) in (entry.first_page..).zip(words_on(pages)) {
        let shown = &read[cut.index(number)?].words;
        let all = run(&page.words) == run(shown.iter().filter(|word| !in_strip(word)));
        if !all && visible(&page) != on_pack(&page, shown) {
            return Some(format!("the words on page {number} are not the paper's"));
        }
    }
    None
}

/// The words on the paper's own page. One that runs off its edge is seen by no reader of it.
fn visible(page: &PageWords) -> String {
    let edge = [page.width, page.height].map(narrowed);
    run(page.words.iter().filter(|word| is_within(word, [0.0, 0.0, edge[0], edge[1]])))
}

/// The same words on the pack's page, which is larger than the part of it that shows the paper.
fn on_pack(page: &PageWords, words: &[PlacedWord]) -> String {
    let [width, height] = [page.width, page.height].map(narrowed);
    let placed = Seen { shown: [0.0, 0.0, width, height], turn: 0, unit: 1.0 }.onto_a4();
    let [across, _, _, up, left, bottom] = placed.matrix;
    let part = [left, bottom, left + width * across, bottom + height * up];
    run(words.iter().filter(|word| is_within(word, part)))
}

#[expect(clippy::cast_possible_truncation, reason = "points on a page")]
fn narrowed(points: f64) -> f32 {
    points as f32
}

/// A PDF text string as text.
fn spoken(bytes: &[u8]) -> String {
    if let Some(units) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        let units: Vec<u16> =
            units.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        return String::from_utf16_lossy(&units);
    }
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
