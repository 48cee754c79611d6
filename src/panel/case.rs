//! A case: one child's request to one meeting, with everything known about it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Severity};
use crate::panel::form::Form;
use crate::panel::ids::{CaseId, PaperNumber};
use crate::panel::meeting::Meeting;
use crate::panel::outcome::DecisionWord;
use crate::panel::paper::{Paper, Verdict};
use crate::panel::request::Request;

/// The kind of a paper that holds a written authority.
const AUTHORITY: &str = "authority";

/// Everything known about one case, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    /// Folder below the inbox, with `/`; none for a case that is only expected.
    pub folder: Option<String>,
    pub child: Child,
    /// None while no form says it and nobody typed it.
    pub request: Option<Request>,
    /// The fields of the form that stands for the case (referral, update or taxi form), in-time version.
    pub form: Form,
    /// Papers filed here, in the order of the pack.
    pub papers: Vec<Paper>,
    pub emergency: Emergency,
    #[serde(default)]
    pub by_hand: ByHand,
    /// Whether the required papers came in time.
    pub arrival: Verdict,
    pub disposition: Disposition,
    /// The date of the meeting it goes to.
    pub meeting: NaiveDate,
    #[serde(default)]
    pub so_far: SoFar,
    /// Of the case itself; each paper has its own.
    pub findings: Vec<Finding>,
}

/// The child, as the form says or the administrator typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Child {
    pub name: Option<String>,
    pub known_as: Option<String>,
    pub born: Option<NaiveDate>,
}

/// A tick on a form is a claim; the administrator confirms it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Emergency {
    pub claimed: bool,
    pub confirmed: bool,
    pub placed_on: Option<NaiveDate>,
    /// Who authorised it, where it was entered by telephone.
    pub authorised_by: Option<String>,
}

/// What the administrator entered of the case herself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ByHand {
    /// Who will bring it, as it was booked.
    pub presenters: Vec<String>,
    /// Booked so that the panel keeps it in sight, not for a decision.
    pub tracking_only: bool,
    pub decided_outside: Option<DecidedOutside>,
    /// The only people who may hear of it, where it is restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restricted_to: Option<Vec<String>>,
    /// From whom the address is withheld, where it must not be disclosed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_hidden_from: Option<String>,
}

/// What the panel has made of it before the meeting from which it is seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SoFar {
    /// The last thing it decided of the case.
    pub decided: Option<LastDecision>,
    /// Papers that came since, oldest first.
    pub came_since: Vec<PaperNumber>,
    /// What came since is what was still owed of a placement that was looked at afterwards; nothing new is asked for.
    pub papers_received: bool,
    /// It had to be presented, and a meeting went by without it.
    pub not_presented: Option<NotPresented>,
}

/// The panel's last word on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastDecision {
    pub on: NaiveDate,
    pub word: DecisionWord,
    /// "Agreed on 30 November 2026", in the panel's word.
    pub said: String,
    pub reason: String,
    /// What was asked for with it: its conditions and the actions of the case.
    pub asked: Vec<String>,
    pub review: Option<NaiveDate>,
    /// A placement made in an emergency, or a decision taken outside the panel, was looked at with it.
    pub afterwards: bool,
}

/// A meeting that went by without a case that had to be presented to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotPresented {
    pub on: NaiveDate,
    /// The sentence.
    pub said: String,
}

/// A decision taken between meetings with written authority; the next panel ratifies it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DecidedOutside {
    pub on: NaiveDate,
    /// Whose written authority it was.
    pub authority: String,
    /// What was decided, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Complete,
    Incomplete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// On this meeting's agenda.
    Listed,
    NextMeeting,
    Withdrawn,
    Deferred,
    /// An earlier meeting decided it, and nothing has come since.
    Decided,
    /// On the agenda of an earlier meeting, of which nothing is recorded about it.
    Waiting,
}

/// All cases of one meeting, and every file that belongs to none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Casebook {
    pub panel: String,
    pub meeting: Meeting,
    /// When it was drawn up.
    pub now: DateTime<Utc>,
    pub share: Share,
    /// In order of case number.
    pub cases: Vec<Case>,
    /// Every case anybody ever heard of: by a paper, a booking, an act.
    #[serde(default)]
    pub known: BTreeSet<CaseId>,
    /// Papers whose case cannot be told, or that are held.
    pub unfiled: Vec<Paper>,
    /// Files that are no papers (lock files, thumbnails), and what was said of each.
    pub ignored: Vec<Ignored>,
}

/// How the shared folder was when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub healthy: bool,
    pub last_scan: Option<DateTime<Utc>>,
    /// Since when it has been healthy, or not.
    pub since: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    pub file: String,
    pub reason: String,
}

impl Case {
    /// Incomplete while anything blocks, on the case or on a paper in use.
    pub fn standing(&self) -> Standing {
        let blocks = |finding: &Finding| finding.severity == Severity::Blocks;
        if self.findings.iter().any(blocks) { Standing::Incomplete } else { Standing::Complete }
    }

    /// Only named people may hear of it.
    pub fn is_restricted(&self) -> bool {
        self.by_hand.restricted_to.is_some()
    }

    /// The document that holds a written authority or permission, where it has come.
    pub fn written_authority(&self) -> Option<&Paper> {
        let holds_one = |paper: &&Paper| paper.kind.as_ref().is_some_and(|kind| kind.as_str() == AUTHORITY);
        self.papers_in_use().find(holds_one)
    }

    /// An earlier meeting has decided it, and it has not come back since.
    pub fn is_decided(&self) -> bool {
        self.disposition == Disposition::Decided
    }

    /// Papers that go into the pack, in order.
    pub fn papers_in_use(&self) -> impl Iterator<Item = &Paper> {
        self.papers.iter().filter(|paper| paper.in_use)
    }
}

impl Casebook {
    /// Cases on this meeting's agenda. Those heard at an earlier one may still have papers in the inbox.
    pub fn listed(&self) -> impl Iterator<Item = &Case> {
        let here =
            |case: &&Case| case.disposition == Disposition::Listed && case.meeting == self.meeting.date;
        self.cases.iter().filter(here)
    }

    /// The cases of which only named people may hear.
    pub fn restricted(&self) -> BTreeSet<CaseId> {
        self.cases.iter().filter(|case| case.is_restricted()).map(|case| case.id.clone()).collect()
    }

    pub fn case(&self, id: &CaseId) -> Option<&Case> {
        self.cases.iter().find(|case| &case.id == id)
    }
}
