//! A look into the folders of the meetings: which workbook is open, gone, under another name or copied, entered as what is amiss.

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::lying::{self, Said, Stray};
use crate::clerk::steps::Steps;
use crate::clerk::work::{Work, workbook_name};
use crate::clerk::workbook::workbook_path;
use crate::desk::guard;

const OPEN: &str = "is open: what is typed is done once it is saved and closed";

/// Looks into a meeting's folder and enters what is amiss. Gives whether a workbook may be written where there is none.
pub fn enter(work: &mut Work<'_>, steps: &mut Steps, day: NaiveDate) -> bool {
    let (name, path) = (workbook_name(day), workbook_path(work.house, day));
    let lying = steps.take(&name, &path, "cannot be looked for", || lying::look(work.house, day));
    let Some(lying) = lying else { return false };
    if lying.is_open {
        let who = guard::open_by(&work.house.shares, &path).ok().flatten().flatten();
        waits(work, day, who);
        steps.amiss(&lying::open_step(day), &path, OPEN, "");
    }
    let mut workbooks = Vec::new();
    for stray in &lying.strays {
        let step = format!("{name} beside {}", stray.name);
        let said = steps.take(&step, &stray.path, "cannot be looked at", || known(work, day, stray));
        if let Some(Some(said)) = said {
            steps.amiss(&step, &stray.path, &said.message, &said.hint);
            workbooks.push(stray);
        }
    }
    if lying.is_there {
        return false;
    }
    let was_written =
        steps.take(&name, &path, "cannot be looked for", || lying::was_written(work.register, day));
    if !was_written.unwrap_or(true) {
        return workbooks.is_empty() && !lying.is_open;
    }
    let waited = steps.was_amiss(&name);
    let own = lying::name_of(&path);
    if let Some(stray) = workbooks.first() {
        let said = lying::gone(&own, stray);
        steps.amiss(&name, &path, &said.message, &said.hint);
        return false;
    }
    // Excel takes a workbook away for a moment while it saves it.
    if waited && !lying.is_open {
        return true;
    }
    let hint = "put it back, from the recycle bin or from where it was moved to; if it is not there at the next look, it is written \
                again with everything that was typed and read until now";
    steps.amiss(&name, &path, "is gone", hint);
    false
}

/// What is said of a stray file; worked out again only when it or the workbook was saved.
fn known(work: &mut Work<'_>, day: NaiveDate, stray: &Stray) -> Result<Option<Said>> {
    let name = format!("beside {day} {}", stray.name);
    // A workbook that cannot be looked at is said by whoever reads it; there is nothing to compare with until then.
    let Ok(book) = guard::stamp(&work.house.shares, &workbook_path(work.house, day)) else { return Ok(None) };
    let book = book.unwrap_or_default();
    let stamp = format!("{} {book}", stray.stamp);
    if let Some(made) = work.made(&name).filter(|made| made.stamp == stamp) {
        return Ok(parted(&made.basis));
    }
    let said = lying::said(work.house, &work.clerk, day, stray)?;
    let basis = said.map_or_else(String::new, |said| format!("{}; hint: {}", said.message, said.hint));
    work.note(&name, &basis, &stamp);
    Ok(parted(&basis))
}

fn parted(basis: &str) -> Option<Said> {
    let (message, hint) = basis.split_once("; hint: ")?;
    Some(Said { message: message.to_owned(), hint: hint.to_owned() })
}

/// Says once in a round that a workbook is left alone until it is closed.
pub fn waits(work: &mut Work<'_>, day: NaiveDate, who: Option<String>) {
    let who = who.map_or(String::new(), |who| format!(" ({who})"));
    let waiting =
        |who: &str| format!("the workbook of {day} is open{who}: what is typed is done once it is closed");
    if !work.carried.waiting.contains(&waiting(&who)) {
        work.carried.waiting.push(waiting(&who));
        work.carried.waiting_log.push(waiting(""));
    }
}
