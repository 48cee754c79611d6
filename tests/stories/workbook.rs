//! The meeting workbook: written, filled in by a person, saved by another program, read again.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::NaiveDate;
use panelclerk::desk::acts::{DeskKnown, entries};
use panelclerk::desk::apply::apply;
use panelclerk::desk::carry::undone;
use panelclerk::desk::entries::{Entries, OrderWord};
use panelclerk::desk::meant::Meant;
use panelclerk::desk::mistake::Mistake;
use panelclerk::desk::outcome::{beside as decisions_beside, checked as decisions_checked, outcome};
use panelclerk::desk::typed::{Typed, TypedCell, TypedRow, read};
use panelclerk::desk::view::DeskView;
use panelclerk::desk::workbook::workbook;
use panelclerk::finding::Finding;
use panelclerk::panel::acts::Act;
use panelclerk::panel::money::Pence;
use panelclerk::panel::obligations::{Obligation, Owed};
use panelclerk::panel::outcome::{DecisionWord, Presence};
use panelclerk::register::hold::Register;
use panelclerk::stationery::excel::Value;
use panelclerk::stationery::excel_in;

use crate::documents::keep;
use crate::sample_meeting::{Sample, case_id, date, sample, time};

pub fn meant(sample: &Sample) -> Meant<'_> {
    Meant { words: &sample.words, agenda: &sample.agenda, casebook: &sample.casebook }
}

pub fn edition(sample: &Sample, typed: &Typed, mistakes: &[Mistake], edition: u32) -> Vec<u8> {
    let meetings: Vec<NaiveDate> = vec![date(2026, 11, 30), date(2026, 12, 7)];
    let view = DeskView {
        heading: &sample.heading,
        words: &sample.words,
        casebook: &sample.casebook,
        agenda: &sample.agenda,
        amiss: &[],
        people: &sample.people,
        due: &due(),
        follow_ups: &[],

        roles: &[],
        deadlines: &[],
        promised: &BTreeMap::new(),
        letters: &[],
        meetings: &meetings,
        typed,
        mistakes,
        done: &[],
        edition,
    };
    workbook(&view).unwrap()
}

fn due() -> Vec<Obligation> {
    vec![Obligation {
        case: case_id("1044002"),
        what: Owed::Review,
        due: date(2026, 11, 20),
        overdue: true,
        message: "review of what was decided on 25 May 2026".to_owned(),
    }]
}

/// What somebody types: sheet, key, column, value.
pub fn typed(cells: &[(&str, &str, &str, Value)]) -> Typed {
    let mut typed = Typed { meeting: Some(date(2026, 11, 23)), edition: 1, ..Typed::default() };
    for (sheet, key, column, value) in cells {
        let cell = TypedCell { column: (*column).to_owned(), cell: String::new(), value: value.clone() };
        match typed.rows.iter_mut().find(|row| row.sheet == *sheet && row.key == *key) {
            Some(row) => row.cells.push(cell),
            None => typed.rows.push(TypedRow {
                sheet: (*sheet).to_owned(),
                key: (*key).to_owned(),
                cells: vec![cell],
                empty: Vec::new(),
            }),
        }
    }
    typed
}

/// What is asked for, and what is wrong, on every sheet.
fn asked(sample: &Sample, typed: &Typed) -> (Entries, Vec<Mistake>) {
    let newest = [("P40".parse().unwrap(), 1)].into();
    let known = DeskKnown {
        words: &sample.words,
        casebook: &sample.casebook,
        newest: &newest,
        due: &due(),
        follow_ups: &[],

        deadlines: &[],
        letters: &[],
        people: &sample.people,
    };
    let (entries, mut mistakes) = entries(typed, &known);
    mistakes.extend(outcome(typed, &meant(sample)).1);
    (entries, mistakes)
}

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

pub fn filled() -> Typed {
    typed(&[
        ("Meeting", "Meeting started", "Fill in", Value::Time(time(13, 2))),
        ("Meeting", "Meeting ended", "Fill in", text("14.20")),
        ("Cases", "1050333", "What to do", text("move to another meeting")),
        ("Cases", "1050333", "To meeting", text("30/11/2026")),
        ("Cases", "1050333", "By", text("Joan Whitfield")),
        ("Cases", "1050333", "Reason", text("the care plan is promised for Tuesday")),
        ("Documents", "P40", "Belongs to case", text("1051117")),
        ("Documents", "P40", "Kind is", text("Care plan")),
        ("Documents", "P40", "By", text("Joan Whitfield")),
        ("Documents", "P40", "Reason", text("the social worker rang")),
        ("Agenda", "1051117", "Order", Value::Number(1.0)),
        ("Agenda", "1051117", "Note", text("interpreter from 13:30")),
        ("Agenda", "1051117", "By", text("Joan Whitfield")),
        ("Expected", "1", "Case", Value::Number(1_052_001.0)),
        ("Expected", "1", "Child", text("Fictional Child")),
        ("Expected", "1", "Request", text("New placement")),
        ("Expected", "1", "By", text("Joan Whitfield")),
        ("Attendance", "Helen Marsh", "Presence", text("Present")),
        ("Attendance", "Peter Ekwueme", "Presence", text("Apologies")),
        ("Attendance", "Sam Okafor", "Name", text("Sam Okafor")),
        ("Attendance", "Sam Okafor", "Role", text("Commissioning officer")),
        ("Attendance", "Sam Okafor", "Agency", text("Commissioning")),
        ("Attendance", "Sam Okafor", "Presence", text("Substitute")),
        ("Attendance", "Sam Okafor", "Standing in for", text("Peter Ekwueme")),
        ("Attendance", "Sam Okafor", "Interest in cases", text("1047710, 1051117")),
        ("Decisions", "1050332", "Decision", text("Agreed with conditions")),
        ("Decisions", "1050332", "Reason", text("needs cannot be met in house")),
        ("Decisions", "1050332", "Decided by", text("Consensus")),
        ("Decisions", "1050332", "A week", Value::Number(4250.0)),
        ("Decisions", "1050332", "Social care", text("£3,187.50")),
        ("Decisions", "1050332", "Health", Value::Number(1062.5)),
        ("Decisions", "1050332", "From", Value::Date(date(2026, 11, 24))),
        ("Decisions", "1050332", "Review", text("22nd February 2027")),
        ("Decisions", "1050332", "Conditions", text("health to confirm\nschool place kept")),
        ("Decisions", "1048213", "Decision", text("ratified")),
        ("Decisions", "1048213", "Review", text("22/2/27")),
        ("Actions", "1", "Case", Value::Number(1_050_333.0)),
        ("Actions", "1", "What", text("submit the care plan")),
        ("Actions", "1", "Owner", text("Priya Nair")),
        ("Actions", "1", "Due", text("25.11.26")),
        ("Tasks", "Create the pack", "Do it", text("yes")),
        ("Tasks", "Create the pack", "By", text("Joan Whitfield")),
    ])
}

/// The typed cells without the places they stand at, which another edition may change.
fn values(typed: &Typed) -> Vec<(String, String, String, Value)> {
    let mut values = Vec::new();
    for row in &typed.rows {
        for cell in &row.cells {
            values.push((row.sheet.clone(), row.key.clone(), cell.column.clone(), cell.value.clone()));
        }
    }
    values.sort_by(|a, b| (&a.0, &a.1, &a.2).cmp(&(&b.0, &b.1, &b.2)));
    values
}

fn said_by_her(typed: &Typed) -> Vec<(String, String, String, Value)> {
    let ours = |(sheet, _, column, _): &(String, String, String, Value)| {
        sheet == "Attendance" && matches!(column.as_str(), "Name" | "Role" | "Agency")
    };
    values(typed).into_iter().filter(|value| !ours(value)).collect()
}

#[test]
fn an_untouched_workbook_asks_for_nothing() {
    let sample = sample();
    let bytes = edition(&sample, &Typed::default(), &[], 1);
    keep("workbook empty.xlsx", &bytes);
    let (typed, mistakes) = read(&bytes).unwrap();
    assert_eq!((typed.meeting, typed.edition), (Some(date(2026, 11, 23)), 1));
    assert_eq!(said_by_her(&typed), []);
    let (asked, more) = asked(&sample, &typed);
    let (meeting, _) = outcome(&typed, &meant(&sample));
    assert!(asked.acts.is_empty() && asked.orders.is_empty() && meeting.attendance.is_empty());
    assert_eq!([mistakes, more].concat(), []);
    assert_eq!(bytes, edition(&sample, &Typed::default(), &[], 1), "the same bytes each time");
}

#[test]
fn what_is_typed_is_understood_and_carried_forward() {
    let sample = sample();
    let bytes = edition(&sample, &filled(), &[], 2);
    keep("workbook filled.xlsx", &bytes);
    let (typed, mistakes) = read(&bytes).unwrap();
    assert_eq!(mistakes, []);
    assert_eq!(said_by_her(&typed), said_by_her(&filled()), "every cell comes back as it was typed");
    understood(&sample, &typed);
    let again = read(&edition(&sample, &typed, &[], 3)).unwrap().0;
    assert_eq!(values(&again), values(&typed));
}

fn understood(sample: &Sample, typed: &Typed) {
    let (asked, mistakes) = asked(sample, typed);
    assert_eq!(mistakes, []);
    let acts: Vec<&Act> = asked.acts.iter().map(|entry| &entry.act).collect();
    assert!(acts.contains(&&Act::Move { case: case_id("1050333"), meeting: date(2026, 11, 30) }));
    assert!(acts.contains(&&Act::Assign { paper: "P40".parse().unwrap(), case: Some(case_id("1051117")) }));
    assert!(acts.contains(&&Act::SetKind {
        paper: "P40".parse().unwrap(),
        kind: Some("care_plan".parse().unwrap())
    }));
    assert!(acts.iter().any(|act| matches!(act, Act::Slot { wish, .. } if wish.order == Some(1))));
    assert!(acts.iter().any(|act| matches!(act, Act::Expect { case, .. } if *case == case_id("1052001"))));
    assert_eq!(asked.orders.len(), 1);
    assert_eq!((asked.orders[0].what, asked.orders[0].by.as_str()), (OrderWord::PressPack, "Joan Whitfield"));
    let (meeting, _) = outcome(typed, &meant(sample));
    assert_eq!((meeting.started, meeting.ended), (Some(time(13, 2)), Some(time(14, 20))));
    assert_eq!(meeting.attendance.len(), 3);
    let substitute =
        meeting.attendance.iter().find(|person| person.presence == Presence::Substitute).unwrap();
    assert_eq!(substitute.standing_for.as_deref(), Some("Peter Ekwueme"));
    assert_eq!(substitute.interests, [case_id("1047710"), case_id("1051117")]);
    let words: Vec<_> =
        meeting.decisions.iter().map(|decision| (decision.case.as_str(), decision.word)).collect();
    assert_eq!(
        words,
        [("1048213", DecisionWord::Ratified), ("1050332", DecisionWord::AgreedWithConditions)],
        "in the order heard"
    );
    assert_eq!(meeting.decisions[1].weekly, Some(Pence(425_000)));
    assert_eq!(meeting.decisions[1].review, Some(date(2027, 2, 22)));
    assert_eq!(meeting.decisions[0].review, Some(date(2027, 2, 22)));
    assert_eq!(meeting.actions[0].due, Some(date(2026, 11, 25)));
    assert_eq!(meeting.actions[0].case, Some(case_id("1050333")));
}

#[test]
fn what_was_done_is_cleared_and_the_record_of_the_meeting_stays() {
    let sample = sample();
    let (asked, _) = asked(&sample, &filled());
    let done = asked
        .acts
        .iter()
        .map(|entry| entry.place.clone())
        .chain(asked.orders.iter().map(|order| order.place.clone()));
    let left = undone(&filled(), &done.collect());
    let sheets: std::collections::BTreeSet<&str> = left.rows.iter().map(|row| row.sheet.as_str()).collect();
    assert_eq!(sheets.into_iter().collect::<Vec<_>>(), ["Actions", "Attendance", "Decisions", "Meeting"]);
}

/// What stands in the column beside the row of `key`.
fn beside(workbook: &[u8], sheet: &str, key: &str) -> String {
    let sheets = excel_in::read(workbook).unwrap();
    let cells = &sheets.iter().find(|it| it.name == sheet).unwrap().cells;
    let find = |wanted: &str| cells.iter().find(|(_, value)| **value == text(wanted)).map(|(at, _)| *at);
    let (_, column) = find("What is wrong").unwrap();
    let row = cells
        .iter()
        .find(|((row, _), value)| {
            *row > 1 && (**value == text(key) || key.parse().is_ok_and(|n| **value == Value::Number(n)))
        })
        .map_or_else(|| panic!("no row `{key}` on `{sheet}`"), |((row, _), _)| *row);
    match cells.get(&(row, column)) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

#[test]
#[expect(clippy::too_many_lines, clippy::type_complexity, reason = "a long table, read from top to bottom")]
fn each_mistake_has_its_sentence_beside_the_cell() {
    let sample = sample();
    let by = |row: &[(&'static str, &'static str)]| {
        let mut row = row.to_vec();
        row.push(("By", "Joan Whitfield"));
        row
    };
    let case = "1050332";
    let mistakes: Vec<(&str, &str, Vec<(&str, &str)>, &str)> = vec![
        (
            "Cases",
            case,
            vec![("What to do", "withdraw"), ("Reason", "no longer needed")],
            "By: nobody's name stands beside it – type your name in `By`",
        ),
        (
            "Cases",
            case,
            by(&[("What to do", "withdraw")]),
            "Reason: no reason is given – type why in `Reason`",
        ),
        (
            "Cases",
            case,
            by(&[("What to do", "cancel"), ("Reason", "x")]),
            "What to do: `cancel` is not one of the choices – choose `consider it at this meeting`, `move to another meeting`, `withdraw`, `reinstate`, `confirm the emergency`, `not an emergency`, `cancel the booking`, `not decided outside the panel`, `restrict to the people named`, `lift the restriction`, `do not disclose the address` or `the address may be disclosed`",
        ),
        (
            "Cases",
            case,
            by(&[("What to do", "move to another meeting"), ("Reason", "x")]),
            "To meeting: it is not said to which meeting – choose its date in `To meeting`",
        ),
        (
            "Cases",
            case,
            by(&[("What to do", "move to another meeting"), ("To meeting", "23/11/2026"), ("Reason", "x")]),
            "To meeting: that is this meeting – choose another date, or `consider it at this meeting`",
        ),
        (
            "Cases",
            case,
            by(&[("What to do", "move to another meeting"), ("To meeting", "31/11/2026"), ("Reason", "x")]),
            "To meeting: there is no day `31/11/2026` – type it as day/month/year, such as 23/11/2026",
        ),
        (
            "Cases",
            case,
            by(&[("To meeting", "30/11/2026"), ("Reason", "x")]),
            "What to do: a meeting is named, but not what to do – choose `move to another meeting`, or clear the date",
        ),
        (
            "Cases",
            case,
            by(&[("What to do", "withdraw"), ("To meeting", "30/11/2026"), ("Reason", "x")]),
            "To meeting: a meeting is named, but the case is not to be moved – clear `To meeting`, or choose `move to another meeting`",
        ),
        (
            "Cases",
            case,
            by(&[]),
            "By: there is a name or reason, but nothing to do – choose what to do, or clear the row",
        ),
        (
            "Documents",
            "P40",
            by(&[("Belongs to case", "1050334"), ("Reason", "x")]),
            "Belongs to case: there is no case `1050334` – choose a case of the list; a new one is booked on the sheet `Expected` first",
        ),
        (
            "Documents",
            "P40",
            by(&[("Belongs to case", "Smith"), ("Reason", "x")]),
            "Belongs to case: `Smith` is not a case number – type the number as the folder has it",
        ),
        (
            "Documents",
            "P40",
            by(&[("Kind is", "novel"), ("Reason", "x")]),
            "Kind is: `novel` is not a kind of document – choose one of the list",
        ),
        (
            "Documents",
            "P40",
            by(&[("Child is confirmed", "perhaps")]),
            "Child is confirmed: `perhaps` is neither yes nor no – choose `yes`, or clear the cell",
        ),
        (
            "Documents",
            "P40",
            by(&[("What to do", "take the newer version"), ("Reason", "x")]),
            "What to do: P40 has no newer version – clear the cell",
        ),
        (
            "Agenda",
            case,
            by(&[("Time", "18:00")]),
            "Time: 6 pm is outside the meeting – choose a time while the panel sits",
        ),
        (
            "Agenda",
            case,
            by(&[("Time", "soon")]),
            "Time: `soon` is not a time – type it as hours and minutes, such as 13:40",
        ),
        (
            "Agenda",
            case,
            by(&[("Minutes", "1000")]),
            "Minutes: `1000` is not a whole number from 1 to 240 – type only the number",
        ),
        ("Agenda", case, vec![("Order", "1")], "By: nobody's name stands beside it – type your name in `By`"),
        (
            "Expected",
            "1",
            by(&[("Child", "Fictional Child")]),
            "Case: no case number – type the child's number; a booking needs one",
        ),
        (
            "Expected",
            "1",
            by(&[("Case", "1052001"), ("Emergency", "yes"), ("Authorised by", "the AD")]),
            "Placed on: an emergency without the day of the placement – type the day in `Placed on`",
        ),
        (
            "Expected",
            "1",
            by(&[("Case", "1052001"), ("Emergency", "yes"), ("Placed on", "19/11/26")]),
            "Authorised by: nobody is named as having given permission – who gave permission? Enter the name and the date",
        ),
        (
            "Expected",
            "1",
            by(&[("Case", "1052001"), ("Request", "holiday")]),
            "Request: `holiday` is not a kind of request – choose one of the list",
        ),
        (
            "Attendance",
            "Helen Marsh",
            vec![("Presence", "maybe")],
            "Presence: `maybe` is not one of the choices – choose `Present`, `Apologies`, `Substitute` or `Observer`",
        ),
        (
            "Attendance",
            "Helen Marsh",
            vec![("Presence", "Substitute")],
            "Standing in for: it is not said for whom – type the member's name in `Standing in for`",
        ),
        (
            "Attendance",
            "Helen Marsh",
            vec![("Presence", "Present"), ("Interest in cases", "the twins")],
            "Interest in cases: `the` is not a case number – type case numbers with commas between",
        ),
        (
            "Decisions",
            case,
            vec![("Decision", "Agreed in principle")],
            "Decision: this panel does not use `Agreed in principle` – choose one of `Agreed`, `Agreed with conditions`, `Ratified`, `Extended`, `Deferred`, `Not agreed`, `Noted`, `Withdrawn`, `Escalated`",
        ),
        (
            "Decisions",
            case,
            vec![("Review", "22/02/2027")],
            "Decision: the decision itself is missing – choose it in `Decision`",
        ),
        (
            "Decisions",
            case,
            vec![("Decision", "Agreed"), ("A week", "a lot")],
            "A week: `a lot` is not an amount of money – type pounds and pence, such as 4250.00",
        ),
        (
            "Decisions",
            case,
            vec![("Decision", "Agreed"), ("A week", "£600 per day")],
            "A week: `£600 per day` is not for a week – work it out for a week",
        ),
        (
            "Decisions",
            case,
            vec![("Decision", "Agreed"), ("A week", "tbc")],
            "A week: `tbc` is no amount – leave it empty until it is known, or defer the decision",
        ),
        (
            "Decisions",
            case,
            vec![("Decision", "Agreed"), ("Health", "£100")],
            "A week: there are shares but no amount – type the amount; the shares come to £100.00",
        ),
        (
            "Actions",
            "1",
            vec![("Owner", "Priya Nair")],
            "What: it is not said what must be done – type it in `What`, or clear the row",
        ),
        (
            "Actions",
            "1",
            vec![("What", "send the plan")],
            "Owner: nobody is to do it – type who does it in `Owner`",
        ),
        (
            "Tasks",
            "Create the pack",
            vec![("Do it", "yes")],
            "By: nobody's name stands beside the task – type your name in `By`",
        ),
        (
            "Expected",
            "1",
            by(&[("Case", "1052001"), ("Decided outside on", "20/11/2026")]),
            "Written authority of: a decision outside the panel without written authority – type who gave it in `Written authority of`",
        ),
        (
            "Expected",
            "1",
            by(&[
                ("Case", "1052001"),
                ("Decided outside on", "20/11/2027"),
                ("Written authority of", "C. Officer"),
            ]),
            "Decided outside on: that day is after the meeting – check the year",
        ),
        (
            "Expected",
            "1",
            by(&[("Case", "1052001"), ("Written authority of", "C. Officer")]),
            "Decided outside on: a decision outside the panel without its day – type the day in `Decided outside on`, or clear the authority",
        ),
        (
            "Due",
            "1044002 review",
            vec![("Take onto this agenda", "yes"), ("Reason", "x")],
            "By: nobody's name stands beside it – type your name in `By`",
        ),
        (
            "Attendance",
            "Helen Marsh",
            vec![("Kept out of by the chair", "everything")],
            "Kept out of by the chair: `everything` is not a case number – type case numbers with commas between",
        ),
        (
            "Meeting",
            "Meeting ended",
            vec![("Fill in", "late")],
            "Fill in: `late` is not a time – type it as hours and minutes, such as 13:40",
        ),
    ];
    for (sheet, key, cells, sentence) in mistakes {
        let cells: Vec<_> =
            cells.into_iter().map(|(column, words)| (sheet, key, column, text(words))).collect();
        let (typed, shape) = read(&edition(&sample, &typed(&cells), &[], 1)).unwrap();
        assert_eq!(shape, [], "{sheet} {key}");
        let (entries, wrong) = asked(&sample, &typed);
        assert!(
            entries.acts.is_empty() && entries.orders.is_empty(),
            "nothing half understood is done: {sentence}"
        );
        let next = edition(&sample, &typed, &wrong, 2);
        let said = beside(&next, sheet, key);
        assert!(
            said.lines().any(|line| line == sentence),
            "on `{sheet}` beside `{key}`:\n{said}\nnot:\n{sentence}"
        );
        assert!(
            wrong.iter().all(|mistake| !mistake.cell.is_empty()),
            "each mistake names its cell: {wrong:?}"
        );
        assert_eq!(
            said_by_her(&read(&next).unwrap().0),
            said_by_her(&typed),
            "what she typed stays as it is"
        );
    }
}

#[test]
fn what_the_panels_rules_miss_is_said_beside_the_decision() {
    let sample = sample();
    let cells = [("Decisions", "1050332", "Decision", text("Deferred"))];
    let (typed, _) = read(&edition(&sample, &typed(&cells), &[], 1)).unwrap();
    let finding = Finding::blocks("decision-without-reason", "`Deferred` needs a reason")
        .about("1050332")
        .hint("type it beside the decision");
    let wrong = decisions_beside(&[finding], &typed);
    let next = edition(&sample, &typed, &wrong, 2);
    assert_eq!(
        beside(&next, "Decisions", "1050332"),
        "Reason: `Deferred` needs a reason – type it beside the decision"
    );
}

#[test]
fn a_case_without_a_decision_is_missed_once_the_minutes_are_written() {
    let sample = sample();
    let path = std::path::Path::new("/panel/config.toml");
    let rules =
        panelclerk::config::resolve("config.toml", include_str!("../../config.toml"), path).unwrap().rules;
    let cells = [("Decisions", "1050332", "Decision", text("Deferred"))];
    let (typed, _) = read(&edition(&sample, &typed(&cells), &[], 1)).unwrap();
    let missed = |written| decisions_checked(&typed, &meant(&sample), &rules, written).1;
    let early = edition(&sample, &typed, &missed(false), 2);
    assert_eq!(beside(&early, "Decisions", "1048213"), "");
    let late = edition(&sample, &typed, &missed(true), 2);
    assert_eq!(
        beside(&late, "Decisions", "1048213"),
        "case 1048213 was on the agenda and has no decision – choose one; a case that was not reached is `deferred`"
    );
    assert!(!beside(&late, "Decisions", "1050332").contains("has no decision"));
}

/// The same workbook as somebody might leave it: rows the other way round and columns in another order.
fn shuffled(workbook: &[u8]) -> Vec<u8> {
    let mut out = rust_xlsxwriter::Workbook::new();
    for sheet in excel_in::read(workbook).unwrap() {
        let worksheet = out.add_worksheet().set_name(&sheet.name).unwrap();
        let last = sheet.cells.keys().map(|(row, _)| *row).max().unwrap_or(0);
        let columns = sheet.cells.keys().map(|(_, column)| *column).max().unwrap_or(0);
        let ours = sheet.name == "panelclerk" || sheet.name == "Lists";
        for ((row, column), value) in &sheet.cells {
            let turned = if ours || *row < 2 { *row } else { last + 2 - row };
            let column = u16::try_from(if ours { *column } else { columns - column }).unwrap();
            match value {
                Value::Text(text) => worksheet.write_string(turned, column, text).unwrap(),
                Value::Number(number) => worksheet.write_number(turned, column, *number).unwrap(),
                Value::Date(date) => {
                    worksheet.write_string(turned, column, date.format("%d/%m/%Y").to_string()).unwrap()
                }
                Value::Time(time) => {
                    worksheet.write_string(turned, column, time.format("%H:%M").to_string()).unwrap()
                }
                other => panic!("{other:?}"),
            };
        }
    }
    out.save_to_buffer().unwrap()
}

#[test]
fn sorted_rows_and_moved_columns_are_still_read_right() {
    let sample = sample();
    let bytes = shuffled(&edition(&sample, &filled(), &[], 2));
    let (typed, mistakes) = read(&bytes).unwrap();
    assert_eq!(mistakes, []);
    understood(&sample, &typed);
}

#[test]
fn a_workbook_saved_by_libreoffice_is_read_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    let sample = sample();
    std::fs::File::create(&path).unwrap().write_all(&edition(&sample, &filled(), &[], 2)).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    let out = folder.path().join("out");
    let converted = std::process::Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"])
        .args([&out, &path])
        .output();
    if converted.is_err() {
        crate::harness::skipped("LibreOffice");
        return;
    }
    let saved = std::fs::read(out.join("book.xlsx")).unwrap();
    let (typed, mistakes) = read(&saved).unwrap();
    assert_eq!(mistakes, []);
    assert_eq!((typed.meeting, typed.edition), (Some(date(2026, 11, 23)), 2));
    understood(&sample, &typed);
    let again = edition(&sample, &typed, &[], 3);
    understood(&sample, &read(&again).unwrap().0);
}

#[test]
fn a_half_filled_workbook_loses_nothing() {
    let sample = sample();
    let cells = [
        ("Cases", "1050332", "What to do", text("move to another meeting")),
        ("Decisions", "1050332", "Discussion", text("the panel heard from the social worker")),
        ("Decisions", "9999999", "Decision", text("Agreed")),
        ("Attendance", "A visitor", "Name", text("A visitor")),
        ("Attendance", "A visitor", "Presence", text("Observer")),
        ("Actions", "7", "What", text("something")),
        ("Documents", "P99", "Reason", text("was here before")),
    ];
    let (typed, _) = read(&edition(&sample, &typed(&cells), &[], 1)).unwrap();
    let (entries, wrong) = asked(&sample, &typed);
    assert_eq!(entries.acts, []);
    let next = edition(&sample, &typed, &wrong, 2);
    keep("workbook half filled.xlsx", &next);
    let after = read(&next).unwrap().0;
    let cells = |typed: &Typed| {
        let mut cells: Vec<_> = values(typed)
            .into_iter()
            .map(|(sheet, _, column, value)| format!("{sheet} {column} {value:?}"))
            .collect();
        cells.sort();
        cells
    };
    assert_eq!(cells(&after), cells(&typed), "only the running number of an added row may change");
    let gone = beside(&next, "Decisions", "9999999");
    assert!(gone.starts_with("there is no case `9999999`"), "{gone}");
    assert!(
        gone.ends_with("this row is no longer part of this meeting – nothing was done with what you typed"),
        "{gone}"
    );
}

#[test]
fn a_workbook_out_of_shape_says_so_on_its_first_sheet() {
    let sample = sample();
    let bytes = edition(&sample, &Typed::default(), &[], 1);
    let mut out = rust_xlsxwriter::Workbook::new();
    for sheet in excel_in::read(&bytes).unwrap() {
        if sheet.name == "Documents" {
            continue;
        }
        let worksheet = out.add_worksheet().set_name(&sheet.name).unwrap();
        for ((row, column), value) in &sheet.cells {
            let Value::Text(text) = value else { continue };
            let renamed = if sheet.name == "Cases" && text == "Reason" { "Why" } else { text };
            worksheet.write_string(*row, u16::try_from(*column).unwrap(), renamed).unwrap();
        }
    }
    let (typed, mistakes) = read(&out.save_to_buffer().unwrap()).unwrap();
    let next = edition(&sample, &typed, &mistakes, 2);
    assert_eq!(
        beside(&next, "Meeting", "Trouble with this workbook"),
        "sheet `Cases`: the column `Reason` is gone, or has another header; hint: the next edition brings it back\n\
         sheet `Documents`: the sheet is gone, or has another name; hint: the next edition brings it back; nothing typed on it was done"
    );
}

#[test]
fn hostile_workbooks_are_refused_in_words() {
    let error = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
    assert_eq!(error(b"hello"), "the workbook cannot be read: it is not an Excel workbook (.xlsx)");
    let foreign = rust_xlsxwriter::Workbook::new().save_to_buffer().unwrap();
    assert!(error(&foreign).starts_with("this is not a meeting workbook of ours"));
    let mut far = rust_xlsxwriter::Workbook::new();
    let sheet = far.add_worksheet().set_name("panelclerk").unwrap();
    sheet.write_string(0, 0, "meeting").unwrap().write_string(1_048_575, 16_383, "far away").unwrap();
    let (typed, mistakes) = read(&far.save_to_buffer().unwrap()).unwrap();
    assert_eq!((typed.rows.len(), mistakes.len()), (0, 13), "a cell at the far end costs nothing");
}

#[test]
fn a_workbook_saved_three_times_while_open_is_acted_on_once() {
    let sample = sample();
    let folder = tempfile::tempdir().unwrap();
    let mut register = Register::open(folder.path()).unwrap();
    let now = |minute: u32| format!("2026-11-20T10:{minute:02}:00Z").parse().unwrap();
    let withdraw = |word: &'static str| {
        typed(&[
            ("Cases", "1050332", "What to do", text(word)),
            ("Cases", "1050332", "By", text("Joan Whitfield")),
            ("Cases", "1050332", "Reason", text("asked for by the team")),
            ("Documents", "P40", "Child is confirmed", text("yes")),
            ("Documents", "P40", "By", text("Joan Whitfield")),
            ("Tasks", "Create the pack", "Do it", text("yes")),
            ("Tasks", "Create the pack", "By", text("Joan Whitfield")),
        ])
    };
    let mut saved = |word: &'static str, minute: u32| {
        let (typed, _) = read(&edition(&sample, &withdraw(word), &[], 4)).unwrap();
        let (entries, mistakes) = asked(&sample, &typed);
        assert_eq!(mistakes, []);
        apply(&mut register, &typed, &entries, "jwhitfield", now(minute)).unwrap()
    };
    let first = saved("withdraw", 1);
    assert_eq!(first.orders.len(), 1);
    assert_eq!(first.mistakes.len(), 1, "the register knows no document P40");
    assert_eq!(first.mistakes[0].to_string(), "sheet `Documents`, cell M3: there is no document `P40`");
    assert!(!first.done.iter().any(|place| place.sheet == "Documents"), "what could not be done stays typed");
    assert_eq!(saved("withdraw", 2).orders, []);
    assert_eq!(saved("reinstate", 3).done.len(), 2);
    saved("withdraw", 4);
    saved("withdraw", 5);
    let acts: Vec<String> = register
        .acts()
        .unwrap()
        .into_iter()
        .map(|done| match done.act {
            Act::Withdraw { .. } => "withdraw".to_owned(),
            Act::Reinstate { .. } => "reinstate".to_owned(),
            Act::Order { order, edition, .. } => format!("{order} ({edition})"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(acts, ["withdraw", "Create the pack (4)", "reinstate", "withdraw"]);
}
