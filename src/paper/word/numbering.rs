//! The numbers Word counts for the paragraphs of its lists: they stand nowhere in the text, and yet on the page.

use std::collections::{BTreeMap, BTreeSet};

use crate::paper::ooxml::xml::{Element, Ns, Piece, Xml};

/// Levels a list may have.
const LEVELS: usize = 9;

/// The list a paragraph or style belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// `w:numId`; `0` takes a paragraph out of the list its style puts it in.
    pub list: Option<String>,
    pub level: Option<usize>,
    /// The style that says so, where it is one.
    pub style: Option<String>,
}

/// The lists of a document, and how far each has counted.
#[derive(Debug, Clone, Default)]
pub struct Numbering {
    patterns: BTreeMap<String, Pattern>,
    lists: BTreeMap<String, List>,
    /// By pattern: what its levels stand at.
    counts: BTreeMap<String, [Option<u32>; LEVELS]>,
    /// Lists and levels that have begun at their own number.
    begun: BTreeSet<(String, usize)>,
}

/// `w:abstractNum`: how a family of lists counts.
#[derive(Debug, Clone, Default)]
struct Pattern {
    levels: BTreeMap<usize, Level>,
    /// It is another's pattern, by the name of the style both are linked to.
    links_to: Option<String>,
    linked_as: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Level {
    start: u32,
    format: String,
    /// `%1.%2`
    text: String,
    legal: bool,
    /// The level below which it begins again; 0 for never.
    restart: Option<usize>,
    style: Option<String>,
}

/// `w:num`: one list.
#[derive(Debug, Clone, Default)]
struct List {
    pattern: String,
    starts: BTreeMap<usize, u32>,
    levels: BTreeMap<usize, Level>,
}

impl Place {
    /// Takes in one property of `w:numPr`.
    pub fn take(&mut self, element: &Element<'_>) {
        match element.name() {
            b"numId" => self.list = element.attribute("val"),
            b"ilvl" => self.level = level(element, "val"),
            _ => {}
        }
    }

    /// This place, and what it does not say from the style's.
    pub fn over(&self, below: &Place) -> Place {
        match &self.list {
            Some(_) => self.clone(),
            None => Place { level: self.level.or(below.level), ..below.clone() },
        }
    }
}

impl Numbering {
    /// Reads `numbering.xml`; what is damaged in it is left out.
    pub fn read(part: &[u8]) -> Self {
        let mut numbering = Numbering::default();
        let mut reading = Reading::default();
        let mut xml = Xml::new(part);
        let mut open: Vec<Vec<u8>> = Vec::new();
        while let Ok(Some(piece)) = xml.next() {
            match piece {
                Piece::Open(element) => {
                    if element.ns == Ns::Word {
                        reading.open(&element);
                    }
                    open.push(element.name().to_vec());
                }
                Piece::Close => match open.pop().as_deref() {
                    Some(b"lvl") => reading.close_level(),
                    Some(b"abstractNum") => {
                        numbering.patterns.extend(reading.pattern.take());
                    }
                    Some(b"num") => numbering.lists.extend(reading.list.take()),
                    _ => {}
                },
                Piece::Text(_) => {}
            }
        }
        numbering
    }

    /// Counts a paragraph at `place` and gives the number before it; none where it has none, or one in words of its own.
    pub fn next(&mut self, place: &Place) -> Option<String> {
        let id = place.list.as_deref()?;
        let list = self.lists.get(id)?;
        let key = self.pattern_of(&list.pattern)?;
        let pattern = self.patterns.get(&key)?;
        let by_style = || {
            let style = place.style.as_ref()?;
            pattern.levels.iter().find_map(|(at, level)| (level.style.as_ref() == Some(style)).then_some(*at))
        };
        let at = place.level.or_else(by_style).unwrap_or(0).min(LEVELS - 1);
        let find = |at: usize| list.levels.get(&at).or_else(|| pattern.levels.get(&at));
        let level = find(at)?;
        let counts = self.counts.entry(key.clone()).or_default();
        let own_start = list.starts.get(&at).filter(|_| self.begun.insert((id.to_owned(), at)));
        counts[at] = Some(match (own_start, counts[at]) {
            (Some(start), _) => *start,
            (None, Some(count)) => count.saturating_add(1),
            (None, None) => level.start,
        });
        for (below, count) in counts.iter_mut().enumerate().skip(at + 1) {
            let restarts = find(below).and_then(|level| level.restart).is_none_or(|from| at < from);
            if restarts {
                *count = None;
            }
        }
        let mut number = String::new();
        let mut parts = level.text.split('%');
        number.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digit = part.chars().next().and_then(|digit| digit.to_digit(10)).unwrap_or(0);
            let which = usize::try_from(digit).ok()?.checked_sub(1)?;
            let counted = find(which)?;
            let count = counts[which].unwrap_or(counted.start);
            let format = if level.legal { "decimal" } else { counted.format.as_str() };
            number.push_str(&written(count, format)?);
            number.push_str(&part[1..]);
        }
        Some(number).filter(|number| number.chars().any(char::is_alphanumeric))
    }

    /// The pattern itself, or the one it is linked to.
    fn pattern_of(&self, id: &str) -> Option<String> {
        let pattern = self.patterns.get(id)?;
        let Some(link) = &pattern.links_to else { return Some(id.to_owned()) };
        let linked = self.patterns.iter().find(|(_, other)| other.linked_as.as_ref() == Some(link));
        Some(linked.map_or_else(|| id.to_owned(), |(id, _)| id.clone()))
    }
}

/// What is being read of `numbering.xml`.
#[derive(Debug, Default)]
struct Reading {
    pattern: Option<(String, Pattern)>,
    list: Option<(String, List)>,
    /// The level of a list's own that is being said.
    own: Option<usize>,
    level: Option<(usize, Level)>,
}

impl Reading {
    fn open(&mut self, element: &Element<'_>) {
        let value = || element.attribute("val");
        match element.name() {
            b"abstractNum" => {
                self.pattern = element.attribute("abstractNumId").map(|id| (id, Pattern::default()));
            }
            b"num" => self.list = element.attribute("numId").map(|id| (id, List::default())),
            b"lvlOverride" => self.own = level(element, "ilvl"),
            b"lvl" => {
                self.level = level(element, "ilvl").map(|at| (at, Level::default()));
            }
            name => {
                if let Some((_, level)) = &mut self.level {
                    level.take(name, element);
                } else if let Some((_, pattern)) = &mut self.pattern {
                    match name {
                        b"numStyleLink" => pattern.links_to = value(),
                        b"styleLink" => pattern.linked_as = value(),
                        _ => {}
                    }
                } else if let Some((_, list)) = &mut self.list {
                    match (name, self.own) {
                        (b"abstractNumId", _) => list.pattern = value().unwrap_or_default(),
                        (b"startOverride", Some(at)) => {
                            list.starts.extend(element.number("val").map(|start| (at, start)));
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    fn close_level(&mut self) {
        let Some((at, level)) = self.level.take() else { return };
        if let Some((_, pattern)) = &mut self.pattern {
            pattern.levels.insert(at, level);
        } else if let Some((_, list)) = &mut self.list {
            list.levels.insert(at, level);
        }
    }
}

impl Level {
    fn take(&mut self, name: &[u8], element: &Element<'_>) {
        let value = || element.attribute("val").unwrap_or_default();
        match name {
            b"start" => self.start = element.number("val").unwrap_or(0),
            b"numFmt" => self.format = value(),
            b"lvlText" => self.text = value(),
            b"isLgl" => self.legal = element.on(),
            b"lvlRestart" => self.restart = level(element, "val"),
            b"pStyle" => self.style = Some(value()),
            // Its number is hidden.
            b"vanish" if element.on() => self.text.clear(),
            _ => {}
        }
    }
}

fn level(element: &Element<'_>, name: &str) -> Option<usize> {
    element.number(name).and_then(|level| usize::try_from(level).ok()).filter(|level| *level < LEVELS)
}

/// A count as a format writes it; none for formats in words or scripts of their own.
fn written(count: u32, format: &str) -> Option<String> {
    Some(match format {
        "decimal" | "" => count.to_string(),
        "decimalZero" => format!("{count:02}"),
        "upperLetter" => letters(count),
        "lowerLetter" => letters(count).to_lowercase(),
        "upperRoman" => roman(count),
        "lowerRoman" => roman(count).to_lowercase(),
        "none" => String::new(),
        _ => return None,
    })
}

/// A ... Z, AA, BB ...
fn letters(count: u32) -> String {
    let Some(at) = count.checked_sub(1) else { return String::new() };
    let letter = char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    let times = usize::try_from(at / 26).unwrap_or(0).min(40) + 1;
    std::iter::repeat_n(letter, times).collect()
}

fn roman(count: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut left = count.min(4000);
    let mut written = String::new();
    for (value, sign) in SIGNS {
        while value <= left {
            written.push_str(sign);
            left -= value;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: &str = r#"<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
        <w:abstractNum w:abstractNumId="1">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2"/></w:lvl>
        <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2.%3"/></w:lvl>
        </w:abstractNum>
        <w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num>
        <w:num w:numId="6"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
        </w:numbering>"#;

    #[test]
    fn a_list_counts_as_word_does() {
        let mut lists = Numbering::read(LISTS.as_bytes());
        let mut number = |list: &str, level: usize| {
            let place = Place { list: Some(list.to_owned()), level: Some(level), style: None };
            lists.next(&place).unwrap_or_default()
        };
        let counted = [
            number("5", 0),
            number("5", 1),
            number("5", 1),
            number("5", 2),
            number("5", 0),
            number("5", 1),
            number("6", 0),
            number("6", 0),
            number("9", 0),
        ];
        assert_eq!(counted, ["I.", "I.a", "I.b", "1.2.1", "II.", "II.a", "VII.", "VIII.", ""]);
    }
}
