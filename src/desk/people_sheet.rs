//! `office/People.xlsx` as it is first written: its sheets, columns and choices, and what each column is for.

use anyhow::{Context, Result};
use chrono::NaiveDate;

use crate::panel::people::{Capacity, How, Person, Receives};
use crate::panel::when;
use crate::stationery::excel::{self, Book, Cell, CellLook, Column, Sheet, Value};

pub const MEMBERS: &str = "Members";
pub const OFFICERS: &str = "Officers";
const HELP: &str = "How to fill in";

pub const NAME: &str = "Name";
pub const ROLE: &str = "Role";
pub const AGENCY: &str = "Agency";
pub const EMAIL: &str = "Email";
pub const SITS_AS: &str = "Sits as";
pub const RECEIVES: &str = "Receives";
pub const MAILBOX: &str = "Mailbox takes (MB)";
pub const LINK: &str = "Gets a link";
pub const FROM: &str = "From";
pub const UNTIL: &str = "Until";
pub const STANDS_IN: &str = "Stands in for";
pub const MEETINGS: &str = "Meetings";
pub const AGREED_BY: &str = "Agreed by";
pub const AGREED_ON: &str = "Agreed on";
pub const IS_RIGHT: &str = "Address is right";
pub const CHECKED_BY: &str = "Checked by";
pub const CHECKED_ON: &str = "Checked on";
pub const HOW: &str = "How checked";
pub const OPENED: &str = "Test page opened";

/// What somebody can sit as.
pub const CAPACITIES: [(&str, Capacity); 8] = [
    ("Chair", Capacity::Chair),
    ("Vice Chair", Capacity::ViceChair),
    ("Member", Capacity::Member),
    ("Substitute", Capacity::Substitute),
    ("Facilitator", Capacity::Facilitator),
    ("Virtual member", Capacity::Virtual),
    ("Observer", Capacity::Observer),
    ("Administrator", Capacity::Administrator),
];

/// What somebody can receive.
pub const RECEIPTS: [(&str, Receives); 3] =
    [("Pack", Receives::Pack), ("Own cases", Receives::OwnCases), ("Agenda only", Receives::AgendaOnly)];

/// How an address can have been checked. A reason stands after `urgent:`.
pub const WAYS: [&str; 3] = ["reply and telephone", "reply and directory", "urgent: "];

/// A column: header, width, look, whether officers have it too, and what is typed into it.
type Plan = (&'static str, f64, CellLook, bool, &'static str);

const COLUMNS: [Plan; 19] = [
    (NAME, 26.0, CellLook::Text, true, "First name and surname, on one line. One row for each person."),
    (
        ROLE,
        34.0,
        CellLook::Text,
        true,
        "What they are: Assistant Director, Head of Service, education, housing, social worker ... Virtual members are \
      known by a word of it.",
    ),
    (AGENCY, 26.0, CellLook::Text, true, "The council, the health board, the school ..."),
    (
        EMAIL,
        34.0,
        CellLook::Text,
        true,
        "Their own address and nothing else: name@council.gov.uk. Empty: nothing is sent to them. Type it; an address \
      that is copied from an email may hold signs that nobody sees.",
    ),
    (
        SITS_AS,
        16.0,
        CellLook::Text,
        false,
        "Choose from the list. Anything else stops the agenda, the pack and the minutes until it is right. Chair, Vice Chair, \
      Member, Facilitator and Administrator have the whole pack. A Virtual member has the cases on which they are consulted. A Substitute has the pack \
      of the meetings they stand in at. An Observer has times and kinds of request, once it is agreed.",
    ),
    (
        RECEIVES,
        14.0,
        CellLook::Text,
        false,
        "Only where they are to have something else: Pack, Own cases, or Agenda only. Empty: as they sit.",
    ),
    (
        MAILBOX,
        12.0,
        CellLook::Whole,
        false,
        "Only where a mailbox takes less or more than others: a number of megabytes. A larger pack comes in parts.",
    ),
    (
        LINK,
        12.0,
        CellLook::Text,
        false,
        "Only where they are to have something else than their domain: `yes`: an email with a link to where the pack lies, instead of the file; only \
      at an address of the council's own. `no`: always the file.",
    ),
    (
        FROM,
        12.0,
        CellLook::Date,
        true,
        "The first day of their time on the panel. A meeting before it is not theirs. Empty: always.",
    ),
    (
        UNTIL,
        12.0,
        CellLook::Date,
        true,
        "The last day. Nothing is sent to them for a meeting after it, nor after that day. Type it when you hear that somebody leaves; \
      do not wait for the day.",
    ),
    (STANDS_IN, 24.0, CellLook::Text, false, "Of a Substitute: for whom, a name of this list."),
    (
        MEETINGS,
        22.0,
        CellLook::Text,
        false,
        "Of a Substitute or an Observer: the date of the meeting, such as 23/11/2026; several with commas between. They get nothing \
      of any other.",
    ),
    (
        AGREED_BY,
        22.0,
        CellLook::Text,
        false,
        "Of an Observer: who agreed to it. It must be the one whom your procedure names, and who stands in this list.",
    ),
    (
        AGREED_ON,
        12.0,
        CellLook::Date,
        false,
        "The day on which they agreed. An observer gets nothing before.",
    ),
    (
        IS_RIGHT,
        40.0,
        CellLook::Text,
        true,
        "Only where the program asks whether an address is theirs: ask them, then type the address once more and your own name after it. \
      It counts for this very address.",
    ),
    (
        CHECKED_BY,
        20.0,
        CellLook::Text,
        true,
        "Where addresses are proved: your name, once they have answered the first email and you have made sure another way.",
    ),
    (CHECKED_ON, 12.0, CellLook::Date, true, "The day of that check."),
    (
        HOW,
        24.0,
        CellLook::Text,
        true,
        "`reply and telephone`: you rang them on a number you had before. `reply and directory`: the address stands in their organisation's \
      directory. `urgent: REASON`: nobody could check; the papers of the meetings in `Meetings` go there all the same; a member comes to no other meeting until `Meetings` is cleared. A new address starts again: \
      clear these cells and fill them in anew.",
    ),
    (
        OPENED,
        12.0,
        CellLook::Text,
        false,
        "`yes` or `no`: whether the protected page that came with the first email opened. Empty where none came.",
    ),
];

const SPARE_ROWS: usize = 30;

/// The headers that a sheet of the workbook has.
pub fn headers(sheet: &str) -> impl Iterator<Item = &'static str> {
    let members = sheet == MEMBERS;
    COLUMNS.iter().filter(move |(.., officers, _)| members || *officers).map(|(header, ..)| *header)
}

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
                "Who gets the agenda and the pack. One line each; nothing is sent to a line without an address. The sheet `How to fill in` explains each column.",
                &members,
            ),
            sheet(
                OFFICERS,
                "Social workers and managers. Emails about cases go only to addresses on this list.",
                &officers,
            ),
            help(),
        ],
        identity: Vec::new(),
    };
    excel::write(&book).context("cannot write the workbook of people")
}

fn sheet(name: &str, intro: &str, people: &[&Person]) -> Sheet {
    let of_this = |(.., officers, _): &&Plan| name == MEMBERS || *officers;
    let columns = COLUMNS.iter().filter(of_this).map(|(header, width, look, ..)| {
        let column = Column::new(header, *width, *look);
        match *header {
            SITS_AS => column.choices(&CAPACITIES.map(|(words, _)| words.to_owned())),
            RECEIVES => column.choices(&RECEIPTS.map(|(words, _)| words.to_owned())),
            HOW => column.choices(&WAYS.map(str::to_owned)),
            OPENED | LINK => column.choices(&["yes".to_owned(), "no".to_owned()]),
            _ => column,
        }
    });
    let columns: Vec<Column> = columns.collect();
    let row =
        |person: &&Person| columns.iter().map(|column| Cell::hers(value(person, &column.header))).collect();
    let mut rows: Vec<Vec<Cell>> = people.iter().map(row).collect();
    rows.extend((0..SPARE_ROWS).map(|_| columns.iter().map(|_| Cell::hers(Value::Empty)).collect()));
    Sheet { name: name.to_owned(), intro: intro.to_owned(), columns, rows, open: true, frozen: 1 }
}

/// What stands in one of a person's cells.
fn value(person: &Person, header: &str) -> Value {
    let text = |words: &str| if words.is_empty() { Value::Empty } else { Value::Text(words.to_owned()) };
    let date = |day: Option<NaiveDate>| day.map_or(Value::Empty, Value::Date);
    let terms = &person.terms;
    match header {
        NAME => text(&person.name),
        ROLE => text(&person.role),
        AGENCY => text(&person.agency),
        EMAIL => text(person.email.as_deref().unwrap_or_default()),
        SITS_AS => text(words_of(&CAPACITIES, &person.capacity)),
        RECEIVES => text(terms.receives.map_or("", |what| words_of(&RECEIPTS, &what))),
        MAILBOX => terms.letter_mb.map_or(Value::Empty, |most| Value::Number(f64::from(most))),
        LINK => terms.by_link.map_or(Value::Empty, Value::YesNo),
        FROM => date(terms.from),
        UNTIL => date(terms.until),
        STANDS_IN => text(terms.stands_in_for.as_deref().unwrap_or_default()),
        MEETINGS => match terms.meetings.as_slice() {
            [one] => Value::Date(*one),
            several => text(&several.iter().map(|day| when::typed_day(*day)).collect::<Vec<_>>().join(", ")),
        },
        AGREED_BY => text(terms.agreed.as_ref().map_or("", |agreed| agreed.by.as_str())),
        AGREED_ON => date(terms.agreed.as_ref().map(|agreed| agreed.on)),
        CHECKED_BY => text(terms.checked.as_ref().map_or("", |tick| tick.by.as_str())),
        CHECKED_ON => date(terms.checked.as_ref().map(|tick| tick.on)),
        HOW => match terms.checked.as_ref().map(|tick| &tick.how) {
            None => Value::Empty,
            Some(How::Urgent(reason)) => text(&format!("urgent: {reason}")),
            Some(how) => text(how.plain()),
        },
        OPENED => terms.checked.as_ref().and_then(|tick| tick.opened).map_or(Value::Empty, Value::YesNo),
        _ => Value::Empty,
    }
}

fn words_of<T: PartialEq>(choices: &[(&'static str, T)], wanted: &T) -> &'static str {
    choices.iter().find(|(_, choice)| choice == wanted).map_or("", |(words, _)| words)
}

/// What each column is for, on a sheet of its own.
fn help() -> Sheet {
    let columns = vec![
        Column::new("Column", 22.0, CellLook::Text),
        Column::new("On", 20.0, CellLook::Text),
        Column::new("What to type", 110.0, CellLook::Text),
    ];
    let rows = COLUMNS.iter().map(|(header, .., officers, about)| {
        let on = if *officers { "Members, Officers" } else { "Members" };
        vec![Cell::ours(*header), Cell::ours(on), Cell::ours(*about)]
    });
    let more = [
        (
            "A row that is not clear",
            "",
            "Nothing is sent to that person, and the program says which cell and why; everybody else gets theirs.",
        ),
        (
            "A column that is missing",
            "",
            "Type its header, as it stands above, into the next free cell of the header row. Columns may stand in any order; rows may be sorted.",
        ),
        (
            "When it is read",
            "",
            "Whenever it has been saved and closed. Nothing is written into it by the program.",
        ),
    ];
    let more =
        more.into_iter().map(|(what, on, about)| vec![Cell::ours(what), Cell::ours(on), Cell::ours(about)]);
    Sheet {
        name: HELP.to_owned(),
        intro: "What to type into the other sheets. Only name, address and, for members, `Sits as` are always needed.".to_owned(),
        columns,
        rows: rows.chain(more).collect(),
        open: false,
        frozen: 1,
    }
}
