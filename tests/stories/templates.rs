//! Filling real Word files: whatever a council's own template holds, its words stay and it remains a Word file.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use panelclerk::stationery::word::{WordError, fill};
use serde_json::json;

use crate::corpus;
use crate::documents::words_of;

/// The file with a tag in front, so that it is taken to pieces and put together again.
fn tagged(docx: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).ok()?;
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).ok()?;
        let name = entry.name().ok()?.into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        if name == "word/document.xml" {
            let xml = String::from_utf8(bytes).ok()?;
            let tag = "<w:body><w:p><w:r><w:t>{{panel}}</w:t></w:r></w:p>";
            bytes = xml.replacen("<w:body>", tag, 1).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).ok()?;
        out.write_all(&bytes).ok()?;
    }
    Some(out.finish().ok()?.into_inner())
}

#[test]
fn a_word_file_without_tags_keeps_every_word() {
    let Some(files) = corpus::files(&["word"], 200) else { return };
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "docx"));
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    for path in files {
        let Some(bytes) = tagged(&std::fs::read(&path).unwrap()) else { continue };
        let outcome = match fill(&bytes, "template.docx", &json!({ "panel": "{{panel}}" })) {
            Ok(filled) => {
                assert_eq!(
                    words_of(&filled, "word/document.xml"),
                    words_of(&bytes, "word/document.xml"),
                    "{}",
                    path.display()
                );
                "same words"
            }
            Err(WordError::NotWord { .. } | WordError::Encrypted { .. }) => "not a Word file",
            Err(WordError::Mistakes(_)) => "has braces of its own",
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    println!("{outcomes:?}");
    corpus::enough("templates", outcomes.get("same words").copied().unwrap_or(0), 200, 1);
}
