//! Papers that come as PDF: the same prose, set by Typst, and a form whose answers are PDF form fields.

use std::fmt::Write as _;

use anyhow::{Context, Result, anyhow};
use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::plan::Paper;
use crate::prose::{Piece, pieces, shares};

/// What Typst asks for: one source, the bundled fonts, no files and no date.
struct Page {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    source: Source,
}

impl World for Page {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Sets `source` as a PDF.
pub fn set(source: String, name: &str) -> Result<Vec<u8>> {
    let fonts: Vec<Font> = oxml_layout::bundled_fonts::bundled_font_data()
        .into_iter()
        .flat_map(|(_, bytes)| Font::iter(Bytes::new(bytes)))
        .collect();
    let page = Page {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        source: Source::detached(source),
    };
    let set = typst::compile::<PagedDocument>(&page).output;
    let document = set
        .map_err(|faults| anyhow!("Typst: {}", faults[0].message))
        .with_context(|| format!("in `{name}`"))?;
    let options = PdfOptions { ident: Smart::Custom(name.to_owned()), ..PdfOptions::default() };
    typst_pdf::pdf(&document, &options).map_err(|faults| anyhow!("Typst: {}", faults[0].message))
}

/// A letter, plan or report.
pub fn pdf(paper: &Paper, footer: &str) -> Result<Vec<u8>> {
    set(source(paper, footer)?, &paper.file)
}

pub fn source(paper: &Paper, footer: &str) -> Result<String> {
    let look = paper.look.as_ref().with_context(|| format!("`{}` has no look", paper.file))?;
    let mut out = String::new();
    write!(
        out,
        "#set document(title: {title})\n#set page(paper: \"a4\", margin: (x: 2.2cm, top: 2.4cm, bottom: 2.2cm), \
         header: text(8pt, fill: luma(90))[#{header} #h(1fr) #{title}], \
         footer: context text(8pt, fill: luma(90))[#{footer} #h(1fr) Page #counter(page).display() of #counter(page).final().first()])\n\
         #set text(font: {font}, size: {size}pt, lang: \"en\", region: \"GB\", fallback: true)\n#set par(leading: 0.72em, spacing: 1.1em)\n\
         #show heading: set text(fill: rgb(\"#{accent}\"))\n#show heading: set block(above: 1.5em, below: 0.8em)\n\
         #text({big}pt, weight: \"bold\", fill: rgb(\"#{accent}\"))[#{title}]\n\n",
        title = quoted(&paper.title),
        header = quoted(&look.header),
        footer = quoted(footer),
        font = quoted(&look.font),
        size = look.size / 2,
        big = look.size / 2 + 7,
        accent = look.accent,
    )?;
    if !paper.under.is_empty() {
        write!(out, "#text(fill: luma(80))[#{}]\n\n", quoted(&paper.under))?;
    }
    if !paper.head.is_empty() {
        let cells: String = paper
            .head
            .iter()
            .map(|[label, value]| format!("strong({}), {},", quoted(label), quoted(value)))
            .collect();
        write!(
            out,
            "#table(columns: (3.4cm, 1fr, 3.4cm, 1fr), inset: 6pt, stroke: 0.5pt + luma(150), \
             fill: (x, _) => if calc.even(x) {{ rgb(\"#{}\") }}, {cells})\n\n",
            look.tint
        )?;
    }
    for piece in pieces(&paper.text) {
        body(&mut out, &piece, &look.tint)?;
    }
    Ok(out)
}

fn body(out: &mut String, piece: &Piece<'_>, tint: &str) -> Result<()> {
    match piece {
        Piece::Heading(level, text) => write!(out, "#heading(level: {level})[{}]\n\n", inline(text))?,
        Piece::Paragraph(text) => write!(out, "{}\n\n", inline(text))?,
        Piece::Bullet(text) => writeln!(out, "#list([{}])", inline(text))?,
        Piece::Turn(landscape) => write!(out, "#pagebreak(weak: true)\n#set page(flipped: {landscape})\n")?,
        Piece::NewPage => out.push_str("#pagebreak()\n"),
        Piece::Table(rows) => {
            let columns: Vec<String> = shares(rows).iter().map(|share| format!("{share}fr")).collect();
            write!(
                out,
                "#table(columns: ({},), inset: 5pt, stroke: 0.5pt + luma(150), fill: (_, y) => if y == 0 {{ rgb(\"#{tint}\") }}, ",
                columns.join(", ")
            )?;
            for (at, row) in rows.iter().enumerate() {
                for cell in row {
                    let text = inline(cell);
                    if at == 0 { write!(out, "[*{text}*], ")? } else { write!(out, "[{text}], ")? }
                }
            }
            out.push_str(")\n\n");
        }
    }
    Ok(())
}

/// Prose with `**bold**`.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split("**").enumerate() {
        if part.is_empty() {
            continue;
        }
        let words = quoted(part);
        let _ = if at % 2 == 1 { write!(out, "#strong({words})") } else { write!(out, "#{words}") };
        out.push(';');
    }
    out
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A PDF form: printed questions, the answers in fields of the file (`/T` the key, `/TU` the label).
pub fn with_fields(paper: &Paper, footer: &str) -> Result<Vec<u8>> {
    let mut source = source(paper, footer)?;
    for (row, [label, value]) in paper.fields.iter().enumerate() {
        source.push_str(&question(label, field_box(row, value)?));
    }
    let printed = set(source, &paper.file)?;
    let mut document = Document::load_mem(&printed).context("cannot read our own PDF")?;
    let page = *document.get_pages().get(&1).context("a PDF has a page")?;
    let helvetica = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = dictionary! { "Font" => dictionary! { "Helv" => helvetica } };
    let mut fields = Vec::new();
    for (row, [label, value]) in paper.fields.iter().enumerate() {
        let place = field_box(row, value)?;
        let mut field = widget(page, label, place);
        match value.as_str() {
            "[x]" | "[ ]" => check(&mut document, &mut field, value == "[x]"),
            text => line(&mut document, &mut field, text, place, &resources),
        }
        fields.push(Object::Reference(document.add_object(field)));
    }
    let form = dictionary! { "Fields" => fields.clone(), "DA" => Object::string_literal("/Helv 10 Tf 0 g"), "DR" => resources };
    let form = document.add_object(form);
    document.catalog_mut()?.set("AcroForm", form);
    document.get_object_mut(page)?.as_dict_mut()?.set("Annots", fields);
    let mut out = Vec::new();
    document.save_to(&mut out)?;
    Ok(out)
}

/// Points on an A4 page from the lower left corner.
#[derive(Clone, Copy)]
struct Place {
    left: i64,
    bottom: i64,
    right: i64,
    top: i64,
}

fn field_box(row: usize, value: &str) -> Result<Place> {
    let bottom = 610 - i64::try_from(row)? * 30;
    let right = if value.starts_with('[') { 246 } else { 530 };
    Ok(Place { left: 228, bottom, right, top: bottom + 18 })
}

/// The printed question and an outline for the answer, placed from the upper left corner of the text.
fn question(label: &str, place: Place) -> String {
    let down = 842 - place.top;
    format!(
        "\n#place(top + left, dx: 62pt - 2.2cm, dy: {}pt - 2.4cm, text(weight: \"bold\", {}))\n#place(top + left, dx: {}pt - 2.2cm, dy: {down}pt - 2.4cm, \
         rect(width: {}pt, height: 18pt, stroke: 0.5pt + luma(120)))\n",
        down + 4,
        quoted(label),
        place.left,
        place.right - place.left,
    )
}

fn widget(page: ObjectId, label: &str, place: Place) -> Dictionary {
    let key: String =
        label.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let rect = [place.left, place.bottom, place.right, place.top];
    dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "P" => page, "F" => 4,
        "Rect" => rect.map(Object::from).to_vec(),
        "T" => Object::string_literal(key), "TU" => text_string(label),
    }
}

fn line(document: &mut Document, field: &mut Dictionary, value: &str, place: Place, resources: &Dictionary) {
    let shown = value.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
    let content = format!("/Tx BMC q BT /Helv 10 Tf 0 g 4 5 Td ({shown}) Tj ET Q EMC");
    let look = document.add_object(appearance(place.right - place.left, &content, resources.clone()));
    field.set("FT", "Tx");
    field.set("V", text_string(value));
    field.set("DA", Object::string_literal("/Helv 10 Tf 0 g"));
    field.set("AP", dictionary! { "N" => look });
}

fn check(document: &mut Document, field: &mut Dictionary, on: bool) {
    let state = if on { "Yes" } else { "Off" };
    let cross = "q 1.5 w 4 4 m 14 14 l S 4 14 m 14 4 l S Q";
    let yes = document.add_object(appearance(18, cross, Dictionary::new()));
    let off = document.add_object(appearance(18, "", Dictionary::new()));
    field.set("FT", "Btn");
    field.set("V", state);
    field.set("AS", state);
    field.set("AP", dictionary! { "N" => dictionary! { "Yes" => yes, "Off" => off } });
}

fn appearance(width: i64, content: &str, resources: Dictionary) -> lopdf::Stream {
    let look = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "Resources" => resources,
        "BBox" => vec![0.into(), 0.into(), width.into(), 18.into()],
    };
    lopdf::Stream::new(look, content.as_bytes().to_vec())
}

/// A PDF whose one A4 page is a grey picture: what an office scanner sends.
pub fn of_picture(page: &image::RgbImage) -> Result<Vec<u8>> {
    let grey = image::DynamicImage::ImageRgb8(page.clone()).into_luma8();
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 55).encode_image(&grey)?;
    let mut document = Document::with_version("1.4");
    let picture = document.add_object(lopdf::Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => i64::from(grey.width()), "Height" => i64::from(grey.height()),
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => "DCTDecode",
        },
        jpeg,
    ));
    let content =
        document.add_object(lopdf::Stream::new(dictionary! {}, b"q 595 0 0 842 0 0 cm /Im Do Q".to_vec()));
    let pages = document.new_object_id();
    let leaf = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()], "Contents" => content,
        "Resources" => dictionary! { "XObject" => dictionary! { "Im" => picture } },
    });
    document.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => vec![leaf.into()], "Count" => 1 });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut out = Vec::new();
    document.save_to(&mut out)?;
    Ok(out)
}

fn text_string(text: &str) -> Object {
    lopdf::text_string(text)
}
