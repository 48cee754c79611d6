//! Handlebars tags in the text of a Word part: found across runs, put into one piece, understood one by one.
//!
//! Word cuts a typed tag into several runs and corrects its quotation marks; both are undone here. Where a block tag
//! belongs among rows and paragraphs is [`crate::stationery::blocks`]' work.

use handlebars::Template;

use crate::stationery::xml_tree::{Element, Node};

/// Blocks a template may use.
const BLOCKS: [&str; 4] = ["each", "if", "unless", "with"];

/// One tag as it will be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// As it was typed, for messages.
    pub typed: String,
    /// As Handlebars reads it.
    pub code: String,
    pub sort: Sort,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    Value,
    /// Starts the block of this name.
    Open(String),
    Else,
    Close(String),
}

/// A tag that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTag {
    pub typed: String,
    pub message: String,
    pub hint: String,
}

/// A part's tree with tags in its text.
pub type Part = Element<Tag>;

impl Tag {
    pub fn is_block(&self) -> bool {
        self.sort != Sort::Value
    }
}

/// Finds the tags of every paragraph at or below `element` and puts each into the text element it starts in.
pub fn find(element: &mut Part, bad: &mut Vec<BadTag>) {
    if element.name == "w:p" {
        find_in_paragraph(element, bad);
    }
    for child in element.elements_mut() {
        find(child, bad);
    }
}

fn find_in_paragraph(paragraph: &mut Part, bad: &mut Vec<BadTag>) {
    let mut texts = Vec::new();
    text_elements(paragraph, &mut texts);
    let pieces: Vec<String> = texts.iter().map(|element| text_of(element)).collect();
    let whole = pieces.concat();
    if !whole.contains("{{") && !whole.contains("}}") {
        return;
    }
    let spans = tag_spans(&whole, bad);
    let mut start = 0;
    for (element, piece) in texts.into_iter().zip(&pieces) {
        let end = start + piece.len();
        let children = children_between(&whole, &spans, start, end, bad);
        if children.iter().any(|node| matches!(node, Node::Other(_)))
            && !element.attributes.contains("xml:space")
        {
            element.attributes.push_str(" xml:space=\"preserve\"");
        }
        element.children = children;
        start = end;
    }
}

/// The `w:t` elements of a paragraph itself: not of a text box in it, not of what was deleted.
fn text_elements<'tree>(element: &'tree mut Part, into: &mut Vec<&'tree mut Part>) {
    for child in element.elements_mut() {
        match child.name.as_str() {
            "w:t" => into.push(child),
            "w:p" | "w:del" | "w:moveFrom" => {}
            _ => text_elements(child, into),
        }
    }
}

fn text_of(element: &Part) -> String {
    let text = element.children.iter().filter_map(|node| match node {
        Node::Text(text) => Some(text.as_str()),
        _ => None,
    });
    text.collect()
}

/// Where the tags of one paragraph stand, in bytes.
fn tag_spans(whole: &str, bad: &mut Vec<BadTag>) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(found) = whole[at..].find("{{") {
        let start = at + found;
        stray_ends(&whole[at..start], bad);
        let closing = if whole[start..].starts_with("{{!--") && whole[start..].contains("--}}") {
            "--}}"
        } else if whole[start..].starts_with("{{{") {
            "}}}"
        } else {
            "}}"
        };
        let inside = start + 2;
        let end = whole[inside..].find(closing).map(|end| inside + end + closing.len());
        let next = whole[inside..].find("{{").map(|next| inside + next);
        match end {
            Some(end) if closing != "}}" || next.is_none_or(|next| end <= next) => {
                spans.push((start, end));
                at = end;
            }
            _ => {
                let typed: String = whole[start..next.unwrap_or(whole.len())].chars().take(40).collect();
                bad.push(BadTag {
                    typed,
                    message: "the tag is opened with `{{` and not closed in the same paragraph".to_owned(),
                    hint: "end it with `}}`, without a line break inside".to_owned(),
                });
                at = next.unwrap_or(whole.len());
            }
        }
    }
    stray_ends(&whole[at..], bad);
    spans
}

fn stray_ends(between: &str, bad: &mut Vec<BadTag>) {
    if let Some(at) = between.find("}}") {
        let before: Vec<char> = between[..at].chars().collect();
        let typed: String = before[before.len().saturating_sub(20)..].iter().collect();
        bad.push(BadTag {
            typed: format!("{typed}}}}}"),
            message: "`}}` closes a tag that was never opened".to_owned(),
            hint: "begin the tag with `{{`, or take the braces out".to_owned(),
        });
    }
}

/// What the text element that covers `start..end` of the paragraph holds: text, and the tags that start in it.
fn children_between(
    whole: &str,
    spans: &[(usize, usize)],
    start: usize,
    end: usize,
    bad: &mut Vec<BadTag>,
) -> Vec<Node<Tag>> {
    let mut children = Vec::new();
    let mut at = start;
    for &(from, to) in spans.iter().filter(|&&(from, to)| from < end && start < to) {
        if at < from {
            children.push(Node::Text(whole[at..from].to_owned()));
        }
        if start <= from {
            match understand(&whole[from..to]) {
                Ok(Some(tag)) => children.push(Node::Other(tag)),
                Ok(None) => {}
                Err(wrong) => bad.push(wrong),
            }
        }
        at = to.min(end);
    }
    if at < end {
        children.push(Node::Text(whole[at..end].to_owned()));
    }
    children
}

/// Reads one tag; a comment comes to nothing.
fn understand(typed: &str) -> Result<Option<Tag>, BadTag> {
    let wrong = |message: &str, hint: &str| BadTag {
        typed: typed.to_owned(),
        message: message.to_owned(),
        hint: hint.to_owned(),
    };
    if typed.starts_with("{{!") {
        return Ok(None);
    }
    if typed.starts_with("{{{") || typed.starts_with("{{&") {
        return Err(wrong("values always go in as text", "write the tag with two braces on each side"));
    }
    let inside = plain_characters(&typed[2..typed.len() - 2]);
    let inside = inside.trim().trim_matches('~').trim();
    if inside.is_empty() {
        return Err(wrong("the tag is empty", "write the name of a field between the braces"));
    }
    if inside.starts_with('>') || inside.starts_with("#*") || inside.starts_with("#>") {
        return Err(wrong("a Word template cannot take in another template", "write its text here"));
    }
    let (sort, alone) = sort_of(inside);
    if let Sort::Open(name) | Sort::Close(name) = &sort
        && !BLOCKS.contains(&name.as_str())
    {
        let hint = "the blocks are `each`, `if`, `unless` and `with`";
        return Err(wrong(&format!("there is no block called `{name}`"), hint));
    }
    Template::compile(&alone).map_err(|_| {
        wrong(
            "the tag cannot be read",
            "write a field such as `{{panel}}` or a block such as `{{#each cases}}`",
        )
    })?;
    Ok(Some(Tag { typed: typed.to_owned(), code: format!("{{{{{inside}}}}}"), sort }))
}

/// What sort of tag it is, and a small template that compiles exactly when the tag is well formed.
fn sort_of(inside: &str) -> (Sort, String) {
    let first = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    let whole = format!("{{{{{inside}}}}}");
    if let Some(rest) = inside.strip_prefix('#') {
        let name = first(rest);
        let alone = format!("{whole}{{{{/{name}}}}}");
        (Sort::Open(name), alone)
    } else if let Some(rest) = inside.strip_prefix('/') {
        (Sort::Close(first(rest)), String::new())
    } else if inside == "^" || inside.split_whitespace().next() == Some("else") {
        (Sort::Else, format!("{{{{#if a}}}}{whole}{{{{/if}}}}"))
    } else {
        (Sort::Value, whole)
    }
}

/// Undoes what Word's autocorrection does to a tag.
fn plain_characters(text: &str) -> String {
    let plain = text.chars().filter_map(|character| match character {
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' => Some('\''),
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' => Some('"'),
        '\u{2010}'..='\u{2015}' => Some('-'),
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => None,
        other if other.is_whitespace() => Some(' '),
        other => Some(other),
    });
    plain.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stationery::xml_tree::parse;

    fn tags(paragraph: &str) -> (Vec<String>, Vec<BadTag>) {
        let mut tree = parse(&format!("<w:p>{paragraph}</w:p>")).unwrap();
        let mut bad = Vec::new();
        find(&mut tree, &mut bad);
        let mut texts = Vec::new();
        text_elements(tree.elements_mut().next().unwrap(), &mut texts);
        let found = texts.iter().flat_map(|element| &element.children).filter_map(|node| match node {
            Node::Other(tag) => Some(tag.code.clone()),
            _ => None,
        });
        (found.collect(), bad)
    }

    #[test]
    fn a_tag_cut_into_runs_is_one_tag() {
        let (found, bad) = tags(
            "<w:r><w:t>To {</w:t></w:r><w:r><w:t>{pa</w:t></w:r><w:proofErr/><w:r><w:t>nel}</w:t></w:r><w:r><w:t>}!</w:t></w:r>",
        );
        assert_eq!(found, ["{{panel}}"]);
        assert!(bad.is_empty());
    }

    #[test]
    fn autocorrected_tags_are_read() {
        let (found, bad) = tags(
            "<w:r><w:t>{{#if (eq\u{a0}word \u{201c}agreed\u{201d})}}x{{\u{a0}/if }}{{!\u{2013} note \u{2013}}}</w:t></w:r>",
        );
        assert_eq!(found, ["{{#if (eq word \"agreed\")}}", "{{/if}}"]);
        assert!(bad.is_empty(), "{bad:?}");
    }

    #[test]
    fn every_bad_tag_is_named() {
        let (found, bad) = tags(
            "<w:r><w:t>{{ }} {{{raw}}} {{>other}} {{#loop x}} {{a b}} {{#if}} {{one {{two}} x}} {{last</w:t></w:r>",
        );
        let typed: Vec<&str> = bad.iter().map(|bad| bad.typed.as_str()).collect();
        assert_eq!(found, ["{{a b}}", "{{#if}}", "{{two}}"]);
        assert_eq!(typed, ["{{one ", " x}}", "{{last", "{{ }}", "{{{raw}}}", "{{>other}}", "{{#loop x}}"]);
    }

    #[test]
    fn deleted_text_is_no_tag() {
        let (found, bad) =
            tags("<w:del><w:r><w:delText>{{old</w:delText></w:r></w:del><w:r><w:t>x</w:t></w:r>");
        assert!(found.is_empty() && bad.is_empty());
    }
}
