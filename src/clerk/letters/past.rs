//! What letters of a meeting were written before, and which of them others take the place of.

use anyhow::Result;

use crate::clerk::letters::material::Material;
use crate::clerk::letters::told::Told;
use crate::panel::agenda::Agenda;
use crate::panel::audience::same_name;
use crate::post::kind::LetterKind;
use crate::post::plan::Addressed;
use crate::register::Register;
use crate::register::letters::LetterRow;

/// What letters of the meeting were written before.
#[derive(Debug)]
pub struct Past {
    pub written: Vec<LetterRow>,
    pub told: Told,
    /// The agenda as it is set.
    pub agenda: Agenda,
}

impl Past {
    /// Fails when what was told before, or the register, cannot be read.
    pub fn of(material: &Material<'_>, register: &Register) -> Result<Self> {
        let sitting = material.sitting;
        let told = Told::of(register, sitting.day())?;
        let agenda = register.agenda(sitting.day())?.unwrap_or_else(|| sitting.agenda.clone());
        Ok(Past { written: register.letters(sitting.day())?, told, agenda })
    }

    /// The letters of this kind that have not been sent and are none of these any more: another takes their place, or nobody is to have one.
    pub fn replaced<'d>(
        &self,
        material: &Material<'_>,
        letters: impl Iterator<Item = (&'d str, &'d Addressed)>,
    ) -> Vec<&LetterRow> {
        let kind = material.kind;
        let letters: Vec<(&str, &Addressed)> = letters.collect();
        let of_kind = self.written.iter().filter(|row| row.kind == kind.word());
        let unsent = of_kind.filter(|row| row.state.may_go());
        let others = unsent.filter(|row| !letters.iter().any(|(draft, _)| *draft == row.draft));
        let replaced = others.filter(|row| {
            let holds = self.told.holds.get(&row.draft);
            match kind {
                // Only those are told whose time has changed; what the others were told is still so.
                LetterKind::Invitation => letters.iter().any(|(_, to)| {
                    to.email == row.recipient && holds.is_some_and(|holds| same_name(&holds.name, &to.name))
                }),
                // Whoever had theirs has no other; one to an address that its owner has left is taken back by the sweep.
                LetterKind::FirstContact => false,
                // What an earlier supplement brought is not in this one.
                LetterKind::Supplement => holds.is_none_or(|holds| holds.version == material.version()),
                _ => true,
            }
        });
        replaced.collect()
    }

    /// The letter with this draft.
    pub fn find(&self, draft: &str) -> Option<&LetterRow> {
        self.written.iter().find(|letter| letter.draft == draft)
    }
}
