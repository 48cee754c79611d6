//! What is remembered of a meeting between two looks: a value under a name, replaced by the next. Never evidence.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::OptionalExtension;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::moment::Moment;

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The edition of the meeting's workbook, and what came of its orders.
    Desk,
    /// What was typed for a case in another meeting's workbook, and goes into this one's next edition.
    Along,
    /// What letters that may be written again said last.
    Told,
    /// The time each presenter was last told.
    Invitations,
    /// Which letters were shown last, before somebody said that they go.
    Shown,
    /// How the files of the meeting's records were last written.
    Records,
}

impl Topic {
    pub const ALL: [Topic; 6] =
        [Topic::Desk, Topic::Along, Topic::Told, Topic::Invitations, Topic::Shown, Topic::Records];

    /// As it stands in the table; folders of before had this name as well.
    pub const fn key(self) -> &'static str {
        match self {
            Topic::Desk => "desk",
            Topic::Along => "along",
            Topic::Told => "told",
            Topic::Invitations => "invitations",
            Topic::Shown => "shown",
            Topic::Records => "records",
        }
    }
}

impl Register {
    pub fn remembered<T: DeserializeOwned>(
        &self,
        topic: Topic,
        meeting: NaiveDate,
    ) -> Result<Option<T>, RegisterError> {
        let mut row =
            self.db.prepare_cached("SELECT value FROM remembered WHERE topic = ?1 AND meeting = ?2")?;
        let value: Option<String> =
            row.query_row((topic.key(), meeting.to_string()), |row| row.get(0)).optional()?;
        value.map(|value| serde_json::from_str(&value).map_err(RegisterError::row(topic.key()))).transpose()
    }

    pub fn remember(
        &self,
        topic: Topic,
        meeting: NaiveDate,
        value: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Result<(), RegisterError> {
        let value = serde_json::to_string(value).map_err(RegisterError::row(topic.key()))?;
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO remembered (topic, meeting, value, at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((topic.key(), meeting.to_string(), value, Moment::of(now)))?;
        Ok(())
    }
}

/// The row that says until when no letter goes; it is of no meeting.
const POST_REST: (&str, &str) = ("post_rest", "");

impl Register {
    /// Until when a mail service has asked us to wait; none where it never has.
    pub fn post_rests_until(&self) -> Result<Option<DateTime<Utc>>, RegisterError> {
        let mut row =
            self.db.prepare_cached("SELECT value FROM remembered WHERE topic = ?1 AND meeting = ?2")?;
        let value: Option<String> = row.query_row(POST_REST, |row| row.get(0)).optional()?;
        value.map(|value| serde_json::from_str(&value).map_err(RegisterError::row(POST_REST.0))).transpose()
    }

    /// No letter goes until then, whoever posts.
    pub fn rest_the_post(&self, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), RegisterError> {
        let value = serde_json::to_string(&until).map_err(RegisterError::row(POST_REST.0))?;
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO remembered (topic, meeting, value, at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((POST_REST.0, POST_REST.1, value, Moment::of(now)))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_each_topic_and_meeting_is_remembered() {
        let place = tempfile::tempdir().unwrap();
        let register = Register::open(place.path()).unwrap();
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        let day = "2026-11-23".parse().unwrap();
        assert_eq!(register.remembered::<String>(Topic::Desk, day).unwrap(), None);
        for value in ["one", "two"] {
            register.remember(Topic::Desk, day, &value, now).unwrap();
        }
        assert_eq!(register.remembered(Topic::Desk, day).unwrap(), Some("two".to_owned()));
        assert_eq!(register.remembered::<String>(Topic::Told, day).unwrap(), None);
        assert_eq!(register.remembered::<String>(Topic::Desk, day.succ_opt().unwrap()).unwrap(), None);
    }

    #[test]
    fn a_rest_of_the_post_is_kept_for_whoever_posts_next() {
        let place = tempfile::tempdir().unwrap();
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        let until = "2026-11-18T16:02:00Z".parse().unwrap();
        let register = Register::open(place.path()).unwrap();
        assert_eq!(register.post_rests_until().unwrap(), None);
        register.rest_the_post(until, now).unwrap();
        drop(register);
        assert_eq!(Register::open(place.path()).unwrap().post_rests_until().unwrap(), Some(until));
    }
}
