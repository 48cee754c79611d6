//! The words of a web page or of a mail written as one: what a reader sees, and how many words it hides.
//!
//! Only the usual ways of hiding are known: the attribute `hidden`, and styles that show nothing. What is hidden is cut out; the rest
//! becomes text by the mail reader's own converter.

use std::collections::HashSet;

use mail_parser::decoders::html::html_to_text;

use crate::paper::said::wording;

/// A page's words.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub text: String,
    pub hidden_words: u32,
}

/// Elements that have no end of their own.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements whose content is no text.
const UNREAD: [&str; 4] = ["script", "style", "template", "noscript"];

/// Reads a page.
pub(crate) fn read(html: &str) -> Page {
    let classes = hidden_classes(html);
    let mut shown = String::with_capacity(html.len());
    let mut hidden = String::new();
    // The element that hides what follows, and how many of its name are open inside it.
    let mut hides: Option<(String, usize)> = None;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, from) = rest.split_at(at);
        let tag = Tag::read(from);
        let length = tag.as_ref().map_or(1, |tag| tag.length);
        let whole = &from[..length];
        if hides.is_some() { &mut hidden } else { &mut shown }.push_str(text);
        rest = &from[length..];
        let Some(tag) = tag else {
            if hides.is_some() { &mut hidden } else { &mut shown }.push_str("&lt;");
            continue;
        };
        match &mut hides {
            Some((name, open)) => {
                if tag.name == *name {
                    *open = if tag.closes { *open - 1 } else { *open + usize::from(!tag.empty) };
                }
                hidden.push(' ');
                if *open == 0 {
                    hides = None;
                }
            }
            None if !tag.closes && UNREAD.contains(&tag.name.as_str()) => {
                // Nothing in it is markup: its own end is looked for.
                let end = format!("</{}", tag.name);
                rest = find_ignoring_case(rest, &end).map_or("", |at| &rest[at..]);
            }
            None if !tag.closes && !tag.empty && tag.hides(&classes) => {
                shown.push(' ');
                hides = Some((tag.name, 1));
            }
            None => {
                let parts = tag.parts();
                if parts == "<br>" && !tag.closes {
                    shown.push_str(parts);
                }
                shown.push_str(whole);
                if tag.closes {
                    shown.push_str(parts);
                }
            }
        }
    }
    if hides.is_some() { &mut hidden } else { &mut shown }.push_str(rest);
    let hidden_words = wording::count(&html_to_text(&hidden));
    Page { text: without_gaps(&html_to_text(&shown)), hidden_words }
}

/// Lines without the empty ones that boxes inside boxes leave; one stays.
fn without_gaps(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        let gap = line.trim().is_empty() && lines.last().is_none_or(|last| last.trim().is_empty());
        if !gap {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// One tag, comment or declaration.
#[derive(Debug)]
struct Tag {
    name: String,
    closes: bool,
    /// It holds nothing, so that nothing closes it.
    empty: bool,
    attributes: String,
    length: usize,
}

impl Tag {
    /// The tag at the start of `from`; none where the `<` stands for itself.
    fn read(from: &str) -> Option<Tag> {
        let nameless = |length| Tag {
            name: String::new(),
            closes: false,
            empty: true,
            attributes: String::new(),
            length,
        };
        if from.starts_with("<!--") {
            return Some(nameless(from.find("-->").map_or(from.len(), |at| at + 3)));
        }
        let mut quote = None;
        let end = from.char_indices().find(|(_, letter)| match quote {
            Some(open) => {
                if *letter == open {
                    quote = None;
                }
                false
            }
            None => {
                if matches!(letter, '"' | '\'') {
                    quote = Some(*letter);
                }
                *letter == '>'
            }
        });
        let (end, _) = end?;
        let inside = &from[1..end];
        if inside.starts_with(['!', '?']) {
            return Some(nameless(end + 1));
        }
        let closes = inside.starts_with('/');
        let inside = inside.trim_start_matches('/');
        let name: String =
            inside.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == ':').collect();
        if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            return None;
        }
        let attributes = inside[name.len()..].to_ascii_lowercase();
        let name = name.to_ascii_lowercase();
        let empty = inside.ends_with('/') || VOID.contains(&name.as_str());
        Some(Tag { name, closes, empty, attributes, length: end + 1 })
    }

    /// What stands between what the element holds and what follows; the converter itself knows only `br` and `p`.
    fn parts(&self) -> &'static str {
        const LINES: [&str; 16] = [
            "div",
            "tr",
            "li",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "table",
            "blockquote",
            "section",
            "article",
            "pre",
            "dt",
            "dd",
        ];
        match self.name.as_str() {
            "td" | "th" => " ",
            name if LINES.contains(&name) => "<br>",
            _ => "",
        }
    }

    fn hides(&self, classes: &HashSet<String>) -> bool {
        let style = self.attribute("style").unwrap_or_default();
        let class = self.attribute("class").unwrap_or_default();
        let bare = format!(" {} ", self.attributes);
        bare.contains(" hidden ")
            || bare.contains(" hidden=")
            || shows_nothing(&style)
            || class.split_whitespace().any(|class| classes.contains(class))
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let mut from = 0;
        while let Some(at) = self.attributes[from..].find(name).map(|at| from + at) {
            let before = self.attributes[..at].chars().next_back();
            let value =
                self.attributes[at + name.len()..].trim_start().strip_prefix('=').map(str::trim_start);
            from = at + name.len();
            let Some(value) = value.filter(|_| before.is_none_or(char::is_whitespace)) else { continue };
            return Some(match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or_default().to_owned(),
                _ => value.split_whitespace().next().unwrap_or_default().to_owned(),
            });
        }
        None
    }
}

/// Whether a style shows nothing: not there at all, or too small or too faint to be seen.
fn shows_nothing(style: &str) -> bool {
    style.split(';').filter_map(|rule| rule.split_once(':')).any(|(property, value)| {
        let value = value.replace("!important", "");
        let value = value.trim();
        let number = value.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '%');
        let small = |most: f64| number.parse::<f64>().is_ok_and(|number| number <= most);
        match property.trim() {
            "display" => value == "none",
            "visibility" => value == "hidden" || value == "collapse",
            "mso-hide" => value == "all",
            "font-size" => small(1.0) && !value.ends_with("em"),
            "opacity" => small(0.05),
            "max-height" | "max-width" => small(0.0),
            _ => false,
        }
    })
}

/// The classes that a page's own rules hide, on whatever it is shown.
fn hidden_classes(html: &str) -> HashSet<String> {
    let mut classes = HashSet::new();
    let lower = html.to_ascii_lowercase();
    for sheet in lower.split("<style").skip(1) {
        let sheet = sheet.split("</style").next().unwrap_or_default();
        let sheet = sheet.split_once('>').map_or("", |(_, rules)| rules);
        // What holds for some screens only is left out: it stands behind an at sign.
        let sheet = sheet.split('@').next().unwrap_or_default();
        for rule in sheet.split('}') {
            let Some((selectors, style)) = rule.split_once('{') else { continue };
            if shows_nothing(style) {
                let single = selectors.split(',').filter_map(|selector| {
                    let (_, class) = selector.trim().split_once('.')?;
                    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
                    class.chars().all(plain).then(|| class.to_owned())
                });
                classes.extend(single);
            }
        }
    }
    classes
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_does_not_see_is_counted_and_not_read() {
        let page = read(
            "<html><head><style>.preheader{display:none} @media print {.wide{display:none}}</style></head><body>\
             <div style=\"DISPLAY: none\">one two <div>three</div></div><p hidden>four</p>\
             <span class='preheader'>five</span><div class=wide>wide</div><span style='font-size:1px'>six</span>\
             <p>Age &lt; 5, cost 3 < 4 <!-- note --></p><script>if (a<b) { x }</script></body></html>",
        );
        assert_eq!(page.hidden_words, 6);
        let words: Vec<&str> = page.text.split_whitespace().collect();
        assert_eq!(words, ["wide", "Age", "<", "5,", "cost", "3", "<", "4"]);
    }

    #[test]
    fn cells_and_boxes_stay_apart() {
        let page = read(
            "<table><tr><td>Weekly fee</td><td>4,250</td></tr><tr><td>Start</td></tr></table><div>One<div>Two</div></div>Three",
        );
        let lines: Vec<&str> =
            page.text.lines().filter(|line| !line.trim().is_empty()).map(str::trim).collect();
        assert_eq!(lines, ["Weekly fee 4,250", "Start", "One", "Two", "Three"].map(str::trim));
    }

    #[test]
    fn a_page_that_ends_in_the_middle_is_read_to_its_end() {
        assert_eq!(read("<p>here <b>and").text.trim(), "here and");
        assert_eq!(read("<div style='display:none'>gone").text.trim(), "");
        assert_eq!(read("a <").text.trim(), "a <");
    }
}
