//! The inbox as a whole: whether it can be told from another folder, and a person's word that it is the right one.

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::usage::Usage;
use crate::finding::Finding;
use crate::intake::marker;
use crate::panel::acts::{Act, Hand};
use crate::register::Register;

/// Takes the inbox as it lies from the next look on, and puts the file by which it is known where it is missing. Says what was
/// done.
///
/// Fails when nothing is held back and the file is there, when the inbox does not answer, and when the register cannot be
/// written.
pub fn accept(house: &House, register: &mut Register, hand: &Hand) -> Result<String> {
    let memory = register.inbox()?;
    let file = house.config.folders.inbox.join(marker::NAME);
    let there = house.shares.stat(&file)?.is_some();
    if there && memory.held_since_act.is_none() {
        return Err(Usage::new("nothing of the inbox is held back")
            .hint("there is nothing to accept")
            .into());
    }
    register.act(&Act::AcceptInbox, hand, house.now())?;
    let said = "the inbox is taken as it lies from the next look on";
    if there {
        return Ok(said.to_owned());
    }
    let sign = match memory.sign.filter(|sign| !sign.is_empty()) {
        Some(sign) => sign,
        None => marker::new_sign(house.config.rehearsal)?,
    };
    let text = marker::text(&house.rules().name, &sign);
    Ok(match house.shares.put(&file, text.as_bytes()) {
        Ok(()) => format!("{said}; the file `{}` was put into it", marker::NAME),
        Err(_) => format!(
            "{said}; nothing may be written into it: ask whoever looks after the share to put a text file called `{}` there",
            marker::NAME
        ),
    })
}

/// What is said of an inbox that was never seen with the file by which it is known.
pub fn unmarked() -> Finding {
    let message = "the inbox holds no file by which it is known, so that another folder in its place would not be noticed";
    Finding::warning("inbox-unmarked", message).about("inbox").hint(format!(
        "`panelclerk accept inbox --by NAME --reason TEXT` puts one there, or put a text file called `{}` into it",
        marker::NAME
    ))
}

/// The same, where it holds of the inbox that was looked at last.
///
/// Fails when the register cannot be read.
pub fn notice(register: &Register) -> Result<Option<Finding>> {
    let looked = register.share()?.last_scan.is_some();
    Ok((looked && register.inbox()?.sign.is_none()).then(unmarked))
}
