//! What the administrator did by hand: who, when, why; never changed, undone by doing the opposite.
//!
//! What holds now is worked out by [`crate::panel::casebook`].

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Transaction;
use serde::Serialize;

use crate::panel::acts::{Act, Done, Hand};
use crate::panel::ids::{CaseId, PaperNumber, Sha256};
use crate::panel::known;
use crate::panel::slots::Wish;
use crate::register::canonical::canonical;
use crate::register::evidence::{self, Fact};
use crate::register::failure::RegisterError;
use crate::register::hold::{ReadActs, Register, note_content};
use crate::register::keys::{self, Owner, Secrets};
use crate::register::moment::Moment;
use crate::register::papers::{self, PaperRow, Version};
use crate::register::versions;

/// What is marked in the evidence chain.
#[derive(Serialize)]
struct Recorded<'act> {
    at: Moment,
    by: &'act str,
    login: &'act str,
    reason: &'act str,
    act: &'act Act,
}

impl Register {
    /// Records an act. A paper it is about must exist, a version as well.
    pub fn act(&mut self, act: &Act, hand: &Hand, now: DateTime<Utc>) -> Result<i64, RegisterError> {
        check_hand(hand)?;
        let secrets = self.secrets;
        let work = self.begin()?;
        check_paper(&work, act)?;
        let id = record(&work, secrets, act, hand, now)?;
        work.commit()?;
        Ok(id)
    }

    /// Enters a paper that reached the administrator another way (by mail, by hand) at `at`.
    ///
    /// `evidence` is the message it came with, already kept ([`Register::keep`]).
    pub fn receive(
        &mut self,
        entry: &Receipt<'_>,
        hand: &Hand,
        now: DateTime<Utc>,
    ) -> Result<PaperNumber, RegisterError> {
        check_hand(hand)?;
        if entry.at > now {
            return Err(RegisterError::Refused("a document cannot have come later than now".to_owned()));
        }
        let sha = self.store().put(entry.bytes)?;
        let size = i64::try_from(entry.bytes.len()).unwrap_or(i64::MAX);
        let secrets = self.secrets;
        let work = self.begin()?;
        note_content(&work, &sha, size, now)?;
        let row = PaperRow {
            number: PaperNumber::new(0),
            file: None,
            part_of: None,
            part_index: None,
            name: Some(entry.name.to_owned()),
            present: true,
        };
        let paper = papers::add_paper(&work, &row)?;
        let present_at = Moment::of(entry.at);
        let version = Version { paper, version: 1, sha: sha.clone(), size, absent_at: None, present_at };
        evidence::append(
            &work,
            now,
            &Fact::Seen { paper, sha256: sha.clone(), absent_at: None, present_at },
        )?;
        versions::enter(&work, secrets, &version, now)?;
        let act =
            Act::Receive { paper, case: entry.case.clone(), at: entry.at, evidence: entry.evidence.cloned() };
        record(&work, secrets, &act, hand, now)?;
        work.commit()?;
        Ok(paper)
    }

    /// What was asked about slots at a meeting; of two wishes for a case the later one.
    pub fn wishes(&self, day: NaiveDate) -> Result<Vec<Wish>, RegisterError> {
        let mut wishes: Vec<Wish> = Vec::new();
        for done in self.acts()? {
            if let Act::Slot { meeting, wish } = done.act
                && meeting == day
            {
                wishes.retain(|earlier| earlier.case != wish.case);
                wishes.push(wish);
            }
        }
        Ok(wishes)
    }

    /// Who accepted a pack of these bytes although it did not pass its own check; none where nobody did, or no longer does.
    pub fn pack_accepted(&self, pack: &Sha256) -> Result<Option<Done>, RegisterError> {
        let about = |done: &Done| matches!(&done.act, Act::AcceptPack { sha256, .. } if sha256 == pack);
        let last = self.acts()?.into_iter().rev().find(about);
        Ok(last.filter(|done| matches!(done.act, Act::AcceptPack { accepted: true, .. })))
    }

    /// Everything done, in order. Read once, until something more is done or another program has written.
    pub fn acts(&self) -> Result<Vec<Done>, RegisterError> {
        let mark = self.db.prepare_cached("SELECT count(*), max(id) FROM acts")?.query_row([], |row| {
            let version = self.db.pragma_query_value(None, "data_version", |row| row.get(0))?;
            Ok((row.get(0)?, row.get(1)?, version))
        })?;
        let mut read = self.acts.borrow_mut();
        if read.mark != Some(mark) {
            *read = ReadActs { mark: Some(mark), acts: self.read_acts()? };
        }
        Ok(read.acts.clone())
    }

    /// The same, read anew: whoever proves what is held does not take what was read before for it.
    pub(in crate::register) fn read_acts(&self) -> Result<Vec<Done>, RegisterError> {
        let mut rows =
            self.db.prepare_cached("SELECT id, at, by, login, reason, act FROM acts ORDER BY id")?;
        let mut rows = rows.query([])?;
        let mut acts = Vec::new();
        while let Some(row) = rows.next()? {
            let (at, act): (Moment, String) = (row.get(1)?, row.get(5)?);
            acts.push(Done {
                id: row.get(0)?,
                at: at.get(),
                hand: Hand { by: row.get(2)?, login: row.get(3)?, reason: row.get(4)? },
                act: serde_json::from_str(&act).map_err(RegisterError::row("act"))?,
            });
        }
        Ok(acts)
    }
}

/// A paper entered by hand.
#[derive(Debug, Clone, Copy)]
pub struct Receipt<'entry> {
    pub name: &'entry str,
    pub bytes: &'entry [u8],
    pub case: &'entry CaseId,
    pub at: DateTime<Utc>,
    pub evidence: Option<&'entry Sha256>,
}

/// What the evidence chain's mark of this act is made of.
pub fn recorded(done: &Done) -> Result<String, RegisterError> {
    as_recorded(&done.act, &done.hand, Moment::of(done.at))
}

/// Whose data the record of it is.
fn owner(act: &Act) -> Owner<'_> {
    match act {
        Act::Assign { paper, .. }
        | Act::SetKind { paper, .. }
        | Act::Exclude { paper }
        | Act::AcceptPaper { paper }
        | Act::TakeNewer { paper, .. }
        | Act::KeepOlder { paper }
        | Act::ConfirmChild { paper, .. }
        | Act::Receive { paper, .. } => Owner::Paper(*paper),
        Act::ConfirmEmergency { case, .. }
        | Act::AcceptCase { case, .. }
        | Act::Move { case, .. }
        | Act::Withdraw { case, .. }
        | Act::Reinstate { case, .. }
        | Act::Expect { case, .. }
        | Act::Unexpect { case, .. }
        | Act::DecideOutside { case, .. }
        | Act::Alert { case, .. }
        | Act::KeepFrom { case, .. }
        | Act::Restrict { case, .. }
        | Act::HideAddress { case, .. }
        | Act::AmendMinutes { case: Some(case), .. }
        | Act::CloseAction { case: Some(case), .. } => Owner::Case(case),
        Act::AcceptInbox => Owner::Panel,
        Act::ProveAddress { address, .. }
        | Act::AllowAddress { address, .. }
        | Act::DoubtAddress { address, .. } => Owner::Person(address),
        Act::Tick { tick, .. } => match (&tick.case, tick.meeting) {
            (Some(case), _) => Owner::Case(case),
            (None, Some(meeting)) => Owner::Meeting(meeting),
            (None, None) => Owner::Panel,
        },
        Act::Slot { wish, .. } => Owner::Case(&wish.case),
        Act::Order { meeting, .. }
        | Act::AcceptPack { meeting, .. }
        | Act::AmendMinutes { meeting, case: None, .. }
        | Act::SentByHand { meeting, .. }
        | Act::AskBack { meeting, .. }
        | Act::RecallAnswered { meeting, .. }
        | Act::CloseAction { meeting, case: None, .. } => Owner::Meeting(*meeting),
    }
}

pub(in crate::register) fn record(
    work: &Transaction<'_>,
    secrets: Secrets,
    act: &Act,
    hand: &Hand,
    now: DateTime<Utc>,
) -> Result<i64, RegisterError> {
    let json = serde_json::to_string(act).map_err(RegisterError::row("act"))?;
    work.execute(
        "INSERT INTO acts (at, by, login, reason, act) VALUES (?1, ?2, ?3, ?4, ?5)",
        (Moment::of(now), &hand.by, &hand.login, &hand.reason, json),
    )?;
    let id = work.last_insert_rowid();
    let recorded = as_recorded(act, hand, Moment::of(now))?;
    let row = keys::mark(work, secrets, owner(act), recorded.as_bytes(), now)?;
    evidence::append(work, now, &Fact::Ordered { act: id, row })?;
    Ok(id)
}

fn as_recorded(act: &Act, hand: &Hand, at: Moment) -> Result<String, RegisterError> {
    canonical(&Recorded { at, by: &hand.by, login: &hand.login, reason: &hand.reason, act })
}

pub(in crate::register) fn check_hand(hand: &Hand) -> Result<(), RegisterError> {
    if hand.by.trim().is_empty() {
        return Err(RegisterError::Refused("an act needs a name; hint: say who with `--by NAME`".to_owned()));
    }
    if hand.reason.trim().is_empty() {
        return Err(RegisterError::Refused(
            "an act needs a reason; hint: say why with `--reason TEXT`".to_owned(),
        ));
    }
    Ok(())
}

fn check_paper(work: &Transaction<'_>, act: &Act) -> Result<(), RegisterError> {
    let Some(paper) = act.paper() else { return Ok(()) };
    let known: Vec<PaperNumber> = papers::papers(work)?.into_iter().map(|row| row.number).collect();
    if !known.contains(&paper) {
        return Err(RegisterError::NoPaper { paper, near: known::papers_near(paper, known) });
    }
    if let Act::TakeNewer { version, .. } = act {
        let newest = papers::newest(work, paper)?.map_or(0, |newest| newest.version);
        if *version == 0 || *version > newest {
            return Err(RegisterError::Refused(format!(
                "{paper} has no version {version}; its newest is {newest}"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hand() -> Hand {
        Hand { by: "Ann Clerk".to_owned(), login: "aclerk".to_owned(), reason: "telephoned".to_owned() }
    }

    fn receipt<'a>(case: &'a CaseId, at: &str) -> Receipt<'a> {
        Receipt { name: "plan.docx", bytes: b"plan", case, at: at.parse().unwrap(), evidence: None }
    }

    #[test]
    fn an_act_needs_a_name_a_reason_and_a_paper_that_exists() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        let act = Act::Exclude { paper: PaperNumber::new(4) };
        let refused =
            |hand: Hand, register: &mut Register| register.act(&act, &hand, now).unwrap_err().to_string();
        assert!(refused(Hand { by: " ".to_owned(), ..hand() }, &mut register).contains("--by"));
        assert!(refused(Hand { reason: String::new(), ..hand() }, &mut register).contains("--reason"));
        assert!(refused(hand(), &mut register).contains("`P4`"));
        assert!(register.acts().unwrap().is_empty());
    }

    #[test]
    fn what_is_done_by_this_program_or_another_is_read_at_once() {
        let place = tempfile::tempdir().unwrap();
        let mut watch = Register::open(place.path()).unwrap();
        let mut command = Register::open(place.path()).unwrap();
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        let act = |case: &str| Act::Withdraw {
            case: case.parse().unwrap(),
            meeting: "2026-11-23".parse().unwrap(),
        };
        assert_eq!(watch.acts().unwrap().len(), 0);
        watch.act(&act("1234567"), &hand(), now).unwrap();
        assert_eq!(watch.acts().unwrap().len(), 1);
        command.act(&act("1234568"), &hand(), now).unwrap();
        let read = watch.acts().unwrap();
        assert_eq!((read.len(), &read[1].act), (2, &act("1234568")));
        assert_eq!(watch.acts().unwrap(), read, "and what nobody has added to is as it was read");
    }

    #[test]
    fn what_was_done_between_two_microseconds_is_as_it_was_recorded() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let act = Act::Withdraw { case: "1234567".parse().unwrap(), meeting: "2026-11-23".parse().unwrap() };
        register.act(&act, &hand(), "2026-11-18T16:00:00.123456789Z".parse().unwrap()).unwrap();
        assert_eq!(register.check_everything(&mut || ()).unwrap().findings, []);
    }

    #[test]
    fn a_paper_received_by_mail_has_the_time_it_came_and_is_in_the_chain() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        let case: CaseId = "1234567".parse().unwrap();
        let paper = register.receive(&receipt(&case, "2026-11-18T14:00:00Z"), &hand(), now).unwrap();
        let version = register.versions().unwrap().remove(0);
        assert_eq!(
            (version.paper, version.present_at.text().as_str()),
            (paper, "2026-11-18T14:00:00.000000Z")
        );
        let done = register.acts().unwrap().remove(0);
        let of_this_act = |fact: &Fact| matches!(fact, Fact::Ordered { act, .. } if *act == done.id);
        assert!(register.evidence().unwrap().iter().any(|link| of_this_act(&link.fact)));
        assert_eq!(register.check_everything(&mut || ()).unwrap().findings, []);
        register.receive(&receipt(&case, "2026-11-18T17:00:00Z"), &hand(), now).unwrap_err();
    }
}
