//! What the administrator does by hand: the things there are to do, and who did one of them, when and why.
//!
//! The acts are a list, not a state: nothing is changed or taken back, an act is undone by doing the opposite, and a later
//! act about the same thing wins over an earlier one.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::panel::case::{Child, DecidedOutside};
use crate::panel::deadlines::Tick;
use crate::panel::follow_up::FollowUp;
use crate::panel::ids::{CaseId, DocumentType, PaperNumber, Sha256};
use crate::panel::known;
use crate::panel::people::How;
use crate::panel::request::Request;
use crate::panel::slots::Wish;

/// One thing done by hand. The opposite of each is named beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Files a paper under a case; with none, under what its folder says again.
    Assign {
        paper: PaperNumber,
        case: Option<CaseId>,
    },
    /// Says what a paper is; with none, what it was recognised as again.
    SetKind {
        paper: PaperNumber,
        kind: Option<DocumentType>,
    },
    /// Keeps a paper out; undone by `AcceptPaper`.
    Exclude {
        paper: PaperNumber,
    },
    /// Takes a held, excluded or doubtful paper in; undone by `Exclude`.
    AcceptPaper {
        paper: PaperNumber,
    },
    /// Uses a version that came after the cutoff; undone by `KeepOlder`.
    TakeNewer {
        paper: PaperNumber,
        version: u32,
    },
    KeepOlder {
        paper: PaperNumber,
    },
    /// The paper is about the child whose folder it is in, or (`false`) that is open again.
    ConfirmChild {
        paper: PaperNumber,
        confirmed: bool,
    },
    /// A paper that came another way, entered with the time it came; undone by `Exclude`.
    Receive {
        paper: PaperNumber,
        case: CaseId,
        at: DateTime<Utc>,
        evidence: Option<Sha256>,
    },
    /// The claim of an emergency is confirmed, or (`false`) not.
    ConfirmEmergency {
        case: CaseId,
        confirmed: bool,
    },
    /// Hears a late or doubtful case at this meeting; undone by `Move`.
    AcceptCase {
        case: CaseId,
        meeting: NaiveDate,
    },
    /// To another meeting; undone by moving it back.
    Move {
        case: CaseId,
        meeting: NaiveDate,
    },
    Withdraw {
        case: CaseId,
        meeting: NaiveDate,
    },
    Reinstate {
        case: CaseId,
        meeting: NaiveDate,
    },
    /// A case that will come, before its papers exist; undone by `Unexpect`.
    Expect {
        case: CaseId,
        meeting: NaiveDate,
        expected: Expected,
    },
    Unexpect {
        case: CaseId,
        meeting: NaiveDate,
    },
    /// "Press the pack", "Send the pack" ... given in an edition of the meeting workbook; done once for each.
    Order {
        meeting: NaiveDate,
        order: String,
        edition: u32,
    },
    /// A place, time or length on the agenda; undone by one without any.
    Slot {
        meeting: NaiveDate,
        wish: Wish,
    },
    /// A decision taken between meetings with written authority; undone by one without any.
    DecideOutside {
        case: CaseId,
        decided: Option<DecidedOutside>,
    },
    /// An early alert: a placement may be needed, and somebody spoke to the manager. It makes no case of the panel's: the child stands on
    /// the sheet *Expected* alone until it is over (`alert` is none) or a case of the child comes.
    Alert {
        case: CaseId,
        alert: Option<Alert>,
    },
    /// A pack that did not pass its own check may go out as it is, known by its bytes, or (`false`) may not after all.
    AcceptPack {
        meeting: NaiveDate,
        version: u32,
        sha256: Sha256,
        accepted: bool,
    },
    /// Somebody takes no part in a case, by their own word (an interest) or the chair's, or (`holds` is false) does after all. It
    /// holds for every meeting, whichever it was typed for.
    KeepFrom {
        meeting: NaiveDate,
        /// As in `People.xlsx`.
        person: String,
        case: CaseId,
        by_chair: bool,
        holds: bool,
    },
    /// Only these people may hear of a case (a relative of staff or of a councillor, adoption, a threat to life); with none, whoever's
    /// business it is may again.
    Restrict {
        case: CaseId,
        to: Option<Vec<String>>,
    },
    /// The address is not to be disclosed to these; with none, it may be again.
    HideAddress {
        case: CaseId,
        from: Option<String>,
    },
    /// An address is this person's: they answered the first letter, and it was made sure another way; undone by `DoubtAddress`.
    ProveAddress {
        person: String,
        address: String,
        /// The day of the check.
        on: NaiveDate,
        how: How,
        /// Whether the protected page that came with the first letter opened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opened: Option<bool>,
    },
    /// Nobody could check the address; the papers of one meeting go there all the same; undone by `DoubtAddress`.
    AllowAddress {
        person: String,
        address: String,
        meeting: NaiveDate,
    },
    /// Nothing that was said of the address holds any more, and nothing goes there until it is checked anew; or the doubt is over.
    DoubtAddress {
        person: String,
        address: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        lifted: bool,
    },
    /// The inbox is the right folder as it lies, whatever is missing from it; about the outage it was said in, and no other.
    AcceptInbox,
    /// A correction of confirmed minutes, numbered in the order made: of one case, or of the meeting. It stays; a wrong one is corrected by
    /// the next.
    AmendMinutes {
        meeting: NaiveDate,
        number: u32,
        case: Option<CaseId>,
        text: String,
    },
    /// Something to be seen to was seen to, or (`done` is false) is open again: ticked with a name.
    Tick {
        tick: Tick,
        done: bool,
    },
    /// An action of a meeting held is done, or (`false`) still open; known by its very words.
    CloseAction {
        meeting: NaiveDate,
        case: Option<CaseId>,
        what: String,
        done: bool,
    },
    /// Somebody opened the draft of a letter and sent it. What has left cannot be taken back.
    SentByHand {
        meeting: NaiveDate,
        /// `L12`.
        letter: String,
    },
    /// Everything that an email brought its reader is asked back: it went to the wrong person, or was the wrong pack. It stays asked; whether
    /// it was answered is `RecallAnswered`.
    AskBack {
        meeting: NaiveDate,
        /// `L12`, the letter that is asked back.
        letter: String,
    },
    /// Whoever was asked to delete what they hold has answered on this day that they did; with none, they have not after all.
    RecallAnswered {
        meeting: NaiveDate,
        /// `L12`, the letter that asked.
        letter: String,
        on: Option<NaiveDate>,
    },
}

/// A concern that a placement may be needed (both procedures: it is discussed with the line manager first).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub child: Option<String>,
    /// The manager it was discussed with.
    pub manager: String,
    pub on: NaiveDate,
    pub next_step: String,
}

/// What is known of a case before its papers are there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Expected {
    pub child: Child,
    pub request: Option<Request>,
    /// Entered by telephone: the child is placed already.
    pub emergency: Option<TelephonedEmergency>,
    /// Booked so that the panel keeps it in sight, not for a decision (court-ordered).
    pub tracking_only: bool,
    /// Who will bring it.
    pub presenters: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TelephonedEmergency {
    pub placed_on: NaiveDate,
    pub authorised_by: String,
    #[serde(default)]
    pub authorised_on: Option<NaiveDate>,
}

/// Who did it and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// The name given.
    pub by: String,
    /// The system login it was done under.
    pub login: String,
    pub reason: String,
}

/// An act as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub hand: Hand,
    pub act: Act,
}

impl Act {
    /// Marks what an earlier meeting said must be done as done, or as open again.
    pub fn closing(one: &FollowUp, done: bool) -> Self {
        let (case, what) = (one.action.case.clone(), one.action.what.clone());
        Act::CloseAction { meeting: one.held, case, what, done }
    }

    /// The paper it is about.
    pub fn paper(&self) -> Option<PaperNumber> {
        match self {
            Act::Assign { paper, .. }
            | Act::SetKind { paper, .. }
            | Act::Exclude { paper }
            | Act::AcceptPaper { paper }
            | Act::TakeNewer { paper, .. }
            | Act::KeepOlder { paper }
            | Act::ConfirmChild { paper, .. }
            | Act::Receive { paper, .. } => Some(*paper),
            _ => None,
        }
    }

    /// The case it is about.
    pub fn case(&self) -> Option<&CaseId> {
        match self {
            Act::Assign { case, .. } => case.as_ref(),
            Act::Receive { case, .. }
            | Act::ConfirmEmergency { case, .. }
            | Act::AcceptCase { case, .. }
            | Act::Move { case, .. }
            | Act::Withdraw { case, .. }
            | Act::Reinstate { case, .. }
            | Act::Expect { case, .. }
            | Act::Unexpect { case, .. }
            | Act::Restrict { case, .. }
            | Act::HideAddress { case, .. }
            | Act::Alert { case, .. }
            | Act::DecideOutside { case, .. } => Some(case),
            _ => None,
        }
    }

    /// Every case named in it, as what it is about or as where a paper goes.
    pub fn names_case(&self) -> Option<&CaseId> {
        match self {
            Act::Slot { wish, .. } => Some(&wish.case),
            Act::CloseAction { case, .. } | Act::AmendMinutes { case, .. } => case.as_ref(),
            Act::Tick { tick, .. } => tick.case.as_ref(),
            Act::KeepFrom { case, .. } => Some(case),
            _ => self.case(),
        }
    }

    /// What a person is told where it is about a case that is not among the `known` ones, and which of them are nearest.
    pub fn about_nobody(&self, known: &BTreeSet<CaseId>) -> Option<(String, String)> {
        let case = self.names_case().filter(|case| !self.makes_case() && !known.contains(*case))?;
        let near = known::cases_near(case, known).unwrap_or_else(|| "no case is known yet".to_owned());
        Some((format!("there is no case `{case}`"), near))
    }

    /// The case it makes, which is not among the `known` ones.
    pub fn new_case(&self, known: &BTreeSet<CaseId>) -> Option<&CaseId> {
        self.names_case().filter(|case| self.makes_case() && !known.contains(*case))
    }

    /// Whether it makes the case it names, if nobody knew it before. Any other act is about a case that is known.
    const fn makes_case(&self) -> bool {
        matches!(
            self,
            Act::Assign { .. }
                | Act::Receive { .. }
                | Act::Expect { .. }
                | Act::Alert { .. }
                | Act::DecideOutside { decided: Some(_), .. }
        )
    }
}
