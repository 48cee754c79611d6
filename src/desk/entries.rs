//! What the administrator asks for: acts by her hand, orders, and what the meeting came to.
//!
//! Made from what was typed by [`crate::desk::acts`]; carried out by whoever holds the register.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::panel::ids::{CaseId, Kind, PaperNumber};
use crate::panel::request::Request;

/// All that can be acted on in a workbook. What could not be understood is a mistake instead.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entries {
    pub acts: Vec<Entry>,
    pub orders: Vec<Order>,
}

/// One act, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub place: Place,
    pub by: String,
    pub reason: String,
    pub act: Act,
}

/// The row an entry stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub sheet: String,
    pub key: String,
}

/// The administrator's hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    AcceptCase(CaseId),
    MoveCase { case: CaseId, to: NaiveDate },
    WithdrawCase(CaseId),
    ReinstateCase(CaseId),
    ConfirmEmergency(CaseId),
    NotAnEmergency(CaseId),
    Assign { paper: PaperNumber, case: CaseId },
    Kind { paper: PaperNumber, kind: Kind },
    ConfirmChild(PaperNumber),
    Exclude(PaperNumber),
    PutBack(PaperNumber),
    TakeNewer(PaperNumber),
    Slot { line: String, order: Option<u32>, time: Option<NaiveTime>, minutes: Option<u32>, note: String },
    Expect(Expected),
}

/// A booking before there are papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    pub case: CaseId,
    pub child: String,
    pub request: Option<Request>,
    pub emergency: bool,
    pub placed_on: Option<NaiveDate>,
    pub authorised_by: String,
    pub authorised_on: Option<NaiveDate>,
    /// Court-ordered: on the board, not on the agenda.
    pub tracking_only: bool,
    pub note: String,
}

/// "Press the pack", with a name beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub place: Place,
    pub what: OrderWord,
    pub by: String,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderWord {
    WriteAgenda,
    SendAgenda,
    PressPack,
    PressSupplement,
    SendPack,
    WriteMinutes,
    ConfirmMinutes,
    SendDecisions,
}

impl OrderWord {
    pub const ALL: [OrderWord; 8] = [
        OrderWord::WriteAgenda,
        OrderWord::SendAgenda,
        OrderWord::PressPack,
        OrderWord::PressSupplement,
        OrderWord::SendPack,
        OrderWord::WriteMinutes,
        OrderWord::ConfirmMinutes,
        OrderWord::SendDecisions,
    ];

    /// As it stands in the workbook.
    pub const fn words(self) -> &'static str {
        match self {
            OrderWord::WriteAgenda => "Write the agenda",
            OrderWord::SendAgenda => "Send the agenda",
            OrderWord::PressPack => "Press the pack",
            OrderWord::PressSupplement => "Press a supplement",
            OrderWord::SendPack => "Send the pack",
            OrderWord::WriteMinutes => "Write the minutes",
            OrderWord::ConfirmMinutes => "Confirm the minutes",
            OrderWord::SendDecisions => "Send the decisions",
        }
    }

    pub const fn what_happens(self) -> &'static str {
        match self {
            OrderWord::WriteAgenda => "the timed agenda as a Word document, in the meeting's folder",
            OrderWord::SendAgenda => "one letter to each member and observer, with the agenda",
            OrderWord::PressPack => "one PDF of all papers with contents and page numbers, checked",
            OrderWord::PressSupplement => {
                "late papers with the next page numbers, and the pack again with them"
            }
            OrderWord::SendPack => "one letter to each member, with the pack",
            OrderWord::WriteMinutes => {
                "minutes, a decision note for each child, the actions and the filing list"
            }
            OrderWord::ConfirmMinutes => "the minutes as they now stand in Word are final",
            OrderWord::SendDecisions => "the decision of each case to its social worker and manager",
        }
    }
}
