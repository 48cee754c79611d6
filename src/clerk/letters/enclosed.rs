//! The agenda as a document, as it goes with letters: the chair's has what is asked of each partner, everybody else's has not.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::clerk::agenda;
use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::panel::ids::CaseId;
use crate::panel::people::Capacity;
use crate::post::compose::Enclosure;
use crate::post::plan::{Addressed, Enclosed, Plan};
use crate::register::Register;

/// Both, as far as they have been written, and one for each set of cases that somebody may hear nothing of.
#[derive(Debug)]
pub struct Agendas {
    plain: Option<Enclosure>,
    chairs: Option<Enclosure>,
    without: BTreeMap<(bool, BTreeSet<CaseId>), Vec<u8>>,
    /// Times and kinds of request, for observers.
    times: BTreeMap<BTreeSet<CaseId>, Vec<u8>>,
}

impl Agendas {
    /// The documents as they lie in the folder; and for each reader of whom there is something that must not be in them, one set anew.
    ///
    /// Fails when the agenda cannot be read, or a template cannot be filled.
    pub fn read(house: &House, register: &Register, sitting: &Sitting, plan: &Plan) -> Result<Self> {
        let mut agendas = Agendas {
            plain: document(house, sitting, "agenda")?,
            chairs: document(house, sitting, agenda::FOR_THE_CHAIR)?,
            without: BTreeMap::new(),
            times: BTreeMap::new(),
        };
        // In the documents of the folder no restricted case shows, so that whoever may hear of one gets another.
        let restricted = sitting.agenda.cases().any(|(_, line)| {
            sitting.casebook.case(&line.case).is_some_and(crate::panel::case::Case::is_restricted)
        });
        for letter in plan.letters.iter().filter(|letter| letter.what == Enclosed::Agenda) {
            let key = (for_the_chair(letter.capacity), letter.withheld.clone());
            if (restricted || !letter.withheld.is_empty()) && !agendas.without.contains_key(&key) {
                let made = agenda::without(house, register, sitting, key.0, &letter.withheld)?;
                agendas.without.insert(key, made);
            }
        }
        for letter in plan.letters.iter().filter(|letter| letter.what == Enclosed::Times) {
            if !agendas.times.contains_key(&letter.withheld) {
                let made = agenda::times_only(house, register, sitting, &letter.withheld)?;
                agendas.times.insert(letter.withheld.clone(), made);
            }
        }
        Ok(agendas)
    }

    /// What is asked of each partner and what is still to be done is before the chair alone.
    ///
    /// Fails when this reader's document has not been written.
    pub fn of(&self, reader: &Addressed) -> Result<Enclosure> {
        let chairs = for_the_chair(reader.capacity);
        let agenda = if chairs { &self.chairs } else { &self.plain };
        let agenda = agenda.clone().context("there is no agenda yet; write it with `panelclerk agenda`")?;
        if reader.what == Enclosed::Times {
            let content = self.times.get(&reader.withheld).cloned();
            let content = content.context("the times for an observer were not written")?;
            return Ok(Enclosure { content, ..agenda });
        }
        match self.without.get(&(chairs, reader.withheld.clone())) {
            Some(content) => Ok(Enclosure { content: content.clone(), ..agenda }),
            None => Ok(agenda),
        }
    }
}

fn for_the_chair(reader: Capacity) -> bool {
    matches!(reader, Capacity::Chair | Capacity::Administrator)
}

fn document(house: &House, sitting: &Sitting, what: &str) -> Result<Option<Enclosure>> {
    let file = sitting.file(what, "docx");
    let Some(content) = house.shares.read(&file)? else { return Ok(None) };
    let file_name = format!("{}.docx", sitting.heading.file_name(what));
    let media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned();
    Ok(Some(Enclosure { file_name, media_type, content }))
}
