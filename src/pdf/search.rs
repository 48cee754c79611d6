//! Words that must not be in a PDF, looked for everywhere in it: on the pages, in every object, in every stream once it is unpacked.
//!
//! A page shows its words through faces whose letters are numbered anyhow, so that pages are read as a reader shows them; titles,
//! bookmarks, names and whatever no page shows are read as they stand.

use std::collections::BTreeSet;

use hayro_syntax::Pdf;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream};

use crate::pdf::text::words_on;

/// No stream is unpacked to more.
const LARGEST: usize = 64 << 20;

/// The file cannot be opened, with this password or at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

/// Whether the file opens with this password, or without one.
pub fn opens(bytes: &[u8], password: Option<&str>) -> bool {
    match password {
        Some(password) => Pdf::new_with_password(bytes.to_vec(), password).is_ok(),
        None => Pdf::new(bytes.to_vec()).is_ok(),
    }
}

/// Where something stands that `tells`, in words. Pages `left_out` (counted from 0), and what only they show, are not looked at.
pub fn places(
    bytes: &[u8],
    password: Option<&str>,
    left_out: &BTreeSet<usize>,
    tells: &dyn Fn(&str) -> bool,
) -> Result<Vec<String>, Closed> {
    let pdf = match password {
        Some(password) => Pdf::new_with_password(bytes.to_vec(), password),
        None => Pdf::new(bytes.to_vec()),
    };
    let pdf = pdf.map_err(|_| Closed)?;
    let mut found = Vec::new();
    for (number, page) in pdf.pages().iter().enumerate().filter(|(number, _)| !left_out.contains(number)) {
        let told = words_on(std::slice::from_ref(page)).iter().any(|words| tells(&words.text()));
        if told {
            found.push(format!("page {}", number + 1));
        }
    }
    let document = match password {
        Some(password) => Document::load_mem_with_options(bytes, LoadOptions::with_password(password)),
        None => Document::load_mem(bytes),
    };
    let document = document.map_err(|_| Closed)?;
    let theirs = shown_by(&document, left_out);
    let objects = document.objects.iter().filter(|(id, _)| !theirs.contains(id));
    let told = objects.filter(|(_, object)| says(object, tells)).map(|(id, _)| format!("object {}", id.0));
    found.extend(told);
    if document.trailer.iter().any(|(_, value)| says(value, tells)) {
        found.push("trailer".to_owned());
    }
    Ok(found)
}

/// The objects that these pages show: what they hold and what that refers to, without other pages.
fn shown_by(document: &Document, pages: &BTreeSet<usize>) -> BTreeSet<ObjectId> {
    let all: BTreeSet<ObjectId> = document.page_iter().collect();
    let mut open: Vec<ObjectId> = document
        .page_iter()
        .enumerate()
        .filter(|(number, _)| pages.contains(number))
        .map(|(_, id)| id)
        .collect();
    let mut seen: BTreeSet<ObjectId> = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let Ok(object) = document.get_object(id) {
            let mut below = Vec::new();
            refers_to(object, &mut below);
            open.extend(below.into_iter().filter(|id| !all.contains(id)));
        }
    }
    seen
}

fn refers_to(object: &Object, to: &mut Vec<ObjectId>) {
    let of_dictionary = |dictionary: &Dictionary, to: &mut Vec<ObjectId>| {
        dictionary
            .iter()
            .filter(|(key, _)| key.as_slice() != b"Parent")
            .for_each(|(_, value)| refers_to(value, to));
    };
    match object {
        Object::Reference(id) => to.push(*id),
        Object::Array(items) => items.iter().for_each(|item| refers_to(item, to)),
        Object::Dictionary(dictionary) => of_dictionary(dictionary, to),
        Object::Stream(stream) => of_dictionary(&stream.dict, to),
        _ => {}
    }
}

/// Whether the object itself says it; what it refers to is looked at by itself.
fn says(object: &Object, tells: &dyn Fn(&str) -> bool) -> bool {
    let of_dictionary = |dictionary: &Dictionary| {
        dictionary.iter().any(|(key, value)| said_in(key, tells) || says(value, tells))
    };
    match object {
        Object::String(bytes, _) | Object::Name(bytes) => said_in(bytes, tells),
        Object::Array(items) => items.iter().any(|item| says(item, tells)),
        Object::Dictionary(dictionary) => of_dictionary(dictionary),
        Object::Stream(stream) => {
            of_dictionary(&stream.dict)
                || (!holds_no_words(&stream.dict) && said_in(&unpacked(stream), tells))
        }
        _ => false,
    }
}

/// Pictures and faces: among so many bytes any three letters turn up by chance.
fn holds_no_words(dictionary: &Dictionary) -> bool {
    let kind = dictionary.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
    let face = [&b"Type1C"[..], b"CIDFontType0C", b"OpenType"].contains(&kind) || dictionary.has(b"Length1");
    kind == b"Image" || face
}

/// What cannot be unpacked is looked at as it lies there.
fn unpacked(stream: &Stream) -> Vec<u8> {
    stream.decompressed_content_with_limit(LARGEST).unwrap_or_else(|_| stream.content.clone())
}

/// As text of one byte to a letter, and as text of two, both ways round.
fn said_in(bytes: &[u8], tells: &dyn Fn(&str) -> bool) -> bool {
    let single: String = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    };
    if tells(&single) {
        return true;
    }
    let wide = |skipped: usize, of: fn([u8; 2]) -> u16| -> String {
        let units =
            bytes.get(skipped..).unwrap_or_default().chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        char::decode_utf16(units).map(|letter| letter.unwrap_or(' ')).collect()
    };
    let narrow = bytes.iter().take(4096).all(|byte| *byte != 0);
    !narrow
        && (0..2).any(|skipped| {
            tells(&wide(skipped, u16::from_be_bytes)) || tells(&wide(skipped, u16::from_le_bytes))
        })
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    /// One page and what a test puts beside it.
    fn file(change: impl FnOnce(&mut Document, ObjectId)) -> Vec<u8> {
        let mut document = Document::with_version("1.7");
        let content = document.add_object(Stream::new(dictionary! {}, b"q Q".to_vec()));
        let pages = document.new_object_id();
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 200.into(), 200.into()],
        });
        document.objects.insert(
            pages,
            dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into(),
        );
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        change(&mut document, page);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_word_is_found_wherever_a_file_can_hold_one() {
        let tells = |text: &str| text.contains("Petrovi");
        let found = |bytes: &[u8], left_out: &[usize]| {
            places(bytes, None, &left_out.iter().copied().collect(), &tells).unwrap()
        };
        assert!(found(&file(|_, _| ()), &[]).is_empty());
        let utf16: Vec<u8> =
            [0xFE, 0xFF].into_iter().chain("Petrović".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let title = file(|document, _| {
            let info = document.add_object(dictionary! { "Title" => Object::string_literal(utf16) });
            document.trailer.set("Info", info);
        });
        assert_eq!(found(&title, &[]).len(), 1, "a title");
        let orphan = file(|document, _| {
            let mut stream = Stream::new(dictionary! {}, b"BT (Petrovic) Tj ET ".repeat(20));
            stream.compress().unwrap();
            document.add_object(stream);
        });
        assert_eq!(found(&orphan, &[0]).len(), 1, "a stream that no page shows");
        let on_page = |document: &mut Document, page: ObjectId| {
            let name = dictionary! { "Note" => Object::string_literal("Petrovic") };
            document.get_dictionary_mut(page).unwrap().set("PieceInfo", name);
        };
        assert_eq!(found(&file(on_page), &[]).len(), 1, "on a page");
        assert!(found(&file(on_page), &[0]).is_empty(), "on a page that its reader may see");
        assert_eq!(places(b"no PDF", None, &BTreeSet::new(), &tells), Err(Closed));
    }
}
