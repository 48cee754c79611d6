//! Proved addresses: whose address still waits for a check, and who gets nothing until then (`docs/post.md`).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};

use crate::clerk::house::House;
use crate::clerk::letters::again;
use crate::clerk::letters::told::Told;
use crate::desk::directory::{Match, Sought};
use crate::desk::job::LookUp;
use crate::panel::audience::{self, Days, Due, same_name};
use crate::panel::letter_state::LetterState;
use crate::panel::london;
use crate::panel::people::{Capacity, Person};
use crate::panel::proofs::{self, Proof, Proved, State};
use crate::panel::when;
use crate::post::kind::LetterKind;
use crate::post::plan::{Again, Enclosed};
use crate::register::Register;
use crate::register::letters::LetterRow;

/// The council's directory, under either of these names in the office folder.
pub const DIRECTORY: [&str; 2] = ["Directory.csv", "Directory.xlsx"];

/// Everything on record of addresses.
#[derive(Debug)]
pub struct Proofs {
    said: Vec<Proof>,
    written: Vec<Written>,
    directory: Directory,
}

/// A first letter.
#[derive(Debug, Clone)]
struct Written {
    name: String,
    address: String,
    at: DateTime<Utc>,
    /// Whether the protected page came with it.
    page: bool,
    letter: LetterRow,
}

/// What the council's directory says of the officers.
#[derive(Debug, Default)]
pub enum Directory {
    /// There is none.
    #[default]
    Missing,
    /// How many people it has, and what it says of each officer, by address in small letters and name.
    Read(usize, BTreeMap<(String, String), Match>),
    Unreadable(String),
}

/// Somebody's name, and why nothing goes to them.
pub type Why = (String, String);

/// Whom a first letter is to be written to, with what.
pub type Firsts<'p> = Vec<(&'p Person, Enclosed)>;

/// One person's address and where it stands.
#[derive(Debug, Clone)]
pub struct Standing<'p> {
    pub person: &'p Person,
    pub due: Due,
    pub state: State,
    /// Of an officer: what the directory has instead.
    pub instead: Option<Match>,
}

impl Proofs {
    /// What is known; the directory is not looked into.
    ///
    /// Fails when the register cannot be read.
    pub fn of(register: &Register) -> Result<Self> {
        Ok(Proofs {
            said: proofs::standing(&register.acts()?),
            written: first_letters(register)?,
            directory: Directory::Missing,
        })
    }

    /// The same with what the directory says of the officers among these people.
    ///
    /// Fails when the register cannot be read, or the office folder does not answer.
    pub fn with_directory(house: &House, register: &Register, people: &[Person]) -> Result<Self> {
        let directory = look_up(house, people)?;
        Ok(Proofs { directory, ..Proofs::of(register)? })
    }

    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Where the address of somebody who is `due` this stands for a meeting; none where they have none.
    pub fn standing<'p>(
        &self,
        house: &House,
        person: &'p Person,
        due: Due,
        meeting: NaiveDate,
    ) -> Option<Standing<'p>> {
        let address = person.email.as_deref()?;
        let is_officer = person.capacity == Capacity::Officer;
        let instead = match &self.directory {
            Directory::Read(_, matches) if is_officer => {
                matches.get(&(address.to_lowercase(), person.name.clone())).cloned()
            }
            _ => None,
        };
        let entered = proofs::of(&self.said, &person.name, address, meeting);
        let state = entered.unwrap_or_else(|| {
            if is_officer && instead == Some(Match::Same) {
                return State::NotNeeded("the directory has it");
            }
            if is_officer {
                return State::NotInDirectory;
            }
            if !proofs::is_needed(&due, house.config.post.is_council(address)) {
                return State::NotNeeded("the council's own, for no more than their own cases");
            }
            match self.written_to(&person.name, address) {
                Some(written) => State::Waiting { since: written.at },
                None => State::NotWritten,
            }
        });
        Some(Standing { person, due, state, instead })
    }

    /// Whether somebody has said that the address may not be this person's, and nobody has checked it since. What goes for one meeting goes.
    pub fn is_doubted(&self, name: &str, address: &str, meeting: NaiveDate) -> bool {
        matches!(proofs::of(&self.said, name, address, meeting), Some(State::Doubted { .. }))
    }

    fn written_to(&self, name: &str, address: &str) -> Option<&Written> {
        let theirs = |one: &&Written| one.address.eq_ignore_ascii_case(address) && same_name(&one.name, name);
        self.written.iter().rev().find(theirs)
    }

    /// Whether a protected page has been sent to anybody of the address' domain.
    pub fn tried_page(&self, address: &str) -> bool {
        let domain = |address: &str| address.rsplit('@').next().unwrap_or_default().to_lowercase();
        self.written.iter().any(|one| one.page && domain(&one.address) == domain(address))
    }

    /// Why an address cannot be taken as checked on that day; none where it can.
    pub fn not_checkable(
        &self,
        person: &Person,
        on: NaiveDate,
        opened: Option<bool>,
        today: NaiveDate,
    ) -> Option<String> {
        let address = person.email.as_deref()?;
        if today < on {
            return Some(format!("the day of the check, {}, is still to come", when::day(on)));
        }
        let doubts = self.said.iter().filter(|one| one.address.eq_ignore_ascii_case(address));
        let doubted = doubts.filter_map(|one| match one.what {
            Proved::Doubted { since } => Some(london::wall(since).date_naive()),
            _ => None,
        });
        if let Some(day) = doubted.max().filter(|day| on < *day) {
            return Some(format!("the check is older than the doubt of {}", when::day(day)));
        }
        if person.capacity == Capacity::Officer {
            return None;
        }
        let Some(written) = self.written_to(&person.name, address) else {
            return Some(
                "no first email has been written to this address: `panelclerk send first-contact DATE`"
                    .to_owned(),
            );
        };
        if written.letter.state == LetterState::Returned {
            return Some("the first email to this address came back: nobody can have answered it".to_owned());
        }
        let day = london::wall(written.at).date_naive();
        if on < day {
            return Some(format!(
                "the check is older than the first email to this address, of {}",
                when::day(day)
            ));
        }
        match (written.page, opened) {
            (true, None) => Some("it is not said whether the protected page opened".to_owned()),
            (_, Some(false)) => Some(
                "the protected page did not open: agree another way, or say `protected = false` of the domain under `[[post.domain]]`"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

impl Standing<'_> {
    /// Why nothing goes there; none where it may.
    pub fn why_not(&self) -> Option<String> {
        if self.state.may_go() {
            return None;
        }
        Some(match &self.state {
            State::Waiting { since } => format!(
                "the address has been waiting to be checked since {}: no pack, agenda or minutes until then",
                when::day(london::wall(*since).date_naive())
            ),
            State::NotInDirectory => match &self.instead {
                Some(Match::Elsewhere(other)) => {
                    format!("the council's directory has them at another address, `{other}`")
                }
                Some(Match::SomebodyElse(name)) => {
                    format!("in the council's directory the address is that of {name}")
                }
                Some(Match::Nobody) => "they are not in the council's directory".to_owned(),
                _ => "there is no directory of the council to hold the address against (`office/Directory.csv`)".to_owned(),
            },
            State::Doubted { by, reason, since } => format!(
                "the address is doubted since {} by {by} ({reason}): nothing goes there until it is checked anew",
                when::day(london::wall(*since).date_naive())
            ),
            _ => "the address is not proved: `panelclerk send first-contact DATE` writes to it, and it is ticked as checked afterwards".to_owned(),
        })
    }
}

/// The people as letters may go to them: whose address is doubted, or is not proved, has none here, with the reason under their name. Where
/// addresses are not proved, everybody else has theirs.
///
/// Fails when the register cannot be read, or the office folder does not answer.
pub fn proved(
    house: &House,
    register: &Register,
    people: &[Person],
    kind: LetterKind,
    days: Days,
) -> Result<(Vec<Person>, Vec<Why>)> {
    let mut all = people.to_vec();
    let mut held = Vec::new();
    let proves = house.config.post.proves_addresses() && kind.needs_a_proved_address();
    let proofs = if proves && kind.is_to_officers() {
        Proofs::with_directory(house, register, people)?
    } else {
        Proofs::of(register)?
    };
    for person in &mut all {
        let Some(address) = &person.email else { continue };
        let is_of_these = (person.capacity == Capacity::Officer) == kind.is_to_officers();
        let looked_at = (proves && is_of_these) || proofs.is_doubted(&person.name, address, days.meeting);
        let due = audience::due(house.rules(), person, people, days);
        let standing = if looked_at { proofs.standing(house, person, due, days.meeting) } else { None };
        if let Some(why) = standing.and_then(|standing| standing.why_not()) {
            held.push((person.name.clone(), why));
            person.email = None;
        }
    }
    Ok((all, held))
}

/// Whom a first letter has still to be written to, and whether the protected page goes with it, to one reader of each domain; and who has had
/// theirs and waits. To the readers named theirs goes once more, where it did not arrive.
///
/// Fails when the register cannot be read.
pub fn to_write<'p>(
    house: &House,
    register: &Register,
    people: &'p [Person],
    days: Days,
    protects: impl Fn(&str) -> bool,
    readers: &[String],
) -> Result<(Firsts<'p>, Vec<Again>, Vec<Why>)> {
    let proofs = Proofs::of(register)?;
    let (mut letters, mut again, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
    let mut tried: Vec<String> = Vec::new();
    for person in people.iter().filter(|person| person.capacity != Capacity::Officer) {
        let due = audience::due(house.rules(), person, people, days);
        let is_over = person.terms.until.is_some_and(|until| until < days.today);
        if is_over || matches!(due, Due::Held(_)) {
            continue;
        }
        let Some(standing) = proofs.standing(house, person, due, days.meeting) else {
            letters.push((person, Enclosed::Nothing));
            continue;
        };
        let address = person.email.as_deref().unwrap_or_default();
        let written = proofs
            .written_to(&person.name, address)
            .filter(|_| !matches!(standing.state, State::Doubted { .. }));
        if let Some(written) = written.filter(|written| written.letter.meeting == days.meeting)
            && let Some(named) = again::named(register, &written.letter, &person.name, readers)?
        {
            again.push(named);
            letters.push((person, if written.page { Enclosed::TestPage } else { Enclosed::Nothing }));
            continue;
        }
        match &standing.state {
            State::Waiting { .. } | State::Doubted { .. } => {
                waiting.extend(standing.why_not().map(|why| (person.name.clone(), why)));
            }
            State::NotWritten | State::Allowed { .. } => {
                if written.is_some() {
                    continue;
                }
                let domain = address.rsplit('@').next().unwrap_or_default().to_lowercase();
                let page = protects(address) && !tried.contains(&domain) && !proofs.tried_page(address);
                if page {
                    tried.push(domain);
                }
                letters.push((person, if page { Enclosed::TestPage } else { Enclosed::Nothing }));
            }
            _ => {}
        }
    }
    Ok((letters, again, waiting))
}

/// The first letters that were written and not taken back or refused.
fn first_letters(register: &Register) -> Result<Vec<Written>> {
    let mut told: BTreeMap<NaiveDate, Told> = BTreeMap::new();
    let mut written = Vec::new();
    for letter in register.all_letters()? {
        let is_gone = matches!(letter.state, LetterState::Superseded | LetterState::Refused);
        if letter.kind != LetterKind::FirstContact.word() || is_gone {
            continue;
        }
        let told = match told.entry(letter.meeting) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(free) => free.insert(Told::of(register, letter.meeting)?),
        };
        let Some(holds) = told.holds.get(&letter.draft) else { continue };
        written.push(Written {
            name: holds.name.clone(),
            address: letter.recipient.clone(),
            at: letter.made,
            page: holds.what == Enclosed::TestPage,
            letter,
        });
    }
    Ok(written)
}

/// What the directory in the office folder says of the officers.
fn look_up(house: &House, people: &[Person]) -> Result<Directory> {
    let office = &house.config.folders.office;
    for name in DIRECTORY {
        let Some(content) = house.shares.read(&office.join(name))? else { continue };
        let officers = people.iter().filter(|person| person.capacity == Capacity::Officer);
        let sought: Vec<Sought> = officers
            .filter_map(|person| Some(Sought { name: person.name.clone(), address: person.email.clone()? }))
            .collect();
        let copy = house.copied_in(&content)?;
        let job = LookUp { file: copy.path().to_owned(), sought: sought.clone() };
        return Ok(match house.clerk()?.ask(&job) {
            Err(error) => Directory::Unreadable(format!("`{name}`: {error}")),
            Ok(answered) => {
                let keys = sought.into_iter().map(|one| (one.address.to_lowercase(), one.name));
                Directory::Read(answered.answer.rows, keys.zip(answered.answer.matches).collect())
            }
        });
    }
    Ok(Directory::Missing)
}
