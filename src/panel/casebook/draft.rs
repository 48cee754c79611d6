//! A paper before it is filed: which of its contents is used, what it is called, what that content says.

use chrono::{DateTime, Utc};

use crate::panel::arrival;
use crate::panel::casebook::content::Content;
use crate::panel::casebook::hands::PaperHand;
use crate::panel::ids::{CaseId, PaperNumber, Sha256};
use crate::panel::paper::{PaperState, Received, Verdict};

/// When a content came: it was not there at the first moment and was there, whole, at the second.
pub type Came = (Option<DateTime<Utc>>, DateTime<Utc>);

/// A paper before it is filed.
#[derive(Debug, Clone)]
pub struct Draft {
    pub number: PaperNumber,
    /// The mail or archive it came in.
    pub part_of: Option<PaperNumber>,
    pub hand: PaperHand,
    /// Path below the inbox; an attachment's is `MAIL/attachment name`.
    pub file: String,
    /// Still in the inbox, together with the mail it came in.
    pub present: bool,
    /// Whose a person says it is, or its mail's owner.
    pub given: Option<CaseId>,
    /// The version that is used: 1 for the first content seen under this name, and so on.
    pub version: u32,
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    pub received: Received,
    /// Nothing of it is complete yet.
    pub arriving: bool,
    /// A newer version waits for a person to take it.
    pub newer: Option<u32>,
    /// When each of its contents came, oldest first.
    pub arrivals: Vec<Came>,
    /// Why the file in the inbox cannot be read now.
    pub trouble: Option<String>,
    pub content: Content,
}

/// Which of a paper's versions is used, by its place among them, and how it arrived; none where there is none.
///
/// `versions` are numbers and arrivals, oldest first. The last one seen in time stays in use until a person takes a newer one.
pub fn version_in_use(
    versions: &[(u32, Came)],
    hand: &PaperHand,
    cutoff: DateTime<Utc>,
) -> Option<(usize, Verdict)> {
    let verdict = |(_, (absent, present)): &(u32, Came)| {
        let verdict = arrival::verdict(*absent, *present, cutoff);
        if hand.accepted && verdict == Verdict::CannotTell { Verdict::InTime } else { verdict }
    };
    let verdicts: Vec<Verdict> = versions.iter().map(verdict).collect();
    let by_rule = arrival::version_in_use(&verdicts)?;
    let taken = hand.taken.and_then(|taken| versions.iter().position(|(version, _)| *version == taken));
    let at = taken.map_or(by_rule, |taken| taken.max(by_rule));
    Some((at, verdicts[at]))
}

impl Draft {
    /// Whether anything was done with it that settles whose it is.
    pub fn decided(&self) -> bool {
        self.hand.assigned.is_some() || self.hand.child_confirmed || self.hand.accepted
    }

    /// The state it is in for reasons of its own, before anybody asked whose it is.
    pub fn own_state(&self) -> Option<(PaperState, String)> {
        if self.arriving {
            return Some((PaperState::Arriving, "is still being copied, or has only just been".to_owned()));
        }
        if !self.present {
            return Some((PaperState::Removed, "is no longer in the inbox".to_owned()));
        }
        let (reason, _) = self.hand.excluded.as_ref()?;
        Some((PaperState::Excluded, reason.clone()))
    }
}
