//! What the administrator's workbook says, carried out: her acts into the register, her orders done, the outcome beside them.

use std::collections::BTreeSet;

use anyhow::Result;
use chrono::NaiveDate;

use crate::commands::house::House;
use crate::commands::sitting::{self, Sitting};
use crate::commands::workbook::{self, Memory};
use crate::commands::{agenda, minutes, pack, send};
use crate::desk::carry;
use crate::desk::entries::{Act as Typed, Entry, Order, OrderWord, Place};
use crate::desk::mistake::Mistake;
use crate::desk::view::Done;
use crate::panel::case::Child;
use crate::panel::london;
use crate::panel::paper::Paper;
use crate::panel::slots::Wish;
use crate::post::kind::LetterKind;
use crate::register::Register;
use crate::register::acts::{Act, Expected, TelephonedEmergency};

/// What came of a look at the desk.
#[derive(Debug, Default)]
pub struct Carried {
    /// One line for each thing done.
    pub done: Vec<String>,
    pub mistakes: Vec<Mistake>,
}

/// Looks at every meeting's workbook and does what it says.
pub fn carry_out(house: &House, register: &mut Register) -> Result<Carried> {
    let mut carried = Carried::default();
    for day in meetings(house)? {
        let sitting = Sitting::draw(house, register, Some(&day.to_string()))?;
        if sitting.workbook().exists() {
            workbook_of(house, register, sitting, &mut carried)?;
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
    sitting: Sitting,
    carried: &mut Carried,
) -> Result<()> {
    if workbook::is_open(&sitting.workbook()) {
        return Ok(());
    }
    let Some(mut read) = workbook::read(house, &sitting)? else { return Ok(()) };
    let mut memory = Memory::of(house, &sitting)?;
    let (entries, mistakes) = crate::desk::acts::entries(&read.typed, &sitting.words);
    read.mistakes.extend(mistakes);
    let mut done: BTreeSet<Place> = BTreeSet::new();
    for entry in &entries.acts {
        match act(house, register, &sitting, entry) {
            Ok(said) => {
                done.insert(entry.place.clone());
                carried.done.push(said);
            }
            Err(error) => read.mistakes.push(refused(&entry.place, &error)),
        }
    }
    let day = sitting.day().to_string();
    for order in &entries.orders {
        let sitting = Sitting::draw(house, register, Some(&day))?;
        let result = obey(house, register, &sitting, order);
        done.insert(order.place.clone());
        let said = result.unwrap_or_else(|error| format!("could not be done: {error:#}"));
        carried.done.push(format!("{}: {said}", order.what.words()));
        memory.done.retain(|earlier| earlier.order != order.what);
        let when = london::wall(house.now()).format("%A %-d %B, %H:%M");
        memory.done.push(Done { order: order.what, when: format!("{when}, {}", order.by), result: said });
    }
    read.typed = carry::undone(&read.typed, &done);
    let sitting = Sitting::draw(house, register, Some(&day))?;
    let (people, _) = sitting::people(house)?;
    workbook::write(house, &sitting, &people, Some(&read), &mut memory)?;
    carried.mistakes.append(&mut read.mistakes);
    Ok(())
}

/// A mistake for something that was understood and could not be done.
fn refused(place: &Place, error: &anyhow::Error) -> Mistake {
    Mistake {
        sheet: place.sheet.clone(),
        key: place.key.clone(),
        cell: String::new(),
        column: String::new(),
        message: format!("{error:#}"),
        hint: String::new(),
    }
}

fn act(house: &House, register: &mut Register, sitting: &Sitting, entry: &Entry) -> Result<String> {
    let reason = if entry.reason.is_empty() { "in the meeting workbook" } else { &entry.reason };
    let hand = house.hand(&entry.by, reason);
    register.act(&meaning(sitting, &entry.act), &hand, house.now())?;
    Ok(format!("{} {}: done for {}", entry.place.sheet, entry.place.key, entry.by))
}

/// What was typed, as the register records it.
fn meaning(sitting: &Sitting, typed: &Typed) -> Act {
    let meeting = sitting.day();
    match typed.clone() {
        Typed::AcceptCase(case) => Act::AcceptCase { case, meeting },
        Typed::MoveCase { case, to } => Act::Move { case, meeting: to },
        Typed::WithdrawCase(case) => Act::Withdraw { case, meeting },
        Typed::ReinstateCase(case) => Act::Reinstate { case, meeting },
        Typed::ConfirmEmergency(case) => Act::ConfirmEmergency { case, confirmed: true },
        Typed::NotAnEmergency(case) => Act::ConfirmEmergency { case, confirmed: false },
        Typed::Assign { paper, case } => Act::Assign { paper, case: Some(case) },
        Typed::Kind { paper, kind } => Act::SetKind { paper, kind: Some(kind) },
        Typed::ConfirmChild(paper) => Act::ConfirmChild { paper, confirmed: true },
        Typed::Exclude(paper) => Act::Exclude { paper },
        Typed::PutBack(paper) => Act::AcceptPaper { paper },
        Typed::TakeNewer(paper) => Act::TakeNewer { paper, version: newest(sitting, paper) },
        Typed::Slot { line, order, time, minutes, note } => {
            let case = line.parse().unwrap_or_else(|_| {
                sitting
                    .agenda
                    .cases()
                    .next()
                    .map(|(_, line)| line.case.clone())
                    .expect("slots are typed beside cases")
            });
            let note = (!note.is_empty()).then_some(note);
            Act::Slot { meeting, wish: Wish { case, starts: time, minutes, order, note } }
        }
        Typed::Expect(expected) => Act::Expect {
            case: expected.case.clone(),
            meeting,
            expected: Expected {
                child: Child {
                    name: (!expected.child.is_empty()).then_some(expected.child.clone()),
                    ..Child::default()
                },
                request: expected.request,
                emergency: expected.emergency.then(|| TelephonedEmergency {
                    placed_on: expected.placed_on.unwrap_or(meeting),
                    authorised_by: expected.authorised_by.clone(),
                }),
                tracking_only: expected.tracking_only,
                presenters: Vec::new(),
            },
        },
    }
}

/// The newest version of a paper, wherever it stands.
pub fn newest(sitting: &Sitting, number: crate::panel::ids::PaperNumber) -> u32 {
    let book = &sitting.casebook;
    let all = book.cases.iter().flat_map(|case| &case.papers).chain(&book.unfiled);
    let versions = all.filter(|paper: &&Paper| paper.number == number).map(|paper| paper.version);
    versions.max().unwrap_or(0)
}

/// Does an order and says what came of it.
fn obey(house: &House, register: &mut Register, sitting: &Sitting, order: &Order) -> Result<String> {
    let letters = |register: &mut Register, kind: LetterKind| -> Result<String> {
        let plan = send::plan(house, sitting, kind)?;
        let files = send::write(house, register, sitting, kind, &plan)?;
        Ok(format!(
            "{} letters are in the outbox; {} people could not be written to",
            files.len(),
            plan.unreachable.len()
        ))
    };
    match order.what {
        OrderWord::WriteAgenda => {
            agenda::write(house, register, sitting)?;
            Ok("the agenda is in the folder".to_owned())
        }
        OrderWord::PressPack => {
            let made = pack::press(house, register, sitting)?;
            Ok(format!("version {} has {} pages and is verified", made.manifest.version, made.manifest.pages))
        }
        OrderWord::PressSupplement => {
            anyhow::bail!("a supplement cannot be pressed from here yet")
        }
        OrderWord::SendAgenda => letters(register, LetterKind::Agenda),
        OrderWord::SendPack => letters(register, LetterKind::Pack),
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
