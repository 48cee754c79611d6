//! Papers built in a test, and readers that open them as the program does: in workers.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use panelclerk::paper::ask::{Readers, ask};
use panelclerk::paper::job::{Answer, Job, RENDITION, Want};
use panelclerk::pdf::text;
use panelclerk::stationery::fonts;
use panelclerk::worker::pool::{Answered, Program};
use panelclerk::worker::terms::Terms;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

/// Readers over a store of their own.
pub struct Desk {
    pub readers: Readers,
    pub store: TempDir,
    fonts: PathBuf,
    _workplace: TempDir,
}

pub fn desk(seconds: u64, more: &[&Path]) -> Desk {
    let program = Program { path: env!("CARGO_BIN_EXE_panelclerk").into(), arguments: vec!["worker".into()] };
    desk_of(program, seconds, more)
}

/// Readers that are started as `program`.
pub fn desk_of(program: Program, seconds: u64, more: &[&Path]) -> Desk {
    let (workplace, store) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let fonts = fonts::lay_out(workplace.path()).unwrap();
    let mut readable = vec![store.path().to_owned(), fonts.clone()];
    readable.extend(more.iter().map(|path| (*path).to_owned()));
    let readers = Readers::new(program, &Terms::reading(1024, seconds, readable), 2, workplace.path(), None);
    Desk { readers, store, fonts, _workplace: workplace }
}

impl Desk {
    pub fn read(&self, name: &str, content: &[u8]) -> Answered<Answer> {
        let blob = self.store.path().join("blob");
        fs::write(&blob, content).unwrap();
        self.read_file(&blob, name)
    }

    pub fn read_file(&self, content: &Path, name: &str) -> Answered<Answer> {
        let (content, fonts) = (content.to_owned(), self.fonts.clone());
        let job = Job {
            content,
            name: name.to_owned(),
            fonts,
            most_pages: 1500,
            blackened_as_pictures: true,
            want: Want::Everything,
        };
        ask(&self.readers, &job).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The PDF made of a file.
    pub fn pdf(&self, name: &str, content: &[u8]) -> Vec<u8> {
        let answered = self.read(name, content);
        answered.files.read(RENDITION).unwrap()
    }

    /// The words on the pages made of a file.
    pub fn pages(&self, name: &str, content: &[u8]) -> String {
        let answered = self.read(name, content);
        if answered.answer.rendition.is_none() {
            return String::new();
        }
        let pdf = answered.files.read(RENDITION).unwrap();
        let pages = text::words(&pdf).unwrap();
        pages.iter().map(text::PageWords::text).collect::<Vec<_>>().join("\n")
    }

    /// What a person reads about a file, one sentence a line.
    pub fn said(&self, name: &str, content: &[u8]) -> String {
        let answer = self.read(name, content).answer;
        let findings = answer.reading.findings.iter().chain(&answer.findings);
        findings.fold(String::new(), |mut said, finding| {
            let _ = writeln!(said, "{}: {}", finding.code, finding.message);
            said
        })
    }
}

pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
pub const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
pub const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

pub fn package(main: &str, kind: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let types = format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/{main}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}.main+xml\"/></Types>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"r\" Type=\"{OFFICE}/officeDocument\" Target=\"{main}\"/></Relationships>"
    );
    let mut all: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", types.as_bytes()), ("_rels/.rels", relations.as_bytes())];
    all.extend_from_slice(parts);
    zipped(&all)
}

/// A Word document of this body.
pub fn docx(head: &str, body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\"?>{head}<w:document xmlns:w=\"{WORD}\"><w:body>{body}</w:body></w:document>"
    );
    package("word/document.xml", "wordprocessingml.document", &[("word/document.xml", document.as_bytes())])
}

pub fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

pub fn xlsx(rows: &str) -> Vec<u8> {
    let book = format!(
        "<workbook xmlns=\"{SHEET}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"r\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let sheet = format!("<worksheet xmlns=\"{SHEET}\"><sheetData>{rows}</sheetData></worksheet>");
    let parts = [
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    package("xl/workbook.xml", "spreadsheetml.sheet", &parts)
}

pub fn protected_office() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptedPackage").unwrap();
    file.into_inner().into_inner()
}

/// A pointer from a Word document: identifier, last word of its type, target.
pub type Pointer<'p> = (&'p str, &'p str, &'p str);

/// A Word document of this body that points at `parts` of its own and at addresses outside.
pub fn word(body: &str, pointers: &[Pointer], parts: &[(&str, &[u8])]) -> Vec<u8> {
    let document = format!(
        "<w:document xmlns:w=\"{WORD}\" xmlns:r=\"{OFFICE}\" xmlns:v=\"urn:schemas-microsoft-com:vml\" \
         xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\">\
         <w:body>{body}</w:body></w:document>"
    );
    let pointers = pointers.iter().fold(String::new(), |mut all, (id, sort, target)| {
        let mode = if target.contains("://") { " TargetMode=\"External\"" } else { "" };
        let _ = write!(all, "<Relationship Id=\"{id}\" Type=\"{OFFICE}/{sort}\" Target=\"{target}\"{mode}/>");
        all
    });
    let relations = format!("<Relationships xmlns=\"{RELATIONS}\">{pointers}</Relationships>");
    let mut all: Vec<(&str, &[u8])> = vec![
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
    ];
    all.extend_from_slice(parts);
    package("word/document.xml", "wordprocessingml.document", &all)
}

/// The same package with words in its XML exchanged.
pub fn rewritten(package: &[u8], exchange: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if let Ok(text) = std::str::from_utf8(&content) {
            let text = exchange.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
            content = text.into_bytes();
        }
        parts.push((name, content));
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    zipped(&parts)
}
