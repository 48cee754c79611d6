//! An XML part as a small tree that can be changed and written out again.
//!
//! Start tags are kept as they were typed; only text is decoded. Prefixes are taken as they stand: every program that
//! writes Word files calls its main namespace `w`.

use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, Event};
use thiserror::Error;

/// Elements deeper than this are refused; Word's own nesting is a tenth of it.
const DEEPEST: usize = 200;

/// A piece of an XML part. `T` is what may stand between the elements besides text.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<T> {
    Element(Element<T>),
    /// Decoded text.
    Text(String),
    /// Declarations and comments, as written.
    Raw(String),
    Other(T),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Element<T> {
    pub name: String,
    /// Everything after the name, as written.
    pub attributes: String,
    pub children: Vec<Node<T>>,
}

/// Why a part cannot be read.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct NotXml(String);

impl<T> Element<T> {
    pub fn new(name: &str) -> Self {
        Element { name: name.to_owned(), attributes: String::new(), children: Vec::new() }
    }

    /// The first child element called `name`.
    pub fn child(&self, name: &str) -> Option<&Element<T>> {
        self.elements().find(|element| element.name == name)
    }

    pub fn elements(&self) -> impl Iterator<Item = &Element<T>> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }

    pub fn elements_mut(&mut self) -> impl Iterator<Item = &mut Element<T>> {
        self.children.iter_mut().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }
}

/// Reads a part. The answer is a nameless element around everything in it.
pub fn parse<T>(xml: &str) -> Result<Element<T>, NotXml> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{FEFF}'));
    let mut open: Vec<Element<T>> = vec![Element::new("")];
    loop {
        let event = reader.read_event().map_err(|error| NotXml(error.to_string()))?;
        match event {
            Event::Eof => break,
            Event::Start(tag) => {
                if open.len() > DEEPEST {
                    return Err(NotXml(format!("elements nested more than {DEEPEST} deep")));
                }
                open.push(started(&tag)?);
            }
            Event::Empty(tag) => {
                let element = started(&tag)?;
                append(&mut open, Node::Element(element))?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(|| NotXml("an end without a start".to_owned()))?;
                append(&mut open, Node::Element(element))?;
            }
            Event::Text(text) => add_text(&mut open, &decoded(&utf8(&text)?)?)?,
            Event::CData(text) => add_text(&mut open, &utf8(&text)?)?,
            Event::GeneralRef(reference) => add_text(&mut open, &referred(&reference)?)?,
            Event::Decl(text) => append(&mut open, Node::Raw(format!("<?{}?>", utf8(&text)?)))?,
            Event::PI(text) => append(&mut open, Node::Raw(format!("<?{}?>", utf8(&text)?)))?,
            Event::Comment(text) => append(&mut open, Node::Raw(format!("<!--{}-->", utf8(&text)?)))?,
            Event::DocType(_) => return Err(NotXml("a document type is not allowed here".to_owned())),
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(root), true) => Ok(root),
        _ => Err(NotXml("the part ends in the middle".to_owned())),
    }
}

fn started<T>(tag: &[u8]) -> Result<Element<T>, NotXml> {
    let written = utf8(tag)?;
    let end = written.find(char::is_whitespace).unwrap_or(written.len());
    let (name, attributes) = written.split_at(end);
    Ok(Element { name: name.to_owned(), attributes: attributes.trim_end().to_owned(), children: Vec::new() })
}

fn append<T>(open: &mut [Element<T>], node: Node<T>) -> Result<(), NotXml> {
    let parent = open.last_mut().ok_or_else(|| NotXml("an end without a start".to_owned()))?;
    parent.children.push(node);
    Ok(())
}

fn add_text<T>(open: &mut [Element<T>], more: &str) -> Result<(), NotXml> {
    let parent = open.last_mut().ok_or_else(|| NotXml("text after the end".to_owned()))?;
    if let Some(Node::Text(text)) = parent.children.last_mut() {
        text.push_str(more);
    } else {
        parent.children.push(Node::Text(more.to_owned()));
    }
    Ok(())
}

fn utf8(bytes: &[u8]) -> Result<String, NotXml> {
    String::from_utf8(bytes.to_vec()).map_err(|_| NotXml("the part is not UTF-8".to_owned()))
}

fn decoded(text: &str) -> Result<String, NotXml> {
    unescape(text).map(|text| text.into_owned()).map_err(|error| NotXml(error.to_string()))
}

fn referred(reference: &BytesRef<'_>) -> Result<String, NotXml> {
    let wrong = || NotXml("an unknown character reference".to_owned());
    if let Some(character) = reference.resolve_char_ref().map_err(|error| NotXml(error.to_string()))? {
        return Ok(character.to_string());
    }
    let name = utf8(reference)?;
    resolve_predefined_entity(&name).map(str::to_owned).ok_or_else(wrong)
}

/// Writes the tree out, asking `other` for what stands between the elements.
pub fn write<T>(element: &Element<T>, out: &mut String, other: &mut impl FnMut(&T, &mut String)) {
    let named = !element.name.is_empty();
    if named {
        let _ = write!(out, "<{}{}", element.name, element.attributes);
        if element.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
    }
    for node in &element.children {
        match node {
            Node::Element(child) => write(child, out, other),
            Node::Text(text) => out.push_str(&escaped(text)),
            Node::Raw(raw) => out.push_str(raw),
            Node::Other(it) => other(it, out),
        }
    }
    if named {
        let _ = write!(out, "</{}>", element.name);
    }
}

/// Text as it may stand between two tags. Characters that XML cannot hold are left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\t' | '\n' | '\r' => out.push(character),
            other if other.is_control() || is_noncharacter(other) => {}
            other => out.push(other),
        }
    }
    out
}

/// Code points that no text may hold (`U+FDD0` to `U+FDEF` and the last two of each plane).
fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        let xml = r#"<?xml version="1.0"?><w:p a="1 &amp; 2"><w:r><w:t xml:space="preserve"> x &lt; y &#233;</w:t></w:r><w:br/></w:p>"#;
        let tree: Element<()> = parse(xml).unwrap();
        let mut out = String::new();
        write(&tree, &mut out, &mut |(), _| {});
        assert_eq!(out, xml.replace("&#233;", "é"));
    }

    #[test]
    fn broken_and_hostile_parts_are_refused() {
        assert!(parse::<()>("<a><b></a>").is_err());
        assert!(parse::<()>("<a>").is_err());
        assert!(parse::<()>("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").is_err());
        assert!(parse::<()>(&"<a>".repeat(5000)).is_err());
    }
}
