//! The part of one entry cut out of a filled Word document, as a document of its own; and the word in its margins that says how far it is.
//!
//! What is cut is what the document says now, whoever changed it since it was filled.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::stationery::marks::{BEGINS, END, body_of, mark_of};
use crate::stationery::word::{DOCUMENT, WordError, not_word, pack, unpack};
use crate::stationery::xml_tree::{self, Element, Node};

/// Why a part cannot be cut out.
#[derive(Debug, Error)]
pub enum CutError {
    #[error(transparent)]
    Word(#[from] WordError),
    #[error("the part of `{0}` is not marked in the document")]
    NotMarked(String),
    #[error("the part of `{0}` is marked twice in the document")]
    Twice(String),
}

/// The part of one entry as a document of its own: the same styles, headers and footers, and nothing of the other parts, neither in the
/// text nor in notes, remarks or pictures.
pub fn cut(document: &[u8], name: &str, entry: &str) -> Result<Vec<u8>, CutError> {
    let mut files = unpack(document).map_err(|reason| not_word(name, reason))?;
    let xml = text_of(&files, name)?;
    let mut part: Element<()> = xml_tree::parse(&xml).map_err(|error| not_word(name, error.to_string()))?;
    let body = body_of(&mut part).ok_or_else(|| not_word(name, "it has no text".to_owned()))?;
    let marks: Vec<(usize, String)> = body
        .children
        .iter()
        .enumerate()
        .flat_map(|(at, node)| marks_in(node).into_iter().map(move |name| (at, name)))
        .collect();
    let wanted = mark_of(entry);
    let mut found = marks.iter().filter(|(_, name)| *name == wanted);
    let Some((from, _)) = found.next() else { return Err(CutError::NotMarked(entry.to_owned())) };
    if found.next().is_some() {
        return Err(CutError::Twice(entry.to_owned()));
    }
    let last = body.children.len();
    let next = marks.iter().map(|(at, _)| *at).filter(|at| at > from).min().unwrap_or(last);
    let children = std::mem::take(&mut body.children);
    let is_end = |node: &Node<()>| matches!(node, Node::Element(element) if element.name == "w:sectPr");
    let kept = |(at, node): &(usize, Node<()>)| (*from..next).contains(at) || is_end(node);
    body.children = children.into_iter().enumerate().filter(kept).map(|(_, node)| node).collect();
    let mut out = String::new();
    xml_tree::write(&part, &mut out, &mut |(), _| {});
    let used = attributes_of(&part);
    for (file, bytes) in &mut files {
        if file == DOCUMENT {
            *bytes = out.clone().into_bytes();
        } else if ["word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"].contains(&file.as_str()) {
            *bytes = without_unused(bytes, &used).map_err(|reason| not_word(name, reason))?.into_bytes();
        }
    }
    drop_unused_files(&mut files, &out);
    Ok(pack(&files).map_err(|reason| not_word(name, reason))?)
}

/// What of these entries has no mark in the document, or more than one.
pub fn unmarked<'e>(document: &[u8], name: &str, entries: &[&'e str]) -> Result<Vec<&'e str>, WordError> {
    let files = unpack(document).map_err(|reason| not_word(name, reason))?;
    let xml = text_of(&files, name)?;
    let part: Element<()> = xml_tree::parse(&xml).map_err(|error| not_word(name, error.to_string()))?;
    let marks = marks_in(&Node::Element(part));
    let once = |entry: &&&str| marks.iter().filter(|mark| **mark == mark_of(entry)).count() != 1;
    Ok(entries.iter().filter(once).copied().collect())
}

/// The words of a document, with those of its margins, notes and remarks; a paragraph a line.
pub fn words(document: &[u8], name: &str) -> Result<String, WordError> {
    let files = unpack(document).map_err(|reason| not_word(name, reason))?;
    let mut said = String::new();
    for (_, bytes) in files.iter().filter(|(file, _)| file.starts_with("word/") && file.ends_with(".xml")) {
        paragraphs(&read(bytes, name)?, &mut said);
    }
    Ok(said)
}

fn paragraphs(element: &Element<()>, said: &mut String) {
    match element.name.as_str() {
        "w:t" | "w:delText" => said.push_str(&said_in(element)),
        "w:br" | "w:tab" => said.push(' '),
        _ => element.elements().for_each(|child| paragraphs(child, said)),
    }
    if element.name == "w:p" {
        said.push('\n');
    }
}

fn text_of(files: &[(String, Vec<u8>)], name: &str) -> Result<String, WordError> {
    let bytes = files.iter().find(|(file, _)| file == DOCUMENT).map(|(_, bytes)| bytes.clone());
    String::from_utf8(bytes.unwrap_or_default())
        .map_err(|_| not_word(name, "its text is not UTF-8".to_owned()))
}

/// The names of our marks in a piece of the text, in order.
fn marks_in<T>(node: &Node<T>) -> Vec<String> {
    let Node::Element(element) = node else { return Vec::new() };
    let own = (element.name == "w:bookmarkStart").then(|| attribute(element, "w:name")).flatten();
    let own = own.filter(|name| name.starts_with(BEGINS) || name == END);
    own.into_iter().chain(element.children.iter().flat_map(marks_in)).collect()
}

fn attribute<T>(element: &Element<T>, name: &str) -> Option<String> {
    let after = element.attributes.split(&format!("{name}=")).nth(1)?;
    let quote = after.chars().next()?;
    after[1..].split(quote).next().map(str::to_owned)
}

/// The numbers of the notes and remarks that a text refers to.
fn attributes_of(part: &Element<()>) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for element in part.elements() {
        if let Some(kind) = element.name.strip_suffix("Reference") {
            found.extend(attribute(element, "w:id").map(|id| (kind.to_owned(), id)));
        }
        found.extend(attributes_of(element));
    }
    found
}

/// A part of notes or remarks without those that nothing refers to; separators stay.
fn without_unused(bytes: &[u8], used: &BTreeSet<(String, String)>) -> Result<String, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "its notes are not UTF-8".to_owned())?;
    let mut part: Element<()> = xml_tree::parse(text).map_err(|error| error.to_string())?;
    for list in part.elements_mut() {
        list.children.retain(|node| match node {
            Node::Element(note) => {
                let id = attribute(note, "w:id").unwrap_or_default();
                attribute(note, "w:type").is_some() || used.contains(&(note.name.clone(), id))
            }
            _ => true,
        });
    }
    let mut out = String::new();
    xml_tree::write(&part, &mut out, &mut |(), _| {});
    Ok(out)
}

/// Takes out pictures and things embedded that the text does not show, and what else Word keeps of remarks and of the whole document.
fn drop_unused_files(files: &mut Vec<(String, Vec<u8>)>, text: &str) {
    const RELATIONS: &str = "word/_rels/document.xml.rels";
    const REMARKS: [&str; 4] = ["commentsExtended", "commentsIds", "commentsExtensible", "people"];
    let mut gone: Vec<String> = Vec::new();
    for (_, bytes) in files.iter_mut().filter(|(file, _)| file == RELATIONS) {
        let Ok(mut part) = xml_tree::parse::<()>(&String::from_utf8_lossy(bytes)) else { continue };
        for list in part.elements_mut() {
            list.children.retain(|node| {
                let Node::Element(relation) = node else { return true };
                let target = attribute(relation, "Target").unwrap_or_default();
                let target = target.trim_start_matches("/word/");
                let id = attribute(relation, "Id").unwrap_or_default();
                let shown = ["media/", "embeddings/", "charts/", "diagrams/"];
                let unused = shown.iter().any(|folder| target.starts_with(folder))
                    && !text.contains(&format!("\"{id}\""));
                let remark =
                    REMARKS.iter().any(|name| target.starts_with(name)) || target.contains("customXml");
                if unused || remark {
                    gone.push(format!("word/{target}"));
                }
                !(unused || remark)
            });
        }
        let mut out = String::new();
        xml_tree::write(&part, &mut out, &mut |(), _| {});
        *bytes = out.into_bytes();
    }
    let is_gone = |file: &str| gone.iter().any(|gone| gone == file) || file.starts_with("customXml/");
    files.retain(|(file, _)| !is_gone(file));
    for (_, bytes) in files.iter_mut().filter(|(file, _)| file == "[Content_Types].xml") {
        let Ok(mut part) = xml_tree::parse::<()>(&String::from_utf8_lossy(bytes)) else { continue };
        for list in part.elements_mut() {
            list.children.retain(|node| {
                let Node::Element(entry) = node else { return true };
                !attribute(entry, "PartName").is_some_and(|name| is_gone(name.trim_start_matches('/')))
            });
        }
        let mut out = String::new();
        xml_tree::write(&part, &mut out, &mut |(), _| {});
        *bytes = out.into_bytes();
    }
}

/// Whether a document says this: in its margins, or where it has none in its text.
pub fn states(document: &[u8], name: &str, what: &str) -> Result<bool, WordError> {
    Ok(words(document, name)?.contains(what))
}

fn is_margin(file: &str) -> bool {
    ["word/header", "word/footer"].iter().any(|part| file.starts_with(part))
}

/// The document with another word in its headers and footers: the state it is in. Where none of them says the old one, the new one is put at
/// the foot of every page, or at the end of a document without footers.
pub fn restated(document: &[u8], name: &str, old: &str, new: &str) -> Result<Vec<u8>, WordError> {
    let mut files = unpack(document).map_err(|reason| not_word(name, reason))?;
    let mut said = false;
    for (_, bytes) in files.iter_mut().filter(|(file, _)| is_margin(file) && file.ends_with(".xml")) {
        let mut part = read(bytes, name)?;
        said |= restate(&mut part, old, new);
        *bytes = written(&part);
    }
    if !said {
        let has_footer = files.iter().any(|(file, _)| file.starts_with("word/footer"));
        let wanted = |file: &str| if has_footer { file.starts_with("word/footer") } else { file == DOCUMENT };
        for (_, bytes) in files.iter_mut().filter(|(file, _)| wanted(file) && file.ends_with(".xml")) {
            let mut part = read(bytes, name)?;
            let place = if has_footer { part.elements_mut().last() } else { body_of(&mut part) };
            if let Some(place) = place {
                let ends =
                    |node: &Node<()>| matches!(node, Node::Element(element) if element.name == "w:sectPr");
                let at = place.children.iter().position(ends).unwrap_or(place.children.len());
                place.children.insert(at, Node::Element(paragraph(new)));
            }
            *bytes = written(&part);
        }
    }
    pack(&files).map_err(|reason| not_word(name, reason))
}

fn read(bytes: &[u8], name: &str) -> Result<Element<()>, WordError> {
    let text = std::str::from_utf8(bytes).map_err(|_| not_word(name, "it is not UTF-8".to_owned()))?;
    xml_tree::parse(text).map_err(|error| not_word(name, error.to_string()))
}

fn written(part: &Element<()>) -> Vec<u8> {
    let mut out = String::new();
    xml_tree::write(part, &mut out, &mut |(), _| {});
    out.into_bytes()
}

fn paragraph(words: &str) -> Element<()> {
    let mut text = Element::new("w:t");
    text.children.push(Node::Text(words.to_owned()));
    let mut run = Element::new("w:r");
    run.children.push(Node::Element(text));
    let mut paragraph = Element::new("w:p");
    paragraph.children.push(Node::Element(run));
    paragraph
}

/// Puts `new` in place of the word `old` in every paragraph, across the pieces that Word has cut it into; whether there was one.
fn restate(element: &mut Element<()>, old: &str, new: &str) -> bool {
    if element.name == "w:p" {
        let mut texts = Vec::new();
        texts_of(element, &mut texts);
        let said =
            |text: &Option<&mut Element<()>>| text.as_ref().map_or("\t".to_owned(), |text| said_in(text));
        let whole: String = texts.iter().map(said).collect();
        let Some(at) = as_word(&whole, old) else { return false };
        let until = at + old.len();
        let mut start = 0;
        for text in texts {
            let words = said(&text);
            let end = start + words.len();
            let begin = std::mem::replace(&mut start, end);
            let Some(text) = text else { continue };
            let (from, to) = (at.clamp(begin, end) - begin, until.clamp(begin, end) - begin);
            let put = if (begin..end).contains(&at) { new } else { "" };
            let next = format!("{}{put}{}", &words[..from], &words[to..]);
            text.children = vec![Node::Text(next)];
            if !text.attributes.contains("xml:space") {
                text.attributes.push_str(" xml:space=\"preserve\"");
            }
        }
        return true;
    }
    let mut said = false;
    for child in element.elements_mut() {
        said |= restate(child, old, new);
    }
    said
}

/// The text elements of a paragraph; nothing stands for a tab or a line's end between them.
fn texts_of<'e>(element: &'e mut Element<()>, texts: &mut Vec<Option<&'e mut Element<()>>>) {
    for child in element.elements_mut() {
        match child.name.as_str() {
            "w:t" => texts.push(Some(child)),
            "w:tab" | "w:br" => texts.push(None),
            _ => texts_of(child, texts),
        }
    }
}

fn said_in(text: &Element<()>) -> String {
    let words = text.children.iter().map(|node| match node {
        Node::Text(words) => words.as_str(),
        _ => "",
    });
    words.collect()
}

/// Where `word` stands as a word of its own.
fn as_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
