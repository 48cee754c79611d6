//! The sheet *Emails*: what was written to whom, how far each email got, which drafts were sent by hand, who has answered a recall.

use chrono::NaiveDate;

use crate::desk::answers::Answers;
use crate::panel::acts::Act;
use crate::panel::letter_state::LetterState;
use crate::panel::when;
use crate::stationery::excel::Value;

/// One letter of the meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLine {
    /// `L12`.
    pub letter: String,
    /// `pack`, `agenda`, `recall` ...
    pub kind: String,
    /// Its reader by name, or by address where nobody in `People.xlsx` has it.
    pub reader: String,
    pub state: LetterState,
    /// When it came to that.
    pub since: String,
    /// It asks its reader to delete what they hold.
    pub is_recall: bool,
    /// When its reader answered that they did, and who says so.
    pub answered: Option<(NaiveDate, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Became {
    SentByHand,
    Answered,
    Open,
}

const BECAME: [(&str, Became); 3] = [
    ("sent by hand", Became::SentByHand),
    ("answered: all deleted", Became::Answered),
    ("not answered after all", Became::Open),
];

/// The choices of *What to do* with a letter.
pub fn letter_words() -> Vec<String> {
    BECAME.iter().map(|(words, _)| (*words).to_owned()).collect()
}

fn text(words: impl Into<String>) -> Value {
    let words = words.into();
    if words.is_empty() { Value::Empty } else { Value::Text(words) }
}

/// A row's key and what we know of it, by header.
pub fn rows(letters: &[LetterLine]) -> Vec<(String, Vec<(&'static str, Value)>)> {
    let row = |line: &LetterLine| {
        let answered = match (&line.answered, line.is_recall) {
            (Some((on, by)), _) => format!("{}, {by}", when::day(*on)),
            (None, true) if matches!(line.state, LetterState::Refused | LetterState::Returned) => {
                "DID NOT ARRIVE".to_owned()
            }
            (None, true) if !line.state.may_have_arrived() => "NOT SENT YET".to_owned(),
            (None, true) => "NOT ANSWERED".to_owned(),
            (None, false) => String::new(),
        };
        let known = vec![
            ("Email", text(line.letter.clone())),
            ("Kind of email", text(line.kind.clone())),
            ("To", text(line.reader.clone())),
            ("How far it got", text(line.state.said())),
            ("Since", text(line.since.clone())),
            ("Recall answered", text(answered)),
        ];
        (line.letter.clone(), known)
    };
    letters.iter().map(row).collect()
}

/// Marks a draft as sent, or a recall as answered or not after all.
pub fn mark(answers: &mut Answers<'_>, letters: &[LetterLine], meeting: NaiveDate) -> Option<Act> {
    let became = answers.choice("What to do", &BECAME);
    let on = answers.date("On");
    let Some(became) = became else {
        if on.is_some() && !answers.has("What to do") {
            answers.wrong(
                "What to do",
                "a day is given, but not what happened",
                "choose it, or clear the day",
            );
        }
        return None;
    };
    let letter = answers.row.key.clone();
    let Some(line) = letters.iter().find(|line| line.letter == letter) else {
        answers.wrong("What to do", "there is no such email any more", "clear the row");
        return None;
    };
    if became == Became::SentByHand {
        if !line.state.may_become(LetterState::SentByHand) {
            let message = format!("it is {} already", line.state.said());
            answers.wrong("What to do", message, "clear the row");
            return None;
        }
        return Some(Act::SentByHand { meeting, letter });
    }
    if !line.is_recall {
        answers.wrong("What to do", "it asks for nothing back", "choose it beside a recall");
        return None;
    }
    if became == Became::Open {
        return Some(Act::RecallAnswered { meeting, letter, on: None });
    }
    if !answers.has("On") {
        answers.wrong("On", "it is not said on which day the answer came", "type the day in `On`");
    }
    Some(Act::RecallAnswered { meeting, letter, on: Some(on?) })
}
