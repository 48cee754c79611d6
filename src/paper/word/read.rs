//! Reading Word documents: docx, docm, dotx and dotm, transitional and strict.
//!
//! Runs in the worker process only. Whatever a document holds, this takes memory and time in proportion to its size,
//! follows nothing and runs nothing; a document damaged half way gives what was read up to there and a finding.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::finding::Finding;
use crate::panel::seen::{Block, FileFormat, PaperFacts, Reading};
use crate::paper::ooxml::package::{Package, ReadError, Relation};
use crate::paper::ooxml::pictures;
use crate::paper::ooxml::xml::{Ns, Piece, Stopped, Xml};
use crate::paper::said::apart::{Apart, Drawing, Drawn};
use crate::paper::said::remarks;
use crate::paper::said::wording;
use crate::paper::word::insets;
use crate::paper::word::margins::Margin;
use crate::paper::word::numbering::Numbering;
use crate::paper::word::shapes;
use crate::paper::word::styles::Styles;
use crate::paper::word::walk;
use crate::paper::word::walked::{Around, NoteId, Walked};

/// Addresses kept; a document may hold thousands of links.
const MOST_ADDRESSES: usize = 200;

/// Relations whose target Word fetches by itself when it opens the document, and shows. The template a document was made on is not
/// among them: it holds nothing of the document.
const FETCHED: [&str; 7] = ["image", "oleObject", "subDocument", "frame", "aFChunk", "video", "audio"];

/// Documents taken into documents that are read.
const DEEPEST_IMPORT: usize = 2;

/// Reads a Word document.
pub fn read(bytes: &[u8]) -> Result<Reading, ReadError> {
    Ok(open(bytes)?.0)
}

/// Reads a Word document, and what is to be looked for on its pages besides its text.
pub fn open(bytes: &[u8]) -> Result<(Reading, Apart), ReadError> {
    let mut gathered = Gathered::default();
    let found = blocks(bytes, &mut gathered, DEEPEST_IMPORT)?;
    Ok(gathered.into_reading(found))
}

/// The document taken into another one.
fn imported(bytes: &[u8], left: usize) -> Option<Vec<Block>> {
    let found = blocks(bytes, &mut Gathered::default(), left.checked_sub(1)?).ok()?;
    Some(found.body)
}

/// What a document says, in order, and what it says of itself.
struct Found {
    body: Vec<Block>,
    title: Option<String>,
    properties: Properties,
}

fn blocks(bytes: &[u8], gathered: &mut Gathered, imports: usize) -> Result<Found, ReadError> {
    let mut package = Package::open(bytes)?;
    if package.has("EncryptedPackage") {
        return Err(ReadError::Protected);
    }
    let document = main_part(&mut package)?;
    let relations = package.relations(&document)?;
    let related = |kind: &str| {
        relations.iter().find(|other| other.kind == kind && !other.external).map(|other| other.target.clone())
    };
    let missing = || ReadError::NoContent { missing: document.clone() };
    let main = package.part(&document)?.ok_or_else(missing)?;
    let styles = match related("styles") {
        Some(name) => package.part(&name)?.map(|part| Styles::read(&part)).unwrap_or_default(),
        None => Styles::default(),
    };
    let even_pages_differ = match related("settings") {
        Some(name) => package.part(&name)?.is_some_and(|part| has_element(&part, "evenAndOddHeaders")),
        None => false,
    };

    let numbering = match related("numbering") {
        Some(name) => package.part(&name)?.map(|part| Numbering::read(&part)).unwrap_or_default(),
        None => Numbering::default(),
    };
    let insets = insets::read(&mut package, &relations, &|bytes| imported(bytes, imports))?;
    let around = Around {
        styles: &styles,
        insets: &insets,
        numbering: Some(&numbering),
        even_pages_differ,
        notes: None,
    };
    let mut walked = walk::walk(&main, around);
    gathered.look_over(&main, &relations);
    drop(main);
    let title = walked.title.take();
    let body = std::mem::take(&mut walked.blocks);
    let margins = std::mem::take(&mut walked.margins);
    let notes = std::mem::take(&mut walked.notes);
    gathered.take(&mut walked);
    if body.is_empty() && walked.stopped.is_some() {
        return Err(ReadError::Broken);
    }

    let mut parts = Parts { package: &mut package, styles: &styles, notes: &notes, gathered };
    let mut blocks = parts.margin("header", &relations, &margins)?;
    blocks.extend(body);
    for kind in ["footnotes", "endnotes"] {
        if let Some(name) = related(kind) {
            blocks.extend(parts.walk(&name)?);
        }
    }
    blocks.extend(parts.margin("footer", &relations, &margins)?);

    if let Some(name) = related("comments") {
        gathered.facts.comments = package.part(&name)?.map_or(0, |part| count_elements(&part, "comment"));
    }
    gathered.look_round(&mut package, &insets.taken)?;
    let properties = properties(&mut package)?;
    Ok(Found { body: blocks, title, properties })
}

/// What is gathered over all parts of a document.
#[derive(Debug, Default)]
struct Gathered {
    facts: PaperFacts,
    fetched: Vec<String>,
    findings: Vec<Finding>,
    apart: Apart,
    entities: u32,
    flattened: u32,
    stopped: Option<Stopped>,
}

/// The parts beside the main one.
struct Parts<'p, 'b> {
    package: &'p mut Package<'b>,
    styles: &'p Styles,
    notes: &'p BTreeSet<NoteId>,
    gathered: &'p mut Gathered,
}

impl Parts<'_, '_> {
    fn walk(&mut self, name: &str) -> Result<Vec<Block>, ReadError> {
        let Some(part) = self.package.part(name)? else { return Ok(Vec::new()) };
        let relations = self.package.relations(name)?;
        self.gathered.look_over(&part, &relations);
        let insets = insets::read(self.package, &relations, &|_| None)?;
        let around = Around {
            styles: self.styles,
            insets: &insets,
            numbering: None,
            even_pages_differ: false,
            notes: Some(self.notes),
        };
        let mut walked = walk::walk(&part, around);
        self.gathered.take(&mut walked);
        Ok(walked.blocks.into_iter().filter(has_words).collect())
    }

    /// The headers or footers that are shown, each wording once.
    fn margin(
        &mut self,
        kind: &str,
        relations: &[Relation],
        shown: &[Margin],
    ) -> Result<Vec<Block>, ReadError> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut unsure: Vec<Block> = Vec::new();
        for margin in shown {
            let Some(relation) =
                relations.iter().find(|other| other.id == margin.id && other.kind == kind && !other.external)
            else {
                continue;
            };
            let before = (self.gathered.apart.drawn.len(), self.gathered.apart.pictures);
            let said = self.walk(&relation.target)?;
            if margin.sure {
                let what = if kind == "header" { Drawing::Head } else { Drawing::Foot };
                self.gathered.apart.drawn.push(Drawn { what, text: wording::text_of(&said) });
            } else {
                // Nor are the boxes and pictures missed that stand in it.
                self.gathered.apart.drawn.truncate(before.0);
                self.gathered.apart.pictures = before.1;
            }
            for block in said {
                if margin.sure {
                    unsure.retain(|other| *other != block);
                }
                if !blocks.contains(&block) {
                    if !margin.sure {
                        unsure.push(block.clone());
                    }
                    blocks.push(block);
                }
            }
        }
        self.gathered.apart.running.push_str(&wording::text_of(&unsure));
        Ok(blocks)
    }
}

impl Gathered {
    fn take(&mut self, walked: &mut Walked) {
        self.facts.insertions += walked.insertions;
        self.facts.deletions += walked.deletions;
        self.facts.hidden_words += walked.hidden_words;
        self.fetched.append(&mut walked.external);
        self.entities += walked.entities;
        self.flattened += walked.flattened;
        self.apart.drawn.append(&mut walked.drawn);
        self.apart.numbered.append(&mut walked.numbered);
        self.stopped = self.stopped.or(walked.stopped);
    }

    /// Counts the pictures of a part, and the shapes that lie over its text.
    fn look_over(&mut self, part: &[u8], relations: &[Relation]) {
        self.apart.pictures += pictures::count(part, relations);
        self.apart.in_front.extend(shapes::in_front(part));
    }

    /// What the package holds besides text; `taken` are the parts whose text is in the document's own.
    fn look_round(&mut self, package: &mut Package<'_>, taken: &[String]) -> Result<(), ReadError> {
        for relation in package.outside()? {
            if FETCHED.contains(&relation.kind.as_str()) {
                self.fetched.push(relation.target.clone());
            }
            if !self.facts.external.contains(&relation.target) && self.facts.external.len() < MOST_ADDRESSES {
                self.facts.external.push(relation.target);
            }
        }
        let of_charts = package.data_of_charts()?;
        let known = |name: &str| taken.iter().chain(&of_charts).any(|part| part == name);
        for name in package.names() {
            let file = name.rsplit('/').next().unwrap_or(name);
            let inside = name.contains("/embeddings/") || name.contains("/afchunk");
            if inside && !known(name) {
                self.facts.embedded.push(file.to_owned());
            } else if file.starts_with("vbaproject") {
                self.facts.macros = true;
            } else if name.starts_with("_xmlsignatures/") && file.ends_with(".xml") {
                self.facts.signatures += 1;
            }
        }
        Ok(())
    }

    fn into_reading(mut self, found: Found) -> (Reading, Apart) {
        let Found { body, title, properties } = found;
        for address in &self.fetched {
            if !self.facts.external.contains(address) {
                self.facts.external.push(address.clone());
            }
        }
        let text = wording::text_of(&body);
        self.facts.words = wording::count(&text);
        self.facts.saved_on = properties.saved_on;
        self.findings.extend(remarks::remarks(&self.facts));
        self.findings.extend(remarks::fetches(&self.fetched));
        self.findings.extend(self.damage());
        let title = properties.title.or(title).or_else(|| wording::first_heading(&body));
        let format = if self.facts.macros { FileFormat::WordMacro } else { FileFormat::Word };
        let reading = Reading {
            format,
            title,
            opening: wording::opening_of(&text),
            text,
            body,
            fields: Vec::new(),
            facts: self.facts,
            findings: self.findings,
        };
        (reading, self.apart)
    }

    /// What could not be read as it stands.
    fn damage(&self) -> Vec<Finding> {
        let mut damage = Vec::new();
        let again = "open it in Word, save it again and drop it anew";
        match self.stopped {
            Some(Stopped::Damaged) => damage.push(
                Finding::warning("damaged", "the file is damaged; only the part before the damage was read")
                    .hint(again),
            ),
            Some(Stopped::TooDeep) => damage.push(
                Finding::warning(
                    "nested-too-deeply",
                    "the file puts tables or boxes inside each other too deeply to be read whole",
                )
                .hint(again),
            ),
            Some(Stopped::TooMany) => damage.push(
                Finding::warning("too-long", "the file is too long to be read whole")
                    .hint("split it into several documents"),
            ),
            None => {}
        }
        if self.flattened > 0 && self.stopped.is_none() {
            damage.push(Finding::note(
                "nested-too-deeply",
                "tables or boxes are nested so deeply that some were read as plain text",
            ));
        }
        if self.entities > 0 {
            damage.push(
                Finding::warning(
                    "unknown-entities",
                    "some of the text is written in a way that only the program it came from understands, and was left out",
                )
                .hint(again),
            );
        }
        damage
    }
}

/// What `docProps/core.xml` says.
#[derive(Debug, Default)]
struct Properties {
    title: Option<String>,
    saved_on: Option<NaiveDate>,
}

fn main_part(package: &mut Package<'_>) -> Result<String, ReadError> {
    let relations = package.relations("")?;
    let named = relations.into_iter().find(|other| other.kind == "officeDocument" && !other.external);
    let usual = "word/document.xml".to_owned();
    match named {
        Some(relation) if package.has(&relation.target) => Ok(relation.target),
        _ if package.has(&usual) => Ok(usual),
        _ => Err(ReadError::NoContent { missing: usual }),
    }
}

fn properties(package: &mut Package<'_>) -> Result<Properties, ReadError> {
    let mut found = Properties::default();
    let Some(part) = package.part("docProps/core.xml")? else { return Ok(found) };
    let mut xml = Xml::new(&part);
    let mut open: Vec<Vec<u8>> = Vec::new();
    while let Ok(Some(piece)) = xml.next() {
        match piece {
            Piece::Open(element) => open.push(element.name().to_vec()),
            Piece::Close => {
                open.pop();
            }
            Piece::Text(text) => match open.last().map(Vec::as_slice) {
                Some(b"title") => found.title.get_or_insert_default().push_str(&text),
                Some(b"modified") => {
                    found.saved_on = text.get(..10).and_then(|day| day.parse().ok()).or(found.saved_on);
                }
                _ => {}
            },
        }
    }
    found.title = found.title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty());
    Ok(found)
}

fn has_words(block: &Block) -> bool {
    match block {
        Block::Line(line) => line.has_words(),
        Block::Table(_) => true,
    }
}

fn has_element(part: &[u8], name: &str) -> bool {
    let mut xml = Xml::new(part);
    while let Ok(Some(piece)) = xml.next() {
        if let Piece::Open(element) = piece
            && element.is(Ns::Word, name)
        {
            return element.on();
        }
    }
    false
}

fn count_elements(part: &[u8], name: &str) -> u32 {
    let mut xml = Xml::new(part);
    let mut count = 0;
    while let Ok(Some(piece)) = xml.next() {
        if let Piece::Open(element) = piece {
            count += u32::from(element.is(Ns::Word, name));
        }
    }
    count
}
