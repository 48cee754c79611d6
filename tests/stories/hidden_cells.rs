//! What a workbook hides is not in the pack, whichever kind of workbook it is: it is counted and said to be there.

use std::fs;

use panelclerk::panel::seen::{FileFormat, Reading};
use panelclerk::paper::sheet;
use rust_xlsxwriter::Workbook;

use crate::built::zipped;
use crate::harness::tool;

/// A sheet with a hidden row and a hidden column, and a hidden sheet.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Costs").unwrap();
    sheet.write(0, 0, "shown").unwrap();
    sheet.write(1, 0, "under the table").unwrap();
    sheet.write(0, 2, "behind the curtain").unwrap();
    sheet.write(2, 3, "shown too").unwrap();
    sheet.set_row_hidden(1).unwrap();
    sheet.set_column_hidden(2).unwrap();
    let secret = book.add_worksheet().set_name("Secret").unwrap();
    secret.write(0, 0, "nobody may see").unwrap();
    secret.set_hidden(true);
    book.save_to_buffer().unwrap()
}

#[track_caller]
fn check(reading: &Reading) {
    assert_eq!(reading.text, "shown\nshown too\n");
    assert_eq!(reading.facts.hidden_words, 6);
    assert_eq!(reading.facts.hidden_sheets, ["Secret"]);
    let codes: Vec<&str> = reading.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["hidden-text", "hidden-sheets"]);
}

#[test]
fn hidden_rows_columns_and_sheets_of_every_kind_of_workbook_stay_out() {
    let usual = workbook();
    check(&sheet::read::read(&usual, FileFormat::Excel).unwrap());
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("costs.xlsx");
    fs::write(&file, &usual).unwrap();
    for (kind, format) in [("xls", FileFormat::ExcelOld), ("ods", FileFormat::OpenSheet)] {
        let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
        let place = folder.path().to_string_lossy().into_owned();
        let arguments =
            [&profile, "--headless", "--convert-to", kind, "--outdir", &place, &file.to_string_lossy()];
        let Some(_) = tool("soffice", &arguments) else { return };
        let made = fs::read(file.with_extension(kind)).unwrap();
        check(&sheet::read::read(&made, format).unwrap());
    }
}

#[test]
fn hidden_rows_and_columns_of_an_open_document_stay_out() {
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let content = format!(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">\
         <office:body><office:spreadsheet><table:table table:name=\"S\"><table:table-column table:number-columns-repeated=\"2\"/>\
         <table:table-column table:visibility=\"collapse\"/>\
         <table:table-row>{}{}{}</table:table-row>\
         <table:table-row table:visibility=\"filter\" table:number-rows-repeated=\"2\">{}</table:table-row>\
         <table:table-row>{}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>",
        cell("one"),
        cell("two"),
        cell("curtain"),
        cell("table"),
        cell("three"),
    );
    let manifest =
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    let file = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ]);
    let reading = sheet::read::read(&file, FileFormat::OpenSheet).unwrap();
    assert_eq!(reading.text, "one\ntwo\nthree\n");
    assert_eq!(reading.facts.hidden_words, 3);
}
