//! Words under a black box, or of the colour of what they stand on: the paper is held, and somebody looks.

use std::fs;

use lopdf::{Dictionary, Document, Stream, dictionary};
use serde_json::Value;

use crate::harness::Week;

const FOLDER: &str = "1204417 Kowalczyk Ł";
const PAPER: &str = "1204417 Kowalczyk Ł/Letter from school.pdf";
const BY: [&str; 4] = ["--by", "Ann Clerk", "--reason", "looked at it: a stain of the copier"];

/// A PDF of two pages; the second is painted so.
fn letter(second: &str) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let resources = dictionary! { "Font" => dictionary! { "F" => font } };
    let first = "BT /F 12 Tf 50 700 Td (Letter from the school about Kowalczyk) Tj ET";
    let mut page = |content: &str| {
        let content = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
        document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources.clone(),
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        })
    };
    let kids = vec![page(first).into(), page(second).into()];
    document.objects.insert(pages, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 2 }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

const WORDS: &str = "BT /F 12 Tf 50 700 Td (The carer lives at 14 Larch Grove) Tj ET ";

fn boxed() -> Vec<u8> {
    letter(&format!("{WORDS}45 692 220 24 re f"))
}

fn week(paper: &[u8]) -> Week {
    let week = Week::new("nelc").at("2026-11-17T10:00");
    let week = week.drop_sample(&format!("{FOLDER}/Referral form LK.docx")).drop(PAPER, paper);
    week.says(&["scan"]).ends(0);
    week.at("2026-11-17T10:30")
}

fn paper(week: &Week) -> Value {
    let status = week.json(&["status"]);
    let papers = status["cases"][0]["papers"].as_array().unwrap();
    papers.iter().find(|paper| paper["file"] == PAPER).unwrap_or_else(|| panic!("{status}")).clone()
}

const SAID: &str = "something lies over words on page 2; look whether it is meant to hide them";

#[test]
fn words_under_a_box_hold_the_paper_until_a_person_takes_it_or_it_comes_again() {
    let week = week(&boxed());
    let held = paper(&week);
    assert_eq!((held["state"].as_str(), held["reason"].as_str()), (Some("needs_attention"), Some(SAID)));
    week.says(&["status"]).shows("lies over words on page 2");
    let receipt = fs::read_to_string(week.root().join("receipts/1204417 receipt.html")).unwrap();
    assert!(receipt.contains("lies over words on page 2"), "the team reads it");
    let pack = week.says(&["pack"]);
    pack.ends(1).shows(&format!("a sheet stands in its place: {SAID}"));
    // The pack is not gone out: once somebody has looked, it holds the pages.
    let number = held["number"].as_str().unwrap().to_owned();
    week.says(&[&["accept", &number], &BY[..]].concat()).ends(0);
    let taken = paper(&week);
    assert_eq!((taken["state"].as_str(), taken["reason"].as_str()), (Some("accepted"), None));
    let pack = week.says(&["pack"]);
    assert!(!pack.out.contains("stands in its place"), "{}", pack.out);
    assert!(week.says(&["audit"]).out.contains(&format!("{number} accepted by Ann Clerk")));
    // Undone, it is held back again.
    week.says(&[&["exclude", &number], &BY[..]].concat()).ends(0);
    assert_eq!(paper(&week)["state"], "excluded");
}

#[test]
fn a_copy_from_which_the_words_were_taken_out_is_taken_in_by_itself() {
    let week = week(&boxed()).drop(PAPER, letter("45 692 220 24 re f")).run(&["scan"], 0);
    let again = week.at("2026-11-17T11:00").run(&["scan"], 0);
    let paper = paper(&again);
    assert_eq!((paper["state"].as_str(), paper["version"].as_u64()), (Some("accepted"), Some(2)));
    let status = again.says(&["status"]).out;
    assert!(!status.contains("lies over words"), "{status}");
}

#[test]
fn words_of_the_colour_of_the_page_are_said_in_words_of_their_own() {
    let week = week(&letter(&format!("1 g {WORDS}")));
    let said =
        "words on page 2 have the colour of what lies under them; look whether they are meant to be hidden";
    assert_eq!(paper(&week)["reason"], said);
}

#[test]
fn what_does_not_hide_words_holds_no_paper() {
    let heading = format!("0 g 45 692 220 24 re f 1 g {WORDS}");
    let cell = format!("0.85 g 45 692 220 24 re f 0 g {WORDS}");
    for page in [WORDS.to_owned(), heading, cell] {
        let week = week(&letter(&page));
        assert_eq!(paper(&week)["state"], "accepted", "{page}");
    }
}
