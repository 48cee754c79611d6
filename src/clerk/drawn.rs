//! Meetings drawn up in one round: each at most once for what is known, however many steps want it.

use std::rc::Rc;

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::panel::calendar;
use crate::register::Register;

/// Meetings held at once: each holds every paper, and a round in which all workbooks were put back wants every meeting.
const AT_ONCE: usize = 3;

/// What was drawn for the register as it stood at `beat`.
#[derive(Debug, Default)]
pub struct Drawn {
    beat: i64,
    /// The one wanted last comes last.
    sittings: Vec<Rc<Sitting>>,
    times: usize,
}

impl Drawn {
    /// The meeting on `day`, or the next one, as things stand now.
    ///
    /// Fails when no meeting is held on `day`, and when the register cannot be read.
    pub fn sitting(
        &mut self,
        house: &House,
        register: &Register,
        day: Option<NaiveDate>,
    ) -> Result<Rc<Sitting>> {
        let beat = register.beat()?;
        if beat != self.beat {
            self.sittings.clear();
            self.beat = beat;
        }
        let next = || calendar::next_meeting(house.rules(), house.now()).map(|meeting| meeting.date);
        let known = day.or_else(next);
        if let Some(at) = self.sittings.iter().position(|sitting| Some(sitting.day()) == known) {
            let sitting = self.sittings.remove(at);
            self.sittings.push(Rc::clone(&sitting));
            return Ok(sitting);
        }
        self.times += 1;
        let sitting = Rc::new(Sitting::draw(house, register, day.map(|day| day.to_string()).as_deref())?);
        if AT_ONCE <= self.sittings.len() {
            self.sittings.remove(0);
        }
        self.sittings.push(Rc::clone(&sitting));
        Ok(sitting)
    }

    /// How many were drawn.
    pub fn times(&self) -> usize {
        self.times
    }
}
