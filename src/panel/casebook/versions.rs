//! Whether one paper is a newer version of another, by their names and by what they say of themselves.
//!
//! Two homes' costings dropped together are two papers. One that is wrongly taken for another's version is out of the pack and nobody
//! sees it, so where it is doubtful both are used.

use std::collections::BTreeSet;

use crate::panel::dates;
use crate::panel::ids::PaperNumber;
use crate::panel::seen::{FileFormat, Reading};

/// Words of a file name that tell one version from another, and not one paper from another.
const VERSION_WORDS: [&str; 27] = [
    "v",
    "ver",
    "version",
    "rev",
    "revision",
    "revised",
    "final",
    "draft",
    "new",
    "newer",
    "newest",
    "latest",
    "old",
    "older",
    "updated",
    "update",
    "amended",
    "amendment",
    "corrected",
    "copy",
    "signed",
    "clean",
    "of",
    "the",
    "re",
    "fw",
    "fwd",
];

/// Names that say nothing of what is in the file.
const NAMELESS: [&str; 10] =
    ["scan", "scanned", "document", "doc", "img", "image", "page", "attachment", "file", "pdf"];

/// What a paper says when it takes the place of another.
const REPLACING: [&str; 6] =
    ["this replaces", "replaces the", "replaces our", "this supersedes", "supersedes the", "in place of the"];

/// Hundredths of the words two openings share before they count as one paper's.
const MUCH: usize = 80;

/// What a paper is known by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sort {
    /// A mail is never another's version: its words are its own.
    pub is_mail: bool,
    folder: String,
    part_of: Option<PaperNumber>,
    /// Words of its name that are its own.
    name: BTreeSet<String>,
    opening: BTreeSet<String>,
    says_it_replaces: bool,
}

impl Sort {
    pub fn of(file: &str, reading: &Reading, part_of: Option<PaperNumber>) -> Self {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let above: BTreeSet<String> = words(folder).collect();
        let initials: BTreeSet<char> = above.iter().filter_map(|word| word.chars().next()).collect();
        let own = |word: &String| {
            let short = (2..=4).contains(&word.chars().count());
            !(VERSION_WORDS.contains(&word.as_str())
                || dates::month(word).is_some()
                || above.contains(word)
                || short && word.chars().all(|letter| initials.contains(&letter)))
        };
        let opening = reading.opening.to_lowercase();
        Sort {
            is_mail: matches!(reading.format, FileFormat::Mail | FileFormat::OutlookMail),
            folder: folder.to_owned(),
            part_of,
            name: words(stem).filter(own).filter(|word| !NAMELESS.contains(&word.as_str())).collect(),
            says_it_replaces: REPLACING.iter().any(|phrase| opening.contains(phrase)),
            opening: words(&opening).collect(),
        }
    }
}

/// Whether the newer of two papers of one kind takes the place of the older.
pub fn replaces(newer: &Sort, older: &Sort) -> bool {
    if newer.says_it_replaces {
        return true;
    }
    if newer.name.is_empty() || newer.name != older.name {
        return false;
    }
    // The same name in the same place is the same paper; in two mails it may be two homes' `costing.pdf`.
    let together = newer.folder == older.folder && newer.part_of == older.part_of;
    together || alike(&newer.opening, &older.opening)
}

fn alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let shared = one.intersection(other).count();
    let most = one.len().max(other.len());
    0 < most && most * MUCH <= shared * 100
}

/// Words of letters; numbers and dates are left out.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(file: &str, opening: &str, part_of: Option<u32>) -> Sort {
        let reading = Reading { opening: opening.to_owned(), ..Reading::empty(FileFormat::Pdf) };
        Sort::of(file, &reading, part_of.map(PaperNumber::new))
    }

    fn named(newer: &str, older: &str) -> bool {
        replaces(&sort(newer, "", None), &sort(older, "", None))
    }

    #[test]
    fn a_version_has_the_same_name_but_for_dates_and_words_of_versions() {
        assert!(named("1/Care plan v2 final.docx", "1/Care plan.docx"));
        assert!(named("1/care_plan 2026-10-04.docx", "1/Care plan March 2025.pdf"));
        assert!(named("1234567 Robin/plan Robin new.docx", "1234567 Robin/plan.docx"));
        assert!(named(
            "1 Rahman Yusuf/Assessment update Yusuf Rahman Nov 26.docx",
            "1 Rahman Yusuf/Assessment YR March 2026.docx"
        ));
        assert!(!named("1/Costing Larkfield House.pdf", "1/Costing Rowan Lodge.pdf"));
        assert!(!named("1/Costing.pdf", "1/Costing Rowan Lodge.pdf"));
        assert!(!named("1/scan0002.pdf", "1/scan0001.pdf"), "a scanner's name says nothing");
    }

    #[test]
    fn one_that_says_it_replaces_another_does() {
        let newer = sort("1/Costing Rowan.pdf", "Costing\nThis replaces the costing of 2 November", None);
        assert!(replaces(&newer, &sort("1/Costing.pdf", "Costing", None)));
    }

    #[test]
    fn files_of_one_name_from_two_mails_are_told_by_what_they_say() {
        let larkfield = sort("1/costing.pdf", "Costing\nLarkfield House\nWeekly fee", Some(1));
        let rowan = sort("1/costing.pdf", "Costing\nRowan Lodge\nWeekly fee", Some(2));
        assert!(!replaces(&rowan, &larkfield));
        assert!(replaces(
            &sort("1/costing.pdf", "Costing\nLarkfield House\nWeekly fee", Some(3)),
            &larkfield
        ));
    }
}
