//! A referral typed in Excel, by a team that likes it better.

use std::collections::BTreeMap;

use anyhow::Result;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use crate::plan::{Form, Kind};

/// Labels in column A, answers in column B; dates are dates and money is numbers; a second sheet holds the search.
pub fn workbook(form: &Form, answers: &BTreeMap<String, String>, footer: &str) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 11, 16)?;
    book.set_properties(&DocProperties::new().set_title(&form.title).set_creation_datetime(&made));
    let bar = Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(Color::RGB(0x3B_52_6B))
        .set_font_size(12);
    let label = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xE6_EB_F0))
        .set_border(FormatBorder::Thin)
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let answer = Format::new()
        .set_border(FormatBorder::Thin)
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_align(FormatAlign::Left);
    let date = answer.clone().set_num_format("dd/mm/yyyy");
    let money = answer.clone().set_num_format("£#,##0.00");

    let sheet = book.add_worksheet().set_name("Referral")?;
    sheet.set_column_width(0, 28)?.set_column_width(1, 64)?;
    sheet.set_header(format!(
        "&L{}&RLCS ID {}",
        form.look.header,
        answers.get("case_id").map_or("", String::as_str)
    ));
    sheet.set_footer(format!("&L{footer}&RPage &P of &N"));
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    let mut row = 0;
    sheet.merge_range(row, 0, row, 1, &form.title, &bar.clone().set_font_size(16))?;
    let mut tables = Vec::new();
    for section in &form.section {
        row += 2;
        sheet.merge_range(row, 0, row, 1, &section.title, &bar)?;
        for field in &section.fields {
            if field.kind == Kind::Table {
                tables.push(field);
                continue;
            }
            row += 1;
            sheet.write_with_format(row, 0, &field.label, &label)?;
            let value = answers.get(&field.key).map_or("", |value| value.trim());
            let lines = (value.chars().count() / 58).max(field.label.chars().count() / 25) + 1;
            sheet.set_row_height(row, 15.5 * f64::from(u32::try_from(lines)?))?;
            if let (Kind::Date, Some(day)) = (field.kind, day(value)) {
                sheet.write_with_format(row, 1, &day, &date)?;
            } else if let Some(amount) =
                value.strip_prefix('£').and_then(|v| v.replace(',', "").parse::<f64>().ok())
            {
                sheet.write_with_format(row, 1, amount, &money)?;
            } else {
                sheet.write_with_format(row, 1, value, &answer)?;
            }
        }
    }
    for field in tables {
        let sheet = book.add_worksheet().set_name("Search")?;
        sheet
            .set_landscape()
            .set_paper_size(9)
            .set_print_fit_to_pages(1, 0)
            .set_footer(format!("&L{footer}"));
        write_table(
            sheet,
            &field.label,
            &field.options,
            answers.get(&field.key).map_or("", String::as_str),
            [&bar, &label, &answer],
        )?;
    }
    Ok(book.save_to_buffer()?)
}

fn write_table(
    sheet: &mut Worksheet,
    title: &str,
    heads: &[String],
    lines: &str,
    [bar, label, answer]: [&Format; 3],
) -> Result<()> {
    let last = u16::try_from(heads.len())? - 1;
    sheet.merge_range(0, 0, 0, last, title, bar)?;
    for (column, head) in (0..).zip(heads) {
        sheet.set_column_width(column, 26)?.write_with_format(1, column, head, label)?;
    }
    for (row, line) in (2..).zip(lines.lines().filter(|line| !line.trim().is_empty())) {
        sheet.set_row_height(row, if line.chars().count() > 60 { 31.0 } else { 15.5 })?;
        for (column, cell) in (0..).zip(line.split(" | ")) {
            sheet.write_with_format(row, column, cell.trim(), answer)?;
        }
    }
    Ok(())
}

fn day(value: &str) -> Option<ExcelDateTime> {
    let mut parts = value.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    ExcelDateTime::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
