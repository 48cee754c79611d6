//! Where block tags belong: among table rows, among paragraphs, or between the runs of one paragraph.
//!
//! A row that holds only block tags, or a block that starts in one cell of a row and ends in another, repeats rows; a
//! paragraph that holds only block tags repeats what stands between such paragraphs. Afterwards every element's
//! children open and close their own blocks, so that whatever a block comes to, the part stays well formed.

use crate::stationery::tags::{BadTag, Part, Sort, Tag};
use crate::stationery::xml_tree::{Element, Node};

/// Moves every block tag to its place and reports those that have none.
pub fn place(part: &mut Part, bad: &mut Vec<BadTag>) {
    place_rows(part);
    place_paragraphs(part);
    split_runs(part);
    check(part, bad);
}

/// Moves the tags of rows in front of and behind them.
fn place_rows(element: &mut Part) {
    for child in element.elements_mut() {
        place_rows(child);
    }
    if element.name != "w:tbl" && !holds(element, "w:tr") {
        return;
    }
    let mut placed = Vec::with_capacity(element.children.len());
    for node in std::mem::take(&mut element.children) {
        match node {
            Node::Element(mut row) if row.name == "w:tr" => {
                if only_block_tags(&row) {
                    placed.extend(take_block_tags(&mut row).into_iter().map(Node::Other));
                } else {
                    let (before, after) = take_crossing(&mut row);
                    placed.extend(before.into_iter().map(Node::Other));
                    placed.push(Node::Element(row));
                    placed.extend(after.into_iter().map(Node::Other));
                }
            }
            other => placed.push(other),
        }
    }
    element.children = placed;
}

fn holds(element: &Part, name: &str) -> bool {
    element.child(name).is_some()
}

/// Takes out of a row the tags whose other half is not in the same cell.
fn take_crossing(row: &mut Part) -> (Vec<Tag>, Vec<Tag>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for cell in row.elements_mut().filter(|element| element.name == "w:tc") {
        let mut sorts = Vec::new();
        each_tag(cell, &mut |tag| sorts.push(tag.sort.clone()));
        let crossing = unmatched(&sorts);
        if crossing.is_empty() {
            continue;
        }
        let mut at = 0;
        take_where(cell, &mut |tag| {
            let taken = crossing.contains(&at);
            at += 1;
            if taken {
                match tag.sort {
                    Sort::Open(_) => before.push(tag.clone()),
                    _ => after.push(tag.clone()),
                }
            }
            taken
        });
        drop_emptied(cell);
    }
    (before, after)
}

/// Positions of the opening and closing tags that have no other half among `sorts`.
fn unmatched(sorts: &[Sort]) -> Vec<usize> {
    let mut open: Vec<usize> = Vec::new();
    let mut lonely = Vec::new();
    for (at, sort) in sorts.iter().enumerate() {
        match sort {
            Sort::Open(_) => open.push(at),
            Sort::Close(_) => {
                if open.pop().is_none() {
                    lonely.push(at);
                }
            }
            Sort::Else | Sort::Value => {}
        }
    }
    lonely.extend(open);
    lonely
}

/// Takes out the paragraphs of a cell that held nothing but the tags taken from them, while one is left.
fn drop_emptied(cell: &mut Part) {
    let paragraphs = cell.elements().filter(|element| element.name == "w:p").count();
    let mut left = paragraphs;
    cell.children.retain(|node| match node {
        Node::Element(paragraph) if paragraph.name == "w:p" && left > 1 && was_emptied(paragraph) => {
            left -= 1;
            false
        }
        _ => true,
    });
}

/// Whether a paragraph has text elements, and nothing in them or beside them.
fn was_emptied(paragraph: &Part) -> bool {
    let mut texts = 0;
    let mut content = false;
    look(paragraph, &mut |element| {
        if element.name == "w:t" {
            texts += 1;
            content |= !element.children.is_empty();
        }
        content |= is_visible(&element.name);
    });
    texts > 0 && !content
}

fn is_visible(name: &str) -> bool {
    matches!(
        name,
        "w:drawing"
            | "w:pict"
            | "w:object"
            | "w:sym"
            | "w:fldChar"
            | "w:fldSimple"
            | "w:instrText"
            | "w:footnoteReference"
    )
}

fn look(element: &Part, seen: &mut impl FnMut(&Part)) {
    for child in element.elements() {
        seen(child);
        look(child, seen);
    }
}

/// Puts paragraphs that hold only block tags out of the way, leaving the tags.
fn place_paragraphs(element: &mut Part) {
    for child in element.elements_mut() {
        place_paragraphs(child);
    }
    if element.name == "w:p" || !holds(element, "w:p") {
        return;
    }
    let mut placed = Vec::with_capacity(element.children.len());
    for node in std::mem::take(&mut element.children) {
        match node {
            Node::Element(mut paragraph) if paragraph.name == "w:p" && only_block_tags(&paragraph) => {
                placed.extend(take_block_tags(&mut paragraph).into_iter().map(Node::Other));
                let ends_section = paragraph.child("w:pPr").is_some_and(|it| holds(it, "w:sectPr"));
                if ends_section {
                    placed.push(Node::Element(paragraph));
                }
            }
            other => placed.push(other),
        }
    }
    element.children = placed;
}

/// Whether all that can be seen in an element is block tags, and at least one.
fn only_block_tags(element: &Part) -> bool {
    let mut tags = 0;
    let mut other = false;
    look(element, &mut |child| {
        other |= is_visible(&child.name);
        if child.name == "w:t" {
            for node in &child.children {
                match node {
                    Node::Other(tag) if tag.is_block() => tags += 1,
                    Node::Text(text) if text.trim().is_empty() => {}
                    _ => other = true,
                }
            }
        }
    });
    tags > 0 && !other
}

fn take_block_tags(element: &mut Part) -> Vec<Tag> {
    let mut taken = Vec::new();
    take_where(element, &mut |tag| {
        if tag.is_block() {
            taken.push(tag.clone());
        }
        tag.is_block()
    });
    taken
}

fn each_tag(element: &Part, seen: &mut impl FnMut(&Tag)) {
    for node in &element.children {
        match node {
            Node::Other(tag) => seen(tag),
            Node::Element(child) => each_tag(child, seen),
            Node::Text(_) | Node::Raw(_) => {}
        }
    }
}

fn take_where(element: &mut Part, wanted: &mut impl FnMut(&Tag) -> bool) {
    for node in std::mem::take(&mut element.children) {
        match node {
            Node::Other(tag) if wanted(&tag) => {}
            Node::Element(mut child) => {
                take_where(&mut child, wanted);
                element.children.push(Node::Element(child));
            }
            other => element.children.push(other),
        }
    }
}

/// Splits runs so that a block over several of them has its tags between runs.
fn split_runs(element: &mut Part) {
    for child in element.elements_mut() {
        split_runs(child);
    }
    let crossed = |node: &Node<Tag>| matches!(node, Node::Element(run) if run.name == "w:r" && crosses(run));
    if !element.children.iter().any(crossed) {
        return;
    }
    let children = std::mem::take(&mut element.children);
    for node in children {
        match node {
            Node::Element(run) if run.name == "w:r" && crosses(&run) => {
                element.children.extend(split_run(&run));
            }
            other => element.children.push(other),
        }
    }
}

/// Whether a text element of the run opens a block it does not close, or the other way round.
fn crosses(run: &Part) -> bool {
    run.elements().filter(|element| element.name == "w:t").any(|text| {
        let mut sorts = Vec::new();
        each_tag(text, &mut |tag| sorts.push(tag.sort.clone()));
        let stands_alone = sorts.contains(&Sort::Else) && !sorts.iter().any(|it| matches!(it, Sort::Open(_)));
        stands_alone || !unmatched(&sorts).is_empty()
    })
}

/// A run in pieces: block tags between runs that look like it.
fn split_run(run: &Part) -> Vec<Node<Tag>> {
    let mut pieces = Pieces { like: run, out: Vec::new(), children: Vec::new() };
    for node in &run.children {
        match node {
            Node::Element(text) if text.name == "w:t" => pieces.add_text(text),
            Node::Element(other) if other.name == "w:rPr" => {}
            other => pieces.children.push(other.clone()),
        }
    }
    pieces.end_run();
    pieces.out
}

/// A run being split.
struct Pieces<'a> {
    like: &'a Part,
    out: Vec<Node<Tag>>,
    /// Of the piece in hand, without its properties.
    children: Vec<Node<Tag>>,
}

impl Pieces<'_> {
    fn add_text(&mut self, text: &Part) {
        let mut held = Vec::new();
        for inner in &text.children {
            match inner {
                Node::Other(tag) if tag.is_block() => {
                    self.end_text(text, &mut held);
                    self.end_run();
                    self.out.push(Node::Other(tag.clone()));
                }
                other => held.push(other.clone()),
            }
        }
        self.end_text(text, &mut held);
    }

    fn end_text(&mut self, like: &Part, held: &mut Vec<Node<Tag>>) {
        if !held.is_empty() {
            let mut text = Element::new("w:t");
            text.attributes.clone_from(&like.attributes);
            text.children = std::mem::take(held);
            self.children.push(Node::Element(text));
        }
    }

    fn end_run(&mut self) {
        if !self.children.is_empty() {
            let mut run = Element::new("w:r");
            run.attributes.clone_from(&self.like.attributes);
            run.children.extend(self.like.child("w:rPr").cloned().map(Node::Element));
            run.children.append(&mut self.children);
            self.out.push(Node::Element(run));
        }
    }
}

/// Reports block tags whose other half is not among their own siblings, and takes them out.
fn check(element: &mut Part, bad: &mut Vec<BadTag>) {
    let mut open: Vec<(usize, Tag)> = Vec::new();
    let mut wrong: Vec<(usize, BadTag)> = Vec::new();
    for (at, node) in element.children.iter().enumerate() {
        let Node::Other(tag) = node else { continue };
        match &tag.sort {
            Sort::Value => {}
            Sort::Open(_) => open.push((at, tag.clone())),
            Sort::Else if open.is_empty() => wrong.push((at, misplaced(tag, "belongs to no block"))),
            Sort::Else => {}
            Sort::Close(name) => match open.pop() {
                Some((_, opener)) if opener.sort == Sort::Open(name.clone()) => {}
                Some((start, opener)) => {
                    let message = format!("closes a block that `{}` opened", opener.typed);
                    wrong.push((at, misplaced(tag, &message)));
                    wrong.push((start, misplaced(&opener, "is not closed by a tag of its own name")));
                }
                None => {
                    wrong.push((at, misplaced(tag, "closes a block that is not opened in the same place")));
                }
            },
        }
    }
    let unclosed = "opens a block that is not closed in the same place";
    wrong.extend(open.into_iter().map(|(at, tag)| (at, misplaced(&tag, unclosed))));
    wrong.sort_by_key(|(at, _)| *at);
    for (at, _) in wrong.iter().rev() {
        element.children.remove(*at);
    }
    bad.extend(wrong.into_iter().map(|(_, mistake)| mistake));
    for child in element.elements_mut() {
        check(child, bad);
    }
}

fn misplaced(tag: &Tag, message: &str) -> BadTag {
    BadTag {
        typed: tag.typed.clone(),
        message: format!("the tag {message}"),
        hint: "put both tags of the block into one paragraph, each into a paragraph of its own, or into the first and \
               last cell of one table row"
            .to_owned(),
    }
}
