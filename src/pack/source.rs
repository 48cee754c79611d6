//! A rendition opened for copying: its pages' content and whatever that content draws on, nothing else.
//!
//! Only what a page needs to be drawn is reached: no catalog, outline, action, annotation, form field, script or embedded file
//! of a paper is ever in the list of what is copied, so none of it can touch another paper.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream};
use sha2::Digest;
use thiserror::Error;

use crate::pack::geometry::{Rect, Seen, within};
use crate::pdf::outline::{self, Bookmark};
use crate::pdf::packing::{Packing, deflate};

/// No content stream of a page inflates to more than this.
const INFLATED: usize = 256 << 20;

/// A page tree deeper than this is a loop.
const DEEPEST: usize = 64;

/// A link's box ends at the baseline; a little more above and below is easier to hit.
const EASE: f32 = 2.0;

const A4: Rect = [0.0, 0.0, 595.276, 841.89];

/// Entries that lead out of a page, or say nothing about how it looks.
const LEFT_BEHIND: [&[u8]; 9] = [
    b"Metadata",
    b"PieceInfo",
    b"LastModified",
    b"StructParent",
    b"StructParents",
    b"AF",
    b"Parent",
    b"OPI",
    b"Alternates",
];

/// Types of object that are never part of how a page looks.
const NEVER_COPIED: [&[u8]; 10] = [
    b"Page",
    b"Pages",
    b"Catalog",
    b"Action",
    b"Annot",
    b"Filespec",
    b"EmbeddedFile",
    b"Outlines",
    b"StructElem",
    b"StructTreeRoot",
];

/// A PDF ready to be copied from.
#[derive(Debug)]
pub struct Source {
    pub document: Document,
    pub pages: Vec<SourcePage>,
    /// The paper's own bookmarks.
    pub(crate) bookmarks: Vec<Bookmark>,
    /// Everything the pages draw on, each after what it refers to itself (but for loops).
    pub order: Vec<ObjectId>,
    /// Objects that refer to themselves by some way round.
    pub looped: HashSet<ObjectId>,
    /// SHA-256 of each copied stream's bytes.
    pub hashes: HashMap<ObjectId, [u8; 32]>,
}

/// One page: content as a single stream, still compressed where it was, and what goes with it.
#[derive(Debug)]
pub struct SourcePage {
    pub seen: Seen,
    /// `/Resources`, `/Group`.
    pub entries: Dictionary,
    pub content: Vec<u8>,
    /// Of the content.
    pub packing: Packing,
    /// Links to `pack:N`, as the sheets have them.
    pub links: Vec<(Rect, u32)>,
}

/// Why a rendition cannot be copied from.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadSource {
    #[error("its pages cannot be read")]
    Unreadable,
    #[error("it should have {expected} pages and has {found}")]
    Pages { expected: u32, found: usize },
    #[error("page {0} cannot be read")]
    Content(usize),
}

impl Source {
    /// Reads `bytes` and gathers what its pages need.
    pub fn open(bytes: &[u8]) -> Result<Self, BadSource> {
        let options = LoadOptions { max_decompressed_size: Some(INFLATED), ..LoadOptions::default() };
        let document = Document::load_mem_with_options(bytes, options).map_err(|_| BadSource::Unreadable)?;
        let ids: Vec<ObjectId> = document.page_iter().collect();
        let pages = ids.iter().enumerate().map(|(at, id)| page(&document, *id, at + 1));
        let pages = pages.collect::<Result<Vec<_>, _>>()?;
        if pages.is_empty() {
            return Err(BadSource::Unreadable);
        }
        let bookmarks = outline::read(&document, &ids);
        let mut source = Source {
            document,
            pages,
            bookmarks,
            order: Vec::new(),
            looped: HashSet::new(),
            hashes: HashMap::new(),
        };
        source.gather();
        source.hash();
        Ok(source)
    }

    /// The same, with the number of pages it is known to have.
    pub fn open_expecting(bytes: &[u8], expected: u32) -> Result<Self, BadSource> {
        let source = Source::open(bytes)?;
        if u32::try_from(source.pages.len()) == Ok(expected) {
            Ok(source)
        } else {
            Err(BadSource::Pages { expected, found: source.pages.len() })
        }
    }

    fn gather(&mut self) {
        let mut walk = Walk::default();
        for page in &self.pages {
            let mut wanted = Vec::new();
            references_of(&page.entries, &mut wanted);
            for id in wanted {
                walk.from(&self.document, id);
            }
        }
        self.order = walk.order;
        self.looped = walk.looped;
    }

    fn hash(&mut self) {
        for id in &self.order {
            if let Some(Object::Stream(stream)) = self.document.objects.get(id) {
                self.hashes.insert(*id, sha2::Sha256::digest(&stream.content).into());
            }
        }
    }
}

/// Keys of `dict` that are not copied.
pub fn left_behind() -> &'static [&'static [u8]] {
    &LEFT_BEHIND
}

fn page(document: &Document, id: ObjectId, number: usize) -> Result<SourcePage, BadSource> {
    let dict = document.get_dictionary(id).map_err(|_| BadSource::Content(number))?;
    let media = rect(document, inherited(document, dict, b"MediaBox")).unwrap_or(A4);
    let shown = match rect(document, inherited(document, dict, b"CropBox")) {
        Some(crop) => within(media, crop),
        None => within(media, media),
    };
    let turn = inherited(document, dict, b"Rotate").and_then(|turn| turn.as_float().ok()).unwrap_or(0.0);
    let unit = dict.get_deref(b"UserUnit", document).ok().and_then(|unit| unit.as_float().ok());
    let mut entries = Dictionary::new();
    let resources = inherited(document, dict, b"Resources");
    entries.set("Resources", resources.cloned().unwrap_or_else(|| Dictionary::new().into()));
    if let Ok(group) = dict.get(b"Group") {
        entries.set("Group", group.clone());
    }
    let (content, packing) = content(document, id).ok_or(BadSource::Content(number))?;
    Ok(SourcePage {
        seen: Seen { shown, turn: quarter_turns(turn), unit: unit.unwrap_or(1.0) },
        entries,
        content,
        packing,
        links: links(document, dict),
    })
}

/// To the nearest quarter, in degrees.
fn quarter_turns(turn: f32) -> i64 {
    let turn = turn.rem_euclid(360.0);
    match turn {
        turn if turn < 45.0 => 0,
        turn if turn < 135.0 => 90,
        turn if turn < 225.0 => 180,
        turn if turn < 315.0 => 270,
        _ => 0,
    }
}

/// The page's content as one stream: untouched where it is one already, joined where it is several.
fn content(document: &Document, id: ObjectId) -> Option<(Vec<u8>, Packing)> {
    let parts = document.get_page_contents(id);
    let mut streams: Vec<_> =
        parts.iter().filter_map(|part| document.get_object(*part).ok()?.as_stream().ok()).collect();
    // A save and a restore around the whole page: the page becomes a form, which does both.
    if streams.len() > 2 && bare(streams[0], b"q") && bare(streams[streams.len() - 1], b"Q") {
        streams.pop();
        streams.remove(0);
    }
    if let [only] = streams.as_slice()
        && !only.dict.has(b"F")
    {
        return Some((only.content.clone(), Packing::of(document, &only.dict, &|_| None)));
    }
    let mut joined = Vec::new();
    for stream in streams {
        joined.extend(stream.get_plain_content_with_limit(INFLATED.checked_sub(joined.len())?).ok()?);
        joined.push(b'\n');
    }
    Some((deflate(&joined).ok()?, Packing::deflated()))
}

/// An uncompressed stream that holds this operator alone.
fn bare(stream: &Stream, operator: &[u8]) -> bool {
    !stream.dict.has(b"Filter") && stream.content.trim_ascii() == operator
}

/// A page attribute, from the page or the nearest node above that has it.
fn inherited<'a>(document: &'a Document, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..DEEPEST {
        if let Ok(value) = node.get(key) {
            // A reference is kept where it leads to a dictionary: it may be shared by many pages.
            let (_, found) = document.dereference(value).ok()?;
            return Some(if matches!(found, Object::Dictionary(_)) { value } else { found });
        }
        node = node.get_deref(b"Parent", document).ok()?.as_dict().ok()?;
    }
    None
}

fn rect(document: &Document, object: Option<&Object>) -> Option<Rect> {
    let items = object?.as_array().ok()?;
    let mut sides = [0.0; 4];
    for (side, item) in sides.iter_mut().zip(items) {
        *side = document.dereference(item).ok()?.1.as_float().ok()?;
    }
    let [x0, y0, x1, y1] = sides;
    let real = items.len() == 4 && (x1 - x0).abs() > 1.0 && (y1 - y0).abs() > 1.0;
    real.then_some(sides)
}

/// Links to `pack:N`. Any other annotation is left behind.
fn links(document: &Document, page: &Dictionary) -> Vec<(Rect, u32)> {
    let Some(annotations) = page.get_deref(b"Annots", document).ok().and_then(|all| all.as_array().ok())
    else {
        return Vec::new();
    };
    let found = annotations.iter().filter_map(|annotation| {
        let annotation = document.dereference(annotation).ok()?.1.as_dict().ok()?;
        let action = annotation.get_deref(b"A", document).ok()?.as_dict().ok()?;
        let target = action.get_deref(b"URI", document).ok()?.as_str().ok()?;
        let page = std::str::from_utf8(target).ok()?.strip_prefix("pack:")?.parse().ok()?;
        let [left, bottom, right, top] = rect(document, annotation.get_deref(b"Rect", document).ok())?;
        Some(([left, bottom - EASE, right, top + EASE], page))
    });
    found.collect()
}

/// Depth first through references, without recursion.
#[derive(Default)]
struct Walk {
    order: Vec<ObjectId>,
    looped: HashSet<ObjectId>,
    /// False while an object's own references are still being followed.
    done: HashMap<ObjectId, bool>,
}

impl Walk {
    fn from(&mut self, document: &Document, root: ObjectId) {
        let mut stack: Vec<(ObjectId, Vec<ObjectId>)> = Vec::new();
        self.enter(document, root, &mut stack);
        while let Some((id, wanted)) = stack.last_mut() {
            if let Some(next) = wanted.pop() {
                self.enter(document, next, &mut stack);
            } else {
                self.done.insert(*id, true);
                self.order.push(*id);
                stack.pop();
            }
        }
    }

    fn enter(&mut self, document: &Document, id: ObjectId, stack: &mut Vec<(ObjectId, Vec<ObjectId>)>) {
        match self.done.get(&id) {
            Some(true) => return,
            Some(false) => {
                self.looped.insert(id);
                return;
            }
            None => {}
        }
        let Some(object) = document.objects.get(&id) else { return };
        if never_copied(object) {
            return;
        }
        let mut wanted = Vec::new();
        references(object, &mut wanted);
        wanted.reverse();
        self.done.insert(id, false);
        stack.push((id, wanted));
    }
}

fn never_copied(object: &Object) -> bool {
    let dict = match object {
        Object::Dictionary(dict) => dict,
        Object::Stream(stream) => &stream.dict,
        _ => return false,
    };
    let sort = dict.get(b"Type").and_then(Object::as_name).unwrap_or_default();
    NEVER_COPIED.contains(&sort) || dict.has(b"JS")
}

fn references(object: &Object, found: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => found.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, found)),
        Object::Dictionary(dict) => references_of(dict, found),
        Object::Stream(stream) => references_of(&stream.dict, found),
        _ => {}
    }
}

fn references_of(dict: &Dictionary, found: &mut Vec<ObjectId>) {
    for (key, value) in dict {
        let skipped = LEFT_BEHIND.contains(&key.as_slice()) || key == b"Length";
        if !skipped {
            references(value, found);
        }
    }
}
