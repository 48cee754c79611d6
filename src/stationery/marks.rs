//! Marks in a Word document: where the part of each entry of a list begins, so that it can be cut out again ([`crate::stationery::cut`])
//! after a person has worked on the document.
//!
//! A mark is a bookmark without length in the first paragraph of its part. Word and its like keep bookmarks where their words go; a part
//! reaches to the next mark, so that nothing of the one after it can be taken along.

use crate::stationery::tags::{Part, Sort, Tag};
use crate::stationery::xml_tree::{Element, Node};

/// The list whose entries are marked, and the field that names an entry.
#[derive(Debug, Clone, Copy)]
pub struct Marked<'a> {
    pub list: &'a str,
    pub named_by: &'a str,
}

/// Every mark's name begins so.
pub const BEGINS: &str = "part_";

/// Stands where the last part ends.
pub const END: &str = "parts_end";

/// The name of an entry's mark.
pub fn mark_of(entry: &str) -> String {
    let entry: String = entry.chars().filter(|letter| letter.is_alphanumeric()).collect();
    format!("{BEGINS}{entry}")
}

/// Puts a tag for a mark into the first paragraph of what is repeated for each entry, and one behind the last. A list that is no part of
/// the text by itself, such as the rows of a table, has no marks.
pub fn place(part: &mut Part, marked: Marked<'_>) {
    let opens = format!("{{{{#each {}}}}}", marked.list);
    let begin = mark_tag(&format!("{{{{mark \"{BEGINS}\" {}}}}}", marked.named_by));
    let end = mark_tag(&format!("{{{{mark \"{END}\"}}}}"));
    let Some(body) = body_of(part) else { return };
    let is_open = |node: &Node<Tag>| matches!(node, Node::Other(tag) if tag.code.split_whitespace().eq(opens.split_whitespace()));
    let Some(from) = body.children.iter().position(is_open) else { return };
    let Some(to) = closed(&body.children, from) else { return };
    put(&mut body.children, from + 1, to, begin);
    let after = body.children.len();
    if let Some(to) = closed(&body.children, from) {
        put(&mut body.children, to + 1, after, end);
    }
}

fn mark_tag(code: &str) -> Tag {
    Tag { typed: code.to_owned(), code: code.to_owned(), sort: Sort::Value }
}

/// Where the block opened at `from` is closed.
fn closed(nodes: &[Node<Tag>], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    nodes.iter().enumerate().skip(from).find_map(|(at, node)| {
        match node {
            Node::Other(tag) if matches!(tag.sort, Sort::Open(_)) => depth += 1,
            Node::Other(tag) if matches!(tag.sort, Sort::Close(_)) => depth = depth.saturating_sub(1),
            _ => return None,
        }
        (depth == 0).then_some(at)
    })
}

/// Puts the mark into what comes first between the two places: into a paragraph after its properties, before anything else.
fn put(nodes: &mut Vec<Node<Tag>>, from: usize, to: usize, mark: Tag) {
    let first = (from..to.min(nodes.len())).find(|at| matches!(nodes[*at], Node::Element(_)));
    match first.map(|at| (at, &mut nodes[at])) {
        Some((_, Node::Element(paragraph))) if paragraph.name == "w:p" => {
            let after = paragraph.children.iter().position(|node| !is_properties(node));
            let at = after.unwrap_or(paragraph.children.len());
            paragraph.children.insert(at, Node::Other(mark));
        }
        Some((at, Node::Element(element))) if element.name != "w:sectPr" => {
            nodes.insert(at, Node::Other(mark));
        }
        _ => {}
    }
}

fn is_properties<T>(node: &Node<T>) -> bool {
    matches!(node, Node::Element(element) if element.name == "w:pPr")
}

pub fn body_of<T>(part: &mut Element<T>) -> Option<&mut Element<T>> {
    let document = part.elements_mut().find(|element| element.name == "w:document")?;
    document.elements_mut().find(|element| element.name == "w:body")
}

/// The mark of this name as Word writes it.
pub fn bookmark(name: &str) -> String {
    // An id that no other bookmark is likely to have: from the name itself.
    let id =
        name.bytes().fold(7_919_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) >> 1;
    format!("<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/><w:bookmarkEnd w:id=\"{id}\"/>")
}
