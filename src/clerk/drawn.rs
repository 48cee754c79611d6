//! Meetings drawn up in one round: each at most once for what is known, however many steps want it.

use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::panel::calendar;
use crate::register::Register;

/// What was drawn for the register as it stood at `beat`.
#[derive(Debug, Default)]
pub struct Drawn {
    beat: i64,
    sittings: BTreeMap<NaiveDate, Rc<Sitting>>,
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
        let known = day.or_else(next).and_then(|day| self.sittings.get(&day));
        if let Some(sitting) = known {
            return Ok(Rc::clone(sitting));
        }
        self.times += 1;
        let sitting = Rc::new(Sitting::draw(house, register, day.map(|day| day.to_string()).as_deref())?);
        self.sittings.insert(sitting.day(), Rc::clone(&sitting));
        Ok(sitting)
    }

    /// How many were drawn.
    pub fn times(&self) -> usize {
        self.times
    }
}
