//! Real and broken Office files through the readers: each answered, none slow, none panicking.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use panelclerk::panel::seen::{FileFormat, Reading};
use panelclerk::paper::ooxml::package::ReadError;
use panelclerk::paper::sheet;
use panelclerk::paper::word;

use crate::corpus;

/// What one file may take, on a busy machine and unoptimised.
const LONGEST: Duration = Duration::from_secs(20);

fn read(extension: &str, bytes: &[u8]) -> Option<Result<Reading, ReadError>> {
    let format = match extension {
        "docx" | "docm" | "dotx" => return Some(word::read::read(bytes)),
        "xlsx" | "xlsm" => FileFormat::Excel,
        "xlsb" => FileFormat::ExcelBinary,
        "xls" => FileFormat::ExcelOld,
        "ods" => FileFormat::OpenSheet,
        _ => return None,
    };
    Some(sheet::read::read(bytes, format))
}

#[test]
fn every_office_file_of_the_corpus_is_answered() {
    let Some(files) = corpus::files(&[], 1000) else { return };
    let mut outcomes: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let extension = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        let bytes = std::fs::read(&file).unwrap();
        let start = Instant::now();
        let asked = extension.clone();
        let thread =
            std::thread::Builder::new().stack_size(2 << 20).spawn(move || read(&asked, &bytes)).unwrap();
        let outcome = match thread.join() {
            Ok(None) => continue,
            Ok(Some(Ok(reading))) => {
                // What is read can be kept and read back as it was.
                let kept = serde_json::to_string(&reading).unwrap();
                if serde_json::from_str::<Reading>(&kept).unwrap() != reading {
                    wrong.push(format!("{name}: not kept as read"));
                }
                "read"
            }
            Ok(Some(Err(ReadError::Protected))) => "protected",
            Ok(Some(Err(_))) => "damaged",
            Err(_) => {
                wrong.push(format!("{name}: panicked"));
                "panicked"
            }
        };
        if start.elapsed() > LONGEST {
            wrong.push(format!("{name}: took {:?}", start.elapsed()));
        }
        *outcomes.entry((extension, outcome)).or_default() += 1;
    }
    for ((extension, outcome), count) in &outcomes {
        println!("{extension:<5} {outcome:<10} {count}");
    }
    let read = outcomes.iter().filter(|((_, outcome), _)| *outcome == "read").map(|(_, count)| count).sum();
    corpus::enough("readings", read, 600, 1);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
