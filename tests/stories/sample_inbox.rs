//! The shipped sample: whole, fictional, and read by the program as its authors meant it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use panelclerk::config::{self, Config};
use panelclerk::panel::seen::Reading;
use panelclerk::panel::{filling, kinds};
use panelclerk::paper;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

fn config(panel: &str) -> Config {
    let path = project().join(panel);
    config::load(&path).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn read(path: &Path) -> Option<Reading> {
    let bytes = fs::read(path).unwrap();
    match path.extension()?.to_str()? {
        "docx" => paper::word::read(&bytes).ok(),
        "xlsx" => paper::sheet::read(&bytes, panelclerk::panel::seen::Sort::Excel).ok(),
        _ => None,
    }
}

#[test]
fn look() {
    let config = config("config.toml");
    let on = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    for path in files(&project().join("sample-inbox")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(reading) = read(&path) else { println!("----- {name}: not read"); continue };
        let kind = kinds::recognise(&config.rules.kinds, &config.rules.forms, name, &reading);
        println!("===== {name}: {:?} {}", kind.kind, kind.because);
        let Some(rule) = kind.kind.as_ref().and_then(|kind| config.rules.form_of(kind)) else { continue };
        let form = filling::fill(&reading, rule, &config.rules.codes, on);
        for finding in &form.findings {
            println!("  ! {} {} {}", finding.code, finding.subject, finding.message);
        }
        for field in &rule.fields {
            match form.get(field.key.as_str()) {
                None => println!("  no label: {}", field.key),
                Some(filled) => if name.starts_with("Referral form LK") || name.contains("PP1 Mai") || name.contains(".xlsx") || name.starts_with("Taxi") {
                    println!("  {} = {:?}", field.key, filled.value);
                },
            }
        }
    }
}
