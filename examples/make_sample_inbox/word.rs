//! A Word document in a team's look: headings, paragraphs, tables, header and footer, landscape pages.
//!
//! `docx-rs` lays it out; [`crate::mark`] adds what it cannot. The finished file is zipped again with fixed dates, so that the
//! same words are always the same bytes.

use std::io::{Cursor, Read, Write};

use anyhow::{Context, Result};
use docx_rs::{
    AbstractNumbering, AlignmentType, BreakType, Docx, Footer, Header, HeightRule, IndentLevel, Level,
    LevelJc, LevelText, LineSpacing, LineSpacingType, NumPages, NumberFormat, Numbering, NumberingId,
    PageMargin, PageNum, Paragraph, Run, RunFonts, Shading, Start, Style, StyleType, Tab, TabValueType,
    Table, TableBorder, TableBorderPosition, TableBorders, TableCell, TableCellMargins, TableLayoutType,
    TableRow, VAlignType, WidthType,
};
use serde::Deserialize;
use zip::write::SimpleFileOptions;

use crate::mark;

/// Said in the footer of every sample paper.
pub const FICTIONAL: &str = "Fictional sample: no real child, family, worker or provider is described";

/// What a team's documents have in common.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    pub font: String,
    /// Half-points, as Word counts.
    pub size: usize,
    /// Six hexadecimal digits.
    pub accent: String,
    pub tint: String,
    /// Top left of every page.
    pub header: String,
}

/// One cell of a table to be.
#[derive(Debug, Clone)]
pub struct Spec {
    pub text: String,
    pub across: usize,
    pub sort: Sort,
    /// Guidance below the text; may be empty.
    pub help: String,
    /// Least height of the row, in twentieths of a point.
    pub tall: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Label,
    Answer,
    /// White on the accent colour, right across.
    Bar,
    /// A column heading.
    Head,
}

#[derive(Debug)]
pub struct Word {
    docx: Docx,
    look: Look,
    landscape: bool,
    footer: String,
    /// Questions across the page are kept with the answers below them.
    keeps: bool,
}

impl Spec {
    pub fn new(text: impl Into<String>, sort: Sort) -> Self {
        Spec { text: text.into(), across: 1, sort, help: String::new(), tall: 0 }
    }

    pub fn helped(mut self, help: &str) -> Self {
        help.clone_into(&mut self.help);
        self
    }

    pub const fn tall(mut self, height: u16) -> Self {
        self.tall = height;
        self
    }

    pub fn across(mut self, columns: usize) -> Self {
        self.across = columns;
        self
    }
}

impl Word {
    pub fn new(look: &Look, reference: &str, footer: &str) -> Self {
        let docx = Docx::new()
            .default_fonts(fonts(&look.font))
            .default_size(look.size)
            .add_style(heading("Heading1", "heading 1", 0, look.size + 8, &look.accent))
            .add_style(heading("Heading2", "heading 2", 1, look.size + 3, &look.accent))
            .add_style(heading("Heading3", "heading 3", 2, look.size, "333333"))
            .add_style(
                Style::new("PlaceholderText", StyleType::Character).name("Placeholder Text").color("808080"),
            )
            .add_abstract_numbering(
                AbstractNumbering::new(2).add_level(
                    Level::new(
                        0,
                        Start::new(1),
                        NumberFormat::new("bullet"),
                        LevelText::new("•"),
                        LevelJc::new("left"),
                    )
                    .indent(
                        Some(500),
                        Some(docx_rs::SpecialIndentType::Hanging(280)),
                        None,
                        None,
                    ),
                ),
            )
            .add_numbering(Numbering::new(2, 2))
            .page_size(11906, 16838)
            .page_margin(PageMargin {
                top: 1300,
                left: 1134,
                bottom: 1134,
                right: 1134,
                header: 560,
                footer: 480,
                gutter: 0,
            });
        let mut word =
            Word { docx, look: look.clone(), landscape: false, footer: footer.to_owned(), keeps: false };
        let header =
            Header::new().add_paragraph(Word::small(&[&look.header, "\t", reference], AlignmentType::Both));
        let pages = Paragraph::new()
            .align(AlignmentType::Right)
            .add_run(Word::small_run("Page "))
            .add_page_num(PageNum::new())
            .add_run(Word::small_run(" of "))
            .add_num_pages(NumPages::new());
        let foot = Footer::new()
            .add_paragraph(Word::small(&[&word.footer.clone()], AlignmentType::Left))
            .add_paragraph(pages);
        word.docx = word.docx.header(header).footer(foot);
        word
    }

    pub fn heading(&mut self, level: usize, text: &str) {
        let style = format!("Heading{level}");
        let paragraph = Paragraph::new().style(&style).keep_next(true).add_run(Run::new().add_text(text));
        self.add(paragraph);
    }

    /// A title block: large, in the accent colour, with a line of its own below.
    pub fn title(&mut self, title: &str, under: &str) {
        let size = if title.chars().count() > 40 { self.look.size + 12 } else { self.look.size + 16 };
        let big = Run::new().add_text(title).size(size).bold().color(self.look.accent.clone());
        self.add(Paragraph::new().add_run(big).line_spacing(LineSpacing::new().before(60).after(40)));
        if !under.is_empty() {
            let run = Run::new().add_text(under).size(self.look.size + 2).color("555555");
            self.add(Paragraph::new().add_run(run).line_spacing(LineSpacing::new().after(180)));
        }
    }

    pub fn paragraph(&mut self, text: &str) {
        let paragraph = spaced(Paragraph::new());
        self.add(with_runs(paragraph, text, Plain));
    }

    pub fn keep_questions(&mut self) {
        self.keeps = true;
    }

    /// What a section's heading is followed by, before its table: the three stay together.
    pub fn note(&mut self, text: &str) {
        let paragraph = spaced(Paragraph::new()).keep_next(true);
        self.add(with_runs(paragraph, text, Plain));
    }

    pub fn bullet(&mut self, text: &str) {
        let paragraph = Paragraph::new()
            .numbering(NumberingId::new(2), IndentLevel::new(0))
            .line_spacing(LineSpacing::new().after(60).line(264).line_rule(LineSpacingType::Auto));
        self.add(with_runs(paragraph, text, Plain));
    }

    pub fn gap(&mut self) {
        self.add(
            Paragraph::new()
                .line_spacing(LineSpacing::new().after(0).line(160).line_rule(LineSpacingType::Exact)),
        );
    }

    pub fn new_page(&mut self) {
        self.add(Paragraph::new().add_run(Run::new().add_break(BreakType::Page)));
    }

    /// What follows stands on landscape pages, or on portrait ones again.
    pub fn turn(&mut self, landscape: bool) {
        if self.landscape != landscape {
            let end = mark::section_end(self.landscape);
            self.add(Paragraph::new().add_run(Run::new().add_text(end)));
            self.landscape = landscape;
        }
    }

    /// A table whose columns have the given shares of the width.
    pub fn table(&mut self, shares: &[usize], rows: &[Vec<Spec>]) {
        let width = if self.landscape { 14570 } else { 9638 };
        let total: usize = shares.iter().sum();
        let grid: Vec<usize> = shares.iter().map(|share| share * width / total).collect();
        let rows = rows.iter().map(|row| self.row(row, &grid)).collect();
        let table = Table::new(rows)
            .set_grid(grid)
            .layout(TableLayoutType::Fixed)
            .width(width, WidthType::Dxa)
            .margins(TableCellMargins::new().margin(50, 90, 50, 90))
            .set_borders(borders());
        self.docx = std::mem::take(&mut self.docx).add_table(table);
        self.gap();
    }

    /// The file, with `title` and a date of the sample's week in its properties.
    pub fn finish(mut self, title: &str, author: &str, saved: &str) -> Result<Vec<u8>> {
        if self.landscape {
            self.turn(false);
        }
        let docx = self.docx.created_at(saved).updated_at(saved);
        let mut packed = Cursor::new(Vec::new());
        docx.build().pack(&mut packed).context("docx-rs could not write a document")?;
        rezip(&packed.into_inner(), title, author, saved)
    }

    fn add(&mut self, paragraph: Paragraph) {
        self.docx = std::mem::take(&mut self.docx).add_paragraph(paragraph);
    }

    fn row(&self, specs: &[Spec], grid: &[usize]) -> TableRow {
        let mut at = 0;
        let mut cells = Vec::new();
        for spec in specs {
            let end = (at + spec.across).min(grid.len());
            let width = grid[at..end].iter().sum();
            at = end;
            let mut cell = TableCell::new().width(width, WidthType::Dxa).vertical_align(VAlignType::Top);
            if spec.across > 1 {
                cell = cell.grid_span(spec.across);
            }
            let (fill, look) = match spec.sort {
                Sort::Bar => (Some(self.look.accent.as_str()), Bold(Some("FFFFFF"))),
                Sort::Head => (Some(self.look.tint.as_str()), Bold(Some(self.look.accent.as_str()))),
                Sort::Label => (Some(self.look.tint.as_str()), Bold(None)),
                Sort::Answer => (None, Plain),
            };
            if let Some(fill) = fill {
                cell = cell.shading(Shading::new().fill(fill));
            }
            for line in spec.text.split('\n') {
                let mut paragraph = Paragraph::new().line_spacing(LineSpacing::new().before(20).after(40));
                let columns = line.matches('\t').count() + 1;
                for stop in 1..columns {
                    paragraph = paragraph.add_tab(
                        Tab::new().val(TabValueType::Left).pos((width * 106 / 100) * stop / columns),
                    );
                }
                // A question across the page stays with its answer below.
                if self.keeps && grid.len() == 1 && spec.sort == Sort::Label {
                    paragraph = paragraph.keep_next(true);
                }
                cell = cell.add_paragraph(with_runs(paragraph, line, look));
            }
            if !spec.help.is_empty() {
                let help =
                    Run::new().add_text(format!("({})", spec.help)).size(self.look.size - 4).color("555555");
                let mut paragraph = Paragraph::new().line_spacing(LineSpacing::new().after(40));
                if self.keeps && grid.len() == 1 {
                    paragraph = paragraph.keep_next(true);
                }
                cell = cell.add_paragraph(paragraph.add_run(help));
            }
            cells.push(cell);
        }
        let mut row = TableRow::new(cells);
        if let Some(height) = specs.iter().map(|spec| spec.tall).max().filter(|height| *height > 0) {
            row = row.row_height(f32::from(height)).height_rule(HeightRule::AtLeast);
        }
        if specs.iter().all(|spec| spec.text.len() < 600) { row.cant_split() } else { row }
    }

    fn small_run(text: &str) -> Run {
        Run::new().add_text(text).size(16).color("555555")
    }

    fn small(texts: &[&str], align: AlignmentType) -> Paragraph {
        let mut paragraph = Paragraph::new().align(align);
        for text in texts {
            paragraph = match *text {
                "\t" => paragraph.add_run(Run::new().add_text("   |   ").size(16).color("999999")),
                text => paragraph.add_run(Self::small_run(text)),
            };
        }
        paragraph
    }
}

#[derive(Debug, Clone, Copy)]
enum Lettering<'a> {
    Plain,
    Bold(Option<&'a str>),
}

use Lettering::{Bold, Plain};

/// Runs of a text: `**bold**`, `~~struck~~`, tracked changes and marks.
fn with_runs(mut paragraph: Paragraph, text: &str, look: Lettering<'_>) -> Paragraph {
    for (piece, marked) in mark::pieces(&mark::tracked(text)) {
        if marked {
            paragraph = paragraph.add_run(Run::new().add_text(piece));
            continue;
        }
        for (at, part) in piece.split("**").enumerate() {
            for (nth, words) in part.split("~~").enumerate() {
                if words.is_empty() {
                    continue;
                }
                let mut run = Run::new();
                for (place, words) in words.split('\t').enumerate() {
                    run = if place > 0 { run.add_tab() } else { run };
                    run = if words.is_empty() { run } else { run.add_text(words) };
                }
                if at % 2 == 1 || matches!(look, Bold(_)) {
                    run = run.bold();
                }
                if nth % 2 == 1 {
                    run = run.strike();
                }
                if let Bold(Some(colour)) = look {
                    run = run.color(colour);
                }
                paragraph = paragraph.add_run(run);
            }
        }
    }
    paragraph
}

fn spaced(paragraph: Paragraph) -> Paragraph {
    paragraph.line_spacing(LineSpacing::new().after(140).line(276).line_rule(LineSpacingType::Auto))
}

fn fonts(name: &str) -> RunFonts {
    RunFonts::new().ascii(name).hi_ansi(name).cs(name).east_asia(name)
}

fn heading(id: &str, name: &str, level: usize, size: usize, colour: &str) -> Style {
    Style::new(id, StyleType::Paragraph)
        .name(name)
        .based_on("Normal")
        .next("Normal")
        .size(size)
        .bold()
        .color(colour)
        .outline_lvl(level)
        .line_spacing(LineSpacing::new().before(260).after(100))
}

fn borders() -> TableBorders {
    let places = [
        TableBorderPosition::Top,
        TableBorderPosition::Bottom,
        TableBorderPosition::Left,
        TableBorderPosition::Right,
        TableBorderPosition::InsideH,
        TableBorderPosition::InsideV,
    ];
    places.into_iter().fold(TableBorders::with_empty(), |borders, place| {
        borders.set(TableBorder::new(place).size(4).color("8A97A0"))
    })
}

/// The same parts, marks swapped for XML, in a zip whose every date is the first a zip can hold.
fn rezip(docx: &[u8], title: &str, author: &str, saved: &str) -> Result<Vec<u8>> {
    let mut from = zip::ZipArchive::new(Cursor::new(docx)).context("docx-rs wrote no zip")?;
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(zip::DateTime::default());
    for at in 0..from.len() {
        let mut part = from.by_index(at)?;
        if part.is_dir() {
            continue;
        }
        let name = part.name()?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content)?;
        if name == "word/document.xml" {
            content = mark::swap(std::str::from_utf8(&content)?).into_bytes();
        } else if name.starts_with("word/footer") {
            // `docx-rs` gives its page numbers no size of their own.
            let small = "<w:rPr><w:sz w:val=\"16\"/><w:color w:val=\"555555\"/></w:rPr><w:fldChar";
            content = std::str::from_utf8(&content)?.replace("<w:rPr /><w:fldChar", small).into_bytes();
        } else if name == "docProps/core.xml" {
            content = properties(title, author, saved).into_bytes();
        }
        to.start_file(name, options)?;
        to.write_all(&content)?;
    }
    Ok(to.finish()?.into_inner())
}

fn properties(title: &str, author: &str, saved: &str) -> String {
    let title = quick_xml::escape::escape(title);
    let author = quick_xml::escape::escape(author);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>\
         <dc:language>en-GB</dc:language><cp:lastModifiedBy>{author}</cp:lastModifiedBy><dcterms:created \
         xsi:type=\"dcterms:W3CDTF\">{saved}</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{saved}</dcterms:modified>\
         </cp:coreProperties>"
    )
}
