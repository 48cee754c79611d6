//! An opened pack: what it says of itself and where everything in it leads, held against what is printed on its pages.
//!
//! Nothing is taken from the plan or the template. A link must lead to the page that is meant by it, and print that page's number or
//! words that stand on it ([`crate::pack::meant`]); whatever else acts when somebody opens the file or clicks in it is a fault.

use std::collections::{BTreeMap, BTreeSet};

use hayro_syntax::Pdf;
use hayro_syntax::object::{
    Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Rect as PdfRect, String as PdfString,
};
use hayro_syntax::page::Page;

use crate::pack::fault::Faults;
use crate::pack::geometry::{Rect, STRIP};
use crate::pack::manifest::{Entry, How, Manifest};
use crate::pack::meant::{self, MEANT};
use crate::pack::page_labels;
use crate::pack::paging::Held;
use crate::pack::printed::{in_strip, is_within, run, unblanked, unseen_left_out};
use crate::pack::stamp::printed_marking;
use crate::panel::ids::CaseId;
use crate::pdf::text::{PageWords, PlacedWord};

/// Bookmarks within bookmarks that are looked at.
const DEEPEST: usize = 100;

/// All that the catalog of a pack may hold.
const CATALOG: &str = "Type Pages Outlines PageMode Lang Metadata ViewerPreferences PageLabels Version";

/// Actions, by their names in the standard.
const ACTIONS: &str = "JavaScript Launch SubmitForm ResetForm ImportData URI GoTo GoToR GoToE GoTo3DView Rendition Movie Sound \
                       Thread Named Hide SetOCGState RichMediaExecute";

/// An opened pack and the words on its pages.
pub(crate) struct Book<'a> {
    pdf: &'a Pdf,
    manifest: &'a Manifest,
    read: &'a [PageWords],
    held: Held,
    catalog: Dict<'a>,
    /// Page numbers by object.
    numbers: BTreeMap<ObjectIdentifier, u32>,
    marking: String,
    marks: Vec<Mark>,
}

/// A bookmark and the page it leads to, with the reader's zoom left alone.
#[derive(Debug)]
struct Mark {
    title: String,
    page: Option<u32>,
    acts: bool,
    /// Those above it.
    above: usize,
    /// A paper brought it with it.
    own: bool,
}

/// A link and what may be held against it.
struct Led<'a> {
    /// The page it leads to, and the one that its maker meant where that is said.
    to: Option<u32>,
    meant: Option<u32>,
    words: Vec<&'a str>,
}

impl<'a> Book<'a> {
    /// None where the file has no catalog.
    pub(crate) fn open(pdf: &'a Pdf, manifest: &'a Manifest, read: &'a [PageWords]) -> Option<Self> {
        let held = manifest.held();
        let catalog: Dict<'_> = pdf.xref().get(pdf.xref().root_id())?;
        let ids = pdf.pages().iter().filter_map(|page| page.raw().obj_id());
        let numbers = ids.zip(held.pages()).collect();
        let marking = pdf.metadata().subject.as_deref().map(spoken).unwrap_or_default();
        let marks = Vec::new();
        let mut book = Book { pdf, manifest, read, held, catalog, numbers, marking, marks };
        if let Some(root) = book.catalog.get::<Dict<'_>>("Outlines") {
            let mut marks = Vec::new();
            book.level(&root, 0, false, &mut marks);
            book.marks = marks;
        }
        Some(book)
    }

    pub(crate) fn check(&self, faults: &mut Faults) {
        self.opening(faults);
        self.nothing_acts(faults);
        self.bookmarks(faults);
        self.stamps(faults);
        self.links(faults);
        self.evidence(faults);
    }

    /// The manifest's entries that are in the file.
    fn entries(&self) -> impl Iterator<Item = (usize, &'a Entry)> + use<'_, 'a> {
        self.manifest.entries.iter().enumerate().filter(|(_, entry)| self.held.holds(entry.first_page))
    }

    /// The cases that have papers in the file.
    fn cases(&self) -> BTreeSet<&'a CaseId> {
        self.entries().map(|(_, entry)| &entry.case_id).collect()
    }

    /// The case that a link's words begin with.
    fn case_named(&self, words: &[&str]) -> Option<&'a CaseId> {
        let said = words.concat();
        self.cases()
            .into_iter()
            .filter(|case| said.starts_with(case.as_str()))
            .max_by_key(|case| case.as_str().len())
    }

    fn words(&self, page: u32) -> &'a [PlacedWord] {
        let page = self.held.index(page).and_then(|at| self.read.get(at));
        page.map(|page| page.words.as_slice()).unwrap_or_default()
    }

    /// Labels, opening, language, marking.
    fn opening(&self, faults: &mut Faults) {
        if !page_labels::are_printed(&self.catalog, &self.held) {
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
    }

    /// No script, no action, no form, no embedded file: only links from page to page.
    fn nothing_acts(&self, faults: &mut Faults) {
        for key in self.catalog.keys().filter(|key| !is_one_of(CATALOG, key.as_str())) {
            faults.pack("active", format!("the pack holds active content (`{}`)", key.as_str()));
        }
        let acting = self.pdf.objects().into_iter().any(|object| match object {
            Object::Dict(dict) => acts(&dict),
            Object::Stream(stream) => acts(stream.dict()),
            _ => false,
        });
        if acting {
            faults.pack("active", "the pack holds a script, an action or an embedded file");
        }
        for (number, page) in self.held.pages().zip(self.pdf.pages().iter()) {
            let annotations = page.raw().get::<Array<'_>>("Annots");
            let strange =
                annotations.is_some_and(|all| all.iter::<Dict<'_>>().any(|one| !is_plain_link(&one)));
            if strange || page.raw().contains_key("AA") {
                faults.pack(
                    "active",
                    format!("page {number} holds something other than links within the pack"),
                );
            }
        }
        if self.marks.iter().any(|mark| mark.acts) {
            faults.pack("active", "a bookmark does something other than lead to a page");
        }
    }

    /// Every bookmark's number is its page's, a case's leads to a page that names it, and every paper has one.
    fn bookmarks(&self, faults: &mut Faults) {
        let cases = self.cases();
        for Mark { title, page, own, .. } in &self.marks {
            let Some(page) = page.filter(|page| title.ends_with(&format!("(p {page})"))) else {
                faults.pack("bookmarks", "a bookmark leads to another page than it says");
                continue;
            };
            let case = cases.iter().find(|case| title.split(' ').next() == Some(case.as_str()));
            // What came late stands under its case again, which then begins with a paper.
            let begins = |case: &CaseId| {
                self.entries().any(|(_, entry)| entry.first_page == page && entry.case_id == *case)
            };
            if let Some(case) = case.filter(|case| !own && !begins(case))
                && !meant::stands_in(case.as_str(), &run(self.words(page)))
            {
                faults.case(case, format!("the bookmark of case {case} leads to a page without it"));
            }
        }
        let led: BTreeSet<(&str, u32)> =
            self.marks.iter().filter_map(|mark| Some((mark.title.as_str(), mark.page?))).collect();
        for (_, entry) in self.entries() {
            let title = format!("{} (p {})", entry.title, entry.first_page);
            if !led.contains(&(title.as_str(), entry.first_page)) {
                faults.pack("bookmarks", format!("the document {} has no bookmark", entry.number));
            }
        }
    }

    /// Whether a bookmark is a paper's.
    fn is_paper(&self, title: &str, page: u32) -> bool {
        let named = |entry: &Entry| {
            title.strip_prefix(&entry.title).is_some_and(|rest| rest == format!(" (p {page})"))
        };
        self.entries().any(|(_, entry)| entry.first_page == page && named(entry))
    }

    fn level(&self, parent: &Dict<'a>, above: usize, own: bool, marks: &mut Vec<Mark>) {
        let mut next = parent.get::<Dict<'_>>("First");
        // A loop among siblings ends at the number of objects there are.
        for _ in 0..self.pdf.len() {
            let Some(mark) = next else { return };
            let title = mark.get::<PdfString<'_>>("Title").map(|title| spoken(title.as_bytes()));
            let acts = mark.contains_key("A") || mark.contains_key("AA");
            let (title, page) = (title.unwrap_or_default(), self.target(&mark));
            let below_is_own = own || page.is_some_and(|page| self.is_paper(&title, page));
            marks.push(Mark { title, page, acts, above, own });
            if above < DEEPEST {
                self.level(&mark, above + 1, below_is_own, marks);
            }
            next = mark.get::<Dict<'_>>("Next");
        }
    }

    /// The page a `/Dest` leads to, where the zoom is left alone.
    fn target(&self, holder: &Dict<'a>) -> Option<u32> {
        let destination = holder.get::<Array<'_>>("Dest")?;
        let parts: Vec<MaybeRef<Object<'_>>> = destination.raw_iter().collect();
        let [MaybeRef::Ref(page), MaybeRef::NotRef(Object::Name(fit)), rest @ ..] = parts.as_slice() else {
            return None;
        };
        let kept =
            rest.len() == 3 && rest.iter().all(|side| matches!(side, MaybeRef::NotRef(Object::Null(_))));
        let number = self.numbers.get(&ObjectIdentifier::new(page.obj_number, page.gen_number)).copied();
        number.filter(|_| kept && fit.as_str() == "XYZ")
    }

    /// `n of N` and the marking at the foot of every page. No paper is to blame where a sheet of ours lacks them too.
    fn stamps(&self, faults: &mut Faults) {
        let marking = printed_marking(&self.marking);
        let stamped = |number: &u32| {
            let strip = run(self.words(*number).iter().filter(|word| in_strip(word)));
            let printed = unblanked(&format!("{number} of {}", self.manifest.pages));
            marking.is_in(&strip) && strip.ends_with(&printed)
        };
        let bare: Vec<u32> = self.held.pages().filter(|number| !stamped(number)).collect();
        let of = |number: u32| self.entries().find(|(_, entry)| holds(entry, number));
        let ours =
            bare.iter().any(|number| of(*number).is_none_or(|(_, entry)| entry.outcome != How::Included));
        for number in bare {
            let said = format!("page {number} is not stamped as it should be");
            match of(number).filter(|_| !ours) {
                Some((at, entry)) => faults.entry(at, entry, "stamp", said),
                None => faults.pack("stamp", said),
            }
        }
    }

    /// Each page leads back to the contents, each other link where it says, and the contents to each paper.
    fn links(&self, faults: &mut Faults) {
        let contents = self.led_to("Contents ");
        let back = contents.unwrap_or(self.held.first());
        let mut all: Vec<(u32, Led<'_>)> = Vec::new();
        for (number, page) in self.held.pages().zip(self.pdf.pages().iter()) {
            let mut links = self.page_links(page).into_iter();
            if links.next().is_none_or(|(rect, to, _)| to != Some(back) || rect[3] > STRIP) {
                faults.pack("links", format!("page {number} does not lead back to the contents"));
            }
            for (at, led) in self.said(number, links).into_iter().enumerate() {
                match all.last_mut() {
                    // A line that begins at the foot of one page and ends at the head of the next.
                    Some((before, begun)) if at == 0 && *before + 1 == number && begun.to == led.to => {
                        begun.words.extend(led.words);
                    }
                    _ => all.push((number, led)),
                }
            }
        }
        let mut promised: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for (number, led) in all {
            let Some(to) = led.to else {
                faults.pack("links", format!("a link on page {number} leads nowhere"));
                continue;
            };
            if !self.leads_where_it_says(&led, to) {
                let message =
                    format!("a link on page {number} leads to page {to}, which is not what it says");
                match self.case_named(&led.words) {
                    Some(case) => faults.case(case, message),
                    None => faults.pack("links", message),
                }
            }
            promised.entry(to).or_default().push(led.words.concat());
        }
        // A part has a list of its papers only where the contents, or a supplement's, are among its pages.
        if contents.is_none() && self.led_to("Supplement, ") != Some(self.held.first()) {
            return;
        }
        for (_, entry) in self.entries() {
            let leads = |said: &String| meant::by_range(said, entry.first_page, entry.last_page);
            if !promised.get(&entry.first_page).is_some_and(|said| said.iter().any(leads)) {
                let said =
                    format!("the contents do not lead to the document {} by its page number", entry.number);
                faults.pack("contents", said);
            }
        }
    }

    /// Where the first bookmark of ours that begins with this leads.
    fn led_to(&self, begins: &str) -> Option<u32> {
        let ours =
            |mark: &&Mark| mark.above == 0 && !mark.page.is_some_and(|page| self.is_paper(&mark.title, page));
        self.marks.iter().filter(ours).find(|mark| mark.title.starts_with(begins)).and_then(|mark| mark.page)
    }

    /// Where each link is, where it leads, and where it is meant to.
    fn page_links(&self, page: &Page<'a>) -> Vec<(Rect, Option<u32>, Option<u32>)> {
        let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return Vec::new() };
        let links = annotations.iter::<Dict<'_>>().filter_map(|link| {
            let rect = link.get::<PdfRect>("Rect")?;
            let meant = link.get::<i32>(MEANT).and_then(|page| u32::try_from(page).ok());
            Some((shown(rect), self.target(&link), meant))
        });
        links.collect()
    }

    /// The words under each link; one that runs over several lines is several boxes in a row that lead to one page.
    fn said(&self, page: u32, links: impl Iterator<Item = (Rect, Option<u32>, Option<u32>)>) -> Vec<Led<'a>> {
        let mut said: Vec<Led<'_>> = Vec::new();
        for (rect, to, meant) in links {
            let inside = self.words(page).iter().filter(|word| is_within(word, rect));
            let words: Vec<&str> = inside.map(|word| word.text.as_str()).collect();
            match said.last_mut() {
                Some(last) if last.to == to => last.words.extend(words),
                _ => said.push(Led { to, meant, words }),
            }
        }
        said
    }

    /// Whether it leads to the page it was made for, and its words print that page's number or stand on it. Of a link that says
    /// nothing (a picture, a row of dots) it is enough that its maker meant this page.
    fn leads_where_it_says(&self, led: &Led<'_>, to: u32) -> bool {
        if led.meant.is_some_and(|meant| meant != to) {
            return false;
        }
        let said = led.words.join(" ");
        (led.meant.is_some() && meant::says_nothing(&said))
            || meant::by_number(&said, to)
            || meant::stands_in(&said, &run(self.words(to)))
    }

    /// The head of the evidence is printed on the pack's last sheet, and on the first of a supplement by itself; packs of before
    /// December 2026 print it on their cover.
    fn evidence(&self, faults: &mut Faults) {
        let first = self.held.first();
        let alone = self.led_to("Supplement, ").filter(|page| *page == first);
        let Some(sheet) = alone.or_else(|| self.led_to("Not included")) else { return };
        // A long list may take the sheet over more than its first page.
        let next = self.marks.iter().filter_map(|mark| mark.page).filter(|page| sheet < *page).min();
        let end = next.unwrap_or_else(|| self.held.pages().last().map_or(sheet, |last| last.max(sheet)) + 1);
        let printed: String =
            (sheet..end).chain([self.held.first()]).map(|page| run(self.words(page))).collect();
        if !unseen_left_out(&printed).contains(self.manifest.evidence_head.as_str()) {
            faults.pack("evidence", format!("page {sheet} does not print the record of evidence"));
        }
    }
}

fn holds(entry: &Entry, page: u32) -> bool {
    (entry.first_page..=entry.last_page).contains(&page)
}

#[expect(clippy::cast_possible_truncation, reason = "points on a page")]
fn shown(rect: PdfRect) -> Rect {
    [rect.x0, rect.y0, rect.x1, rect.y1].map(|side| side as f32)
}

fn is_plain_link(annotation: &Dict<'_>) -> bool {
    let link = annotation.get::<Name<'_>>("Subtype").is_some_and(|sort| sort.as_str() == "Link");
    link && annotation.contains_key("Dest") && !annotation.contains_key("A") && !annotation.contains_key("AA")
}

fn is_one_of(names: &str, name: &str) -> bool {
    names.split(' ').any(|one| one == name)
}

fn acts(dict: &Dict<'_>) -> bool {
    let sort = dict.get::<Name<'_>>("Type");
    let file = sort.is_some_and(|sort| matches!(sort.as_str(), "EmbeddedFile" | "Filespec" | "Action"));
    let action = dict.get::<Name<'_>>("S").is_some_and(|s| is_one_of(ACTIONS, s.as_str()));
    file || action || dict.contains_key("JS")
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
