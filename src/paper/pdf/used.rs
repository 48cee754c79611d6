//! What of a page's resources its content draws, and its content without the words that stand in for others.
//!
//! What nothing draws does not travel: a picture or a text that was taken off a page is often still in its file. Words that a
//! page carries for search and for reading aloud, instead of those it shows (`ActualText`, `Alt`), are not seen by anybody.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object};

use crate::pdf::content::Steps;
use crate::pdf::objects::{dictionary, follow, value};

/// The most a page's content may hold that is looked through.
const LARGEST_CONTENT: usize = 64 << 20;

/// The resources without pictures and forms that the page's content does not name.
pub(crate) fn only<'d>(
    document: &'d Document,
    page: &Dictionary,
    resources: &'d Dictionary,
) -> Cow<'d, Dictionary> {
    let whole = Cow::Borrowed(resources);
    let Some(objects) = dictionary(document, resources, b"XObject") else { return whole };
    let Some(drawn) = drawn(document, page) else { return whole };
    let named = |key: &[u8]| drawn.contains(key);
    // A form without resources of its own draws with those of the page.
    let leans = |object: &Object| match follow(document, object) {
        Some(Object::Stream(form)) => {
            form.dict.get(b"Subtype").is_ok_and(|kind| matches!(kind.as_name(), Ok(b"Form")))
                && !form.dict.has(b"Resources")
        }
        _ => false,
    };
    if objects.iter().any(|(key, object)| named(key) && leans(object))
        || objects.iter().all(|(key, _)| named(key))
    {
        return whole;
    }
    let mut kept = Dictionary::new();
    for (key, object) in objects.iter().filter(|(key, _)| named(key)) {
        kept.set(key.clone(), object.clone());
    }
    let mut resources = resources.clone();
    resources.set("XObject", Object::Dictionary(kept));
    Cow::Owned(resources)
}

/// The names a page's content draws; none where that cannot be known.
fn drawn(document: &Document, page: &Dictionary) -> Option<BTreeSet<Vec<u8>>> {
    let parts = match value(document, page, b"Contents")? {
        Object::Array(parts) => parts.clone(),
        stream @ Object::Stream(_) => vec![stream.clone()],
        _ => return None,
    };
    let content = content(document, &parts)?;
    let mut names = BTreeSet::new();
    for step in Steps::of(&content).filter(|step| step.operator == b"Do") {
        let name = step.operands.last()?.strip_prefix(b"/")?;
        if name.contains(&b'#') {
            return None;
        }
        names.insert(name.to_vec());
    }
    Some(names)
}

/// All of a page's content; none where a part cannot be unpacked.
pub(crate) fn content(document: &Document, parts: &[Object]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    for part in parts {
        let Some(Object::Stream(stream)) = follow(document, part) else { continue };
        content.extend(stream.get_plain_content_with_limit(LARGEST_CONTENT).ok()?);
        content.push(b'\n');
    }
    Some(content)
}

/// Content without words that stand in for others; none where it has none.
pub(crate) fn without_stand_ins(content: &[u8]) -> Option<Vec<u8>> {
    let holds = |words: &[u8]| content.windows(words.len()).any(|window| window == words);
    if !holds(b"ActualText") && !holds(b"/Alt") && !holds(b"/E(") {
        return None;
    }
    let mut plain = Vec::with_capacity(content.len());
    let mut from = 0;
    for step in Steps::of(content).filter(|step| step.operator == b"BDC") {
        let [tag, said] = step.operands.as_slice() else { continue };
        if *tag == b"/OC" || !said.starts_with(b"<<") {
            continue;
        }
        plain.extend_from_slice(content.get(from..step.place.start)?);
        plain.extend_from_slice(tag);
        plain.extend_from_slice(b" BMC");
        from = step.place.end;
    }
    plain.extend_from_slice(content.get(from..)?);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_stand_in_for_others_are_taken_out() {
        let content = b"/Span<</ActualText(other words)>>BDC BT (shown) Tj ET EMC /OC /L BDC EMC";
        let plain = without_stand_ins(content).unwrap();
        assert_eq!(plain, b"/Span BMC BT (shown) Tj ET EMC /OC /L BDC EMC");
        assert_eq!(without_stand_ins(b"/Span<</MCID 1>>BDC EMC"), None);
    }
}
