//! Letters that a person has go once more.

use chrono::{DateTime, Utc};

use crate::panel::letter_state::LetterState;
use crate::panel::post_times;
use crate::register::failure::RegisterError;
use crate::register::hold::Register;

impl Register {
    /// A person has said that a letter goes once more, although it was refused, came back, or may have arrived. `letter` is its number.
    ///
    /// Fails with [`RegisterError::Refused`] where it was taken, or is on its way.
    pub fn queue_letter_again(&mut self, letter: &str, now: DateTime<Utc>) -> Result<(), RegisterError> {
        let row = self.letter_numbered(letter)?;
        let row = row.ok_or_else(|| RegisterError::Refused(format!("there is no email `{letter}`")))?;
        if !post_times::may_go_again(&self.history_of(&row)?) {
            let message = format!("email {letter} is {} and is not sent again", row.state);
            return Err(RegisterError::Refused(message));
        }
        self.letter_state(letter, LetterState::Queued, "a person has said that it goes once more", now)
    }
}
