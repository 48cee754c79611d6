//! The corpus: some two thousand real files, kept beside the project and not in it.
//!
//! It is looked for in `../shared/corpus`, or where `PANELCLERK_CORPUS` says; a folder that is named there and is not there is
//! a mistake. A run takes a fixed sample of it, the whole where `PANELCLERK_CORPUS_WHOLE` is set. No other file asks for either.

use std::path::{Path, PathBuf};

use crate::harness::{project, skipped};

/// Where the corpus lies; nothing, and a line that says so, where it is away.
pub fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("PANELCLERK_CORPUS").map(PathBuf::from);
    let is_named = named.is_some();
    let folder = named.unwrap_or_else(|| project().join("../shared/corpus"));
    match folder.canonicalize() {
        Ok(folder) => Some(folder),
        Err(error) if is_named => panic!("PANELCLERK_CORPUS: {}: {error}", folder.display()),
        Err(_) => {
            skipped("the corpus of real files (PANELCLERK_CORPUS=FOLDER)");
            None
        }
    }
}

/// One file in so many is taken: `sample`, or all where the whole is asked for.
pub fn one_in(sample: usize) -> usize {
    if is_whole() { 1 } else { sample }
}

pub fn is_whole() -> bool {
    std::env::var_os("PANELCLERK_CORPUS_WHOLE").is_some()
}

/// The files below these folders of the corpus, sorted; the whole corpus where none is named.
///
/// Fewer than `least` are a corpus that is not whole, and a test that would look at next to nothing.
#[track_caller]
pub fn files(folders: &[&str], least: usize) -> Option<Vec<PathBuf>> {
    let corpus = folder()?;
    let below = |folder: &Path| {
        let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
        let files: Vec<PathBuf> = entries
            .into_iter()
            .map(|entry| entry.unwrap_or_else(|error| panic!("the corpus: {error}")))
            .filter(|entry| entry.file_type().is_file() && entry.file_name() != "SOURCES.tsv")
            .map(walkdir::DirEntry::into_path)
            .collect();
        files
    };
    let files: Vec<PathBuf> = if folders.is_empty() {
        below(&corpus)
    } else {
        folders.iter().flat_map(|folder| below(&corpus.join(folder))).collect()
    };
    assert!(least <= files.len(), "only {} files in {folders:?} of {}", files.len(), corpus.display());
    Some(files)
}

/// Fails a test of the corpus that looked at too little to mean anything: fewer of `what` than `least` of a sample, and of
/// `least` times as many where the whole was asked for.
#[track_caller]
pub fn enough(what: &str, looked_at: usize, least: usize, sample: usize) {
    let least = least * if is_whole() { sample } else { 1 };
    assert!(least <= looked_at, "only {looked_at} {what} were looked at, fewer than {least}");
}
