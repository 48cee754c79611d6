//! Blank Word forms and plain pages of text, for people to fill in or read.
//!
//! A start, not a design: a council puts its own form in its place, and the program reads that.

use std::io::Cursor;

use anyhow::{Context, Result};
use docx_rs::{
    Docx, Footer, LineSpacing, PageMargin, Paragraph, Run, RunFonts, Shading, Table, TableCell,
    TableCellMargins, TableRow, WidthType,
};

const FONT: &str = "Arial";
const INK: &str = "1F2A37";
const TINT: &str = "E9EEF4";
/// Twentieths of a point: the two columns of a form on an A4 page.
const COLUMNS: [usize; 2] = [3800, 5838];

/// A question and the answers that can be ticked; none where something is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub label: String,
    pub options: Vec<String>,
}

/// A form with one row for each question.
///
/// Fails when the file cannot be packed.
pub fn form(title: &str, marking: &str, questions: &[Question]) -> Result<Vec<u8>> {
    let row = |question: &Question| {
        let boxes: Vec<String> = question.options.iter().map(|option| format!("\u{2610} {option}")).collect();
        let label = cell(COLUMNS[0], &question.label).shading(Shading::new().fill(TINT));
        TableRow::new(vec![label, cell(COLUMNS[1], &boxes.join("    "))])
    };
    let table = Table::new(questions.iter().map(row).collect())
        .set_grid(COLUMNS.to_vec())
        .margins(TableCellMargins::new().margin(90, 110, 90, 110))
        .width(COLUMNS.iter().sum(), WidthType::Dxa);
    written(paper(title, marking).add_table(table))
}

/// A page of headings, each with its paragraphs.
///
/// Fails when the file cannot be packed.
pub fn page(title: &str, marking: &str, sections: &[(String, Vec<String>)]) -> Result<Vec<u8>> {
    let mut page = paper(title, marking);
    for (heading, paragraphs) in sections {
        let heading = Paragraph::new().add_run(run(heading).bold().size(24));
        page = page.add_paragraph(heading.line_spacing(LineSpacing::new().before(220).after(80)));
        for text in paragraphs {
            let text = Paragraph::new().add_run(run(text));
            page = page.add_paragraph(text.line_spacing(LineSpacing::new().after(70)));
        }
    }
    written(page)
}

fn paper(title: &str, marking: &str) -> Docx {
    let margin = PageMargin::new().top(1000).bottom(1000).left(1134).right(1134);
    Docx::new()
        .page_size(11906, 16838)
        .page_margin(margin)
        .default_fonts(RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT))
        .footer(Footer::new().add_paragraph(Paragraph::new().add_run(run(marking).size(16))))
        .add_paragraph(Paragraph::new().add_run(run(title).bold().size(34)))
        .add_paragraph(Paragraph::new())
}

fn run(text: &str) -> Run {
    Run::new().add_text(text).size(20).color(INK)
}

fn cell(width: usize, text: &str) -> TableCell {
    TableCell::new().width(width, WidthType::Dxa).add_paragraph(Paragraph::new().add_run(run(text)))
}

fn written(page: Docx) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    page.build().pack(&mut out).context("a blank form could not be written")?;
    Ok(out.into_inner())
}
