//! What the administrator asks for in the workbook: acts by her hand and orders, each with a name beside it.
//!
//! An act is the very one that a command would record, so that both end in the same place of the evidence chain.

use serde::{Deserialize, Serialize};

use crate::desk::layout::folded;
use crate::panel::acts::Act;

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

/// "Create the pack", with a name beside it.
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
    SendReminders,
    WriteAgenda,
    PlanAfresh,
    SendAgenda,
    SendInvitations,
    PressPack,
    PressSupplement,
    AcceptPack,
    SendPack,
    SendSupplement,
    WriteMinutes,
    ConfirmMinutes,
    AmendMinutes,
    SendDecisions,
    MarkSent,
    SendPasswords,
    SendOnceMore,
    TakeOut,
    SendRecall,
    RecallEmail,
    WriteBreach,
}

/// What tasks were called before.
const BEFORE: [(&str, OrderWord); 3] = [
    ("Plan the agenda afresh", OrderWord::PlanAfresh),
    ("Press the pack", OrderWord::PressPack),
    ("Press a supplement", OrderWord::PressSupplement),
];

impl OrderWord {
    pub const ALL: [OrderWord; 21] = [
        OrderWord::SendReminders,
        OrderWord::WriteAgenda,
        OrderWord::PlanAfresh,
        OrderWord::SendAgenda,
        OrderWord::SendInvitations,
        OrderWord::PressPack,
        OrderWord::PressSupplement,
        OrderWord::AcceptPack,
        OrderWord::SendPack,
        OrderWord::SendSupplement,
        OrderWord::WriteMinutes,
        OrderWord::ConfirmMinutes,
        OrderWord::AmendMinutes,
        OrderWord::SendDecisions,
        OrderWord::MarkSent,
        OrderWord::SendPasswords,
        OrderWord::SendOnceMore,
        OrderWord::TakeOut,
        OrderWord::SendRecall,
        OrderWord::RecallEmail,
        OrderWord::WriteBreach,
    ];

    /// The task that is called so, or was called so in workbooks and records of before.
    pub fn named(text: &str) -> Option<OrderWord> {
        let asked = folded(text);
        let before = BEFORE.into_iter().find(|(words, _)| folded(words) == asked).map(|(_, word)| word);
        OrderWord::ALL.into_iter().find(|word| folded(word.words()) == asked).or(before)
    }

    /// As it stands in the workbook.
    pub const fn words(self) -> &'static str {
        match self {
            OrderWord::SendReminders => "Send the reminders",
            OrderWord::WriteAgenda => "Write the agenda",
            OrderWord::PlanAfresh => "Re-time the whole agenda",
            OrderWord::SendAgenda => "Send the agenda",
            OrderWord::SendInvitations => "Send the invitations",
            OrderWord::PressPack => "Create the pack",
            OrderWord::PressSupplement => "Create a supplement",
            OrderWord::AcceptPack => "Accept the pack unverified",
            OrderWord::SendPack => "Send the pack",
            OrderWord::SendSupplement => "Send the supplement",
            OrderWord::WriteMinutes => "Write the minutes",
            OrderWord::ConfirmMinutes => "Confirm the minutes",
            OrderWord::AmendMinutes => "Amend the minutes",
            OrderWord::SendDecisions => "Send the decisions",
            OrderWord::MarkSent => "The drafts are sent",
            OrderWord::SendPasswords => "Send the passwords",
            OrderWord::SendOnceMore => "Send once more",
            OrderWord::TakeOut => "Take a document out",
            OrderWord::SendRecall => "Recall what was taken out",
            OrderWord::RecallEmail => "Recall what a reader was sent",
            OrderWord::WriteBreach => "Write the breach list",
        }
    }

    pub const fn what_happens(self) -> &'static str {
        match self {
            OrderWord::SendReminders => {
                "one email for each incomplete case to its social worker and manager, with what is missing"
            }
            OrderWord::WriteAgenda => {
                "the timed agenda as Word documents, in the meeting's folder; from then on times are kept"
            }
            OrderWord::PlanAfresh => "the same as if none had been written: everybody's time may change",
            OrderWord::SendAgenda => "one email to each member and observer, with the agenda",
            OrderWord::SendInvitations => {
                "one email with an invitation to each presenter whose time is new or has changed"
            }
            OrderWord::PressPack => "one PDF of all documents with contents and page numbers, checked",
            OrderWord::PressSupplement => {
                "late documents with the next page numbers, and the pack again with them"
            }
            OrderWord::AcceptPack => {
                "only where the pack says NOT VERIFIED: it may go out as it is; look at the list beside it, and say why"
            }
            OrderWord::SendPack => "one email to each member, with the pack",
            OrderWord::SendSupplement => "one email to each member who may see them, with the late documents",
            OrderWord::WriteMinutes => {
                "minutes, a decision note and the text of a case note for each child, the actions and the filing list"
            }
            OrderWord::ConfirmMinutes => {
                "the Chair has confirmed the minutes as they now stand in Word: they are final, and an extract for each child is cut from them"
            }
            OrderWord::AmendMinutes => {
                "a numbered amendment to confirmed minutes: type the correction in `Reason`, with the case number first where it is about one case"
            }
            OrderWord::SendDecisions => "the decision of each case to its social worker and manager",
            OrderWord::MarkSent => {
                "you have opened and sent every draft in the outbox: they are on record as sent by hand, and leave it; single ones on the sheet Emails"
            }
            OrderWord::SendPasswords => {
                "where `password_by` is `email`: one email to each reader who was sent a protected copy, with the password and nothing else"
            }
            OrderWord::SendOnceMore => {
                "the very same email again, where it was refused, came back, or may not have arrived: type whose in `Reason`, by name, address or number (sheet Emails), with commas between"
            }
            OrderWord::RecallEmail => {
                "what went to the wrong person, or was the wrong pack: one email asks that all of it be deleted and answered. Type whose and why in `Reason`, such as `Mia Member: it was the wrong Mia` or `L12: the wrong pack`"
            }
            OrderWord::TakeOut => {
                "out of a pack that has gone out: the next version has a sheet in its place. Type its number and why in `Reason`, such as `P12 sent in error`"
            }
            OrderWord::SendRecall => {
                "one email to each reader of a document that was taken out of the pack: delete it, and answer; who has answered is kept on the sheet Emails"
            }
            OrderWord::WriteBreach => {
                "for the 72-hour report: who was sent a case's pages, when, and what was asked back, as a Word document. Type the case's number and when it was noticed in `Reason`, such as `1167109 noticed 24/11/2026 09:30`"
            }
        }
    }
}
