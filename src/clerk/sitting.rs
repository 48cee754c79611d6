//! Everything about one meeting, drawn up: its cases, its agenda, its people, its places.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use tempfile::NamedTempFile;

use crate::agenda::pages::{Pages, Span};
use crate::clerk::history;
use crate::clerk::house::House;
use crate::clerk::usage::Usage;
use crate::desk::job::ReadPeople;
use crate::desk::mistake::Mistake;
use crate::pack::manifest::Manifest;
use crate::panel::agenda::Agenda;
use crate::panel::agenda_lines;
use crate::panel::calendar;
use crate::panel::case::Casebook;
use crate::panel::london;
use crate::panel::people::{Capacity, Person};
use crate::panel::slots::{self, Wish};
use crate::panel::words::{Heading, Words};
use crate::register::Register;
use crate::register::casebook;

/// One meeting as it stands now.
#[derive(Debug)]
pub struct Sitting {
    pub casebook: Casebook,
    pub agenda: Agenda,
    pub heading: Heading,
    pub words: Words,
    /// Its folder in the office.
    pub folder: PathBuf,
}

impl Sitting {
    /// Draws it up; `date` as typed, or the next meeting.
    ///
    /// Fails when no meeting is held on `date`, and when the register cannot be read.
    pub fn draw(house: &House, register: &Register, date: Option<&str>) -> Result<Self> {
        Self::drawn(house, register, date, false)
    }

    /// The same with the agenda as if none had been set: everybody's time may change.
    ///
    /// Fails like [`Sitting::draw`].
    pub fn draw_afresh(house: &House, register: &Register, date: Option<&str>) -> Result<Self> {
        Self::drawn(house, register, date, true)
    }

    fn drawn(house: &House, register: &Register, date: Option<&str>, afresh: bool) -> Result<Self> {
        let date = meant(house, date)?;
        let casebook = casebook::draw(register, &house.config, date, house.now())?;
        let day = casebook.meeting.date;
        let wishes: Vec<Wish> = register.wishes(day)?;
        let issued = register.agenda(day)?.filter(|_| !afresh);
        let reordered = register.is_reordered(day)?;
        let issued = issued.filter(|_| !reordered);
        let mut agenda = slots::agenda(house.rules(), &casebook, &wishes, issued.as_ref());
        let said = history::last_meeting(register, day, london::wall(house.now()).date_naive())?;
        agenda_lines::tell_of_last_meeting(house.rules(), &mut agenda, &said);
        Ok(Sitting {
            agenda,
            heading: Heading::of(house.rules(), day),
            words: Words::of(house.rules()),
            folder: house.config.folders.office.join(day.to_string()),
            casebook,
        })
    }

    pub fn day(&self) -> NaiveDate {
        self.casebook.meeting.date
    }

    /// Where one of the meeting's files is.
    pub fn file(&self, what: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.heading.file_name(what)))
    }

    pub fn workbook(&self) -> PathBuf {
        self.file("workbook", "xlsx")
    }
}

/// The day a person means: one on which a meeting is, or would have been.
fn meant(house: &House, date: Option<&str>) -> Result<Option<NaiveDate>> {
    let Some(text) = date else { return Ok(None) };
    let day = crate::clerk::house::day(text)?;
    if calendar::meeting_meant(house.rules(), day).is_some() {
        return Ok(Some(day));
    }
    let next = calendar::meeting_after(house.rules(), day);
    let hint = next.map(|next| format!("the next one after it is {}", next.date));
    Err(Usage { message: format!("there is no meeting on {day}"), hint }.into())
}

/// Who is on the panel, from `office/People.xlsx`, and what is wrong in it.
///
/// Fails when the workbook is there and cannot be read; mistakes in it are data.
pub fn people(house: &House) -> Result<(Vec<Person>, Vec<Mistake>)> {
    let file = house.config.folders.office.join(PEOPLE);
    let Some(content) = house.shares.read(&file)? else {
        let hint = "`panelclerk init` makes an empty one";
        return Err(Usage::new(format!("`{}` is missing", file.display())).hint(hint).into());
    };
    let copy = house.copied_in(&content)?;
    let clerk = house.clerk()?;
    let answered = clerk.ask(&read_people(house, &copy));
    let answered = answered.with_context(|| format!("`{}` could not be read", file.display()))?;
    Ok(answered.answer)
}

/// The job of reading the people, as this panel reads them.
pub fn read_people(house: &House, copy: &NamedTempFile) -> ReadPeople {
    ReadPeople {
        file: copy.path().to_owned(),
        on: london::wall(house.now()).date_naive(),
        domains: house.config.post.domains.clone(),
        linked: house.config.post.link.as_ref().map(|_| house.config.post.council_domains()),
    }
}

/// The people as they can be had.
#[derive(Debug)]
pub struct People {
    pub people: Vec<Person>,
    /// Why they are those of an earlier reading.
    pub said: Option<String>,
}

/// Who is on the panel; while `People.xlsx` cannot be read, who was when it was last read. For papers and workbooks, never
/// for letters: those go only to whom the file names now.
///
/// Fails when the workbook cannot be read and never was.
pub fn people_or_known(house: &House, register: &Register) -> Result<People> {
    let error = match people(house) {
        Ok((people, _)) => return Ok(People { people, said: None }),
        Err(error) => error,
    };
    let Some(known) = register.known_people()? else { return Err(error) };
    let said = format!("{error:#}; the people are those it held when it was last read");
    Ok(People { people: known.people, said: Some(said) })
}

/// Who signs letters: the administrator, by name where there is one.
pub fn signed(people: &[Person]) -> String {
    let administrator = people.iter().find(|person| person.capacity == Capacity::Administrator);
    let named = |person: &Person| format!("{}, {}", person.name, person.role);
    administrator.map_or_else(|| "The panel administrator".to_owned(), named)
}

pub const PEOPLE: &str = "People.xlsx";

/// The pages of a pressed pack.
pub fn pages(manifest: &Manifest) -> Pages {
    let mut pages = Pages::default();
    for entry in &manifest.entries {
        let span = Span { first: entry.first_page, last: entry.last_page };
        pages.papers.insert(entry.number, span);
        let whole = pages.cases.entry(entry.case_id.clone()).or_insert(span);
        whole.first = whole.first.min(span.first);
        whole.last = whole.last.max(span.last);
    }
    pages
}
