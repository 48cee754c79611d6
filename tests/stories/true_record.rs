//! Minutes, note and letter say what was typed and what a document said, and nothing else.

use std::fs;

use crate::documents::words_of;
use crate::harness::{Said, Week, project, tree};
use crate::people::seat;
use crate::typist::{shown, type_at, type_into, workbook, workbook_of};

const MEETING: &str = "2026-11-23";

/// The folder of the sample's case whose form is wholly filled in.
const FOLDER: &str = "1204417 Kowalczyk Ł";
const CASE: &str = "1204417";

/// A week with these folders of the sample, and its agenda set; the meeting is over.
fn week(folders: &[&str]) -> Week {
    let mut week = Week::new("nelc").at("2026-11-17T10:00");
    for folder in folders {
        for file in tree(&project().join("sample-inbox").join(folder)) {
            week = week.drop_sample(&format!("{folder}/{file}"));
        }
    }
    seat(&week);
    let scanned = week.says(&["scan"]);
    assert!(scanned.status < 2, "{}{}", scanned.out, scanned.err);
    week.at("2026-11-19T10:00").run(&["agenda"], 0).at("2026-11-23T17:00")
}

/// The words of a file of the minutes' folder whose name holds `what`.
#[track_caller]
fn words(week: &Week, what: &str) -> String {
    words_of(&file(week, what), "word/document.xml")
}

#[track_caller]
fn file(week: &Week, what: &str) -> Vec<u8> {
    let files = week.tree("office");
    let file = files.iter().find(|file| file.contains("/minutes/") && file.contains(what));
    fs::read(week.root().join("office").join(file.unwrap_or_else(|| panic!("no `{what}` in {files:#?}"))))
        .unwrap()
}

#[track_caller]
fn foot(week: &Week, what: &str) -> String {
    words_of(&file(week, what), "word/footer1.xml")
}

fn minutes(week: &Week) -> Said {
    week.says(&["minutes", MEETING])
}

/// What must be there before minutes can be confirmed.
const WHOLE: [(&str, &str, &str, &str); 6] = [
    ("Meeting", "In the chair", "Fill in", "Cato Chair"),
    ("Attendance", "Cato Chair", "Presence", "Present"),
    ("Attendance", "Mia Member", "Presence", "Apologies"),
    ("Decisions", CASE, "Decision", "Agreed"),
    ("Decisions", CASE, "Decided by", "Consensus"),
    ("Decisions", CASE, "Review", "22/02/2027"),
];

#[test]
fn what_nobody_typed_is_not_recorded() {
    let week = week(&[FOLDER]);
    type_into(
        &week,
        &[
            ("Decisions", CASE, "Decision", "Agreed"),
            ("Decisions", CASE, "Reason", "Match"),
            ("Decisions", CASE, "A week", "1000"),
            ("Decisions", CASE, "Social care", "80%"),
            ("Decisions", CASE, "Health", "200"),
            ("Decisions", CASE, "Review", "01/03/2027"),
        ],
    );
    let said = minutes(&week);
    assert!(said.status < 2, "{}{}", said.out, said.err);
    for file in ["minutes.docx", "decision note"] {
        let text = words(&week, file);
        for expected in [
            "In the chair\nNot recorded",
            "Decided by\nNot recorded",
            "Presented by\nNot recorded",
            "Considered at\nNot recorded",
            "Present for this item\nNot recorded",
            "Interests in this item\nNot recorded",
            "£1,000.00 a week: Social care £800.00, Health £200.00",
        ] {
            assert!(text.contains(expected), "{file}: no `{expected}` in\n{text}");
        }
        assert!(!text.to_lowercase().contains("consensus") && !text.contains("None declared"), "{text}");
    }
    let text = words(&week, "minutes.docx");
    for expected in [
        "Started, ended\nNot recorded, Not recorded",
        "Apologies\nNot recorded",
        "Interests declared\nNot recorded",
    ] {
        assert!(text.contains(expected), "no `{expected}` in\n{text}");
    }
}

#[test]
fn minutes_are_not_confirmed_while_chair_attendance_or_who_decided_is_missing() {
    let week = week(&[FOLDER]);
    type_into(
        &week,
        &[("Decisions", CASE, "Decision", "Agreed"), ("Decisions", CASE, "Review", "22/02/2027")],
    );
    assert!(minutes(&week).status < 2);
    let confirm = ["minutes", MEETING, "--confirm", "--by", "Ann Clerk"];
    let refused = week.says(&confirm);
    refused.ends(2);
    for missing in [
        "meeting: who was in the chair (sheet `Meeting`, `In the chair`)",
        "attendance: who was there (sheet `Attendance`, `Presence`)",
        "1204417: who decided (sheet `Decisions`, `Decided by`)",
    ] {
        assert!(refused.err.contains(missing), "no `{missing}` in {}", refused.err);
    }
    assert_eq!(refused.err.matches("\n  ").count(), 3, "exactly what is missing: {}", refused.err);
    assert!(foot(&week, "minutes.docx").contains("· Draft"));
    type_into(&week, &WHOLE);
    assert!(minutes(&week).status < 2);
    week.says(&confirm).ends(0);
}

#[test]
fn confirmed_minutes_say_so_on_every_page_and_an_extract_is_cut_for_each_child() {
    let week = week(&[FOLDER, "1150678 Hargreaves C"]);
    let other = "1150678";
    let more = [
        ("Decisions", other, "Decision", "Extended"),
        ("Decisions", other, "Decided by", "Chair"),
        ("Decisions", other, "Review", "22/02/2027"),
        ("Decisions", other, "Discussion", "Callum spoke of Łukasz Kowalczyk, case 1204417."),
        ("Attendance", "Mia Member", "Interest in cases", other),
        ("Actions", "1", "Case", CASE),
        ("Actions", "1", "What", "Ring the school"),
        ("Actions", "1", "Owner", "Rachel Thorne"),
    ];
    type_into(&week, &[&WHOLE[..], &more[..]].concat());
    assert!(minutes(&week).status < 2);
    // The chair's correction, made in Word: the extract has it, for it is cut and not composed.
    let path = week.tree("office").into_iter().find(|file| file.ends_with("minutes.docx")).unwrap();
    let path = week.root().join("office").join(path);
    let corrected = with_words(&fs::read(&path).unwrap(), "Ring the school", "Ring the school nurse");
    fs::write(&path, corrected).unwrap();
    let week = week.at("2026-12-01T10:00");
    let said = week.says(&["minutes", MEETING, "--confirm", "--by", "Ann Clerk"]);
    said.ends(0).shows("minutes extract 1204417.docx");
    let confirmed = "Confirmed by the Chair on 1 December 2026";
    let (child, sibling) = ("minutes extract 1204417", "minutes extract 1150678");
    for file in ["minutes.docx", child, sibling, "decision note 1204417"] {
        let foot = foot(&week, file);
        assert!(foot.contains(confirmed) && !foot.contains("Draft"), "{file}: {foot}");
    }
    let (one, two) = (words(&week, child), words(&week, sibling));
    assert!(one.contains("P25 2026/11/23 LEGAL MEETINGS (PLACEMENT PANEL)"), "{one}");
    assert!(one.contains("Łukasz Kowalczyk") && one.contains("Ring the school nurse"), "{one}");
    assert!(one.contains("Present for this item\nCato Chair (Assistant Director)"), "{one}");
    assert!(!one.contains("Hargreaves") && !one.contains(other) && !one.contains("Mia Member"), "{one}");
    assert!(two.contains("Callum Hargreaves") && two.contains("another child"), "{two}");
    assert!(two.contains("Interests in this item\nMia Member (Education)"), "{two}");
    assert!(!two.contains("Kowalczyk") && !two.contains(CASE), "{two}");
    let note = String::from_utf8(file(&week, "case note 1204417.txt")).unwrap();
    assert!(note.starts_with("PLACEMENT PANEL\r\n"), "{note}");
    assert!(note.contains("Decision: Agreed") && note.contains("In the chair: Cato Chair"), "{note}");
    let filing = file(&week, "filing list");
    let name = "NELC Placement and Commissioning Panel 2026-11-23 case note 1204417.txt";
    assert_eq!(shown(&filing, "Filing", name, "Type of case note"), "Management decision/discussion");
    assert_eq!(shown(&filing, "Filing", name, "Heading of the case note"), "PLACEMENT PANEL");
    let name = "NELC Placement and Commissioning Panel 2026-11-23 minutes extract 1204417.docx";
    assert_eq!(shown(&filing, "Filing", name, "Category"), "P25 2026/11/23 LEGAL MEETINGS (PLACEMENT PANEL)");
    let name = "NELC Placement and Commissioning Panel 2026-11-23 minutes.docx";
    assert_eq!(shown(&filing, "Filing", name, "Category"), "", "they name every child");
}

/// The document with `new` in place of words of its text.
fn with_words(docx: &[u8], old: &str, new: &str) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(docx)).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if name == "word/document.xml" {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(old), "no `{old}`");
            bytes = text.replace(old, new).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn a_part_that_tells_of_another_child_is_not_confirmed() {
    let week = week(&[FOLDER, "1150678 Hargreaves C"]);
    let more = [
        ("Decisions", "1150678", "Decision", "Extended"),
        ("Decisions", "1150678", "Decided by", "Chair"),
        ("Decisions", "1150678", "Review", "22/02/2027"),
        ("Decisions", CASE, "Discussion", "As before."),
    ];
    type_into(&week, &[&WHOLE[..], &more[..]].concat());
    assert!(minutes(&week).status < 2);
    let path = week.tree("office").into_iter().find(|file| file.ends_with("minutes.docx")).unwrap();
    let path = week.root().join("office").join(path);
    let written = with_words(&fs::read(&path).unwrap(), "As before.", "As with Callum Hargreaves.");
    fs::write(&path, written).unwrap();
    let refused = week.says(&["minutes", MEETING, "--confirm", "--by", "Ann Clerk"]);
    refused.ends(2);
    assert!(refused.err.contains("1204417 tells of 1150678"), "{}", refused.err);
}

#[test]
fn a_correction_of_confirmed_minutes_is_a_numbered_amendment() {
    let week = week(&[FOLDER]);
    let amend = |text: &str| week.says(&["minutes", MEETING, "--amend", text, "--by", "Ann Clerk"]);
    amend("1204417: the review is on 1 March 2027").ends(2);
    type_into(&week, &WHOLE);
    assert!(minutes(&week).status < 2);
    week.says(&["minutes", MEETING, "--confirm", "--by", "Ann Clerk"]).ends(0);
    let confirmed = file(&week, "minutes.docx");
    amend("1204417: the review is on 1 March 2027").ends(0).shows("minutes amendment 1 1204417.docx");
    amend("the meeting ended at 15:10").ends(0).shows("minutes amendment 2.docx");
    amend("the meeting ended at 15:10").ends(0).shows("minutes amendment 2.docx");
    let unsaid =
        [("Tasks", "Amend the minutes", "Do it", "yes"), ("Tasks", "Amend the minutes", "By", "Ann Clerk")];
    type_into(&week, &unsaid);
    week.says(&["scan"]).ends(1);
    let book = fs::read(workbook(&week)).unwrap();
    let wrong = shown(&book, "Tasks", "Amend the minutes", "What is wrong");
    assert!(wrong.contains("the correction is missing"), "{wrong}");
    let amendments = week.tree("office").into_iter().filter(|file| file.contains("amendment")).count();
    assert_eq!(amendments, 2, "said twice it is one, and nothing said is none");
    let one = words(&week, "amendment 1 1204417");
    for expected in [
        "Amendment 1 to the minutes",
        "meeting of Monday 23 November 2026",
        "P25 2026/11/23 LEGAL MEETINGS (PLACEMENT PANEL)",
        "the review is on 1 March 2027",
        "Ann Clerk",
    ] {
        assert!(one.contains(expected), "no `{expected}` in {one}");
    }
    let two = words(&week, "amendment 2.docx");
    assert!(
        two.contains("Amendment 2") && !two.contains("P25"),
        "of the whole meeting, for no child's record: {two}"
    );
    assert!(file(&week, "minutes.docx") == confirmed, "what was confirmed stays as it was");
    let again = week.says(&["minutes", MEETING, "--confirm", "--by", "Ann Clerk"]);
    again.ends(2);
    assert!(again.err.contains("--amend"), "{}", again.err);
    week.says(&["audit"]).ends(0).shows("amendment 1 to the minutes of 2026-11-23 on 1204417 by Ann Clerk");
}

/// What was confirmed is on record before its files are put; a share may fail in between, and Word may hold the file.
#[test]
fn a_confirmation_whose_files_are_missing_puts_them_in_place_and_minutes_open_in_word_wait() {
    let week = week(&[FOLDER]);
    type_into(&week, &WHOLE);
    assert!(minutes(&week).status < 2);
    let folder = week.root().join(format!("office/{MEETING}/minutes"));
    let named = |what: &str| {
        let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        files.into_iter().find(|file| file.to_string_lossy().ends_with(what))
    };
    let lock = {
        let path = named("minutes.docx").unwrap();
        let short: String = path.file_name().unwrap().to_str().unwrap().chars().skip(2).collect();
        path.with_file_name(format!("~${short}"))
    };
    let confirm = ["minutes", MEETING, "--confirm", "--by", "Ann Clerk"];
    fs::write(&lock, b"\x09Ann Clerk     ").unwrap();
    let open = week.says(&confirm);
    open.ends(2);
    assert!(open.err.contains("open in Word"), "{}", open.err);
    fs::remove_file(&lock).unwrap();
    week.says(&confirm).ends(0);
    let extract = named("minutes extract 1204417.docx").unwrap();
    let note = named("decision note 1204417.docx").unwrap();
    let (cut, noted) = (fs::read(&extract).unwrap(), fs::read(&note).unwrap());
    fs::remove_file(&extract).unwrap();
    // On a later day: the day of the confirmation is still the first.
    let week = week.at("2026-12-03T10:00");
    week.says(&confirm).ends(0);
    assert!(fs::read(&extract).unwrap() == cut, "the very same part");
    assert!(fs::read(&note).unwrap() == noted, "a note says once that it is confirmed");
    week.says(&confirm).ends(2);
}

#[test]
fn what_has_a_mistake_beside_it_is_in_no_record() {
    let week = week(&[FOLDER]);
    let wrong = [
        ("Decisions", CASE, "A week", "tbc"),
        ("Decisions", CASE, "Social care", "80%"),
        ("Decisions", CASE, "Review", "22/02/2026"),
        ("Decisions", CASE, "From", "01/12/2026"),
        ("Decisions", CASE, "To", "01/11/2026"),
        ("Decisions", CASE, "Time considered", "half past"),
        ("Actions", "1", "Case", "1204471"),
        ("Actions", "1", "What", "Ring the school"),
        ("Actions", "1", "Owner", "Rachel Thorne"),
        ("Meeting", "In the chair", "Fill in", "Nobody Here"),
    ];
    type_into(&week, &[&WHOLE[..2], &WHOLE[3..5], &wrong[..]].concat());
    let said = minutes(&week);
    said.ends(1);
    for mistake in [
        "`tbc` is no amount",
        "`80%` of what is not said",
        "the review date 22 February 2026 is not after the meeting",
        "it runs from 1 December 2026 to 1 November 2026",
        "`half past` is not a time",
        "there is no case `1204471`; hint: the nearest known number is 1204417",
        "`Nobody Here` is not marked present on `Attendance`",
    ] {
        said.shows(mistake);
    }
    for file in ["minutes.docx", "decision note"] {
        let text = words(&week, file);
        for kept_out in
            ["tbc", "80%", "22 February 2026", "1 November 2026", "Ring the school", "Nobody Here", "1204471"]
        {
            assert!(!text.contains(kept_out), "{file}: `{kept_out}` in\n{text}");
        }
    }
    let actions = file(&week, "actions.xlsx");
    let typed = panelclerk::stationery::excel_in::read(&actions).unwrap();
    assert!(
        typed
            .iter()
            .all(|sheet| sheet.cells.values().all(|cell| !crate::typist::plain(cell).contains("Ring")))
    );
}

#[test]
fn what_was_planned_is_a_record_only_once_somebody_takes_it_over() {
    let week = week(&[FOLDER]);
    let bytes = fs::read(workbook(&week)).unwrap();
    let planned = shown(&bytes, "Decisions", CASE, "To present it");
    assert!(!planned.is_empty() && shown(&bytes, "Decisions", CASE, "Presented by").is_empty());
    type_into(&week, &WHOLE);
    assert!(minutes(&week).status < 2);
    assert!(words(&week, "minutes.docx").contains("Presented by\nNot recorded\nConsidered at\nNot recorded"));
    type_into(
        &week,
        &[
            ("Decisions", CASE, "Presented by", "as planned"),
            ("Decisions", CASE, "Time considered", "as planned"),
        ],
    );
    assert!(minutes(&week).status < 2);
    let text = words(&week, "minutes.docx");
    assert!(text.contains(&format!("Presented by\n{planned}\nConsidered at\n1.10 pm")), "{text}");
    type_into(
        &week,
        &[
            ("Decisions", CASE, "Presented by", "Dean Hollis"),
            ("Decisions", CASE, "Time considered", "13:42"),
        ],
    );
    assert!(minutes(&week).status < 2);
    let text = words(&week, "minutes.docx");
    assert!(text.contains("Presented by\nDean Hollis\nConsidered at\n1.42 pm"), "{text}");
}

#[test]
fn a_decision_taken_outside_the_panel_is_minuted_with_whose_authority_when_and_what() {
    let week = week(&[FOLDER]).at("2026-11-19T11:00");
    type_into(
        &week,
        &[
            ("Expected", "1", "Case", "9000009"),
            ("Expected", "1", "Child", "Kyle Lunn"),
            ("Expected", "1", "Request", "New placement"),
            ("Expected", "1", "Decided outside on", "18/11/2026"),
            ("Expected", "1", "Written authority of", "Sarah Blythe, Assistant Director"),
            ("Expected", "1", "What was decided", "Agreed bridging placement with IFA, £950 a week"),
            ("Expected", "1", "By", "Ann Clerk"),
        ],
    );
    assert!(week.says(&["scan"]).status < 2);
    let agenda = week.says(&["agenda", MEETING]);
    assert!(
        agenda.ends(0).out.contains("9000009") && !agenda.out.to_lowercase().contains("permission"),
        "{}",
        agenda.out
    );
    let week = week.at("2026-11-23T17:00");
    assert!(week.says(&["scan"]).status < 2);
    type_into(
        &week,
        &[
            ("Decisions", "9000009", "Decision", "Ratified"),
            ("Decisions", "9000009", "Reason", "As decided"),
            ("Decisions", "9000009", "Review", "14/12/2026"),
        ],
    );
    assert!(minutes(&week).status < 2);
    let said = "On 18 November 2026, with the written authority of Sarah Blythe, Assistant Director (it has not been received): \
                Agreed bridging placement with IFA, £950 a week";
    for file in ["minutes.docx", "decision note 9000009"] {
        let text = words(&week, file);
        assert!(text.contains(said), "{file}: {text}");
        assert!(
            text.contains("Permission\nSarah Blythe, Assistant Director, 18 November 2026"),
            "{file}: {text}"
        );
    }
}

#[test]
fn minutes_note_and_text_say_what_was_agreed() {
    let week = week(&[FOLDER]);
    crate::people::seat_also(&week, &["Rachel Thorne", "Dean Hollis"]);
    let agreed = [
        ("Decisions", CASE, "A week", "936.50"),
        ("Decisions", CASE, "Social care", "100%"),
        ("Decisions", CASE, "Paid once", "250"),
        ("Decisions", CASE, "From parents a week", "20"),
        ("Decisions", CASE, "From", "27/11/2026"),
        ("Decisions", CASE, "To", "30/04/2027"),
        ("Decisions", CASE, "Conditions", "A visit first"),
        ("Decisions", CASE, "Panel on health", "Content with the CAMHS plan"),
        ("Decisions", CASE, "Panel on education", "He stays at his school"),
        ("Decisions", CASE, "Panel on other needs", "Polish lessons on Saturdays"),
        ("Meeting", "Interests declared", "Fill in", "none"),
        ("Actions", "1", "Case", CASE),
        ("Actions", "1", "What", "Ring the school"),
        ("Actions", "1", "Owner", "Rachel Thorne"),
    ];
    type_into(&week, &[&WHOLE[..], &agreed[..]].concat());
    week.says(&["minutes", MEETING]).ends(0);
    assert!(week.says(&["send", "decisions", MEETING, "--go"]).status < 2);
    let letters: Vec<String> =
        week.tree("office").into_iter().filter(|file| file.ends_with(".eml")).collect();
    let letter =
        letters.iter().find(|file| file.contains("decisions")).unwrap_or_else(|| panic!("{letters:?}"));
    let letter = fs::read(week.root().join("office").join(letter)).unwrap();
    let letter =
        mail_parser::MessageParser::default().parse(&letter).unwrap().body_text(0).unwrap().replace('\r', "");
    let text = String::from_utf8(file(&week, "case note")).unwrap().replace('\r', "");
    for (label, value) in [
        ("Decision", "Agreed"),
        ("Decided by", "Consensus of the panel"),
        ("Agreed period", "27 November 2026 to 30 April 2027"),
        ("Paid once", "£250.00"),
        ("Parents' contribution", "£20.00 a week"),
        ("Review date", "22 February 2027"),
        ("Conditions", "A visit first"),
        ("In the chair", "Cato Chair"),
        ("Present for this item", "Cato Chair (Assistant Director)"),
        ("Interests in this item", "None declared"),
        ("Placement type", "Independent fostering (IFA)"),
        ("Provider", "Humber Bridge Fostering Ltd"),
        ("Home or carer", "Mr and Mrs Tansley"),
        ("In or out of area", "In area"),
        ("Start date", "27 November 2026"),
        ("Permission", "Judith Amankwah, Assistant Director, 9 November 2026, through Patricia Holroyd"),
        ("The panel on health", "Content with the CAMHS plan"),
        ("The panel on education", "He stays at his school"),
        ("The panel on other needs", "Polish lessons on Saturdays"),
    ] {
        for file in ["minutes.docx", "decision note"] {
            let words = words(&week, file);
            assert!(
                words.contains(&format!("{label}\n{value}")),
                "{file}: no `{label}: {value}` in\n{words}"
            );
        }
        for (what, words) in [("letter", &letter), ("text", &text)] {
            assert!(
                words.contains(&format!("{label}: {value}")),
                "{what}: no `{label}: {value}` in\n{words}"
            );
        }
    }
    assert!(text.contains("Weekly cost: £936.50 a week\nFunding split: Social care £936.50"), "{text}");
    assert!(words(&week, "minutes.docx").contains("Weekly cost\n£936.50 a week: Social care £936.50"));
    for asked in [
        "Asthma, brown and blue inhalers",
        "Stays at his present school",
        "None; mother is in receipt of benefits",
    ] {
        assert!(words(&week, "minutes.docx").contains(asked), "{asked}");
    }
    assert!(!letter.contains("Kowalczyk"), "the email goes by the number: {letter}");
}

#[test]
fn a_sibling_is_a_sibling_unless_naming_is_ticked() {
    let (one, other) = ("1198032", "1198033");
    let west = "Children Looked After West";
    let week = week(&[&format!("{west}/1198032 Brennan Maisie"), &format!("{west}/1198033 Brennan Tyler")]);
    let typed = |case| {
        [
            ("Decisions", case, "Decision", "Agreed"),
            ("Decisions", case, "Decided by", "Consensus"),
            ("Decisions", case, "Review", "22/02/2027"),
        ]
    };
    let told = [
        (
            "Decisions",
            one,
            "Discussion",
            "She asked after Tyler. Tyler Brennan (1198033) sees her on Sundays. Her brother Ben was adopted in Leeds.",
        ),
        ("Decisions", other, "Discussion", "He asked for his own room."),
    ];
    type_into(&week, &[&WHOLE[..3], &typed(one)[..], &typed(other)[..], &told[..]].concat());
    assert!(minutes(&week).status < 2);
    let note = words(&week, "decision note 1198032");
    assert!(note.contains("She asked after sibling. sibling (sibling) sees her on Sundays. [about a sibling: not recorded here]"), "{note}");
    assert!(!note.contains("Tyler") && !note.contains(other) && !note.contains("Leeds"), "{note}");
    assert!(!note.contains("his own room"), "nothing is copied between them: {note}");
    type_into(&week, &[("Decisions", one, "Name brothers and sisters", "yes")]);
    assert!(minutes(&week).status < 2);
    let note = words(&week, "decision note 1198032");
    assert!(note.contains("Tyler Brennan") && !note.contains("Leeds"), "{note}");
    let said = week.says(&["minutes", MEETING, "--confirm", "--by", "Ann Clerk"]);
    said.ends(0);
    assert!(!words(&week, "minutes extract 1198033").contains("Maisie"), "the tick was for the other");
}

#[test]
fn the_other_panel_says_what_was_agreed_as_well() {
    let mut week = Week::new("redbridge").at("2026-11-19T10:00");
    let folder = "48230 O'Shea Niamh";
    let from = project().join("tests/fixtures/redbridge").join(folder);
    for file in tree(&from) {
        week = week.drop(&format!("{folder}/{file}"), fs::read(from.join(&file)).unwrap());
    }
    seat(&week);
    assert!(week.says(&["scan"]).status < 2);
    let week = week.at("2026-11-23T09:00").run(&["agenda"], 0).at("2026-11-24T18:00");
    let case = "48230";
    type_into(
        &week,
        &[
            ("Meeting", "In the chair", "Fill in", "Cato Chair"),
            ("Attendance", "Cato Chair", "Presence", "Present"),
            ("Decisions", case, "Decision", "Agreed"),
            ("Decisions", case, "Decided by", "Chair"),
            ("Decisions", case, "Review", "23/02/2027"),
            ("Decisions", case, "Panel on health", "A dentist is to be found"),
            ("Decisions", case, "Panel on education", "The school place is kept"),
        ],
    );
    assert!(week.says(&["minutes", "2026-11-24"]).status < 2);
    for file in ["minutes.docx", "decision note"] {
        let text = words(&week, file);
        for expected in [
            "In the chair\nCato Chair",
            "Decided by\nThe chair, the panel having reached no consensus",
            "The panel on health\nA dentist is to be found",
            "The panel on education\nThe school place is kept",
            "Permission\n",
        ] {
            assert!(text.contains(expected), "{file}: no `{expected}` in\n{text}");
        }
        // The form says nothing of them, and there is no row of dashes.
        for silent in ["Health, on the form", "Education, on the form", "Other needs, on the form"] {
            assert!(!text.contains(silent), "{file}: `{silent}` in\n{text}");
        }
    }
    week.says(&["minutes", "2026-11-24", "--confirm", "--by", "Ann Clerk"]).ends(0);
    assert!(foot(&week, "minutes extract 48230").contains("Confirmed by the Chair on 24 November 2026"));
    let filing = file(&week, "filing list");
    assert_eq!(
        shown(
            &filing,
            "Filing",
            "Redbridge Commissioning and Placements Panel 2026-11-24 case note 48230.txt",
            "Type of case note"
        ),
        ""
    );
}

#[test]
fn outcomes_come_back_at_the_review_beside_whether_they_were_achieved() {
    let week = week(&[FOLDER]);
    type_into(&week, &[&WHOLE[..5], &[("Decisions", CASE, "Review", "30/11/2026")]].concat());
    assert!(minutes(&week).status < 2);
    let by = ["--by", "Ann Clerk", "--reason", "its review"];
    let week = week.at("2026-11-24T09:00");
    let expected =
        week.says(&[&["expect", CASE, "--request", "review", "--meeting", "2026-11-30"], &by[..]].concat());
    assert!(expected.status < 2, "{}{}", expected.out, expected.err);
    assert!(week.says(&["agenda", "2026-11-30"]).status < 2);
    let book = fs::read(workbook_of(&week, "2026-11-30")).unwrap();
    let promised = shown(&book, "Decisions", CASE, "Outcomes promised");
    assert!(promised.starts_with("23 November 2026: "), "{promised}");
    let week = week.at("2026-11-30T17:00");
    type_at(
        &week,
        "2026-11-30",
        &[
            ("Decisions", CASE, "Decision", "Extended"),
            ("Decisions", CASE, "Achieved?", "Bedtimes yes, school not yet"),
        ],
    );
    assert!(week.says(&["minutes", "2026-11-30"]).status < 2);
    let files = week.tree("office/2026-11-30/minutes");
    let note = files.iter().find(|file| file.contains("decision note")).unwrap();
    let note = words_of(
        &fs::read(week.root().join("office/2026-11-30/minutes").join(note)).unwrap(),
        "word/document.xml",
    );
    assert!(note.contains(&format!("Outcomes to be achieved when last considered\n{promised}")), "{note}");
    assert!(note.contains("Achieved?\nBedtimes yes, school not yet"), "{note}");
}
