//! A case that only named people may hear of, an address that must not be told, and whoever is kept from a case: wherever the program
//! tells something, it does not tell that.

use std::fs;

use crate::harness::Week;
use crate::people::{seat, seat_also};
use crate::typist::{shown, type_into, workbook};

const CASE: &str = "1167109";
const FORM: &str = "1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx";
const OTHER: &str = "1150678 Hargreaves C/Update form Callum Hargreaves.docx";
const MEETING: &str = "2026-11-23";

fn week() -> Week {
    let week = Week::new("nelc").at("2026-11-17T10:00").drop_sample(FORM).drop_sample(OTHER);
    seat(&week);
    does(&week, &["scan"]);
    does(&week, &["agenda"]);
    week.at("2026-11-19T11:00")
}

#[track_caller]
fn does(week: &Week, args: &[&str]) -> String {
    let said = week.says(args);
    assert!(said.status < 2, "{args:?}: {}{}", said.out, said.err);
    said.out + &said.err
}

fn tells(text: &str) -> bool {
    text.contains(CASE) || text.contains("Rahman") || text.contains("Yusuf")
}

/// The words of a Word file.
fn words(week: &Week, ending: &str) -> String {
    let file = week.tree("office").into_iter().find(|file| file.ends_with(ending));
    let path = week.root().join("office").join(file.unwrap_or_else(|| panic!("no {ending}")));
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut text).unwrap();
    text
}

#[test]
fn a_restricted_case_is_told_to_those_it_names_and_to_nobody_else() {
    let week = week();
    let receipt = week.root().join(format!("receipts/{CASE} receipt.html"));
    let board = || fs::read_to_string(week.root().join("office/board.html")).unwrap();
    assert!(receipt.exists() && tells(&board()) && tells(&words(&week, "agenda.docx")));
    does(&week, &["send", "agenda", MEETING, "--go"]);
    let by = ["--by", "Ann Clerk", "--reason", "the mother works for the council"];

    let nobody = week.says(&[&["restrict", CASE, "--to", "Cato Chairs"], &by[..]].concat());
    assert_eq!(nobody.status, 2);
    assert!(
        nobody.err.contains("nobody in `People.xlsx` is called `Cato Chairs`")
            && nobody.err.contains("Cato Chair")
    );
    assert_eq!(
        week.says(&["restrict", CASE, "--to", "Cato Chair", "--by", "Ann Clerk"]).status,
        2,
        "it needs a reason"
    );

    let said = does(&week, &[&["restrict", CASE, "--to", "Cato Chair"], &by[..]].concat());
    assert!(said.contains("drafts were taken out of the outbox"), "{said}");
    assert!(!receipt.exists(), "its receipt goes at once");
    assert!(!tells(&words(&week, "agenda.docx")), "and it leaves the agenda that others read");
    assert!(tells(&words(&week, "agenda for the chair.docx")), "the chair is named");
    does(&week, &["scan"]);
    assert!(!receipt.exists() && !tells(&board()));
    assert!(does(&week, &["audit"]).contains(&format!("{CASE} restricted to Cato Chair by Ann Clerk")));

    does(&week, &["pack", MEETING]);
    does(&week, &["send", "agenda", MEETING, "--go"]);
    does(&week, &["send", "pack", MEETING, "--go"]);
    let drafts: Vec<String> = week.tree("office").into_iter().filter(|file| file.ends_with(".eml")).collect();
    assert!(drafts.iter().filter(|file| file.contains("member@")).count() == 2, "{drafts:?}");
    let pack = week.json(&["send", "pack", MEETING]);
    let what = |email: &str| {
        pack["letters"].as_array().unwrap().iter().find(|one| one["email"] == email).unwrap()["what"].clone()
    };
    assert_eq!(what("chair@panel.example.org"), "pack");
    assert_eq!(what("member@panel.example.org")["pack_without"][0], CASE);
    let invited = does(&week, &["send", "invitations", MEETING, "--go"]);
    assert!(!invited.contains(&format!(": {CASE} ")), "{invited}");

    assert_eq!(
        week.says(&["restrict", CASE, "--lift", "--by", "Ann Clerk"]).status,
        2,
        "lifting needs a reason too"
    );
    does(&week, &[&["restrict", CASE, "--lift"], &by[..]].concat());
    does(&week, &["scan"]);
    assert!(receipt.exists() && tells(&board()) && tells(&words(&week, "agenda.docx")));
}

#[test]
fn a_reminder_about_a_restricted_case_sends_nobody_to_a_receipt_that_is_not_there() {
    let week = week();
    seat_also(&week, &["Hannah Iqbal"]);
    let reminder = |week: &Week| -> String {
        does(week, &["send", "chaser", MEETING, "--go"]);
        let outbox = format!("office/{MEETING}/outbox");
        let theirs = week.tree(&outbox).into_iter().rfind(|file| file.contains("hannah.iqbal@")).unwrap();
        let bytes = fs::read(week.root().join(&outbox).join(theirs)).unwrap();
        let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        let [text, page] =
            [message.body_text(0), message.body_html(0)].map(|body| body.unwrap().into_owned());
        assert_eq!(text.contains("receipts folder"), page.contains("receipts folder"));
        text
    };
    assert!(reminder(&week).contains("The receipt in the panel's receipts folder"));
    let by = ["--by", "Ann Clerk", "--reason", "the mother works for the council"];
    does(&week, &[&["restrict", CASE, "--to", "Cato Chair", "--to", "Hannah Iqbal"], &by[..]].concat());
    let text = reminder(&week);
    assert!(
        !text.contains("receipt") && text.contains("Ask the panel administrator what is needed"),
        "{text}"
    );
}

#[test]
fn a_case_is_restricted_in_the_workbook_and_its_minutes_are_its_own() {
    let week = week();
    type_into(
        &week,
        &[
            ("Cases", CASE, "What to do", "restrict to the people named"),
            ("Cases", CASE, "Who", "Cato Chair, Ann Clerk"),
            ("Cases", CASE, "By", "Ann Clerk"),
            ("Cases", CASE, "Reason", "an adoption"),
        ],
    );
    does(&week, &["scan"]);
    assert!(!tells(&fs::read_to_string(week.root().join("office/board.html")).unwrap()));
    let week = week.at("2026-11-23T17:00");
    type_into(
        &week,
        &[
            ("Decisions", CASE, "Decision", "Agreed"),
            ("Decisions", CASE, "Reason", "a match for Yusuf"),
            ("Decisions", "1150678", "Decision", "Agreed"),
            ("Decisions", "1150678", "Reason", "a good match"),
            ("Actions", "1", "Case", CASE),
            ("Actions", "1", "What", "tell the school"),
            ("Actions", "1", "Owner", "Priya Nair"),
        ],
    );
    does(&week, &["minutes"]);
    assert!(!tells(&words(&week, "minutes.docx")), "the minutes that everybody reads");
    assert!(tells(&words(&week, &format!("decision note {CASE}.docx"))), "its note is written");
    assert!(!tells(&words(&week, "decision note 1150678.docx")), "and the other child's tells nothing of it");
}

#[test]
fn an_address_that_must_not_be_told_is_warned_of_first_and_left_out() {
    let week = week();
    let places = |text: &str| -> Vec<&'static str> {
        ["Anchor Court"].into_iter().filter(|place| text.contains(place)).collect()
    };
    let by = ["--by", "Ann Clerk", "--reason", "a threat to life"];
    does(&week, &[&["hide-address", "1150678", "--from", "the father & his family"], &by[..]].concat());
    let week = week.at("2026-11-23T17:00");
    type_into(
        &week,
        &[
            ("Decisions", "1150678", "Decision", "Agreed"),
            ("Decisions", "1150678", "Reason", "Anchor Court suits him"),
        ],
    );
    does(&week, &["minutes"]);
    let note = words(&week, "decision note 1150678.docx");
    let begins = note.find("<w:t").unwrap();
    let warning = "ADDRESS NOT TO BE DISCLOSED. It is withheld from: the father &amp; his family.";
    assert!(note[begins..].split_once('>').unwrap().1.starts_with(warning), "the warning stands first");
    assert!(places(&note).is_empty() && note.contains("[not disclosed]"), "{:?}", places(&note));
    let sent = does(&week, &["send", "decisions", MEETING, "--go"]);
    drop(sent);
}

#[test]
fn an_interest_is_on_record_from_the_moment_it_is_read_and_outlives_the_workbook() {
    let week = week();
    type_into(&week, &[("Attendance", "Mia Member", "Interest in cases", CASE)]);
    does(&week, &["scan"]);
    let audit = does(&week, &["audit"]);
    assert!(
        audit.contains(&format!("Mia Member takes no part in {CASE} (has an interest) by sheet Attendance")),
        "{audit}"
    );

    // A workbook that is gone takes with it what nobody has read; a new one shows what is on record.
    fs::remove_file(workbook(&week)).unwrap();
    let stopped = week.says(&["send", "agenda", MEETING, "--go"]);
    assert!(stopped.status == 2 && stopped.err.contains("workbook.xlsx` is missing"), "{}", stopped.err);
    does(&week, &["agenda"]);
    let bytes = fs::read(workbook(&week)).unwrap();
    assert_eq!(shown(&bytes, "Attendance", "Mia Member", "Interest in cases"), CASE);
    does(&week, &["send", "agenda", MEETING, "--go"]);

    // She clears the cell of the very edition that showed it: only that takes it back.
    type_into(&week, &[("Attendance", "Mia Member", "Interest in cases", "")]);
    does(&week, &["scan"]);
    let audit = does(&week, &["audit"]);
    assert!(audit.contains(&format!("Mia Member no longer takes no part in {CASE}")), "{audit}");
}

#[test]
fn a_name_or_number_that_nobody_has_stops_the_letters_and_says_what_is_nearest() {
    for (row, column, value, said) in [
        (
            "Mia Member",
            "Interest in cases",
            "1167190",
            "there is no case `1167190`; hint: the nearest known number",
        ),
        (
            "Mia Membre",
            "Interest in cases",
            CASE,
            "nobody in `People.xlsx` is called `Mia Membre`; hint: the nearest names in `People.xlsx` are Mia Member",
        ),
    ] {
        let week = week();
        let mut cells = vec![("Attendance", row, column, value)];
        if row == "Mia Membre" {
            // Somebody types a row of their own below the members.
            let bytes =
                crate::typist::with_row(&fs::read(workbook(&week)).unwrap(), "Attendance", "Name", row);
            fs::write(workbook(&week), bytes).unwrap();
        }
        type_into(&week, &cells);
        cells.clear();
        let stopped = week.says(&["send", "agenda", MEETING, "--go"]);
        assert!(stopped.status == 2 && stopped.err.contains(said), "{}", stopped.err);
        assert!(!week.tree("office").iter().any(|file| file.ends_with(".eml")));
    }
}
