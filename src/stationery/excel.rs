//! Excel workbooks out: sheets of our cells, locked and shaded, and cells for a person to fill in.
//!
//! Nothing of the moment goes into them: the same sheets give the same bytes.

use chrono::{NaiveDate, NaiveTime};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Formula, ProtectionOptions, Workbook, Worksheet, XlsxError,
};
use serde::{Deserialize, Serialize};

/// A cell's colours: our headers, our cells, cells to fill in, and what is wrong.
const HEADER: Color = Color::RGB(0x001F_3A5F);
const OURS: Color = Color::RGB(0x00F1_F4F8);
const HERS: Color = Color::RGB(0x00FF_FBE6);
const RULE: Color = Color::RGB(0x00C9_D1DB);
const WRONG: Color = Color::RGB(0x009B_1C1C);
const QUIET: Color = Color::RGB(0x005B_6775);

/// Points a line of text takes.
const LINE: f64 = 14.5;
const MOST_LINES: u32 = 25;
/// Letters that fit less into a header than into a cell below it: it is bold, indented, and has a button.
const HEADER_ROOM: f64 = 4.0;
/// A sheet wider than this is printed on A3.
const WIDE: f64 = 190.0;
/// And one wider than this on several pages side by side, each with the columns that stay in place: less could not be read.
const ONE_PAGE: f64 = 400.0;
const MOST_PAGES: u16 = 9;
/// Columns are never wider, in letters.
const WIDEST: u32 = 255;

/// A workbook to be written.
#[derive(Debug, Clone)]
pub struct Book {
    pub title: String,
    /// Stands in the document's properties, and on each printed page.
    pub marking: String,
    /// The date the document carries; not the day it was made.
    pub dated: NaiveDate,
    pub sheets: Vec<Sheet>,
    /// Names and values on a sheet nobody sees, for the program to know its own workbook by.
    pub identity: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub struct Sheet {
    pub name: String,
    /// A line above the table that says what the sheet is for.
    pub intro: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// Nothing on the sheet is locked.
    pub open: bool,
    /// How many columns stay in sight when the sheet is moved sideways.
    pub frozen: u16,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub header: String,
    /// In characters.
    pub width: f64,
    /// What may be chosen; others are let through with a question.
    pub choices: Vec<String>,
    pub look: CellLook,
}

/// How a column's values are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellLook {
    Text,
    Date,
    Time,
    Money,
    Whole,
    /// What is wrong with the row.
    Wrong,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub value: Value,
    /// For a person to fill in.
    pub hers: bool,
    /// Somebody should look at it.
    pub loud: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Empty,
    Text(String),
    Number(f64),
    Date(NaiveDate),
    Time(NaiveTime),
    YesNo(bool),
    /// A formula that came to an error, such as `#REF!`.
    Broken(String),
}

impl Cell {
    /// A locked cell with our text in it.
    pub fn ours(text: impl Into<String>) -> Self {
        let text = text.into();
        Cell {
            value: if text.is_empty() { Value::Empty } else { Value::Text(text) },
            hers: false,
            loud: false,
        }
    }

    pub const fn ours_value(value: Value) -> Self {
        Cell { value, hers: false, loud: false }
    }

    /// The same in the colour of what is wrong.
    #[must_use]
    pub const fn loud(mut self) -> Self {
        self.loud = true;
        self
    }

    pub const fn hers(value: Value) -> Self {
        Cell { value, hers: true, loud: false }
    }
}

impl Column {
    pub fn new(header: &str, width: f64, look: CellLook) -> Self {
        Column { header: header.to_owned(), width, choices: Vec::new(), look }
    }

    #[must_use]
    pub fn choices(mut self, choices: &[String]) -> Self {
        self.choices = choices.to_vec();
        self
    }
}

/// Writes the workbook.
pub fn write(book: &Book) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::parse_from_str(&book.dated.to_string())?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(&book.title)
            .set_category(&book.marking)
            .set_author("panelclerk")
            .set_creation_datetime(&made),
    );
    let mut lists: Vec<Vec<String>> = Vec::new();
    for (position, sheet) in book.sheets.iter().enumerate() {
        let worksheet = workbook.add_worksheet();
        write_sheet(worksheet, sheet, book, &mut lists)?;
        if position == 0 {
            worksheet.set_active(true);
        }
    }
    if !lists.is_empty() {
        write_lists(workbook.add_worksheet(), &lists)?;
    }
    if !book.identity.is_empty() {
        let hidden = workbook.add_worksheet();
        hidden.set_name(IDENTITY)?.set_very_hidden(true);
        for (row, (name, value)) in (0..).zip(&book.identity) {
            hidden.write_string(row, 0, name)?.write_string(row, 1, value)?;
        }
        hidden.protect();
    }
    workbook.save_to_buffer()
}

/// The sheet that holds [`Book::identity`].
pub const IDENTITY: &str = "panelclerk";
const LISTS: &str = "Lists";
/// The row (from 0) that holds the headers.
pub const HEADER_ROW: u32 = 1;

fn write_lists(sheet: &mut Worksheet, lists: &[Vec<String>]) -> Result<(), XlsxError> {
    sheet.set_name(LISTS)?.set_hidden(true);
    for (column, list) in (0..).zip(lists) {
        for (row, word) in (0..).zip(list) {
            sheet.write_string(row, column, word)?;
        }
    }
    sheet.protect();
    Ok(())
}

fn write_sheet(
    worksheet: &mut Worksheet,
    sheet: &Sheet,
    book: &Book,
    lists: &mut Vec<Vec<String>>,
) -> Result<(), XlsxError> {
    worksheet.set_name(&sheet.name)?;
    let last = u16::try_from(sheet.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
    let last_row = HEADER_ROW + u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX).max(1);
    let intro = Format::new().set_italic().set_font_color(QUIET).set_align(FormatAlign::VerticalCenter);
    worksheet.write_string_with_format(0, 0, &sheet.intro, &intro)?.set_row_height(0, 24)?;
    let header = Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(HEADER)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_indent(1)
        .set_border(FormatBorder::Thin)
        .set_border_color(RULE);
    let tallest = sheet.columns.iter().map(header_lines).max().unwrap_or(1);
    worksheet.set_row_height(HEADER_ROW, LINE * f64::from(tallest.max(2)) + 3.0)?;
    for (at, column) in (0..).zip(&sheet.columns) {
        worksheet.write_string_with_format(HEADER_ROW, at, &column.header, &header)?;
        worksheet.set_column_width(at, column.width)?;
        let fillable = sheet.rows.iter().any(|row| row.get(usize::from(at)).is_some_and(|cell| cell.hers));
        if fillable && !column.choices.is_empty() {
            let choice = choice(&column.choices, lists)?;
            worksheet.add_data_validation(HEADER_ROW + 1, at, last_row, at, &choice)?;
        }
    }
    for (row, cells) in (HEADER_ROW + 1..).zip(&sheet.rows) {
        for ((at, column), cell) in (0..).zip(&sheet.columns).zip(cells) {
            write_cell(worksheet, row, at, cell, column.look)?;
        }
        worksheet.set_row_height(row, LINE * f64::from(lines(&sheet.columns, cells)) + 5.0)?;
    }
    worksheet.set_freeze_panes(HEADER_ROW + 1, sheet.frozen)?.autofilter(HEADER_ROW, 0, last_row, last)?;
    print_setup(worksheet, sheet, book, last)?;
    if !sheet.open {
        worksheet.protect_with_options(&what_stays_allowed());
    }
    Ok(())
}

/// How many lines the header of a column takes, broken between words, beside the button that filters.
fn header_lines(column: &Column) -> u32 {
    let mut left = 0.0;
    let mut lines = 0;
    for word in column.header.split_whitespace() {
        let letters = f64::from(u32::try_from(word.chars().count()).unwrap_or(u32::MAX));
        if letters < left {
            left -= letters + 1.0;
        } else {
            lines += 1;
            left = column.width - HEADER_ROOM - letters;
        }
    }
    lines
}

/// How many lines of text the fullest cell of a row needs; no more than a screen can show.
fn lines(columns: &[Column], cells: &[Cell]) -> u32 {
    let of_cell = |(column, cell): (&Column, &Cell)| match &cell.value {
        Value::Text(text) => text
            .lines()
            .map(|line| {
                let letters = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
                let fit = (1_u32..=WIDEST).find(|fit| f64::from(*fit) > column.width).unwrap_or(WIDEST);
                letters.div_ceil(fit.max(1)).max(1)
            })
            .sum(),
        _ => 1,
    };
    columns.iter().zip(cells).map(of_cell).max().unwrap_or(1).clamp(1, MOST_LINES)
}

fn print_setup(worksheet: &mut Worksheet, sheet: &Sheet, book: &Book, last: u16) -> Result<(), XlsxError> {
    let escaped = |text: &str| text.replace('&', "&&");
    let width: f64 = sheet.columns.iter().map(|column| column.width).sum();
    let (a3, a4) = (8, 9);
    let across = (1..=MOST_PAGES).find(|pages| width <= f64::from(*pages) * ONE_PAGE).unwrap_or(MOST_PAGES);
    if across > 1 && sheet.frozen > 0 {
        worksheet.set_repeat_columns(0, sheet.frozen - 1)?;
    }
    worksheet
        .set_landscape()
        .set_paper_size(if width > WIDE { a3 } else { a4 })
        .set_print_fit_to_pages(across, 0)
        .set_margins(0.5, 0.5, 0.7, 0.7, 0.3, 0.3)
        .set_repeat_rows(HEADER_ROW, HEADER_ROW)?
        .set_print_area(0, 0, HEADER_ROW + u32::try_from(sheet.rows.len()).unwrap_or(0), last)?
        .set_header(format!(
            "&L{}&C{}&R{}",
            escaped(&book.title),
            escaped(&sheet.name),
            escaped(&book.marking)
        ))
        .set_footer(format!("&L{}&RPage &P of &N", escaped(&book.marking)));
    Ok(())
}

fn what_stays_allowed() -> ProtectionOptions {
    ProtectionOptions {
        sort: true,
        use_autofilter: true,
        format_columns: true,
        format_rows: true,
        insert_rows: true,
        ..ProtectionOptions::default()
    }
}

/// A drop-down over a column of the lists' sheet; the same list is kept once.
fn choice(words: &[String], lists: &mut Vec<Vec<String>>) -> Result<DataValidation, XlsxError> {
    let at = lists.iter().position(|list| list == words).unwrap_or_else(|| {
        lists.push(words.to_vec());
        lists.len() - 1
    });
    let column = rust_xlsxwriter::column_number_to_name(u16::try_from(at).unwrap_or(u16::MAX));
    let list = Formula::new(format!("{LISTS}!${column}$1:${column}${}", words.len()));
    DataValidation::new()
        .allow_list_formula(list)
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title("Not in the list")?
        .set_error_message("This is not one of the choices. Keep it all the same?")
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    look: CellLook,
) -> Result<(), XlsxError> {
    let look = match cell.value {
        Value::Date(_) => CellLook::Date,
        Value::Time(_) => CellLook::Time,
        _ => look,
    };
    let format = format_of(cell, look);
    match &cell.value {
        Value::Empty => sheet.write_blank(row, column, &format)?,
        Value::Text(text) => sheet.write_string_with_format(row, column, clipped(text), &format)?,
        Value::Broken(text) => sheet.write_string_with_format(row, column, clipped(text), &format)?,
        Value::YesNo(yes) => {
            sheet.write_string_with_format(row, column, if *yes { "yes" } else { "no" }, &format)?
        }
        Value::Number(number) => sheet.write_number_with_format(row, column, *number, &format)?,
        Value::Date(date) => match ExcelDateTime::parse_from_str(&date.to_string()) {
            Ok(date) => sheet.write_date_with_format(row, column, date, &format)?,
            Err(_) => {
                sheet.write_string_with_format(row, column, date.format("%d/%m/%Y").to_string(), &format)?
            }
        },
        Value::Time(time) => {
            let time = ExcelDateTime::parse_from_str(&time.format("%H:%M:%S").to_string())?;
            sheet.write_time_with_format(row, column, time, &format)?
        }
    };
    Ok(())
}

/// What Excel can hold in a cell.
fn clipped(text: &str) -> String {
    text.chars().take(32_000).collect()
}

fn format_of(cell: &Cell, look: CellLook) -> Format {
    let format = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_border_color(RULE)
        .set_background_color(if cell.hers { HERS } else { OURS });
    let format = match look {
        CellLook::Text => format.set_align(FormatAlign::Left).set_indent(1),
        CellLook::Date => format.set_num_format("dd/mm/yyyy").set_align(FormatAlign::Left).set_indent(1),
        CellLook::Time => format.set_num_format("hh:mm").set_align(FormatAlign::Left).set_indent(1),
        CellLook::Money => format.set_num_format("£#,##0.00"),
        CellLook::Whole => format.set_num_format("0").set_align(FormatAlign::Left).set_indent(1),
        CellLook::Wrong => format.set_align(FormatAlign::Left).set_indent(1).set_font_color(WRONG).set_bold(),
    };
    let format = if cell.loud { format.set_font_color(WRONG).set_bold() } else { format };
    if cell.hers { format.set_unlocked() } else { format }
}
