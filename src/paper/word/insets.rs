//! What a Word document shows that is kept in parts of its own: charts, diagrams, texts taken in from other files.

use std::collections::BTreeMap;

use mail_parser::MessageParser;
use mail_parser::decoders::html::html_to_text;

use crate::panel::seen::{Block, Line, Mark};
use crate::paper::ooxml::package::{Package, ReadError, Relation};
use crate::paper::ooxml::xml::{Element, Ns, Piece, Xml};
use crate::paper::said::apart::Drawing;
use crate::paper::said::words;

/// Insets read from one part; a paper has a handful.
const MOST_INSETS: usize = 200;

/// One inset: what it is and what it says.
#[derive(Debug, Clone)]
pub struct Inset {
    pub what: Drawing,
    pub blocks: Vec<Block>,
}

/// Insets by the identifier they are placed with.
#[derive(Debug, Clone, Default)]
pub struct Insets {
    pub found: BTreeMap<String, Inset>,
    /// Parts whose text is now in the document's own.
    pub taken: Vec<String>,
}

/// Reads a document within the document; gives what it says.
type ReadDocument<'d> = &'d dyn Fn(&[u8]) -> Option<Vec<Block>>;

/// The insets that `relations` place.
pub fn read(
    package: &mut Package<'_>,
    relations: &[Relation],
    document: ReadDocument<'_>,
) -> Result<Insets, ReadError> {
    let mut insets = Insets::default();
    let placed = relations.iter().filter(|relation| !relation.external && drawing(&relation.kind).is_some());
    for relation in placed.take(MOST_INSETS) {
        let Some(what) = drawing(&relation.kind) else { continue };
        let Some(part) = package.part(&relation.target)? else { continue };
        let blocks = match what {
            Drawing::Chart => lines(&chart(&part)),
            Drawing::Diagram => lines(&paragraphs(&part)),
            _ => match import(&part, document) {
                Some(blocks) => blocks,
                None => continue,
            },
        };
        if what == Drawing::Import {
            insets.taken.push(relation.target.to_lowercase());
        }
        insets.found.insert(relation.id.clone(), Inset { what, blocks });
    }
    Ok(insets)
}

fn drawing(kind: &str) -> Option<Drawing> {
    match kind {
        "chart" | "chartEx" => Some(Drawing::Chart),
        "diagramData" => Some(Drawing::Diagram),
        "aFChunk" => Some(Drawing::Import),
        _ => None,
    }
}

/// Titles, series and categories of a chart, each once: its numbers are drawn as the chart sees fit.
pub fn chart(part: &[u8]) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut xml = Xml::new(part);
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut text = String::new();
    while let Ok(Some(piece)) = xml.next() {
        match piece {
            Piece::Open(element) => open.push(element.name().to_vec()),
            Piece::Text(said) if matches!(open.last().map(Vec::as_slice), Some(b"t" | b"v")) => {
                text.push_str(&said);
            }
            Piece::Text(_) => {}
            Piece::Close => {
                if matches!(open.pop().as_deref(), Some(b"p" | b"v")) {
                    let said = std::mem::take(&mut text);
                    if words::plain_words(&said).any(|word| words::is_lettered(&word))
                        && !texts.contains(&said)
                    {
                        texts.push(said);
                    }
                }
            }
        }
    }
    texts
}

/// The words in the boxes of a diagram or drawing, a text for each paragraph.
pub fn paragraphs(part: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut xml = Xml::new(part);
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut text = String::new();
    while let Ok(Some(piece)) = xml.next() {
        match piece {
            Piece::Open(element) => open.push(element.name().to_vec()),
            Piece::Text(said) if open.last().is_some_and(|name| name == b"t") => text.push_str(&said),
            Piece::Text(_) => {}
            Piece::Close => {
                if open.pop().is_some_and(|name| name == b"p") && !text.trim().is_empty() {
                    texts.push(std::mem::take(&mut text));
                }
            }
        }
    }
    texts
}

/// The text of a file taken in: a web page, a saved mail, plain text, another document; none where it is something else.
fn import(part: &[u8], document: ReadDocument<'_>) -> Option<Vec<Block>> {
    if part.starts_with(b"PK") {
        return document(part);
    }
    if part.starts_with(b"{\\rtf") {
        return None;
    }
    let (text, broken) = encoding_rs::UTF_8.decode_without_bom_handling(part);
    let text = if broken { encoding_rs::WINDOWS_1252.decode(part).0 } else { text };
    let head: String = text.chars().take(2000).collect::<String>().to_ascii_lowercase();
    let text = if head.contains("mime-version:") {
        let message = MessageParser::default().parse(part)?;
        let bodies: Vec<String> = (0..message.text_body_count())
            .filter_map(|at| message.body_text(at))
            .map(|text| text.into_owned())
            .collect();
        bodies.join("\n")
    } else if ["<html", "<body", "<!doctype", "<p", "<div", "<table"].iter().any(|mark| head.contains(mark)) {
        html_to_text(&text)
    } else {
        text.into_owned()
    };
    let texts: Vec<String> = text.lines().map(str::to_owned).collect();
    Some(lines(&texts))
}

fn lines(texts: &[String]) -> Vec<Block> {
    let texts = texts.iter().filter(|text| !text.trim().is_empty());
    let lines = texts.map(|text| {
        let mut line = Line::default();
        line.put(text.trim(), Mark::Plain);
        Block::Line(line)
    });
    lines.collect()
}

/// The words of WordArt of the older kind, kept in an attribute.
pub fn lettering(element: &Element<'_>) -> Option<Inset> {
    let older = element.ns == Ns::Other && element.name() == b"textpath";
    let text = element.attribute("string").filter(|text| older && !text.trim().is_empty())?;
    Some(Inset { what: Drawing::Lettering, blocks: lines(&[text]) })
}
