//! `office/People.xlsx` read: who sits on the panel, who brings cases, their addresses, and what is not clear of any of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::desk::addresses;
use crate::desk::answers::Answers;
use crate::desk::layout::folded;
use crate::desk::mistake::Mistake;
use crate::desk::people_sheet::{self as sheet, MEMBERS, OFFICERS};
use crate::desk::typed::{TypedCell, TypedRow};
use crate::desk::whom;
use crate::panel::people::{Agreed, Capacity, How, Person, Terms, Tick};
use crate::stationery::excel::Value;
use crate::stationery::excel_in::{self, SheetIn, cell_name};

pub use crate::desk::people_sheet::people_workbook;

const HEADER_WITHIN: u32 = 12;
/// Megabytes that a mailbox may be said to take.
const LARGEST_MAILBOX: u32 = 150;

/// What the people are read with.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The day it is read on, from which a two-digit year is read.
    pub on: NaiveDate,
    /// The only domains that letters go to; empty: any.
    pub domains: &'a [String],
    /// The council's own domains, to whose addresses a link can go instead of a file; none where there are no links.
    pub linked: Option<&'a [String]>,
}

/// Reads the workbook of people. Runs in a worker.
///
/// Fails when it is no workbook, or larger than one of ours can be; mistakes in it are data.
pub fn people(bytes: &[u8], with: Reading<'_>) -> Result<(Vec<Person>, Vec<Mistake>), String> {
    let sheets = excel_in::read(bytes)?;
    let mut mistakes = Vec::new();
    let mut rows = Vec::new();
    for name in [MEMBERS, OFFICERS] {
        match sheets.iter().find(|sheet| folded(&sheet.name) == folded(name)) {
            Some(sheet) => read_sheet(name, sheet, with.on, &mut rows, &mut mistakes),
            None => mistakes.push(mistake(
                name,
                "",
                "",
                format!("the sheet `{name}` is missing"),
                "add it, with the headers Name, Role, Agency and Email",
            )),
        }
    }
    refuse_doubtful(&mut rows, with.domains, &mut mistakes);
    refuse_links(&mut rows, with.linked, &mut mistakes);
    Ok((rows.into_iter().map(|row| row.person).collect(), mistakes))
}

/// Whether a mistake in the workbook of people is about an officer.
pub fn is_of_officers(mistake: &Mistake) -> bool {
    mistake.sheet == OFFICERS
}

/// Whether nothing may go to the panel while it stands: somebody who is on it may be due anything.
pub fn stops_sending(mistake: &Mistake) -> bool {
    mistake.sheet == MEMBERS && mistake.column == sheet::SITS_AS
}

/// A row that was understood.
struct Row {
    person: Person,
    sheet: &'static str,
    /// Of the address.
    cell: String,
    /// Of whether they get a link.
    link_cell: String,
    /// What was typed beside it: that it is right, all the same.
    is_right: String,
}

/// Nobody is written to at an address that may be another's.
fn refuse_doubtful(rows: &mut [Row], domains: &[String], mistakes: &mut Vec<Mistake>) {
    let places: Vec<String> = rows.iter().map(|row| format!("{} {}", row.sheet, row.cell)).collect();
    let found: Vec<addresses::Row<'_>> = rows
        .iter()
        .zip(&places)
        .map(|(row, place)| addresses::Row {
            name: &row.person.name,
            address: row.person.email.as_deref().unwrap_or_default(),
            place,
            is_right: &row.is_right,
        })
        .collect();
    let wrong = addresses::doubtful(&found, domains);
    for (at, (message, hint)) in wrong {
        let row = &mut rows[at];
        let mut wrong = mistake(row.sheet, &row.person.name, &row.cell, message, &hint);
        sheet::EMAIL.clone_into(&mut wrong.column);
        mistakes.push(wrong);
        row.person.email = None;
    }
}

/// Whoever is to get a link that opens for the council's own alone gets nothing until that is put right.
fn refuse_links(rows: &mut [Row], linked: Option<&[String]>, mistakes: &mut Vec<Mistake>) {
    for row in rows.iter_mut().filter(|row| row.person.terms.by_link == Some(true)) {
        let wrong = row.person.email.as_deref().and_then(|address| addresses::no_link_for(address, linked));
        let Some((message, hint)) = wrong else { continue };
        let mut wrong = mistake(row.sheet, &row.person.name, &row.link_cell, message, &hint);
        sheet::LINK.clone_into(&mut wrong.column);
        mistakes.push(wrong);
        row.person.email = None;
    }
}

fn mistake(sheet: &str, key: &str, cell: &str, message: impl Into<String>, hint: &str) -> Mistake {
    Mistake {
        sheet: sheet.to_owned(),
        key: key.to_owned(),
        cell: cell.to_owned(),
        column: String::new(),
        message: message.into(),
        hint: hint.to_owned(),
    }
}

fn read_sheet(
    name: &'static str,
    sheet: &SheetIn,
    on: NaiveDate,
    people: &mut Vec<Row>,
    mistakes: &mut Vec<Mistake>,
) {
    let Some((header, columns)) = headers(sheet) else {
        mistakes.push(mistake(
            name,
            "",
            "",
            "there is no column `Name`",
            "the headers are Name, Role, Agency, Email and, for members, Sits as",
        ));
        return;
    };
    let mut rows: Vec<u32> = sheet.cells.keys().map(|(row, _)| *row).filter(|row| *row > header).collect();
    rows.dedup();
    for row in rows {
        let typed = typed(name, sheet, row, &columns);
        read_row(name, &typed, on, people, mistakes);
    }
}

/// A row's cells under our names of the columns.
fn typed(name: &str, sheet: &SheetIn, row: u32, columns: &BTreeMap<String, u32>) -> TypedRow {
    let (mut cells, mut empty) = (Vec::new(), Vec::new());
    for header in sheet::headers(name) {
        let Some(at) = columns.get(&folded(header)) else { continue };
        let cell = cell_name(row, *at);
        match sheet.cells.get(&(row, *at)) {
            Some(value) => cells.push(TypedCell { column: header.to_owned(), cell, value: value.clone() }),
            None => empty.push((header.to_owned(), cell)),
        }
    }
    TypedRow { sheet: name.to_owned(), key: String::new(), cells, empty }
}

fn read_row(
    name: &'static str,
    typed: &TypedRow,
    on: NaiveDate,
    people: &mut Vec<Row>,
    mistakes: &mut Vec<Mistake>,
) {
    let mut answers = Answers::of(typed, on);
    let person = answers.text(sheet::NAME);
    // An address is looked at as it was typed: what cannot be seen is a mistake in it.
    let email = match typed.cell(sheet::EMAIL).map(|cell| &cell.value) {
        Some(Value::Text(text)) => text.trim_matches([' ', '\n', '\r', '\t']).to_owned(),
        _ => answers.text(sheet::EMAIL),
    };
    let cell = |column: &str| typed.mistake(column, "", "").cell;
    if person.is_empty() {
        if !email.is_empty() {
            let hint = "type the person's name, or clear the row";
            mistakes.push(mistake(name, "", &cell(sheet::EMAIL), "an address without a name", hint));
        }
        return;
    }
    if let Some((message, hint)) = addresses::wrong_name(&person) {
        mistakes.push(mistake(name, &on_one_line(&person), &cell(sheet::NAME), message, hint));
        return;
    }
    let wrong = (!email.is_empty()).then(|| addresses::wrong_address(&email)).flatten();
    let is_address = !email.is_empty() && wrong.is_none();
    if let Some((message, hint)) = wrong {
        answers.wrong(sheet::EMAIL, message, hint);
    }
    let capacity = if name == OFFICERS {
        Some(Capacity::Officer)
    } else {
        answers.choice(sheet::SITS_AS, &sheet::CAPACITIES)
    };
    let terms = terms(&mut answers, capacity);
    let row = Row {
        person: Person {
            name: person.clone(),
            role: on_one_line(&answers.text(sheet::ROLE)),
            agency: on_one_line(&answers.text(sheet::AGENCY)),
            // In small letters: typed otherwise another time, it is no other mailbox.
            email: (is_address && answers.mistakes.is_empty()).then(|| email.to_ascii_lowercase()),
            capacity: capacity.unwrap_or(Capacity::Observer),
            terms,
        },
        sheet: name,
        cell: cell(sheet::EMAIL),
        link_cell: cell(sheet::LINK),
        is_right: answers.text(sheet::IS_RIGHT),
    };
    if capacity.is_none() && answers.text(sheet::SITS_AS).is_empty() {
        answers.wrong(sheet::SITS_AS, "it is not said in what capacity", choose_a_capacity());
    }
    for mut wrong in answers.mistakes {
        wrong.key.clone_from(&person);
        mistakes.push(wrong);
    }
    if capacity.is_none() {
        return;
    }
    let twice = people
        .iter()
        .position(|other| other.sheet == name && folded(&other.person.name) == folded(&row.person.name));
    let Some(twice) = twice else {
        people.push(row);
        return;
    };
    let message = "the same name stands here twice";
    mistakes.push(mistake(name, &person, &cell(sheet::NAME), message, "clear one of the two rows"));
    // In doubt the smaller copy is given, and where the two have different addresses nobody knows which is right.
    let (other, new) = (&mut people[twice].person, row.person);
    let differs = |one: &Option<String>, two: &Option<String>| {
        one.as_ref().map(|one| one.to_lowercase()) != two.as_ref().map(|two| two.to_lowercase())
    };
    if differs(&other.email, &new.email) {
        other.email = None;
    }
    if little(other.capacity) < little(new.capacity) {
        (other.capacity, other.terms) = (new.capacity, new.terms);
    }
}

fn choose_a_capacity() -> String {
    let words: Vec<&str> = sheet::CAPACITIES.iter().map(|(words, _)| *words).collect();
    let (last, first) = words.split_last().expect("there are capacities");
    format!("choose {} or {last}", first.join(", "))
}

/// What is said of a person besides.
fn terms(answers: &mut Answers<'_>, capacity: Option<Capacity>) -> Terms {
    let receives = answers.choice(sheet::RECEIVES, &sheet::RECEIPTS);
    let letter_mb = answers.whole(sheet::MAILBOX, LARGEST_MAILBOX);
    let by_link = answers.yes(sheet::LINK);
    let (from, until) = (answers.date(sheet::FROM), answers.date(sheet::UNTIL));
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        answers.wrong(sheet::UNTIL, "it is before the day in `From`", "correct one of the two");
    }
    let stands_in_for = Some(answers.text(sheet::STANDS_IN)).filter(|name| !name.is_empty());
    let is_substitute = capacity == Some(Capacity::Substitute);
    if stands_in_for.is_some() && !is_substitute {
        let hint = "choose `Substitute` in `Sits as`, or clear the cell";
        answers.wrong(sheet::STANDS_IN, "they stand in for somebody, and do not sit as a substitute", hint);
    }
    let meetings = meetings(answers);
    Terms {
        receives,
        letter_mb,
        by_link,
        from,
        until,
        stands_in_for,
        meetings,
        agreed: agreed(answers),
        checked: checked(answers),
    }
}

/// Days with commas between.
fn meetings(answers: &mut Answers<'_>) -> Vec<NaiveDate> {
    match answers.row.cell(sheet::MEETINGS).map(|cell| &cell.value) {
        Some(Value::Text(text)) => {
            let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            let mut days = Vec::new();
            for one in whom::people(&text.replace(" and ", ",").replace(" & ", ",")) {
                if weekdays.contains(&one.to_lowercase().as_str()) {
                    continue;
                }
                let cell = TypedCell {
                    column: sheet::MEETINGS.to_owned(),
                    cell: answers.row.mistake(sheet::MEETINGS, "", "").cell,
                    value: Value::Text(one),
                };
                let row = TypedRow { cells: vec![cell], empty: Vec::new(), ..answers.row.clone() };
                let mut one = Answers::of(&row, answers.on());
                days.extend(one.date(sheet::MEETINGS));
                answers.mistakes.append(&mut one.mistakes);
            }
            days
        }
        _ => answers.date(sheet::MEETINGS).into_iter().collect(),
    }
}

fn agreed(answers: &mut Answers<'_>) -> Option<Agreed> {
    let (by, on) = (answers.text(sheet::AGREED_BY), answers.date(sheet::AGREED_ON));
    match (by.is_empty(), on) {
        (false, Some(on)) => Some(Agreed { by, on }),
        // A name without its day, or a day without its name, is nobody's agreement: the plan says so.
        _ => None,
    }
}

/// What was typed of the check of an address: all of it, or a mistake.
fn checked(answers: &mut Answers<'_>) -> Option<Tick> {
    let (by, on) = (answers.text(sheet::CHECKED_BY), answers.date(sheet::CHECKED_ON));
    let how = answers.text(sheet::HOW);
    let opened = answers.yes(sheet::OPENED);
    if by.is_empty() && on.is_none() && how.is_empty() {
        return None;
    }
    let asked = folded(&how);
    let reason = how.split_once(':').map_or("", |(_, reason)| reason).trim().to_owned();
    let how = match asked.as_str() {
        "replyandtelephone" | "telephone" => Some(How::Telephone),
        "replyanddirectory" | "directory" => Some(How::Directory),
        _ if asked.starts_with("urgent") && !reason.is_empty() => Some(How::Urgent(reason)),
        _ if asked.starts_with("urgent") => {
            answers.wrong(sheet::HOW, "it is not said why it is urgent", "type it: `urgent: REASON`");
            return None;
        }
        "" => None,
        _ => {
            let hint = "choose `reply and telephone`, `reply and directory` or `urgent: REASON`";
            answers.wrong(sheet::HOW, format!("`{how}` is not one of the choices"), hint);
            return None;
        }
    };
    match (by.is_empty(), on, how) {
        (false, Some(on), Some(how)) => Some(Tick { by, on, how, opened }),
        _ => {
            let missing = [
                (by.is_empty(), sheet::CHECKED_BY),
                (on.is_none(), sheet::CHECKED_ON),
                (asked.is_empty(), sheet::HOW),
            ];
            let column = missing.iter().find(|(is, _)| *is).map_or(sheet::HOW, |(_, column)| column);
            answers.wrong(column, "the check of the address is not whole", "fill in who, when and how");
            None
        }
    }
}

/// How little somebody gets of a pack.
const fn little(capacity: Capacity) -> u8 {
    match capacity {
        Capacity::Chair => 0,
        Capacity::Administrator => 1,
        Capacity::Facilitator => 2,
        Capacity::ViceChair => 3,
        Capacity::Member => 4,
        Capacity::Substitute => 5,
        Capacity::Virtual => 6,
        Capacity::Observer => 7,
        Capacity::Officer => 8,
    }
}

/// Without line breaks and whatever else cannot be seen.
fn on_one_line(text: &str) -> String {
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn headers(sheet: &SheetIn) -> Option<(u32, BTreeMap<String, u32>)> {
    (0..HEADER_WITHIN).find_map(|row| {
        let mut columns = BTreeMap::new();
        for ((_, column), value) in sheet.cells.range((row, 0)..(row + 1, 0)) {
            if let Value::Text(text) = value {
                columns.entry(folded(text)).or_insert(*column);
            }
        }
        columns.contains_key("name").then_some((row, columns))
    })
}
