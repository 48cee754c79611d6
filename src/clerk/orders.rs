//! What the administrator's workbook says, carried out: her acts into the register, her orders done, the outcome beside them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::agenda;
use crate::clerk::house::House;
use crate::clerk::letters::send;
use crate::clerk::letters::send::Sent;
use crate::clerk::minutes;
use crate::clerk::pack;
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::workbook::{self, Ahead, Memory};
use crate::desk::acts::{self, Known};
use crate::desk::entries::{Order, OrderWord};
use crate::desk::layout::{DUE, OPEN_ACTIONS};
use crate::desk::mistake::Mistake;
use crate::desk::view::Done;
use crate::desk::{apply, carry, guard, outcome};
use crate::pack::manifest::Manifest;
use crate::panel::acts::Act;
use crate::panel::ids::PaperNumber;
use crate::panel::london;
use crate::panel::when;
use crate::post::kind::LetterKind;
use crate::register::Register;

/// What came of a look at the desk.
#[derive(Debug, Default)]
pub struct Carried {
    /// One line for each thing done.
    pub done: Vec<String>,
    pub mistakes: Vec<Mistake>,
    /// Workbooks that are open, and left alone until they are closed.
    pub waiting: Vec<String>,
}

/// Looks at every meeting's workbook and does what it says.
pub fn carry_out(house: &House, register: &mut Register) -> Result<Carried> {
    let mut carried = Carried::default();
    for day in meetings(house)? {
        let sitting = Sitting::draw(house, register, Some(&day.to_string()))?;
        if sitting.workbook().exists() {
            workbook_of(house, register, &sitting, &mut carried)?;
        }
    }
    Ok(carried)
}

/// Meetings with a folder in the office, oldest first.
fn meetings(house: &House) -> Result<BTreeSet<NaiveDate>> {
    let inside = std::fs::read_dir(&house.config.folders.office)?;
    let names = inside.filter_map(Result::ok).map(|entry| entry.file_name());
    Ok(names.filter_map(|name| name.to_str()?.parse().ok()).collect())
}

fn workbook_of(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    carried: &mut Carried,
) -> Result<()> {
    if let Some(who) = guard::open_by(&sitting.workbook())? {
        let who = who.map_or(String::new(), |who| format!(" ({who})"));
        let day = sitting.day();
        carried
            .waiting
            .push(format!("the workbook of {day} is open{who}: what is typed is done once it is closed"));
        return Ok(());
    }
    let Some(mut read) = workbook::read(house, sitting)? else { return Ok(()) };
    let mut memory = Memory::of(register, sitting.day())?;
    let newest = newest(register)?;
    let looks_ahead = [DUE.name, OPEN_ACTIONS.name].iter().any(|sheet| read.typed.on(sheet).next().is_some());
    let ahead = if looks_ahead { Ahead::of(house, register, sitting)? } else { Ahead::default() };
    let known = Known {
        words: &sitting.words,
        casebook: &sitting.casebook,
        newest: &newest,
        due: &ahead.due,
        follow_ups: &ahead.follow_ups,
    };
    let (entries, mistakes) = acts::entries(&read.typed, &known);
    read.mistakes.extend(mistakes);
    let login = house.hand("", "").login;
    let applied = apply::apply(register, &read.typed, &entries, &login, house.now())?;
    for entry in entries.acts.iter().filter(|entry| applied.done.contains(&entry.place)) {
        let new = entry.act.new_case(&sitting.casebook.known);
        let new = new.map_or(String::new(), |case| format!("; {case} is a new case"));
        carried.done.push(format!("{} {}: done for {}{new}", entry.place.sheet, entry.place.key, entry.by));
    }
    if entries.acts.iter().any(|entry| matches!(entry.act, Act::Slot { .. }))
        && let Err(error) = agenda::settle(house, register, sitting.day())
    {
        carried.done.push(format!("the agenda could not be written again: {error:#}"));
    }
    read.mistakes.extend(applied.mistakes);
    let day = sitting.day().to_string();
    for order in &applied.orders {
        let sitting = Sitting::draw(house, register, Some(&day))?;
        let result = obey(house, register, &sitting, order);
        let said = result.unwrap_or_else(|error| format!("could not be done: {error:#}"));
        carried.done.push(format!("{}: {said}", order.what.words()));
        memory.done.retain(|earlier| earlier.order != order.what);
        let when = when::this_year(london::wall(house.now()));
        memory.done.push(Done { order: order.what, when: format!("{when}, {}", order.by), result: said });
    }
    let written = register.outcome(sitting.day())?.is_some();
    let (_, wrong) = outcome::checked(&read.typed, &sitting.words, house.rules(), &sitting.agenda, written);
    read.mistakes.extend(wrong);
    read.typed = carry::undone(&read.typed, &applied.done);
    let sitting = Sitting::draw(house, register, Some(&day))?;
    let (people, _) = sitting::people(house)?;
    workbook::write(house, register, &sitting, &people, Some(&read), &mut memory)?;
    carried.mistakes.append(&mut read.mistakes);
    Ok(())
}

/// The newest version of each paper.
pub fn newest(register: &Register) -> Result<BTreeMap<PaperNumber, u32>> {
    let mut newest = BTreeMap::new();
    for version in register.versions()? {
        let known = newest.entry(version.paper).or_insert(version.version);
        *known = version.version.max(*known);
    }
    Ok(newest)
}

/// Does an order and says what came of it.
fn obey(house: &House, register: &mut Register, sitting: &Sitting, order: &Order) -> Result<String> {
    let letters = |register: &mut Register, kind: LetterKind| -> Result<String> {
        let plan = send::plan(house, register, sitting, kind)?;
        let Sent { drafts, held_back } = send::write(house, register, sitting, kind, &plan)?;
        let mut said = format!(
            "{} letters are in the outbox; {} people {}",
            drafts.len(),
            plan.unreachable.len(),
            kind.not_reached()
        );
        if held_back > 0 {
            said.push_str(&format!("; {held_back} papers are too large for a letter: the letters say which"));
        }
        Ok(said)
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
        OrderWord::PressPack => {
            let made = pack::press(house, register, sitting)?;
            Ok(format!("version {} has {} pages and is verified", made.manifest.version, made.manifest.pages))
        }
        OrderWord::PressSupplement => {
            let Manifest { version, pages, .. } = pack::supplement(house, register, sitting)?.manifest;
            Ok(format!("version {version} has {pages} pages and is verified; the supplement lies beside it"))
        }
        OrderWord::SendAgenda => letters(register, LetterKind::Agenda),
        OrderWord::SendInvitations => letters(register, LetterKind::Invitation),
        OrderWord::SendPack => letters(register, LetterKind::Pack),
        OrderWord::SendSupplement => letters(register, LetterKind::Supplement),
        OrderWord::SendDecisions => letters(register, LetterKind::Decisions),
        OrderWord::WriteMinutes => {
            let (files, mistakes) = minutes::records(house, register, sitting)?;
            Ok(format!(
                "{} files are in the folder `minutes`; {} entries need correcting",
                files.len(),
                mistakes.len()
            ))
        }
        OrderWord::ConfirmMinutes => {
            minutes::confirm(house, register, sitting, &order.by)?;
            Ok("the minutes are confirmed".to_owned())
        }
    }
}
