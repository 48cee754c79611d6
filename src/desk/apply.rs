//! Carrying out what was asked for in a workbook: through the register, as the commands do, and once.
//!
//! The same entries may be read twice: when the workbook was opened again before the next edition could be put in its place,
//! or when the program was stopped in between. An act is done again only if it is not what holds already; an order is done
//! once for each edition of the workbook.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::desk::entries::{Entries, Entry, Order, Place};
use crate::desk::mistake::Mistake;
use crate::desk::typed::Typed;
use crate::panel::acts::{Act, Done, Hand};
use crate::panel::ids::{CaseId, PaperNumber};
use crate::register::failure::RegisterError;
use crate::register::hold::Register;

/// What came of a workbook's entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Rows whose entries are done; a new edition goes on without them.
    pub done: BTreeSet<Place>,
    pub mistakes: Vec<Mistake>,
    /// On record now and to be carried out, in the order of the sheet; each with the number of its act.
    pub orders: Vec<(i64, Order)>,
}

/// Records the acts and takes the orders on.
pub fn apply(
    register: &mut Register,
    typed: &Typed,
    entries: &Entries,
    login: &str,
    now: DateTime<Utc>,
) -> Result<Applied, RegisterError> {
    let mut applied = Applied::default();
    let mut refused = BTreeSet::new();
    for entry in &entries.acts {
        let hand = Hand { by: entry.by.clone(), login: login.to_owned(), reason: entry.reason.clone() };
        let recorded = register.acts()?;
        if holds_already(&recorded, entry) {
            applied.done.insert(entry.place.clone());
            continue;
        }
        let entered = match &entry.act {
            Act::SentByHand { letter, .. } => register.sent_by_hand(letter, &hand, now),
            act => register.act(act, &hand, now).map(|_| ()),
        };
        match entered {
            Ok(()) => {
                applied.done.insert(entry.place.clone());
            }
            Err(RegisterError::Refused(message)) => {
                refused.insert(entry.place.clone());
                applied.mistakes.extend(refusal(typed, entry, &message));
            }
            Err(error @ RegisterError::NoPaper { .. }) => {
                refused.insert(entry.place.clone());
                applied.mistakes.extend(refusal(typed, entry, &error.to_string()));
            }
            Err(error) => return Err(error),
        }
    }
    applied.done = &applied.done - &refused;
    for order in &entries.orders {
        applied.done.insert(order.place.clone());
        if let Some(task) = take_on(register, typed, order, login, now)? {
            applied.orders.push((task, order.clone()));
        }
    }
    Ok(applied)
}

/// What the register said against an entry, beside its row.
fn refusal(typed: &Typed, entry: &Entry, message: &str) -> Option<Mistake> {
    let (message, hint) = message.split_once("; hint: ").unwrap_or((message, ""));
    Some(typed.row(&entry.place.sheet, &entry.place.key)?.mistake("", message, hint))
}

/// Whether the last thing done about the same matter is this very act.
fn holds_already(recorded: &[Done], entry: &Entry) -> bool {
    let last = recorded.iter().rfind(|done| matter(&done.act) == matter(&entry.act));
    last.is_some_and(|done| {
        done.act == entry.act && done.hand.by == entry.by && done.hand.reason == entry.reason
    })
}

/// Group, paper, case, and the action or letter of a meeting, or the tick.
type Matter<'a> = (u8, Option<PaperNumber>, Option<&'a CaseId>, Option<(Option<NaiveDate>, &'a str)>);

/// What an act is about: later acts about the same matter take the place of earlier ones.
fn matter(act: &Act) -> Matter<'_> {
    let (case, what) = match act {
        Act::Assign { .. } => (None, None),
        Act::Slot { wish, .. } => (Some(&wish.case), None),
        Act::CloseAction { meeting, case, what, .. } => {
            (case.as_ref(), Some((Some(*meeting), what.as_str())))
        }
        Act::Tick { tick, .. } => (tick.case.as_ref(), Some((tick.meeting, tick.what.plain()))),
        Act::SentByHand { meeting, letter }
        | Act::AskBack { meeting, letter }
        | Act::RecallAnswered { meeting, letter, .. } => (None, Some((Some(*meeting), letter.as_str()))),
        _ => (act.case(), None),
    };
    (group(act), act.paper(), case, what)
}

/// Acts of one group undo each other.
const fn group(act: &Act) -> u8 {
    match act {
        Act::Assign { .. } => 0,
        Act::SetKind { .. } => 1,
        Act::Exclude { .. } | Act::AcceptPaper { .. } => 2,
        Act::TakeNewer { .. } | Act::KeepOlder { .. } => 3,
        Act::ConfirmChild { .. } => 4,
        Act::ConfirmEmergency { .. } => 5,
        Act::AcceptCase { .. } | Act::Move { .. } | Act::Withdraw { .. } | Act::Reinstate { .. } => 6,
        Act::Expect { .. } | Act::Unexpect { .. } => 7,
        Act::Slot { .. } => 8,
        Act::Receive { .. } | Act::Order { .. } => 9,
        Act::DecideOutside { .. } => 10,
        Act::CloseAction { .. } => 11,
        Act::AcceptPack { .. } => 12,
        Act::AcceptInbox => 13,
        Act::KeepFrom { .. } => 14,
        Act::Restrict { .. } => 15,
        Act::HideAddress { .. } => 16,
        Act::SentByHand { .. } => 17,
        Act::RecallAnswered { .. } => 18,
        Act::Tick { .. } => 19,
        Act::ProveAddress { .. } | Act::AllowAddress { .. } | Act::DoubtAddress { .. } => 20,
        Act::AmendMinutes { .. } => 21,
        Act::Alert { .. } => 22,
        Act::AskBack { .. } => 23,
    }
}

/// Puts an order on record, to be done; none if it is there already.
fn take_on(
    register: &mut Register,
    typed: &Typed,
    order: &Order,
    login: &str,
    now: DateTime<Utc>,
) -> Result<Option<i64>, RegisterError> {
    let Some(meeting) = typed.meeting else { return Ok(None) };
    let hand = Hand { by: order.by.clone(), login: login.to_owned(), reason: order.reason.clone() };
    register.take_on(meeting, order.what.words(), typed.edition, &hand, now)
}
