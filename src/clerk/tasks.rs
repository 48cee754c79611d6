//! The tasks of the workbooks: each done once, whatever happens meanwhile, and what came of it kept until the workbook shows it.
//!
//! A task is on record before it is begun. One that was broken off, because the program was stopped, is taken up again by the
//! next round before any workbook is read, in the order in which they were asked for; one that is broken off time and again is
//! given up and said to be.

use anyhow::{Context, Result};
use chrono::NaiveDate;

use crate::clerk::agenda;
use crate::clerk::breach;
use crate::clerk::confirm;
use crate::clerk::faults;
use crate::clerk::house::{House, shown};
use crate::clerk::letters::marked;
use crate::clerk::letters::ordered;
use crate::clerk::letters::send::Wanted;
use crate::clerk::minutes::{self, Written};
use crate::clerk::pack;
use crate::clerk::pressings::Pressing;
use crate::clerk::sitting::Sitting;
use crate::clerk::steps::Steps;
use crate::clerk::usage::Usage;
use crate::clerk::work::Work;
use crate::clerk::workbook::workbook_path;
use crate::desk::entries::{Order, OrderWord, Place};
use crate::desk::layout::ORDERS;
use crate::desk::needs;
use crate::desk::orders;
use crate::pack::manifest::How;
use crate::panel::letter_state::LetterState;
use crate::panel::london;
use crate::panel::when;
use crate::post::kind::LetterKind;
use crate::register::Register;
use crate::register::tasks::{Task, TaskState};
use crate::report::said;

/// A task begun so often and never ended is given up: it may be what stops the program.
const MOST_TRIES: u32 = 3;

/// Does a task that is on record and notes what came of it.
///
/// Fails when the register cannot be used; what keeps the task from being done is its result.
pub fn carry_out(work: &mut Work<'_>, day: NaiveDate, task: i64, order: &Order) -> Result<()> {
    let house = work.house;
    let again = 1 < work.register.begin_task(task)?;
    let done = work
        .drawn
        .sitting(house, work.register, Some(day))
        .and_then(|sitting| faults::caught(|| obey(house, work.register, &sitting, order, again)));
    let (state, how) = match &done {
        Ok(_) => (TaskState::Done, "done"),
        Err(_) => (TaskState::Failed, "could not be done; the workbook says why"),
    };
    let mut said = done.unwrap_or_else(|error| {
        let hint = error.downcast_ref::<Usage>().and_then(|usage| usage.hint.as_ref());
        let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
        format!("could not be done: {error:#}{hint}")
    });
    if again {
        said.push_str("; it was broken off before, and taken up again");
    }
    work.register.end_task(task, state, &said, house.now())?;
    work.carried.log.push(format!("{} for {day}: {how}", order.what.words()));
    work.carried.done.push(format!("{}: {said}", order.what.words()));
    Ok(())
}

/// Takes up every task that was broken off.
pub fn take_up(work: &mut Work<'_>, steps: &mut Steps) {
    let home = work.house.config.folders.office.clone();
    let open = steps.take("tasks", &home, "cannot be looked through", || Ok(work.register.open_tasks()?));
    for task in open.unwrap_or_default() {
        let path = workbook_path(work.house, task.meeting);
        let step = format!("task {}", task.act);
        steps.take(&step, &path, "cannot be carried out", || take_up_one(work, &task));
    }
}

fn take_up_one(work: &mut Work<'_>, task: &Task) -> Result<()> {
    let now = work.house.now();
    let Some(what) = OrderWord::named(&task.order) else {
        let said = "could not be done: this program does not know it";
        return Ok(work.register.end_task(task.act, TaskState::Failed, said, now)?);
    };
    if MOST_TRIES <= task.tries {
        let said = format!(
            "could not be done: the program was stopped in it {} times; look at what is in the folder before you ask for it again",
            task.tries
        );
        work.carried.log.push(format!("{} for {}: given up", what.words(), task.meeting));
        work.carried.done.push(format!("{}: {said}", what.words()));
        return Ok(work.register.end_task(task.act, TaskState::Failed, &said, now)?);
    }
    let place = Place { sheet: ORDERS.name.to_owned(), key: what.words().to_owned() };
    let order = Order { place, what, by: task.by.clone(), reason: task.reason.clone() };
    carry_out(work, task.meeting, task.act, &order)
}

/// Which tasks of a meeting have ended, in a few letters; empty where none has.
///
/// Fails when the register cannot be read.
pub fn ended(register: &Register, day: NaiveDate) -> Result<String> {
    let tasks = register.tasks_of(day)?;
    let ended = tasks.iter().filter(|task| task.state != TaskState::TakenOn);
    Ok(ended.map(|task| task.act.to_string()).collect::<Vec<_>>().join(" "))
}

/// Does an order and says what came of it. Whatever it does is the same if it is done `again`; of what can be done only once the
/// register says whether it has been.
fn obey(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    order: &Order,
    again: bool,
) -> Result<String> {
    let letters = |register: &mut Register, kind: LetterKind| {
        ordered::letters(house, register, sitting, &Wanted::only(kind))
    };
    match order.what {
        OrderWord::WriteAgenda => {
            agenda::write(house, register, sitting)?;
            Ok("the agenda is in the folder, and one for the chair".to_owned())
        }
        OrderWord::PlanAfresh => {
            let day = sitting.day().to_string();
            let sitting = Sitting::draw_afresh(house, register, Some(&day))?;
            agenda::write(house, register, &sitting)?;
            Ok("the agenda is planned anew and in the folder, and one for the chair".to_owned())
        }
        OrderWord::PressPack => Ok(pack::press(house, register, sitting)?.said()),
        OrderWord::PressSupplement => Ok(format!(
            "{}; the supplement lies beside it",
            pack::supplement(house, register, sitting)?.said()
        )),
        OrderWord::AcceptPack => {
            if let Some(version) = accepted(register, sitting)?.filter(|_| again) {
                return Ok(format!("version {version} is accepted as it is, unverified"));
            }
            let hand = house.hand(&order.by, &order.reason);
            let version = pack::accept(house, register, sitting.day(), &hand, true)?;
            Ok(format!("version {version} is accepted as it is, unverified"))
        }
        OrderWord::SendReminders => letters(register, LetterKind::Chaser),
        OrderWord::SendAgenda => letters(register, LetterKind::Agenda),
        OrderWord::SendInvitations => letters(register, LetterKind::Invitation),
        OrderWord::SendPack => letters(register, LetterKind::Pack),
        OrderWord::SendSupplement => letters(register, LetterKind::Supplement),
        OrderWord::SendDecisions => letters(register, LetterKind::Decisions),
        OrderWord::SendRecall => letters(register, LetterKind::Recall),
        OrderWord::SendPasswords => letters(register, LetterKind::Password),
        OrderWord::SendOnceMore => {
            ordered::once_more(house, register, sitting, &needs::people(&order.reason))
        }
        OrderWord::RecallEmail => {
            let (of, why) = needs::asked_back(&order.reason).unwrap_or_default();
            let hand = house.hand(&order.by, &why);
            let asked = Wanted { of: &of, hand: Some(&hand), ..Wanted::only(LetterKind::RecallEmail) };
            ordered::letters(house, register, sitting, &asked)
        }
        OrderWord::TakeOut => take_out(house, register, sitting, order, again),
        OrderWord::MarkSent => mark_sent(house, register, sitting, order, again),
        OrderWord::WriteBreach => {
            let (case, noticed) = breach::typed(house, &order.reason)?;
            let list = breach::write(house, register, &case, noticed)?;
            Ok(format!(
                "`{}` has {}; the report is due by {}",
                shown(&list.file, &house.config),
                said::count(list.holdings.len(), "email"),
                when::moment(london::wall(list.report_by))
            ))
        }
        OrderWord::WriteMinutes => write_minutes(house, register, sitting),
        OrderWord::ConfirmMinutes => {
            let confirmed = register.confirmed_minutes(sitting.day())?.filter(|_| again);
            let files = match confirmed {
                Some(confirmed) => confirm::file_again(house, register, sitting, &confirmed)?,
                None => confirm::confirm(house, register, sitting, &order.by)?,
            };
            Ok(format!(
                "the minutes are confirmed; in the folder `minutes` for the children: {}",
                said::count(files.len() - 1, "extract")
            ))
        }
        OrderWord::AmendMinutes => {
            let hand = house.hand(&order.by, "typed in the meeting workbook");
            let (number, _) = confirm::amend(house, register, sitting, &order.reason, &hand)?;
            Ok(format!("amendment {number} is in the folder `minutes`"))
        }
    }
}

fn write_minutes(house: &House, register: &mut Register, sitting: &Sitting) -> Result<String> {
    let Written { filed, mistakes } = minutes::records(house, register, sitting)?;
    let aside: Vec<String> =
        filed.aside.iter().map(|file| format!("`{}`", shown(file, &house.config))).collect();
    let aside = match aside.as_slice() {
        [] => String::new(),
        aside => format!("; what had been changed by hand is kept in {}", aside.join(", ")),
    };
    Ok(format!(
        "{} files are in the folder `minutes`; {} entries need correcting{aside}",
        filed.files.len(),
        mistakes.len()
    ))
}

fn mark_sent(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    order: &Order,
    again: bool,
) -> Result<String> {
    let drafts = register.letters(sitting.day())?;
    if again && !drafts.iter().any(|row| row.state == LetterState::Ready) {
        return Ok("the drafts are marked as sent, and out of the outbox".to_owned());
    }
    let hand = house.hand(&order.by, &order.reason);
    let marked = marked::mark_sent(house, register, sitting.day(), None, &[], &hand)?;
    Ok(format!("{} marked as sent by hand, and out of the outbox", said::count(marked.len(), "draft")))
}

/// The next version of the pack without a document.
fn take_out(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    order: &Order,
    again: bool,
) -> Result<String> {
    let (paper, why) = orders::taken_out(&order.reason).context("it is not said which document, and why")?;
    if again
        && let Some(Pressing { manifest, .. }) = Pressing::latest(register, sitting.day())?
        && manifest.entries.iter().any(|entry| entry.number == paper && entry.outcome == How::Withdrawn)
    {
        return Ok(format!("{paper} is taken out; pack version {}", manifest.version));
    }
    let hand = house.hand(&order.by, why);
    Ok(pack::withdraw(house, register, sitting, paper, &hand)?.said())
}

/// The version of the newest pack, where a person has accepted it.
fn accepted(register: &Register, sitting: &Sitting) -> Result<Option<u32>> {
    let Some(Pressing { manifest, .. }) = Pressing::latest(register, sitting.day())? else { return Ok(None) };
    Ok(register.pack_accepted(&manifest.sha256)?.map(|_| manifest.version))
}
