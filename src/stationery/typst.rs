//! Typst pages: a template and its data in, a PDF and the places of its marks out.
//!
//! The world it is set in is narrow on purpose: the template, the data as `data.json`, the files handed over with them and the
//! bundled faces. There are no packages, no system fonts, no clock and no disk, so the same input gives the same pages anywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::LazyLock;

use thiserror::Error;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Label, Selector, Smart, Value};
use typst::introspection::{Introspector, MetadataElem};
use typst::layout::Abs;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontInstance, FontStyle, FontVariations, FontWeight};
use typst::utils::{LazyHash, PicoStr};
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandards};

use crate::stationery::fonts;

/// What a template is called in messages.
const MAIN: &str = "pack.typ";

/// Where a template finds its data.
const DATA: &str = "data.json";

/// The faces of this process, parsed once for its life.
static FACES: LazyLock<Faces> = LazyLock::new(Faces::load);

struct Faces {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

/// A template that could not be set: where it went wrong, in the template's own lines.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct TypstError {
    message: String,
}

/// Pages that have been set.
pub struct Typeset {
    document: PagedDocument,
}

/// A `#metadata(value) <mark>` of the template, and the page it came to stand on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub value: String,
    /// From 1.
    pub page: usize,
}

/// Sets `template` over `data`; `files` are what it may `image(...)` or `read(...)` by name.
pub fn typeset(
    template: &str,
    data: &serde_json::Value,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Typeset, TypstError> {
    let desk = TypstWorld::new(template, data, files)?;
    let outcome = typst::compile::<PagedDocument>(&desk);
    match outcome.output {
        Ok(document) => Ok(Typeset { document }),
        Err(faults) => Err(TypstError { message: say(&desk, &faults) }),
    }
}

/// The bundled face of this family, upright or bold.
pub fn face(family: &str, bold: bool) -> Option<FontInstance> {
    let found = FACES.fonts.iter().find(|font| {
        let info = font.info();
        info.family.eq_ignore_ascii_case(family)
            && info.variant.style == FontStyle::Normal
            && (info.variant.weight >= FontWeight::SEMIBOLD) == bold
    })?;
    Some(found.clone().instantiate(found.info().variant, Abs::pt(10.0), &FontVariations::default()))
}

/// Whether any bundled face has a letter.
pub fn has_letter(letter: char) -> bool {
    let code = u32::from(letter);
    letter.is_whitespace() || FACES.fonts.iter().any(|font| font.info().coverage.contains(code))
}

impl Typeset {
    pub fn pages(&self) -> usize {
        self.document.pages().len()
    }

    /// Every `#metadata("...") <label>`, in order.
    pub fn marks(&self, label: &str) -> Vec<Mark> {
        let Some(label) = Label::new(PicoStr::intern(label)) else { return Vec::new() };
        let introspector = self.document.introspector();
        let found = introspector.query(&Selector::Label(label));
        let marks = found.iter().filter_map(|content| {
            let value = match &content.to_packed::<MetadataElem>()?.value {
                Value::Str(text) => text.to_string(),
                _ => return None,
            };
            let page = introspector.page(content.location()?)?.get();
            Some(Mark { value, page })
        });
        marks.collect()
    }

    /// The pages as a PDF, without a structure tree.
    pub fn pdf(&self) -> Result<Vec<u8>, TypstError> {
        let options = PdfOptions {
            ident: Smart::Custom("panelclerk".to_owned()),
            creator: Smart::Custom(None),
            timestamp: None,
            page_ranges: None,
            standards: PdfStandards::default(),
            tagged: false,
            pretty: false,
        };
        typst_pdf::pdf(&self.document, &options).map_err(|faults| {
            let said: Vec<String> = faults.iter().map(|fault| fault.message.to_string()).collect();
            TypstError { message: said.join("; ") }
        })
    }
}

impl fmt::Debug for Typeset {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Typeset").field("pages", &self.pages()).finish_non_exhaustive()
    }
}

impl Faces {
    fn load() -> Self {
        let bundled = fonts::bundled().map(|(_, data)| Bytes::new(data));
        let further = fonts::beside_bundled().into_iter().map(Bytes::new);
        let fonts: Vec<Font> = bundled.chain(further).flat_map(Font::iter).collect();
        Faces { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }
}

/// All that a template can reach.
struct TypstWorld {
    library: LazyHash<Library>,
    main: Source,
    files: BTreeMap<String, Bytes>,
}

impl TypstWorld {
    fn new(
        template: &str,
        data: &serde_json::Value,
        files: &BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, TypstError> {
        let path = VirtualPath::new(MAIN).expect("a plain file name is a virtual path");
        let id = FileId::new(RootedPath::new(VirtualRoot::Project, path));
        let data = serde_json::to_vec(data).map_err(|fault| TypstError { message: fault.to_string() })?;
        let mut held: BTreeMap<String, Bytes> =
            files.iter().map(|(name, bytes)| (name.clone(), Bytes::new(bytes.clone()))).collect();
        held.insert(DATA.to_owned(), Bytes::new(data));
        Ok(TypstWorld {
            library: LazyHash::new(Library::default()),
            main: Source::new(id, template.to_owned()),
            files: held,
        })
    }
}

impl World for TypstWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FACES.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(missing(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.get();
        if matches!(path.root(), VirtualRoot::Package(_)) {
            return Err(missing(id));
        }
        self.files.get(path.vpath().get_without_slash()).cloned().ok_or_else(|| missing(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FACES.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_without_slash()))
}

/// Each fault with its line in the template and Typst's hints.
fn say(desk: &TypstWorld, faults: &[SourceDiagnostic]) -> String {
    let mut said = Vec::new();
    for fault in faults {
        let line = desk
            .range(fault.span)
            .and_then(|range| desk.main.lines().byte_to_line(range.start))
            .map_or_else(String::new, |line| format!("{MAIN} line {}: ", line + 1));
        let hints: String = fault.hints.iter().map(|hint| format!("\n  hint: {}", hint.v)).collect();
        said.push(format!("{line}{}{hints}", fault.message));
    }
    said.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(template: &str, data: &serde_json::Value) -> Result<Typeset, TypstError> {
        typeset(template, data, &BTreeMap::new())
    }

    #[test]
    fn a_mark_knows_its_page() {
        let template = "#let d = json(\"data.json\")\n#metadata(\"one\") <sheet>\n#d.name\n#pagebreak()\n#metadata(\"two\") <sheet>";
        let pages = set(template, &serde_json::json!({ "name": "Łukasz" })).unwrap();
        let marks = pages.marks("sheet");
        assert_eq!(pages.pages(), 2);
        assert_eq!(marks[1], Mark { value: "two".to_owned(), page: 2 });
        assert!(pages.pdf().unwrap().starts_with(b"%PDF-1.7"));
    }

    #[test]
    fn a_fault_is_named_with_its_line_and_nothing_outside_is_reached() {
        let fault = set("one\n#nonsense", &serde_json::Value::Null).unwrap_err();
        assert!(fault.to_string().starts_with("pack.typ line 2: unknown variable"), "{fault}");
        assert!(set("#read(\"/etc/passwd\")", &serde_json::Value::Null).is_err());
        assert!(set("#import \"@preview/cetz:0.3.0\": *", &serde_json::Value::Null).is_err());
        assert!(set("#datetime.today()", &serde_json::Value::Null).is_err());
    }

    #[test]
    fn the_stamp_face_is_there() {
        assert!(face("Liberation Sans", true).is_some());
    }
}
