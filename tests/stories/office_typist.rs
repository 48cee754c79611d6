//! Somebody who types into a workbook in LibreOffice and saves it there: a day becomes a date, a time a time, an amount a number, and
//! the file is written by that program. Everything else in the workbook is left as it was.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use panelclerk::stationery::excel_in::{self, cell_name};
use regex_lite::{Captures, Regex};

use crate::built::zipped;
use crate::harness::{skipped, tool};
use crate::typist::place;

/// LibreOffice with a profile of its own.
pub struct Office {
    home: tempfile::TempDir,
}

impl Office {
    /// None where it is not installed, and that is said.
    pub fn here() -> Option<Office> {
        let office = Office { home: tempfile::tempdir().unwrap() };
        if cfg!(not(unix)) {
            skipped("soffice");
            return None;
        }
        tool("soffice", &["--version"]).map(|_| office)
    }

    /// Opens these workbooks and saves each again where it lies.
    #[track_caller]
    pub fn save(&self, books: &[PathBuf]) {
        let home = self.home.path();
        let profile = format!("-env:UserInstallation=file://{}", home.join("profile").display());
        let out = home.join("saved");
        let out = out.to_string_lossy();
        let mut args =
            vec![&*profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", &out];
        let books: Vec<(&PathBuf, String)> =
            books.iter().map(|book| (book, book.to_string_lossy().into_owned())).collect();
        args.extend(books.iter().map(|(_, name)| name.as_str()));
        let ran = tool("soffice", &args).expect("it was there a moment ago");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        for (book, _) in books {
            let saved = Path::new(&*out).join(book.file_name().unwrap());
            fs::write(book, fs::read(&saved).unwrap_or_else(|error| panic!("{}: {error}", saved.display())))
                .unwrap();
            fs::remove_file(saved).unwrap();
        }
    }
}

/// Types `(sheet, row, column, value)` into the file of a workbook, cell by cell.
#[track_caller]
pub fn typed_in_place(bytes: &[u8], cells: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let mut parts = parts(bytes);
    let sheets = excel_in::read(bytes).unwrap();
    for (sheet, key, column, value) in cells {
        let at =
            sheets.iter().position(|it| it.name == *sheet).unwrap_or_else(|| panic!("no sheet `{sheet}`"));
        let (row, column) = place(&sheets[at], key, column);
        let name = format!("xl/worksheets/sheet{}.xml", at + 1);
        let part = parts.iter_mut().find(|(part, _)| *part == name).unwrap_or_else(|| panic!("no `{name}`"));
        let xml = String::from_utf8(part.1.clone()).unwrap();
        part.1 = with_cell(&xml, &cell_name(row, column), value).into_bytes();
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    zipped(&parts)
}

fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut part = zip.by_index(at).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            (part.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// The sheet with a value in a cell that has its colours already.
#[track_caller]
fn with_cell(xml: &str, cell: &str, value: &str) -> String {
    let there = Regex::new(&format!(r#"(?s)<c r="{cell}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)"#)).unwrap();
    assert!(there.is_match(xml), "nothing can be typed in {cell}");
    let typed = |found: &Captures<'_>| {
        let style = found.get(1).map_or("", |style| style.as_str());
        match number(value) {
            Some(number) => format!("<c r=\"{cell}\"{style}><v>{number}</v></c>"),
            None => {
                let text = value.replace('&', "&amp;").replace('<', "&lt;");
                format!("<c r=\"{cell}\"{style} t=\"inlineStr\"><is><t>{text}</t></is></c>")
            }
        }
    };
    there.replace(xml, typed).into_owned()
}

/// What a spreadsheet makes of what is typed: a day, a time of day, a number, an amount, a percentage.
fn number(value: &str) -> Option<String> {
    if let Ok(day) = chrono::NaiveDate::parse_from_str(value, "%d/%m/%Y") {
        let first = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        return Some((day - first).num_days().to_string());
    }
    if let Some((hours, minutes)) = value.split_once(':') {
        let (hours, minutes): (f64, f64) = (hours.parse().ok()?, minutes.parse().ok()?);
        return Some(((hours * 60.0 + minutes) / 1440.0).to_string());
    }
    if let Some(percent) = value.strip_suffix('%') {
        return Some((percent.parse::<f64>().ok()? / 100.0).to_string());
    }
    value.trim_start_matches('£').replace(',', "").parse::<f64>().ok().map(|number| number.to_string())
}
