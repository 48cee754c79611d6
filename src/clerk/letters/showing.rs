//! What was shown before letters go: on a road that sends by itself exactly that goes, and nothing else.
//!
//! A person reads who would get what, and then says that it goes. Whatever has changed in between (an address, an interest, the pack) is
//! shown first; nothing goes until that was read too.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::clerk::letters::delivery::Delivery;
use crate::clerk::letters::postings::said_part;
use crate::post::kind::LetterKind;
use crate::register::Register;
use crate::register::remembered::Topic;

/// One letter as it was shown: everything that makes it this letter to this person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Line(String);

/// What was shown last against what would go now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    Same,
    /// Nothing of this kind has been shown yet.
    NeverShown,
    /// Letters that were shown and would not go, and those that would go and were not shown.
    Differs {
        gone: Vec<String>,
        new: Vec<String>,
    },
}

/// The letters in words that tell them apart: name, address, what, version, what is withheld, how protected; and a few digits of what they say,
/// where that can change between one look and the next.
pub fn lines(deliveries: &[Delivery], version: u32) -> Vec<Line> {
    let mut lines: Vec<Line> = deliveries
        .iter()
        .map(|delivery| {
            let posting = &delivery.posting;
            let to = &posting.to;
            let what = serde_json::to_string(&to.what).unwrap_or_default().replace('"', "");
            let mut line = format!("{} <{}>: {} ({what}", to.name, to.email, to.kind.word());
            if to.kind.encloses_pack() {
                line.push_str(&format!(", version {version}"));
            }
            if let Some(case) = &to.case {
                line.push_str(&format!(", case {case}"));
            }
            if let Some(appointment) = &to.appointment {
                for slot in &appointment.slots {
                    line.push_str(&format!(", {} {}", slot.case, slot.said()));
                }
                if let Some(link) = &appointment.invitation.told.link {
                    line.push_str(&format!(", {link}"));
                }
            }
            if !to.withheld.is_empty() {
                let cases: Vec<&str> = to.withheld.iter().map(|case| case.as_str()).collect();
                line.push_str(&format!(", without {}", cases.join(", ")));
            }
            if posting.files.iter().any(|file| file.protected) {
                line.push_str(", with a password");
            }
            if to.kind.says_what_may_change() {
                line.push_str(&format!(", text {}", delivery.says.1.short()));
            }
            line.push_str(&format!("){}", said_part(posting.part)));
            if delivery.again {
                line.push_str(", ONCE MORE");
            }
            Line(line)
        })
        .collect();
    lines.sort();
    lines
}

/// Holds what would go against what was shown last.
///
/// Fails when the register cannot be read.
pub fn compare(register: &Register, day: NaiveDate, kind: LetterKind, now: &[Line]) -> Result<Compared> {
    let shown = shown(register, day)?;
    let Some(before) = shown.get(kind.word()) else { return Ok(Compared::NeverShown) };
    if before == now {
        return Ok(Compared::Same);
    }
    let only = |these: &[Line], those: &[Line]| {
        these.iter().filter(|line| !those.contains(line)).map(|line| line.0.clone()).collect()
    };
    Ok(Compared::Differs { gone: only(before, now), new: only(now, before) })
}

/// Keeps what was shown.
///
/// Fails when the register cannot be written.
pub fn remember(
    register: &Register,
    day: NaiveDate,
    kind: LetterKind,
    lines: Vec<Line>,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut all = shown(register, day)?;
    all.insert(kind.word().to_owned(), lines);
    Ok(register.remember(Topic::Shown, day, &all, now)?)
}

fn shown(register: &Register, day: NaiveDate) -> Result<BTreeMap<String, Vec<Line>>> {
    Ok(register.remembered(Topic::Shown, day)?.unwrap_or_default())
}

impl fmt::Display for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Compared {
    /// The differences, a line each; empty where there are none.
    pub fn said(&self) -> Vec<String> {
        match self {
            Compared::Same | Compared::NeverShown => Vec::new(),
            Compared::Differs { gone, new } => {
                let gone = gone.iter().map(|line| format!("no longer: {line}"));
                gone.chain(new.iter().map(|line| format!("new: {line}"))).collect()
            }
        }
    }
}
