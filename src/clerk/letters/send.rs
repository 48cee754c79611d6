//! Letters of a meeting: who gets what, and with `--go` the drafts in the meeting's outbox.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::letters::asked_back;
use crate::clerk::letters::holders;
use crate::clerk::letters::invitations;
use crate::clerk::letters::kept_from;
use crate::clerk::letters::once_more;
use crate::clerk::letters::password_letters;
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::letters::proofs;
use crate::clerk::letters::showing::{self, Compared, Line};
use crate::clerk::letters::ticks;
use crate::clerk::letters::writing::LetterDesk;
use crate::clerk::pressings::Pressing;
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::usage::Usage;
use crate::desk::mistake::Mistake;
use crate::desk::people::stops_sending;
use crate::pack::manifest::Manifest;
use crate::panel::acts::Hand;
use crate::panel::audience::{self, Days, Due, Withheld};
use crate::panel::case::{Disposition, Standing};
use crate::panel::ids::CaseId;
use crate::panel::kept;
use crate::panel::letter_state::LetterState;
use crate::panel::london;
use crate::panel::people::Person;
use crate::post::kind::LetterKind;
use crate::post::plan::{self, Enclosed, Plan, Unreachable};
use crate::register::{Register, lock};

/// What is to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'w> {
    pub kind: LetterKind,
    /// Readers (by name, address or a letter's number) whose letter goes once more, although it was refused, came back, or may have arrived.
    pub again: &'w [String],
    /// Of a recall: readers (in the same way) of whom everything they were sent is asked back.
    pub of: &'w [String],
    /// Who says that it is asked back.
    pub hand: Option<&'w Hand>,
}

impl Wanted<'_> {
    /// Letters of a kind, and nothing besides.
    pub const fn only(kind: LetterKind) -> Self {
        Wanted { kind, again: &[], of: &[], hand: None }
    }
}

/// Who gets what.
///
/// Fails when people, workbook or register cannot be read; whom nobody can write to is part of the plan.
pub fn plan(house: &House, register: &mut Register, sitting: &Sitting, wanted: &Wanted<'_>) -> Result<Plan> {
    let Wanted { kind, again, of, .. } = *wanted;
    let (people, mistakes) = sitting::people(house)?;
    if kind == LetterKind::RecallEmail {
        return asked_back::plan(register, sitting.day(), &people, of);
    }
    if !kind.is_to_officers() && kind != LetterKind::Recall {
        every_capacity_is_known(&mistakes)?;
    }
    let untaken = ticks::enter(house, register, &people)?;
    let withheld = kept_from::withheld(house, register, sitting, &people)?;
    let mut plan = planned(house, register, sitting, (kind, again), &people, &withheld)?;
    plan.held(&untaken);
    plan.not_understood(&mistakes, kind.is_to_officers());
    Ok(plan)
}

/// Somebody whose capacity is not known may be due anything: nothing goes to the panel until it is.
fn every_capacity_is_known(mistakes: &[Mistake]) -> Result<()> {
    let Some(mistake) = mistakes.iter().find(|mistake| stops_sending(mistake)) else { return Ok(()) };
    let said = format!(
        "nothing is sent: what `{}` sits as is not known (`People.xlsx`, sheet `{}`, cell {}: {})",
        mistake.key, mistake.sheet, mistake.cell, mistake.message
    );
    Err(Usage::new(said).hint(mistake.hint.clone()).into())
}

/// The same for these people, from whom these cases are withheld.
///
/// Fails when the register cannot be read.
pub fn planned(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    what: (LetterKind, &[String]),
    people: &[Person],
    withheld: &[Withheld],
) -> Result<Plan> {
    let mut plan = unwithheld(house, register, sitting, what, people, withheld)?;
    plan.withhold(|name, email| {
        let address = |person: &&Person| person.email.as_deref() == Some(email);
        let names = people.iter().filter(address).map(|person| person.name.as_str()).chain([name]);
        names.flat_map(|name| kept::from(withheld, name)).collect()
    });
    Ok(plan)
}

fn unwithheld(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    (kind, again): (LetterKind, &[String]),
    people: &[Person],
    withheld: &[Withheld],
) -> Result<Plan> {
    let days = Days { meeting: sitting.day(), today: london::wall(house.now()).date_naive() };
    if kind == LetterKind::FirstContact {
        return first_contact(house, register, people, days, again);
    }
    let (people, held) = proofs::proved(house, register, people, kind, days)?;
    let mut plan = match kind {
        LetterKind::Invitation => invitations::plan(house, register, sitting, &people, withheld, again)?,
        _ => to_proved(house, register, sitting, kind, (&people, days), withheld)?,
    };
    plan.held(&held);
    Ok(plan)
}

/// Letters to addresses that are still to be proved.
fn first_contact(
    house: &House,
    register: &Register,
    people: &[Person],
    days: Days,
    again: &[String],
) -> Result<Plan> {
    let passwords = Passwords::read(house, None)?;
    let protects = |address: &str| passwords.of(address).is_ok_and(|password| password.is_some());
    let (letters, again, waiting) = proofs::to_write(house, register, people, days, protects, again)?;
    let mut plan = Plan { again, ..plan::to_each(LetterKind::FirstContact, letters.into_iter()) };
    let waits = |(name, reason)| Unreachable { name, reason, case: None };
    plan.not_now.extend(waiting.into_iter().map(waits));
    Ok(plan)
}

/// Letters of one kind to these people, at the addresses they have here.
fn to_proved(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    kind: LetterKind,
    (people, days): (&[Person], Days),
    withheld: &[Withheld],
) -> Result<Plan> {
    if kind == LetterKind::RecallEmail {
        return asked_back::plan(register, sitting.day(), people, &[]);
    }
    if kind == LetterKind::Password {
        return password_letters::plan(house, register, sitting.day(), people);
    }
    if kind.is_per_case() {
        let concerned = |case: &&crate::panel::case::Case| {
            case.disposition == Disposition::Listed
                && (kind != LetterKind::Chaser || case.standing() == Standing::Incomplete)
        };
        let on = days.meeting.max(days.today);
        return Ok(plan::to_officers(kind, people, sitting.casebook.cases.iter().filter(concerned), on));
    }
    let latest = Pressing::latest(register, sitting.day())?;
    if kind == LetterKind::Recall {
        return recall(register, latest.as_ref(), sitting, people);
    }
    let shown: BTreeSet<CaseId> = match &latest {
        Some(latest) => latest.plan()?.all_cases().map(|case| case.id.clone()).collect(),
        None => sitting.casebook.listed().map(|case| case.id.clone()).collect(),
    };
    let due = |person: &Person| audience::due(house.rules(), person, people, days);
    let copy = |person: &Person, due: &Due| {
        audience::pack_copy(house.rules(), due, person, &sitting.casebook, &shown, withheld)
    };
    let mut plan = plan::to_panel(kind, people, due, copy);
    if let (LetterKind::Supplement, Some(latest)) = (kind, &latest) {
        let late: BTreeSet<CaseId> = latest
            .plan()?
            .supplements
            .pop()
            .into_iter()
            .flat_map(|late| late.cases)
            .map(|case| case.id)
            .collect();
        plan.letters.retain(|letter| letter.what.shows_any(&late));
    }
    Ok(plan)
}

/// Letters to whoever holds a paper that was taken out.
fn recall(
    register: &Register,
    latest: Option<&Pressing>,
    sitting: &Sitting,
    people: &[Person],
) -> Result<Plan> {
    let day = sitting.day();
    let held = holders::held(register, day)?;
    let recalls = latest.map(|latest| holders::recalls(&held, &latest.manifest)).unwrap_or_default();
    if recalls.is_empty() {
        return Err(Usage::new(format!("nobody holds a document for {day} that was taken out of the pack"))
            .hint("`panelclerk pack --withdraw PAPER` takes one out")
            .into());
    }
    let holders = recalls.iter().map(|recall| (recall.recipient.as_str(), Enclosed::Nothing));
    Ok(plan::to_holders(LetterKind::Recall, people, holders))
}

/// Letters without a copy of the pack need none.
///
/// Fails like [`crate::clerk::letters::passwords::Passwords::read`].
pub fn passwords(house: &House, kind: LetterKind, typed: Option<String>) -> Result<Passwords> {
    let protects = kind.encloses_pack() || matches!(kind, LetterKind::FirstContact | LetterKind::Password);
    if protects { Passwords::read(house, typed) } else { Ok(Passwords::default()) }
}

/// Holds what would go against what was shown last, and keeps it as shown. Drafts, in the outbox or in a mailbox, are looked at by a person
/// anyway: there it is enough that what goes was shown, or nothing was.
///
/// Fails when the register cannot be used.
pub fn shown(
    house: &House,
    register: &Register,
    sitting: &Sitting,
    kind: LetterKind,
    lines: Vec<Line>,
) -> Result<Compared> {
    let compared = showing::compare(register, sitting.day(), kind, &lines)?;
    showing::remember(register, sitting.day(), kind, lines, house.now())?;
    Ok(if house.config.post.road.sends_by_itself() { compared } else { Compared::Same })
}

/// What came of writing letters.
#[derive(Debug, Default)]
pub struct Sent {
    /// Who gets what.
    pub plan: Plan,
    /// In the outbox.
    pub drafts: Vec<PathBuf>,
    /// Letters that the mail server is to take.
    pub queued: usize,
    /// Where nothing went, because it had not been shown so: what would go.
    pub only_shown: Option<Vec<String>>,
    /// Papers that were too large for any letter to somebody.
    pub held_back: usize,
    /// Files that are asked back, and stay where links lead, because others' letters lead there too.
    pub still_linked: Vec<PathBuf>,
}

/// Refuses a pack that did not pass its own check until a person has accepted it.
///
/// Fails when nobody has accepted it, in words for the administrator.
pub fn may_go(register: &Register, sitting: &Sitting, kind: LetterKind) -> Result<()> {
    let day = sitting.day();
    let Some(latest) = Pressing::latest(register, day)?.filter(|_| kind.encloses_pack()) else {
        return Ok(());
    };
    let Manifest { version, verified, sha256, .. } = &latest.manifest;
    if *verified || register.pack_accepted(sha256)?.is_some() {
        return Ok(());
    }
    Err(Usage::new(format!("version {version} of the pack for {day} is not verified and nobody has accepted it"))
        .hint(format!(
            "look at the list beside it, then `panelclerk accept {day} --by NAME --reason TEXT`, or create it again"
        ))
        .into())
}

/// Writes the letters of a meeting. Whoever else writes letters, or says of whom they may not reach any more, is waited for before it is worked
/// out who gets what.
///
/// Fails when a copy cannot be made or a draft cannot be put down; letters written before then stay.
pub fn write(house: &House, register: &mut Register, day: NaiveDate, wanted: &Wanted<'_>) -> Result<Sent> {
    let kind = wanted.kind;
    let _writing = lock::take_to_write_letters(&house.config.folders.data)?;
    let sitting = &Sitting::draw(house, register, Some(&day.to_string()))?;
    may_go(register, sitting, kind)?;
    let plan = plan(house, register, sitting, wanted)?;
    let passwords = passwords(house, kind, None)?;
    let mut desk = LetterDesk::open(house, register, sitting, &plan, kind)?;
    if house.config.post.road.sends_by_itself() {
        let mut deliveries = desk.deliveries(register, &plan, &passwords, false)?;
        once_more::mark(house, register, &mut deliveries, wanted.again)?;
        let lines = showing::lines(&deliveries, desk.version());
        let said: Vec<String> = lines.iter().map(ToString::to_string).collect();
        if shown(house, register, sitting, kind, lines)? != Compared::Same {
            return Ok(Sent { plan, only_shown: Some(said), ..Sent::default() });
        }
    }
    let mut deliveries = desk.deliveries(register, &plan, &passwords, true)?;
    once_more::mark(house, register, &mut deliveries, wanted.again)?;
    let held_back = deliveries.iter().flat_map(|delivery| &delivery.posting.held_back);
    let held_back: BTreeSet<u32> = held_back.map(|cut| cut.first).collect();
    let mut sent = Sent { held_back: held_back.len(), ..Sent::default() };
    if kind == LetterKind::RecallEmail {
        sent.still_linked = asked_back::put_on_record(house, register, sitting, wanted.of, wanted.hand)?;
    }
    sent.drafts = desk.go(register, &plan, &passwords, &deliveries)?;
    let mut queued = register.letters(sitting.day())?;
    queued.retain(|row| row.state == LetterState::Queued);
    sent.queued = queued.iter().filter(|row| deliveries.iter().any(|one| one.draft == row.draft)).count();
    sent.plan = plan;
    Ok(sent)
}
