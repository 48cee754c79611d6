//! `office/People.xlsx`: who sits on the panel, who brings cases, and their addresses.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use chrono::NaiveDate;

use crate::desk::addresses;
use crate::desk::layout::folded;
use crate::desk::mistake::Mistake;
use crate::panel::people::{Capacity, Person};
use crate::stationery::excel::{self, Book, Cell, CellLook, Column, Sheet, Value};
use crate::stationery::excel_in::{self, SheetIn, cell_name};

const MEMBERS: &str = "Members";
const OFFICERS: &str = "Officers";
const HEADERS: [(&str, f64); 5] =
    [("Name", 26.0), ("Role", 36.0), ("Agency", 28.0), ("Email", 36.0), ("Sits as", 16.0)];
const SITS_AS: [(&str, Capacity); 5] = [
    ("Chair", Capacity::Chair),
    ("Member", Capacity::Member),
    ("Virtual member", Capacity::Virtual),
    ("Observer", Capacity::Observer),
    ("Administrator", Capacity::Administrator),
];
const SPARE_ROWS: usize = 30;
const HEADER_WITHIN: u32 = 12;

/// Writes the workbook of people, to be kept by hand from then on.
///
/// Fails when a name, an address or the marking is longer than a cell may be.
pub fn people_workbook(panel: &str, marking: &str, dated: NaiveDate, people: &[Person]) -> Result<Vec<u8>> {
    let (officers, members): (Vec<&Person>, Vec<&Person>) =
        people.iter().partition(|person| person.capacity == Capacity::Officer);
    let book = Book {
        title: format!("{panel}: people"),
        marking: marking.to_owned(),
        dated,
        sheets: vec![
            sheet(
                MEMBERS,
                "Who gets the agenda and the pack. One line each; nothing is sent to a line without an address.",
                &members,
            ),
            sheet(
                OFFICERS,
                "Social workers and managers. Letters about cases go only to addresses on this list.",
                &officers,
            ),
        ],
        identity: Vec::new(),
    };
    excel::write(&book).context("cannot write the workbook of people")
}

fn sheet(name: &str, intro: &str, people: &[&Person]) -> Sheet {
    let members = name == MEMBERS;
    let headers = HEADERS.iter().take(if members { 5 } else { 4 });
    let choices: Vec<String> = SITS_AS.iter().map(|(words, _)| (*words).to_owned()).collect();
    let columns = headers.map(|(header, width)| {
        let column = Column::new(header, *width, CellLook::Text);
        if *header == "Sits as" { column.choices(&choices) } else { column }
    });
    let columns: Vec<Column> = columns.collect();
    let text =
        |words: &str| Cell::hers(if words.is_empty() { Value::Empty } else { Value::Text(words.to_owned()) });
    let mut rows: Vec<Vec<Cell>> = people
        .iter()
        .map(|person| {
            let sits = SITS_AS
                .iter()
                .find(|(_, capacity)| *capacity == person.capacity)
                .map_or("", |(words, _)| words);
            let email = person.email.as_deref().unwrap_or_default();
            [person.name.as_str(), &person.role, &person.agency, email, sits]
                .into_iter()
                .take(columns.len())
                .map(text)
                .collect()
        })
        .collect();
    rows.extend((0..SPARE_ROWS).map(|_| columns.iter().map(|_| Cell::hers(Value::Empty)).collect()));
    Sheet { name: name.to_owned(), intro: intro.to_owned(), columns, rows, open: true, frozen: 1 }
}

/// Reads the workbook of people. Runs in a worker.
///
/// Fails when it is no workbook, or larger than one of ours can be; mistakes in it are data.
pub fn people(bytes: &[u8]) -> Result<(Vec<Person>, Vec<Mistake>), String> {
    let sheets = excel_in::read(bytes)?;
    let mut people = Vec::new();
    let mut mistakes = Vec::new();
    let mut rows = Vec::new();
    for name in [MEMBERS, OFFICERS] {
        match sheets.iter().find(|sheet| folded(&sheet.name) == folded(name)) {
            Some(sheet) => read_sheet(name, sheet, &mut rows, &mut mistakes),
            None => mistakes.push(mistake(
                name,
                "",
                "",
                format!("the sheet `{name}` is missing"),
                "add it, with the headers Name, Role, Agency and Email",
            )),
        }
    }
    refuse_doubtful(&mut rows, &mut mistakes);
    people.extend(rows.into_iter().map(|row| row.person));
    Ok((people, mistakes))
}

/// Whether a mistake in the workbook of people is about an officer.
pub fn is_of_officers(mistake: &Mistake) -> bool {
    mistake.sheet == OFFICERS
}

/// A row that was understood.
struct Row {
    person: Person,
    sheet: &'static str,
    /// Of the address.
    cell: String,
}

/// Nobody is written to at an address that may be another's.
fn refuse_doubtful(rows: &mut [Row], mistakes: &mut Vec<Mistake>) {
    let places: Vec<String> = rows.iter().map(|row| format!("{} {}", row.sheet, row.cell)).collect();
    let addressed: Vec<(usize, addresses::Row<'_>)> = rows
        .iter()
        .zip(&places)
        .enumerate()
        .filter_map(|(at, (row, place))| {
            let (name, address) = (row.person.name.as_str(), row.person.email.as_deref()?);
            Some((at, addresses::Row { name, address, place }))
        })
        .collect();
    let found: Vec<addresses::Row<'_>> = addressed.iter().map(|(_, row)| *row).collect();
    let wrong: Vec<(usize, (String, &'static str))> =
        addresses::doubtful(&found).into_iter().map(|(at, said)| (addressed[at].0, said)).collect();
    for (at, (message, hint)) in wrong {
        let row = &mut rows[at];
        mistakes.push(mistake(row.sheet, &row.person.name, &row.cell, message, hint));
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

fn read_sheet(name: &'static str, sheet: &SheetIn, people: &mut Vec<Row>, mistakes: &mut Vec<Mistake>) {
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
        let text = |column: &str| {
            let value = columns.get(&folded(column)).and_then(|at| sheet.cells.get(&(row, *at)));
            match value {
                Some(Value::Text(text)) => text.trim().to_owned(),
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            }
        };
        let at = |column: &str| columns.get(&folded(column)).map_or(String::new(), |at| cell_name(row, *at));
        let person = text("Name");
        if person.is_empty() {
            if !text("Email").is_empty() {
                mistakes.push(mistake(
                    name,
                    "",
                    &at("Email"),
                    "an address without a name",
                    "type the person's name, or clear the row",
                ));
            }
            continue;
        }
        if let Some((message, hint)) = addresses::wrong_name(&person) {
            mistakes.push(mistake(name, &on_one_line(&person), &at("Name"), message, hint));
            continue;
        }
        let email = text("Email");
        let wrong = (!email.is_empty()).then(|| addresses::wrong_address(&email)).flatten();
        let is_address = !email.is_empty() && wrong.is_none();
        if let Some((message, hint)) = wrong {
            mistakes.push(mistake(name, &person, &at("Email"), message, hint));
        }
        let capacity = if name == OFFICERS {
            Capacity::Officer
        } else {
            let sits = text("Sits as");
            let found = SITS_AS.iter().find(|(words, _)| folded(words) == folded(&sits));
            if found.is_none() {
                let message = if sits.is_empty() {
                    "it is not said in what capacity".to_owned()
                } else {
                    format!("`{sits}` is not a capacity")
                };
                mistakes.push(mistake(
                    name,
                    &person,
                    &at("Sits as"),
                    message,
                    "choose Chair, Member, Virtual member, Observer or Administrator",
                ));
            }
            match found {
                Some((_, capacity)) => *capacity,
                None => continue,
            }
        };
        let twice = people
            .iter()
            .position(|row: &Row| row.sheet == name && folded(&row.person.name) == folded(&person));
        if let Some(other) = twice {
            mistakes.push(mistake(
                name,
                &person,
                &at("Name"),
                "the same name stands here twice",
                "clear one of the two rows",
            ));
            // In doubt the smaller copy is given.
            let other = &mut people[other].person;
            other.capacity =
                [other.capacity, capacity].into_iter().max_by_key(|it| little(*it)).unwrap_or(capacity);
            continue;
        }
        people.push(Row {
            person: Person {
                name: person,
                role: on_one_line(&text("Role")),
                agency: on_one_line(&text("Agency")),
                email: is_address.then_some(email),
                capacity,
            },
            sheet: name,
            cell: at("Email"),
        });
    }
}

/// How little somebody gets of a pack.
const fn little(capacity: Capacity) -> u8 {
    match capacity {
        Capacity::Chair => 0,
        Capacity::Administrator => 1,
        Capacity::Member => 2,
        Capacity::Virtual => 3,
        Capacity::Observer => 4,
        Capacity::Officer => 5,
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
