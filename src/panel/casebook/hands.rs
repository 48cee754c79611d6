//! The administrator's acts folded into what holds now: a later act about the same thing wins.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::panel::acts::{Act, Alert, Done, Expected};
use crate::panel::case::DecidedOutside;
use crate::panel::ids::{CaseId, DocumentType, PaperNumber};

/// What was done by hand, as it holds now.
#[derive(Debug, Clone, Default)]
pub struct Hands {
    papers: BTreeMap<PaperNumber, PaperHand>,
    cases: BTreeMap<CaseId, CaseHand>,
    named: BTreeSet<CaseId>,
}

/// What was done to one paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaperHand {
    /// `Some(None)`: under what the folder says, in so many words.
    pub assigned: Option<CaseId>,
    pub received: Option<CaseId>,
    pub kind: Option<DocumentType>,
    /// Why it was taken out, and when.
    pub excluded: Option<(String, DateTime<Utc>)>,
    /// Taken in although it was held or in doubt.
    pub accepted: bool,
    /// The version taken although it came after the cutoff.
    pub taken: Option<u32>,
    pub child_confirmed: bool,
}

/// What was done to one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseHand {
    pub emergency_confirmed: Option<bool>,
    /// Put onto a meeting, and when that was done.
    pub moved: Option<(NaiveDate, DateTime<Utc>)>,
    /// Meetings it was withdrawn from.
    pub withdrawn: Vec<NaiveDate>,
    /// Booked before its papers came: for which meeting, when, what was said.
    pub expected: Option<(NaiveDate, DateTime<Utc>, Expected)>,
    pub decided_outside: Option<DecidedOutside>,
    /// Said before anything is asked of the panel, and by whom it was typed.
    pub alert: Option<(Alert, String)>,
    /// The only people who may hear of it.
    pub restricted_to: Option<Vec<String>>,
    pub address_hidden_from: Option<String>,
}

/// Folds `acts`, oldest first.
pub fn fold(acts: &[Done]) -> Hands {
    let mut hands = Hands::default();
    for done in acts {
        hands.take(done);
    }
    hands
}

impl Hands {
    /// Every case that only those named may hear of, whether or not anything of it is there.
    pub fn restricted(&self) -> BTreeSet<CaseId> {
        let restricted = self.cases.iter().filter(|(_, hand)| hand.restricted_to.is_some());
        restricted.map(|(case, _)| case.clone()).collect()
    }

    pub fn paper(&self, number: PaperNumber) -> PaperHand {
        self.papers.get(&number).cloned().unwrap_or_default()
    }

    pub fn case(&self, id: &CaseId) -> CaseHand {
        self.cases.get(id).cloned().unwrap_or_default()
    }

    /// Cases that were booked, or decided outside the panel: known before any paper of them.
    pub fn expected(&self) -> impl Iterator<Item = &CaseId> {
        let known = |hand: &CaseHand| hand.expected.is_some() || hand.decided_outside.is_some();
        self.cases.iter().filter(move |(_, hand)| known(hand)).map(|(id, _)| id)
    }

    /// Every case that was ever named in an act, undone or not.
    pub fn named(&self) -> &BTreeSet<CaseId> {
        &self.named
    }

    /// Children of whom there is an early alert, by case number, and who typed it.
    pub fn alerts(&self) -> impl Iterator<Item = (&CaseId, &Alert, &str)> {
        self.cases.iter().filter_map(|(id, hand)| {
            let (alert, by) = hand.alert.as_ref()?;
            Some((id, alert, by.as_str()))
        })
    }

    fn take(&mut self, done: &Done) {
        self.named.extend(done.act.names_case().cloned());
        if let Some(number) = done.act.paper() {
            self.papers.entry(number).or_default().take(done);
        } else if let Some(case) = done.act.case() {
            self.cases.entry(case.clone()).or_default().take(done);
        }
    }
}

impl PaperHand {
    fn take(&mut self, done: &Done) {
        match &done.act {
            Act::Assign { case, .. } => self.assigned.clone_from(case),
            Act::SetKind { kind, .. } => self.kind.clone_from(kind),
            Act::Exclude { .. } => {
                self.excluded = Some((done.hand.reason.clone(), done.at));
                self.accepted = false;
            }
            Act::AcceptPaper { .. } => {
                self.excluded = None;
                self.accepted = true;
            }
            Act::TakeNewer { version, .. } => self.taken = Some(*version),
            Act::KeepOlder { .. } => self.taken = None,
            Act::ConfirmChild { confirmed, .. } => self.child_confirmed = *confirmed,
            Act::Receive { case, .. } => self.received = Some(case.clone()),
            _ => {}
        }
    }
}

impl CaseHand {
    fn take(&mut self, done: &Done) {
        match &done.act {
            Act::ConfirmEmergency { confirmed, .. } => self.emergency_confirmed = Some(*confirmed),
            Act::Move { meeting, .. } | Act::AcceptCase { meeting, .. } => {
                self.moved = Some((*meeting, done.at));
            }
            Act::Withdraw { meeting, .. } => self.withdrawn.push(*meeting),
            Act::Reinstate { meeting, .. } => self.withdrawn.retain(|other| other != meeting),
            Act::Expect { meeting, expected, .. } => {
                self.expected = Some((*meeting, done.at, expected.clone()));
            }
            Act::Unexpect { .. } => self.expected = None,
            Act::DecideOutside { decided, .. } => self.decided_outside.clone_from(decided),
            Act::Alert { alert, .. } => {
                self.alert = alert.clone().map(|alert| (alert, done.hand.by.clone()));
            }
            Act::Restrict { to, .. } => self.restricted_to.clone_from(to),
            Act::HideAddress { from, .. } => self.address_hidden_from.clone_from(from),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::acts::Hand;

    fn done(acts: Vec<Act>) -> Hands {
        let hand = Hand { by: "Ann".to_owned(), login: "ann".to_owned(), reason: "because".to_owned() };
        let at = "2026-11-18T16:00:00Z".parse().unwrap();
        let one = |(id, act)| Done { id, at, hand: hand.clone(), act };
        fold(&(1..).zip(acts).map(one).collect::<Vec<_>>())
    }

    #[test]
    fn the_opposite_undoes_each_act_on_a_paper() {
        let paper = PaperNumber::new(4);
        let case: CaseId = "1234567".parse().unwrap();
        let kind: DocumentType = "care_plan".parse().unwrap();
        let pairs = [
            (Act::Assign { paper, case: Some(case) }, Act::Assign { paper, case: None }),
            (Act::SetKind { paper, kind: Some(kind) }, Act::SetKind { paper, kind: None }),
            (Act::TakeNewer { paper, version: 2 }, Act::KeepOlder { paper }),
            (Act::ConfirmChild { paper, confirmed: true }, Act::ConfirmChild { paper, confirmed: false }),
        ];
        for (act, opposite) in pairs {
            assert_ne!(done(vec![act.clone()]).paper(paper), PaperHand::default(), "{act:?}");
            assert_eq!(done(vec![act.clone(), opposite]).paper(paper), PaperHand::default(), "{act:?}");
        }
        let excluded = done(vec![Act::Exclude { paper }]).paper(paper);
        assert!(excluded.excluded.is_some() && !excluded.accepted);
        let back = done(vec![Act::Exclude { paper }, Act::AcceptPaper { paper }]).paper(paper);
        assert!(back.excluded.is_none());
        assert!(
            done(vec![Act::AcceptPaper { paper }, Act::Exclude { paper }]).paper(paper).excluded.is_some()
        );
    }

    #[test]
    fn the_opposite_undoes_each_act_on_a_case() {
        let case: CaseId = "1234567".parse().unwrap();
        let meeting: NaiveDate = "2026-11-23".parse().unwrap();
        let next: NaiveDate = "2026-11-30".parse().unwrap();
        let withdraw = Act::Withdraw { case: case.clone(), meeting };
        let reinstate = Act::Reinstate { case: case.clone(), meeting };
        assert_eq!(done(vec![withdraw.clone()]).case(&case).withdrawn, [meeting]);
        assert_eq!(done(vec![withdraw, reinstate]).case(&case), CaseHand::default());
        let there = Act::Move { case: case.clone(), meeting: next };
        let back = Act::Move { case: case.clone(), meeting };
        assert_eq!(done(vec![there, back]).case(&case).moved.map(|(date, _)| date), Some(meeting));
        let expect = Act::Expect { case: case.clone(), meeting, expected: Expected::default() };
        let unexpect = Act::Unexpect { case: case.clone(), meeting };
        assert_eq!(done(vec![expect.clone()]).expected().collect::<Vec<_>>(), [&case]);
        assert_eq!(done(vec![expect, unexpect]).case(&case), CaseHand::default());
        let decided = DecidedOutside { on: meeting, authority: "C. Officer".to_owned(), what: None };
        let outside = |decided| Act::DecideOutside { case: case.clone(), decided };
        assert_eq!(done(vec![outside(Some(decided.clone()))]).expected().collect::<Vec<_>>(), [&case]);
        assert_eq!(done(vec![outside(Some(decided)), outside(None)]).case(&case), CaseHand::default());
        let alert = Alert {
            child: None,
            manager: "Alan Pike".to_owned(),
            on: meeting,
            next_step: "family group conference".to_owned(),
        };
        let warn = |alert| Act::Alert { case: case.clone(), alert };
        assert_eq!(
            done(vec![warn(Some(alert.clone()))]).alerts().collect::<Vec<_>>(),
            [(&case, &alert, "Ann")]
        );
        assert_eq!(
            done(vec![warn(Some(alert.clone()))]).expected().count(),
            0,
            "nobody expects it at a meeting"
        );
        assert_eq!(done(vec![warn(Some(alert)), warn(None)]).case(&case), CaseHand::default());
        let restrict = |to| Act::Restrict { case: case.clone(), to };
        let named = Some(vec!["Cato Chair".to_owned()]);
        assert_eq!(done(vec![restrict(named.clone())]).case(&case).restricted_to, named);
        assert_eq!(done(vec![restrict(named), restrict(None)]).case(&case), CaseHand::default());
        let hide =
            |from: Option<&str>| Act::HideAddress { case: case.clone(), from: from.map(str::to_owned) };
        assert_eq!(done(vec![hide(Some("the father")), hide(None)]).case(&case), CaseHand::default());
        let confirm = |confirmed| Act::ConfirmEmergency { case: case.clone(), confirmed };
        assert_eq!(done(vec![confirm(true), confirm(false)]).case(&case).emergency_confirmed, Some(false));
    }
}
