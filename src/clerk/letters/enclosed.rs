//! The agenda as a document, as it goes with letters: the chair's has what is asked of each partner, everybody else's has not.

use anyhow::{Context, Result};

use crate::clerk::agenda;
use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::panel::people::Capacity;
use crate::post::compose::Enclosure;

/// Both, as far as they have been written.
#[derive(Debug)]
pub struct Agendas {
    plain: Option<Enclosure>,
    chairs: Option<Enclosure>,
}

impl Agendas {
    /// Fails when the agenda has not been written, or cannot be read.
    pub fn read(house: &House, sitting: &Sitting) -> Result<Self> {
        Ok(Agendas {
            plain: document(house, sitting, "agenda")?,
            chairs: document(house, sitting, agenda::FOR_THE_CHAIR)?,
        })
    }

    /// What is asked of each partner and what is still to be done is before the chair alone.
    ///
    /// Fails when this reader's document has not been written.
    pub fn of(&self, reader: Capacity) -> Result<Enclosure> {
        let chairs = matches!(reader, Capacity::Chair | Capacity::Administrator);
        let agenda = if chairs { &self.chairs } else { &self.plain };
        agenda.clone().context("there is no agenda yet; write it with `panelclerk agenda`")
    }
}

fn document(house: &House, sitting: &Sitting, what: &str) -> Result<Option<Enclosure>> {
    let file = sitting.file(what, "docx");
    let Some(content) = house.shares.read(&file)? else { return Ok(None) };
    let file_name = format!("{}.docx", sitting.heading.file_name(what));
    let media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned();
    Ok(Some(Enclosure { file_name, media_type, content }))
}
