//! The record is kept as it was made: costs wait for a yes, roles nobody stood for are named, cases without a time are minuted, and what
//! somebody changed in Word is never written over.

use std::fs;
use std::path::PathBuf;

use mail_parser::MessageParser;

use crate::come_and_go::{agenda, does, minuted, scan, whole};
use crate::documents::words_of;
use crate::harness::Week;
use crate::people::seat;
use crate::typist::{plain, shown, type_at, workbook_of};

const NELC: &str = "2026-11-30";
const REDBRIDGE: &str = "2026-12-01";

fn week(panel: &str) -> Week {
    let week = Week::new(panel).at(if panel == "nelc" { "2026-11-24T10:00" } else { "2026-11-26T10:00" });
    seat(&week);
    let week = whole(week, "61001", &[]);
    scan(&week);
    week
}

/// The file of the meeting's minutes whose name ends so.
#[track_caller]
fn file(week: &Week, day: &str, ending: &str) -> PathBuf {
    let folder = week.root().join(format!("office/{day}/minutes"));
    let files = week.tree(&format!("office/{day}/minutes"));
    let file = files.iter().find(|file| file.ends_with(ending));
    folder.join(file.unwrap_or_else(|| panic!("no `{ending}` in {files:?}")))
}

#[track_caller]
fn words(week: &Week, day: &str, ending: &str) -> String {
    words_of(&fs::read(file(week, day, ending)).unwrap(), "word/document.xml")
}

fn decide(week: &Week, day: &str, case: &str, cells: &[(&str, &str)]) {
    let usual = [("Decision", "Agreed"), ("Decided by", "Consensus"), ("Review", "01/03/2027")];
    let usual = usual.iter().filter(|(column, _)| !cells.iter().any(|(own, _)| own == column));
    let cells: Vec<_> =
        usual.chain(cells).map(|(column, value)| ("Decisions", case, *column, *value)).collect();
    type_at(week, day, &cells);
}

const THERE: [(&str, &str, &str, &str); 3] = [
    ("Meeting", "In the chair", "Fill in", "Cato Chair"),
    ("Attendance", "Cato Chair", "Presence", "Present"),
    ("Attendance", "Mia Member", "Presence", "Apologies"),
];

/// The words of every email to social workers and managers.
fn emails(week: &Week, day: &str) -> Vec<String> {
    let files = week.tree(&format!("office/{day}/outbox"));
    let drafts = files.iter().filter(|file| file.contains("decisions") && file.ends_with(".eml"));
    let text = |file: &String| {
        let bytes = fs::read(week.root().join(format!("office/{day}/outbox/{file}"))).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        message.body_text(0).unwrap_or_default().into_owned()
    };
    drafts.map(text).collect()
}

#[test]
fn the_cost_on_the_form_is_a_suggestion_until_somebody_says_yes() {
    let week = week("nelc");
    agenda(&week, NELC);
    let asked = shown(&fs::read(workbook_of(&week, NELC)).unwrap(), "Decisions", "61001", "Cost requested");
    assert_eq!(asked, "£1,000.00 a week: Social care £800.00, Health £200.00");
    decide(&week, NELC, "61001", &[]);
    let week = minuted(week, NELC, "2026-11-30T17:30");
    let text = words(&week, NELC, "minutes.docx");
    assert!(!text.contains("Weekly cost\n£"), "nobody said that it was agreed: {text}");
    decide(&week, NELC, "61001", &[("Cost as requested", "yes")]);
    let week = minuted(week, NELC, "2026-11-30T17:40");
    let text = words(&week, NELC, "minutes.docx");
    assert!(text.contains("Weekly cost\n£1,000.00 a week: Social care £800.00, Health £200.00"), "{text}");
    // Beside an amount that is typed nobody can say which is meant.
    decide(&week, NELC, "61001", &[("A week", "900")]);
    let said = week.says(&["minutes", NELC]);
    assert!(
        said.out.contains("an amount is typed as well; hint: clear one of the two"),
        "{}{}",
        said.out,
        said.err
    );
    let text = words(&week, NELC, "minutes.docx");
    assert!(!text.contains("900.00") && !text.contains("Weekly cost\n£"), "neither is taken: {text}");
}

#[test]
fn a_form_without_an_amount_gives_nothing_to_say_yes_to() {
    let week = Week::new("nelc").at("2026-11-24T10:00");
    seat(&week);
    let week = whole(
        week,
        "61001",
        &[("Total weekly cost", "tbc"), ("Social care contribution", "80%"), ("Health contribution", "20%")],
    );
    scan(&week);
    agenda(&week, NELC);
    decide(&week, NELC, "61001", &[("Cost as requested", "yes")]);
    let week = week.at("2026-11-30T17:30");
    let said = week.says(&["minutes", NELC]);
    assert!(said.out.contains("the form gives no amount"), "{}{}", said.out, said.err);
}

#[test]
fn the_day_by_which_a_decision_is_on_record_stands_in_the_email_and_the_filing_list() {
    let week = week("redbridge");
    agenda(&week, REDBRIDGE);
    decide(&week, REDBRIDGE, "61001", &[]);
    type_at(&week, REDBRIDGE, &THERE);
    let week = minuted(week, REDBRIDGE, "2026-12-01T15:00");
    week.says(&["send", "decisions", REDBRIDGE, "--go"]).ends(0);
    let by = "by 4 pm Friday 4 December 2026";
    let emails = emails(&week, REDBRIDGE);
    assert!(!emails.is_empty());
    for email in &emails {
        assert!(email.contains(&format!("Decision and actions on Protocol: {by}")), "{email}");
    }
    let list = fs::read(file(&week, REDBRIDGE, "filing list.xlsx")).unwrap();
    let sheets = panelclerk::stationery::excel_in::read(&list).unwrap();
    let cells: Vec<String> = sheets[0].cells.values().map(plain).collect();
    assert!(cells.iter().any(|cell| cell.contains(&format!("to be on Protocol {by}."))), "{cells:?}");
    assert!(cells.iter().any(|cell| cell == by), "beside the case note: {cells:?}");
    assert!(!cells.iter().any(|cell| cell.contains("Paste the category")), "Redbridge has none: {cells:?}");
    // North East Lincolnshire's procedure sets no day, and none is said.
    let week = self::week("nelc");
    agenda(&week, NELC);
    decide(&week, NELC, "61001", &[]);
    let week = minuted(week, NELC, "2026-11-30T17:30");
    week.says(&["send", "decisions", NELC, "--go"]).ends(0);
    assert!(self::emails(&week, NELC).iter().all(|email| !email.contains("Decision and actions on")));
}

#[test]
fn roles_nobody_stood_for_and_a_quorum_that_was_not_met_are_on_record() {
    let week = week("nelc");
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("[decisions]\n", "[decisions]\nquorum = [\"education\"]\n")).unwrap();
    agenda(&week, NELC);
    decide(&week, NELC, "61001", &[]);
    let week = minuted(week, NELC, "2026-11-30T17:30");
    let text = words(&week, NELC, "minutes.docx");
    assert!(
        !text.contains("Roles not represented"),
        "while nobody's presence is recorded nothing is said: {text}"
    );
    type_at(&week, NELC, &THERE);
    let week = minuted(week, NELC, "2026-11-30T17:40");
    week.says(&["send", "decisions", NELC, "--go"]).ends(0);
    let text = words(&week, NELC, "minutes.docx");
    assert!(
        text.contains(
            "Roles not represented\nPanel Administrator, ICB Commissioner / Clinical Lead, Education"
        ),
        "{text}"
    );
    assert!(!text.contains("Roles not represented\nAssistant Director"), "{text}");
    let missed = "Not quorate: nobody was there for education";
    for said in [text, words(&week, NELC, "decision note 61001.docx")] {
        assert!(said.contains(missed), "{said}");
    }
    assert!(emails(&week, NELC).iter().all(|email| email.contains(missed)));
    // Somebody stands in for the member whose role it is.
    type_at(
        &week,
        NELC,
        &[
            ("Attendance", "Ann Clerk", "Presence", "Substitute"),
            ("Attendance", "Ann Clerk", "Standing in for", "Mia Member"),
        ],
    );
    let week = minuted(week, NELC, "2026-11-30T17:50");
    let text = words(&week, NELC, "minutes.docx");
    assert!(text.contains("Quorum\nQuorate") && !text.contains("Education / Virtual School"), "{text}");
}

#[test]
fn a_case_that_was_considered_although_it_had_no_time_is_decided_and_minuted() {
    let week = whole(week("nelc"), "61002", &[("Child's name", "Ada Other")]);
    scan(&week);
    does(&week, &["slot", "61001", "--at", "13:15", "--minutes", "215"]);
    week.says(&["agenda", NELC]).ends(1);
    let book = fs::read(workbook_of(&week, NELC)).unwrap();
    assert_eq!(shown(&book, "Decisions", "61002", "Planned for"), "no time");
    assert!(!shown(&book, "Decisions", "61002", "To present it").is_empty());
    decide(&week, NELC, "61001", &[]);
    decide(
        &week,
        NELC,
        "61002",
        &[("Time considered", "16:50"), ("Presented by", "as planned"), ("Reason", "Considered at the end")],
    );
    type_at(&week, NELC, &THERE);
    let week = minuted(week, NELC, "2026-11-30T17:30");
    let text = words(&week, NELC, "minutes.docx");
    for said in ["61002", "Considered at the end", "Considered at\n4.50 pm"] {
        assert!(text.contains(said), "no `{said}` in {text}");
    }
    assert!(words(&week, NELC, "decision note 61002.docx").contains("Considered at the end"));
    week.says(&["minutes", NELC, "--confirm", "--by", "Ann Clerk"])
        .ends(0)
        .shows("minutes extract 61002.docx");
    let part = words(&week, NELC, "minutes extract 61002.docx");
    assert!(part.contains("Considered at the end") && !part.contains("61001"), "{part}");
    // It has left: the next meeting does not wait for it.
    let week = week.at("2026-12-01T09:00");
    scan(&week);
    let status = week.json(&["status"]);
    let case = status["cases"].as_array().unwrap().iter().find(|case| case["case_id"] == "61002");
    assert!(case.is_none_or(|case| case["disposition"] == "decided"), "{case:?}");
}

#[test]
fn minutes_that_somebody_changed_are_put_aside_before_they_are_written_again() {
    let week = week("nelc");
    agenda(&week, NELC);
    decide(&week, NELC, "61001", &[]);
    let week = minuted(week, NELC, "2026-11-30T17:30");
    let path = file(&week, NELC, "minutes.docx");
    let ours = fs::read(&path).unwrap();
    // Written again as they are, nothing is put aside.
    assert!(week.says(&["minutes", NELC]).status < 2);
    assert_eq!(
        week.tree(&format!("office/{NELC}/minutes"))
            .iter()
            .filter(|file| file.contains("changed by hand"))
            .count(),
        0
    );
    for (at, mark) in [(1, b"once"), (2, b"more")] {
        // The Chair corrects them in Word.
        let by_hand = [&ours[..], &mark[..]].concat();
        fs::write(&path, &by_hand).unwrap();
        decide(
            &week,
            NELC,
            "61001",
            &[("Reason", if at == 1 { "A better match" } else { "The best match" })],
        );
        let said = week.says(&["minutes", NELC]);
        let name =
            if at == 1 { "minutes (changed by hand).docx" } else { "minutes (changed by hand 2).docx" };
        assert!(
            said.out.contains("changed by hand, and kept: ") && said.out.contains(name),
            "{}{}",
            said.out,
            said.err
        );
        assert_eq!(fs::read(file(&week, NELC, name)).unwrap(), by_hand, "not a letter is lost");
    }
    assert!(words(&week, NELC, " minutes.docx").contains("The best match"));
    // The task says it in the workbook as well.
    fs::write(&path, b"changed once more").unwrap();
    type_at(
        &week,
        NELC,
        &[("Tasks", "Write the minutes", "Do it", "yes"), ("Tasks", "Write the minutes", "By", "Ann Clerk")],
    );
    scan(&week);
    let result = shown(&fs::read(workbook_of(&week, NELC)).unwrap(), "Tasks", "Write the minutes", "Result");
    assert!(
        result.contains("what had been changed by hand is kept in `")
            && result.contains("(changed by hand 3).docx"),
        "{result}"
    );
    // Open in Word, they wait.
    let lock = path.with_file_name(format!("~${}", path.file_name().unwrap().to_string_lossy()));
    fs::write(&lock, b"\x09Ann Clerk     ").unwrap();
    let before = fs::read(&path).unwrap();
    decide(&week, NELC, "61001", &[("Reason", "Another")]);
    let said = week.says(&["minutes", NELC]);
    assert!(said.status == 2 && said.err.contains("is open"), "{}{}", said.out, said.err);
    assert_eq!(fs::read(&path).unwrap(), before);
}

/// The line for an empty list in a template of before.
#[test]
fn a_template_of_before_says_not_recorded_where_nobody_was_entered() {
    let week = week("nelc");
    let tags = "{{#each apologies}}{{name}} ({{role}}){{else}}None{{/each}}; \
                {{#each substitutes}}{{name}}{{else}}None{{/each}}; {{#each observers}}{{name}}{{else}}None{{/each}}; \
                {{#each interests}}{{name}}: {{cases}}{{else}}None declared{{/each}}";
    let lines =
        [tags, "{{#each cases}}", "{{ref}} {{../status}}", "{{/each}}"].map(crate::built::paragraph).concat();
    fs::create_dir_all(week.root().join("templates")).unwrap();
    fs::write(week.root().join("templates/minutes.docx"), crate::built::docx("", &lines)).unwrap();
    agenda(&week, NELC);
    decide(&week, NELC, "61001", &[]);
    let week = minuted(week, NELC, "2026-11-30T17:30");
    let text = words(&week, NELC, "minutes.docx");
    assert!(
        text.contains(
            "Not recorded (nobody was entered); Not recorded; Not recorded; Not recorded: nobody was entered"
        ),
        "{text}"
    );
    type_at(&week, NELC, &THERE);
    type_at(&week, NELC, &[("Meeting", "Interests declared", "Fill in", "none")]);
    let week = minuted(week, NELC, "2026-11-30T17:40");
    let text = words(&week, NELC, "minutes.docx");
    assert!(text.contains("Mia Member (Education); None recorded; None recorded; None declared"), "{text}");
}
