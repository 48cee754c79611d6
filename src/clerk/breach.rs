//! The breach list of a case, written for whoever reports it: who holds what, when it was sent, what was asked back.

use std::path::PathBuf;

use anyhow::Result;
use chrono::{DateTime, Utc};

use crate::clerk::house::{self, House};
use crate::clerk::letters::holdings::{self, Holding, Went};
use crate::clerk::templates;
use crate::clerk::usage::Usage;
use crate::panel::ids::CaseId;
use crate::panel::letter_state::LetterState;
use crate::panel::london;
use crate::panel::when;
use crate::panel::words::Heading;
use crate::register::Register;
use crate::report::breach::{self, BreachFacts, BreachRow};

/// A list that was written.
#[derive(Debug)]
pub struct Written {
    pub file: PathBuf,
    pub holdings: Vec<Holding>,
    /// When the report is due.
    pub report_by: DateTime<Utc>,
}

/// Writes the list into the office, under the day on which the breach was noticed.
///
/// Fails when nobody was ever sent anything of the case, the moment is to come, or the list cannot be written.
pub fn write(house: &House, register: &Register, case: &CaseId, noticed: DateTime<Utc>) -> Result<Written> {
    if house.now() < noticed {
        return Err(Usage::new("a breach cannot have been noticed later than now").into());
    }
    let holdings = holdings::of_case(register, case)?;
    let Some(latest) = holdings.iter().map(|one| one.meeting).max() else {
        return Err(Usage::new(format!("no email ever went with anything of case {case}"))
            .hint("look at the case's number; documents in the inbox are not counted")
            .into());
    };
    let heading = Heading::of(house.rules(), latest);
    let rows: Vec<BreachRow> = holdings.iter().map(row).collect();
    let asked = |one: &&Holding| one.recall.as_ref().is_some_and(|recall| recall.state.may_have_arrived());
    let counts = [
        holdings.iter().filter(|one| one.may_have).count(),
        holdings.iter().filter(asked).count(),
        holdings.iter().filter(|one| one.recall.as_ref().is_some_and(|recall| !recall.is_open())).count(),
    ];
    let facts = BreachFacts { heading: &heading, case, noticed, written: house.now(), rows: &rows, counts };
    let document = breach::document(&facts, &templates::word(house, "breach.docx")?)?;
    let day = london::wall(noticed).date_naive();
    let name = format!("{} breach list {case} {day}.docx", heading.short);
    let file = house.config.folders.office.join("breach lists").join(name);
    house.shares.put(&file, &document)?;
    Ok(Written { file, holdings, report_by: noticed + breach::REPORT_WITHIN })
}

/// Words that may stand beside a case's number and a moment, and say nothing of either.
const BESIDE: [&str; 4] = ["noticed", "on", "at", "case"];

/// A case's number and the moment, as they are typed beside the order: `1167109 noticed 24/11/2026 09:30`; without a moment, now.
///
/// Fails when there is no case's number, or the moment cannot be read: the day on which the report is due rests on it.
pub fn typed(house: &House, text: &str) -> Result<(CaseId, DateTime<Utc>)> {
    let separated = |letter: char| letter.is_whitespace() || letter == ',' || letter == ';';
    let words: Vec<&str> = text.split(separated).filter(|word| !word.is_empty()).collect();
    let number = |word: &&str| word.parse::<CaseId>().ok().filter(|id| house.rules().case_ids.fits(id));
    let found = words.iter().enumerate().find_map(|(at, word)| Some((at, number(word)?)));
    let (at, case) = found.ok_or_else(|| Usage::new("the case's number is missing").hint(SUCH_AS))?;
    let says_when = words.iter().any(|word| word.eq_ignore_ascii_case("noticed"));
    let tells = |word: &&str| {
        let is_beside = BESIDE.iter().any(|beside| beside.eq_ignore_ascii_case(word));
        !is_beside && (says_when || word.contains(|letter: char| letter.is_ascii_digit()))
    };
    let rest = [&words[..at], &words[at + 1..]].concat();
    let told: Vec<&str> = rest.into_iter().filter(tells).collect();
    let unread = || {
        let said = match told.join(" ") {
            nothing if nothing.is_empty() => "it is not said when it was noticed".to_owned(),
            told => format!("`{told}` is no moment at which it was noticed"),
        };
        Usage::new(said).hint(SUCH_AS)
    };
    let noticed = match told.as_slice() {
        [] if says_when => return Err(unread().into()),
        [] => return Ok((case, house.now())),
        [whole] => house::moment(whole).or_else(|_| on(whole, "00:00")),
        [one, other] => match (hour(one), hour(other)) {
            (None, Some(hour)) => on(one, &hour),
            (Some(hour), None) => on(other, &hour),
            _ => return Err(unread().into()),
        },
        _ => return Err(unread().into()),
    };
    Ok((case, noticed.map_err(|_| unread())?))
}

const SUCH_AS: &str = "type it in `Reason`, such as `1167109 noticed 24/11/2026 09:30`";

/// That time of a day.
fn on(day: &str, hour: &str) -> Result<DateTime<Utc>> {
    house::moment(&format!("{}T{hour}", house::day(day)?))
}

/// `09:30`, `9.30`.
fn hour(word: &str) -> Option<String> {
    let (hours, minutes) = word.split_once([':', '.'])?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then(|| format!("{hours:02}:{minutes:02}"))
}

fn moment(at: DateTime<Utc>) -> String {
    when::moment(london::wall(at))
}

/// What was sent, in words.
pub fn what(one: &Holding) -> String {
    let of = when::day(one.meeting);
    let Some(version) = one.version else { return format!("{} email of {of}", one.what) };
    let spans: Vec<String> = one
        .pages
        .iter()
        .map(|cut| {
            if cut.first == cut.last {
                cut.first.to_string()
            } else {
                format!("{}–{}", cut.first, cut.last)
            }
        })
        .collect();
    let pages = match (spans.as_slice(), one.pages.as_slice()) {
        ([], _) => "its line in the agenda".to_owned(),
        ([_], [cut]) if cut.first == cut.last => format!("page {}", spans[0]),
        _ => format!("pages {}", spans.join(", ")),
    };
    let locked = if one.protected { ", opens with a password" } else { "" };
    let linked = match (one.linked, one.link_ended) {
        (true, Some(day)) => format!(", by a link to where it lay until {}", when::day(day)),
        (true, None) => ", by a link to where it lies".to_owned(),
        (false, _) => String::new(),
    };
    format!("{} of {of}, version {version}, {pages}{locked}{linked}", one.what)
}

/// How it went, in words.
pub fn sent(one: &Holding) -> String {
    let at = one.sent.map(moment).unwrap_or_default();
    match (one.road, one.state) {
        (Went::Draft, LetterState::Superseded) => {
            format!("a draft, taken out of the outbox at {}; nobody said that it was sent", moment(one.at))
        }
        (Went::Draft, _) => "a draft in the outbox; nobody has said that it was sent".to_owned(),
        (Went::ByHand, LetterState::SentByHand) => format!("sent by hand: marked at {at}, {}", one.said),
        (Went::ByHand, state) => {
            format!("sent by hand: marked at {at}; {}, at {}", state.said(), moment(one.at))
        }
        (Went::MailServer, LetterState::Accepted) => {
            format!("accepted by the mail server at {at}: {}", one.said)
        }
        (Went::MailServer, state) if one.sent.is_some() => {
            format!("handed to the mail server at {at}; {}, at {}", state.said(), moment(one.at))
        }
        (Went::MailServer, state) => format!("{}, at {}", state.said(), moment(one.at)),
    }
}

/// Whether it was asked back, in words.
pub fn recalled(one: &Holding) -> String {
    let Some(recall) = &one.recall else { return "not asked back".to_owned() };
    let (letter, said, at) = (&recall.letter, recall.state.said(), moment(recall.at));
    let asked = match recall.state {
        LetterState::Refused | LetterState::Returned => {
            format!("the email {letter} that asks it back did not arrive: {said}, at {at}")
        }
        state if state.may_have_arrived() => format!("asked back in email {letter}: {said} at {at}"),
        _ => format!("the email {letter} that asks it back is not sent yet: {said}"),
    };
    match &recall.answered {
        Some(answered) => format!(
            "{asked}; answered on {} that all is deleted, ticked by {}",
            when::day(answered.on),
            answered.by
        ),
        None => format!("{asked}; not answered"),
    }
}

fn row(one: &Holding) -> BreachRow {
    BreachRow {
        name: one.name.clone(),
        email: one.email.clone(),
        what: what(one),
        sent: sent(one),
        recall: recalled(one),
    }
}
