//! The meeting workbook: written, filled in by a person, saved by another program, read again.

use chrono::NaiveDate;
use panelclerk::desk::acts::{Known, entries};
use panelclerk::desk::carry::undone;
use panelclerk::desk::entries::{Entries, OrderWord};
use panelclerk::desk::mistake::Mistake;
use panelclerk::desk::outcome::outcome;
use panelclerk::desk::typed::{Typed, TypedCell, TypedRow, read};
use panelclerk::desk::view::DeskView;
use panelclerk::desk::wishes::wishes;
use panelclerk::desk::workbook::workbook;
use panelclerk::panel::money::Pence;
use panelclerk::panel::outcome::{DecisionWord, Presence};
use panelclerk::register::acts::Act;
use panelclerk::stationery::excel::Value;

use crate::documents::keep;
use crate::sample_meeting::{Sample, case_id, date, sample, time};

fn edition(sample: &Sample, typed: &Typed, mistakes: &[Mistake], edition: u32) -> Vec<u8> {
    let meetings: Vec<NaiveDate> = vec![date(2026, 11, 30), date(2026, 12, 7)];
    let view = DeskView {
        heading: &sample.heading,
        words: &sample.words,
        casebook: &sample.casebook,
        agenda: &sample.agenda,
        people: &sample.people,
        meetings: &meetings,
        typed,
        mistakes,
        done: &[],
        edition,
    };
    workbook(&view).unwrap()
}

/// What somebody types: sheet, key, column, value.
fn typed(cells: &[(&str, &str, &str, Value)]) -> Typed {
    let mut typed = Typed { meeting: Some(date(2026, 11, 23)), edition: 1, rows: Vec::new() };
    for (sheet, key, column, value) in cells {
        let cell = TypedCell { column: (*column).to_owned(), cell: String::new(), value: value.clone() };
        match typed.rows.iter_mut().find(|row| row.sheet == *sheet && row.key == *key) {
            Some(row) => row.cells.push(cell),
            None => typed.rows.push(TypedRow {
                sheet: (*sheet).to_owned(),
                key: (*key).to_owned(),
                cells: vec![cell],
            }),
        }
    }
    typed
}

/// What is asked for, and what is wrong, on every sheet.
fn asked(sample: &Sample, typed: &Typed) -> (Entries, Vec<Mistake>) {
    let newest = [("P40".parse().unwrap(), 1)].into();
    let known = Known { words: &sample.words, casebook: &sample.casebook, newest: &newest };
    let (entries, mut mistakes) = entries(typed, &known);
    mistakes.extend(wishes(typed, &sample.casebook).1);
    mistakes.extend(outcome(typed, &sample.words, &sample.agenda).1);
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
        ("Papers", "P40", "Belongs to case", text("1051117")),
        ("Papers", "P40", "Kind is", text("Care plan")),
        ("Papers", "P40", "By", text("Joan Whitfield")),
        ("Papers", "P40", "Reason", text("the social worker rang")),
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
        ("Orders", "Press the pack", "Do it", text("yes")),
        ("Orders", "Press the pack", "By", text("Joan Whitfield")),
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
    let (meeting, _) = outcome(&typed, &sample.words, &sample.agenda);
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
    let (wishes, _) = wishes(typed, &sample.casebook);
    assert_eq!((wishes[0].case.as_str(), wishes[0].order), ("1051117", Some(1)));
    assert!(acts.iter().any(|act| matches!(act, Act::Expect { case, .. } if *case == case_id("1052001"))));
    assert_eq!(asked.orders.len(), 1);
    assert_eq!((asked.orders[0].what, asked.orders[0].by.as_str()), (OrderWord::PressPack, "Joan Whitfield"));
    let (meeting, _) = outcome(typed, &sample.words, &sample.agenda);
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
    assert_eq!(
        sheets.into_iter().collect::<Vec<_>>(),
        ["Actions", "Agenda", "Attendance", "Decisions", "Meeting"]
    );
}
