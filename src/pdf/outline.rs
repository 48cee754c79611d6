//! A paper's own bookmarks: title, depth and page, kept in its rendition; nothing else they could do is.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::pdf::objects::{array, dictionary, follow, name, value};

/// Most bookmarks kept of one paper, and how deep.
const MOST: usize = 500;
const DEEPEST: usize = 6;

/// One bookmark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bookmark {
    pub title: String,
    /// 0 for the outermost.
    pub depth: usize,
    /// Index of the page, from 0.
    pub page: usize,
}

/// The bookmarks of a document, in order; those that lead nowhere are left out.
pub(crate) fn read(document: &Document, pages: &[ObjectId]) -> Vec<Bookmark> {
    let outlines = document.catalog().ok().and_then(|catalog| dictionary(document, catalog, b"Outlines"));
    let Some(first) = outlines.and_then(|outlines| outlines.get(b"First").ok()) else { return Vec::new() };
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    // Where to go on once an item and what is below it are done.
    let mut waiting = vec![(first.clone(), 0)];
    while let Some((item, depth)) = waiting.pop() {
        let new = item.as_reference().is_ok_and(|id| seen.insert(id));
        let Some(item) = follow(document, &item).and_then(|item| item.as_dict().ok()).filter(|_| new) else {
            continue;
        };
        if let (Some(title), Some(page)) = (title(document, item), target(document, item, pages)) {
            found.push(Bookmark { title, depth, page });
        }
        if MOST <= found.len() {
            break;
        }
        waiting.extend(item.get(b"Next").ok().map(|next| (next.clone(), depth)));
        if depth + 1 < DEEPEST {
            waiting.extend(item.get(b"First").ok().map(|below| (below.clone(), depth + 1)));
        }
    }
    found
}

fn title(document: &Document, item: &Dictionary) -> Option<String> {
    let title = lopdf::decode_text_string(value(document, item, b"Title")?).ok()?;
    let title: String = title.chars().filter(|letter| !letter.is_control()).take(200).collect();
    Some(title.trim().to_owned()).filter(|title| !title.is_empty())
}

fn target(document: &Document, item: &Dictionary, pages: &[ObjectId]) -> Option<usize> {
    let action =
        dictionary(document, item, b"A").filter(|action| name(document, action, b"S") == Some(b"GoTo"));
    let place = value(document, item, b"Dest").or_else(|| value(document, action?, b"D"))?;
    let place = match place {
        Object::Array(place) => place,
        Object::Name(key) | Object::String(key, _) => named(document, key)?,
        _ => return None,
    };
    match place.first()? {
        Object::Reference(page) => pages.iter().position(|id| id == page),
        Object::Integer(page) => usize::try_from(*page).ok().filter(|page| *page < pages.len()),
        _ => None,
    }
}

/// A named place, from the old dictionary or the name tree.
fn named<'a>(document: &'a Document, key: &[u8]) -> Option<&'a Vec<Object>> {
    let catalog = document.catalog().ok()?;
    let place = dictionary(document, catalog, b"Dests").and_then(|places| value(document, places, key));
    let place = place.or_else(|| {
        let names = dictionary(document, catalog, b"Names")?;
        in_tree(document, dictionary(document, names, b"Dests")?, key, 0)
    })?;
    match place {
        Object::Array(place) => Some(place),
        Object::Dictionary(place) => array(document, place, b"D"),
        _ => None,
    }
}

fn in_tree<'a>(document: &'a Document, node: &'a Dictionary, key: &[u8], depth: usize) -> Option<&'a Object> {
    if let Some(pairs) = array(document, node, b"Names") {
        let is_it = |[name, _]: &&[Object; 2]| {
            follow(document, name).and_then(|name| name.as_str().ok()) == Some(key)
        };
        if let Some([_, target]) = pairs.as_chunks().0.iter().find(is_it) {
            return follow(document, target);
        }
    }
    let kids = array(document, node, b"Kids").filter(|_| depth < 20)?;
    kids.iter().find_map(|kid| in_tree(document, follow(document, kid)?.as_dict().ok()?, key, depth + 1))
}

/// Writes bookmarks into a document whose pages are `kids`; gives the root of the outline.
pub(crate) fn write(document: &mut Document, bookmarks: &[Bookmark], kids: &[Object]) -> Option<ObjectId> {
    if bookmarks.is_empty() {
        return None;
    }
    let root = document.new_object_id();
    let ids: Vec<ObjectId> = bookmarks.iter().map(|_| document.new_object_id()).collect();
    let parents = parents(bookmarks);
    for (at, bookmark) in bookmarks.iter().enumerate() {
        let brothers = || (0..bookmarks.len()).filter(|other| parents[*other] == parents[at]);
        let below = || (0..bookmarks.len()).filter(|other| parents[*other] == Some(at));
        let mut item = Dictionary::new();
        item.set("Title", lopdf::text_string(&bookmark.title));
        item.set("Parent", Object::Reference(parents[at].map_or(root, |parent| ids[parent])));
        let page = kids.get(bookmark.page)?.clone();
        // No place and no zoom: the reader keeps theirs.
        let place = vec![page, Object::Name(b"XYZ".to_vec()), Object::Null, Object::Null, Object::Null];
        item.set("Dest", Object::Array(place));
        let links = [
            ("Prev", brothers().take_while(|other| *other < at).last()),
            ("Next", brothers().find(|other| at < *other)),
            ("First", below().next()),
            ("Last", below().next_back()),
        ];
        for (key, other) in links {
            if let Some(other) = other {
                item.set(key, Object::Reference(ids[other]));
            }
        }
        let under = i64::try_from(below().count()).unwrap_or(0);
        if 0 < under {
            // Closed to begin with: a minus sign says so.
            item.set("Count", Object::Integer(-under));
        }
        document.objects.insert(ids[at], Object::Dictionary(item));
    }
    let outermost = || (0..bookmarks.len()).filter(|at| parents[*at].is_none());
    let mut outlines = Dictionary::new();
    outlines.set("Type", Object::Name(b"Outlines".to_vec()));
    outlines.set("First", Object::Reference(ids[outermost().next()?]));
    outlines.set("Last", Object::Reference(ids[outermost().next_back()?]));
    outlines.set("Count", Object::Integer(i64::try_from(outermost().count()).unwrap_or(0)));
    document.objects.insert(root, Object::Dictionary(outlines));
    Some(root)
}

/// Which bookmark each one stands below.
fn parents(bookmarks: &[Bookmark]) -> Vec<Option<usize>> {
    let above = |at: usize| (0..at).rev().find(|other| bookmarks[*other].depth < bookmarks[at].depth);
    (0..bookmarks.len()).map(above).collect()
}
