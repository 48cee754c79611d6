//! What the administrator says, recorded: about a case or paper that is known, or making a new case and saying so.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::usage::Usage;
use crate::panel::acts::{Act, Hand};
use crate::panel::ids::CaseId;
use crate::register::Register;
use crate::register::failure::RegisterError;

/// Records acts; none of them where one is about a case that is not among the `known` ones. Gives the case they make, if it is
/// new.
///
/// Fails when a case is not among the known ones, and as a refusal of what the register does not take.
pub fn record(
    house: &House,
    register: &mut Register,
    known: &BTreeSet<CaseId>,
    acts: &[Act],
    hand: &Hand,
) -> Result<Option<CaseId>> {
    for act in acts {
        check(known, act)?;
    }
    for act in acts {
        register.act(act, hand, house.now()).map_err(said)?;
    }
    Ok(acts.iter().find_map(|act| act.new_case(known)).cloned())
}

/// Refuses an act about a case nobody knows.
pub fn check(known: &BTreeSet<CaseId>, act: &Act) -> Result<(), Usage> {
    let Some((message, near)) = act.about_nobody(known) else { return Ok(()) };
    Err(Usage::new(message).hint(format!("{near}; `expect` books a new case")))
}

/// A paper nobody knows is a mistake of typing, not of the register.
fn said(error: RegisterError) -> anyhow::Error {
    match error {
        RegisterError::NoPaper { paper, near } => {
            let message = format!("there is no document `{paper}`");
            Usage { message, hint: near.or_else(|| Some("no document is known yet".to_owned())) }.into()
        }
        other => other.into(),
    }
}
