//! What is committed and made by a program is what that program makes.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::harness::{example, project, tree};

/// Every file below `made` is in the project, byte for byte, and below these folders of the project there is no other.
#[track_caller]
fn is_committed(made: &Path, folders: &[&str]) {
    let files = tree(made);
    assert!(!files.is_empty());
    let differ: Vec<&String> = files
        .iter()
        .filter(|file| fs::read(project().join(file)).ok() != fs::read(made.join(file)).ok())
        .collect();
    assert!(differ.is_empty(), "`just samples` makes these anew: {differ:?}");
    for folder in folders {
        assert_eq!(tree(&project().join(folder)), tree(&made.join(folder)), "{folder}");
    }
}

#[test]
fn the_sample_papers_and_blank_forms_are_what_their_program_makes() {
    let made = TempDir::new().unwrap();
    example("make_sample_inbox", &[&made.path().to_string_lossy()]);
    is_committed(
        made.path(),
        &["sample-inbox", "templates/forms", "tests/fixtures/redbridge", "tests/fixtures/earlier-forms"],
    );
    assert!(made.path().join("sample/week.toml").exists());
}

#[test]
fn the_word_templates_are_what_their_program_makes() {
    let made = TempDir::new().unwrap();
    let templates = made.path().join("templates");
    example("make_templates", &[&templates.to_string_lossy()]);
    assert_eq!(
        tree(&templates),
        ["agenda.docx", "amendment.docx", "breach.docx", "decision_note.docx", "minutes.docx"]
    );
    is_committed(made.path(), &[]);
}
