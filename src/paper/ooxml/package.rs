//! An Office package (a zip of XML parts) opened under limits: a part that unpacks too far is refused, nothing is
//! followed, and a part is decoded to UTF-8 before anybody parses it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::paper::ooxml::xml::{Element, Piece, Xml};

/// What one part may unpack to. The largest honest part in a corpus of a thousand papers was a tenth of it.
const LARGEST_PART: u64 = 64 << 20;
/// What all parts read from one package may unpack to.
const LARGEST_TOTAL: u64 = 256 << 20;
/// Entries a package may list.
const MOST_ENTRIES: usize = 20_000;

/// Why a paper could not be read at all. The message is for the person who dropped it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    #[error("the file is damaged or was not copied completely")]
    Broken,
    #[error("the file unpacks to far more than it should (`{part}`)")]
    TooBig { part: String },
    #[error("the file has no `{missing}` inside")]
    NoContent { missing: String },
    #[error("the file is protected with a password")]
    Protected,
    #[error("the sheet `{sheet}` is {rows} rows by {columns} columns, more than anybody could read")]
    TooWide { sheet: String, rows: u32, columns: u32 },
}

/// An open package.
#[derive(Debug)]
pub struct Package<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Index by name in lower case; Office takes names so.
    names: BTreeMap<String, usize>,
    left: u64,
}

impl<'b> Package<'b> {
    pub fn open(bytes: &'b [u8]) -> Result<Self, ReadError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::Broken)?;
        if zip.len() > MOST_ENTRIES {
            return Err(ReadError::TooBig { part: format!("{} parts", zip.len()) });
        }
        let mut names = BTreeMap::new();
        for index in 0..zip.len() {
            let Some(Ok(name)) = zip.name_for_index(index) else { continue };
            names.entry(name.to_lowercase().replace('\\', "/")).or_insert(index);
        }
        Ok(Package { zip, names, left: LARGEST_TOTAL })
    }

    /// Names of all parts, lower case, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(&key(name))
    }

    /// The part as UTF-8 bytes; none where the package has no such part.
    pub fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(&index) = self.names.get(&key(name)) else { return Ok(None) };
        let limit = LARGEST_PART.min(self.left);
        let too_big = || ReadError::TooBig { part: key(name) };
        let entry = self.zip.by_index(index).map_err(|_| ReadError::Broken)?;
        if entry.size() > limit {
            return Err(too_big());
        }
        let mut content = Vec::new();
        // A part whose checksum is wrong at the very end is still worth reading: what came out is kept.
        let whole = entry.take(limit + 1).read_to_end(&mut content);
        if whole.is_err() && content.is_empty() {
            return Err(ReadError::Broken);
        }
        let length = u64::try_from(content.len()).map_err(|_| too_big())?;
        if length > limit {
            return Err(too_big());
        }
        self.left -= length;
        Ok(Some(as_utf8(content)))
    }
}

fn key(name: &str) -> String {
    name.trim_start_matches('/').to_lowercase()
}

/// Decodes by byte order mark or by the XML declaration; UTF-8 passes through.
fn as_utf8(content: Vec<u8>) -> Vec<u8> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(&content) {
        if encoding == encoding_rs::UTF_8 {
            return content[mark..].to_vec();
        }
        return encoding.decode(&content).0.into_owned().into_bytes();
    }
    let declaration = &content[..content.len().min(120)];
    let declaration = String::from_utf8_lossy(declaration);
    let named = declaration
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.trim_start_matches(['"', '\'']).split(['"', '\'', '?']).next())
        .and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes()));
    match named {
        Some(encoding) if encoding != encoding_rs::UTF_8 => {
            encoding.decode(&content).0.into_owned().into_bytes()
        }
        _ => content,
    }
}

/// A pointer from one part to another part or to the outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub id: String,
    /// The last word of its type: `header`, `image`, `attachedTemplate`.
    pub kind: String,
    /// A part's name, or an address where `external`.
    pub target: String,
    pub external: bool,
}

impl Package<'_> {
    /// What `part` points at; the package itself where `part` is empty.
    pub fn relations(&mut self, part: &str) -> Result<Vec<Relation>, ReadError> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let Some(content) = self.part(&name)? else { return Ok(Vec::new()) };
        let mut relations = Vec::new();
        let mut xml = Xml::new(&content);
        while let Ok(Some(piece)) = xml.next() {
            if let Piece::Open(element) = piece
                && element.name() == b"Relationship"
            {
                relations.push(relation(folder, &element));
            }
        }
        Ok(relations)
    }

    /// Unpacks every part to nowhere, to be sure that another reader may; sizes in the directory can lie.
    pub fn refuse_bombs(&mut self) -> Result<(), ReadError> {
        for index in 0..self.zip.len() {
            let Ok(entry) = self.zip.by_index(index) else { continue };
            let limit = LARGEST_PART.min(self.left);
            let part = entry.name().map(Cow::into_owned).unwrap_or_default();
            let length = std::io::copy(&mut entry.take(limit + 1), &mut std::io::sink()).unwrap_or(0);
            if length > limit {
                return Err(ReadError::TooBig { part });
            }
            self.left -= length;
        }
        self.left = LARGEST_TOTAL;
        Ok(())
    }

    /// The same package with some parts replaced, by their names in lower case; the rest stays as it is packed.
    pub fn with_parts(&mut self, parts: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, ReadError> {
        let mut written = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, index) in &self.names {
            let entry = self.zip.by_index_raw(*index).map_err(|_| ReadError::Broken)?;
            let put = match parts.get(name) {
                Some(part) => {
                    let own = entry.name().map_or_else(|_| name.clone(), Cow::into_owned);
                    let begun = written.start_file(own, SimpleFileOptions::default());
                    begun.and_then(|()| Ok(written.write_all(part)?))
                }
                None => written.raw_copy_file(entry),
            };
            put.map_err(|_| ReadError::Broken)?;
        }
        Ok(written.finish().map_err(|_| ReadError::Broken)?.into_inner())
    }

    /// Everything outside the package that any part points at.
    pub fn outside(&mut self) -> Result<Vec<Relation>, ReadError> {
        let parts: Vec<String> = self.names().filter(|name| name.ends_with(".rels")).map(part_of).collect();
        let mut outside = Vec::new();
        for part in parts {
            outside.extend(self.relations(&part)?.into_iter().filter(|relation| relation.external));
        }
        Ok(outside)
    }

    /// The workbooks that hold a chart's own numbers, by their names in lower case: no papers of their own.
    pub fn data_of_charts(&mut self) -> Result<Vec<String>, ReadError> {
        let charts = self.names().filter(|name| name.contains("/charts/") && name.ends_with(".rels"));
        let charts: Vec<String> = charts.map(part_of).collect();
        let mut data = Vec::new();
        for chart in charts {
            let named = self.relations(&chart)?.into_iter().filter(|other| !other.external);
            data.extend(
                named.filter(|other| other.kind == "package").map(|other| other.target.to_lowercase()),
            );
        }
        Ok(data)
    }
}

/// The part that a `.rels` part speaks for.
fn part_of(rels: &str) -> String {
    rels.replace("_rels/", "").trim_end_matches(".rels").to_owned()
}

fn relation(folder: &str, element: &Element<'_>) -> Relation {
    let kind = element.attribute("Type").unwrap_or_default();
    let target = element.attribute("Target").unwrap_or_default();
    let external = element.attribute("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
    Relation {
        id: element.attribute("Id").unwrap_or_default(),
        kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
        target: if external { target } else { resolved(folder, &target) },
        external,
    }
}

/// `target` as a part's name; it never leaves the package.
fn resolved(folder: &str, target: &str) -> String {
    let (base, path) = match target.strip_prefix('/') {
        Some(rooted) => ("", rooted),
        None => (folder, target),
    };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}
