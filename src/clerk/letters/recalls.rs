//! Recalls: who was asked to delete what they hold, and who has answered that they did. Each stays open until it is ticked.

use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::clerk::house::House;
use crate::clerk::letters::told::Told;
use crate::clerk::usage::Usage;
use crate::panel::acts::{Act, Done, Hand};
use crate::panel::letter_state::LetterState;
use crate::panel::london;
use crate::post::kind::LetterKind;
use crate::post::plan::Enclosed;
use crate::register::Register;

/// One letter that asks something back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recalled {
    /// `L12`.
    pub letter: String,
    pub meeting: NaiveDate,
    /// The version of the pack in which the paper was taken out; 0 where whole emails are asked back.
    pub version: u32,
    /// The emails that are asked back as a whole: `L12`.
    pub of: Vec<String>,
    pub name: String,
    pub email: String,
    pub state: LetterState,
    /// When it came to that.
    pub at: DateTime<Utc>,
    /// When it was written.
    pub written: DateTime<Utc>,
    /// The answer that everything is deleted.
    pub answered: Option<Answered>,
}

/// That somebody answered, and who ticked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    pub on: NaiveDate,
    pub by: String,
    /// When it was ticked.
    pub ticked: DateTime<Utc>,
}

impl Recalled {
    /// Its reader has not answered yet.
    pub const fn is_open(&self) -> bool {
        self.answered.is_none()
    }
}

/// Every recall that was not taken back, in order of number; of one meeting where it is named.
///
/// Fails when the register cannot be read.
pub fn all(register: &Register, day: Option<NaiveDate>) -> Result<Vec<Recalled>> {
    let rows = match day {
        Some(day) => register.letters(day)?,
        None => register.all_letters()?,
    };
    let is_recall = |kind: &str, state: LetterState| {
        let asks_back = |one: &LetterKind| one.asks_back() && one.word() == kind;
        LetterKind::ALL.iter().any(asks_back) && state != LetterState::Superseded
    };
    let mut recalls = Vec::new();
    let mut acts: Option<Vec<Done>> = None;
    for row in rows.into_iter().filter(|row| is_recall(&row.kind, row.state)) {
        let told = Told::of(register, row.meeting)?;
        let holds = told.holds.get(&row.draft);
        let acts = match &mut acts {
            Some(acts) => acts,
            none => none.insert(register.acts()?),
        };
        recalls.push(Recalled {
            meeting: row.meeting,
            version: holds.map_or(0, |holds| holds.version),
            of: match holds.map(|holds| &holds.what) {
                Some(Enclosed::AsksBack(letters)) => letters.clone(),
                _ => Vec::new(),
            },
            name: holds.map_or_else(|| row.recipient.clone(), |holds| holds.name.clone()),
            state: row.state,
            at: row.at,
            written: row.made,
            answered: answer(acts, &row.id),
            letter: row.id,
            email: row.recipient,
        });
    }
    recalls.sort_by_key(|one| (one.meeting, one.written, one.letter.clone()));
    Ok(recalls)
}

/// What was last said of a recall's answer.
fn answer(acts: &[Done], id: &str) -> Option<Answered> {
    let last = acts.iter().rev().find_map(|done| match &done.act {
        Act::RecallAnswered { letter, on, .. } if letter == id => Some((*on, done)),
        _ => None,
    });
    last.and_then(|(on, done)| Some(Answered { on: on?, by: done.hand.by.clone(), ticked: done.at }))
}

/// Ticks a recall as answered on a day, or with none as open again.
///
/// Fails when there is no such recall, or the day is to come.
pub fn tick(
    house: &House,
    register: &mut Register,
    letter: &str,
    on: Option<NaiveDate>,
    hand: &Hand,
) -> Result<Recalled> {
    let recalls = all(register, None)?;
    let one = recalls.into_iter().find(|one| one.letter.eq_ignore_ascii_case(letter));
    let Some(mut one) = one else {
        return Err(Usage::new(format!("there is no recall `{letter}`"))
            .hint("`panelclerk recalls` lists them with their numbers")
            .into());
    };
    if on.is_some_and(|on| london::wall(house.now()).date_naive() < on) {
        return Err(Usage::new("an answer cannot have come on a day to come").into());
    }
    let act = Act::RecallAnswered { meeting: one.meeting, letter: one.letter.clone(), on };
    register.act(&act, hand, house.now())?;
    one.answered = on.map(|on| Answered { on, by: hand.by.clone(), ticked: house.now() });
    Ok(one)
}
