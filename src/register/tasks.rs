//! What became of the tasks of a workbook: taken on with their act, done or failed, with what came of them.
//!
//! # What a crash leaves
//!
//! A task is taken on in the transaction that records its act, and ended in one of its own. One that was taken on and has not
//! ended was broken off; whoever holds the instance lock takes it up again.

use crate::panel::acts::{Act, Hand};
use crate::register::acts;
use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::moment::Moment;
use chrono::{DateTime, NaiveDate, Utc};

/// How far a task has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    TakenOn,
    Done,
    Failed,
}

/// A task of a meeting's workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The number of its act.
    pub act: i64,
    pub meeting: NaiveDate,
    /// In the words of the workbook.
    pub order: String,
    pub by: String,
    pub reason: String,
    pub state: TaskState,
    /// How often it was begun.
    pub tries: u32,
    /// What came of it, in a sentence; empty until it has ended.
    pub result: String,
    pub at: DateTime<Utc>,
}

impl TaskState {
    const ALL: [TaskState; 3] = [TaskState::TakenOn, TaskState::Done, TaskState::Failed];

    const fn key(self) -> &'static str {
        match self {
            TaskState::TakenOn => "taken_on",
            TaskState::Done => "done",
            TaskState::Failed => "failed",
        }
    }
}

impl Register {
    /// Takes a task of a meeting's workbook on: on record, and to be done. None where it is on record already: it is done once for
    /// each edition.
    pub fn take_on(
        &mut self,
        meeting: NaiveDate,
        order: &str,
        edition: u32,
        hand: &Hand,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>, RegisterError> {
        let act = Act::Order { meeting, order: order.to_owned(), edition };
        acts::check_hand(hand)?;
        if self.acts()?.iter().any(|done| done.act == act) {
            return Ok(None);
        }
        let secrets = self.secrets;
        let work = self.begin()?;
        let id = acts::record(&work, secrets, &act, hand, now)?;
        let sql = "INSERT INTO tasks (act, meeting, state, tries, result, at) VALUES (?1, ?2, ?3, 0, '', ?4)";
        work.execute(sql, (id, meeting.to_string(), TaskState::TakenOn.key(), Moment::of(now)))?;
        work.commit()?;
        Ok(Some(id))
    }

    /// Every task that has not ended, in the order in which they were taken on.
    pub fn open_tasks(&self) -> Result<Vec<Task>, RegisterError> {
        self.tasks("state = ?1", TaskState::TakenOn.key())
    }

    /// Every task of a meeting, in the order in which they were taken on.
    pub fn tasks_of(&self, meeting: NaiveDate) -> Result<Vec<Task>, RegisterError> {
        self.tasks("meeting = ?1", &meeting.to_string())
    }

    /// Notes that a task is begun; gives how often that has been so.
    pub fn begin_task(&mut self, act: i64) -> Result<u32, RegisterError> {
        let sql = "UPDATE tasks SET tries = tries + 1 WHERE act = ?1 RETURNING tries";
        Ok(self.db.query_row(sql, [act], |row| row.get(0))?)
    }

    /// Notes what came of a task.
    pub fn end_task(
        &mut self,
        act: i64,
        state: TaskState,
        result: &str,
        now: DateTime<Utc>,
    ) -> Result<(), RegisterError> {
        let sql = "UPDATE tasks SET state = ?2, result = ?3, at = ?4 WHERE act = ?1";
        self.db.execute(sql, (act, state.key(), result, Moment::of(now)))?;
        Ok(())
    }

    fn tasks(&self, which: &str, value: &str) -> Result<Vec<Task>, RegisterError> {
        let mut rows = self.db.prepare_cached(&format!(
            "SELECT tasks.act, state, tries, result, tasks.at, acts.by, acts.reason, acts.act
             FROM tasks JOIN acts ON acts.id = tasks.act WHERE {which} ORDER BY tasks.act"
        ))?;
        let mut rows = rows.query([value])?;
        let mut tasks = Vec::new();
        while let Some(row) = rows.next()? {
            let (state, at, act): (String, Moment, String) = (row.get(1)?, row.get(4)?, row.get(7)?);
            let act: Act = serde_json::from_str(&act).map_err(RegisterError::row("act"))?;
            let state = TaskState::ALL.into_iter().find(|known| known.key() == state);
            let (Act::Order { meeting, order, .. }, Some(state)) = (act, state) else { continue };
            let (act, tries, result, at) = (row.get(0)?, row.get(2)?, row.get(3)?, at.get());
            let (by, reason) = (row.get(5)?, row.get(6)?);
            tasks.push(Task { act, meeting, order, by, reason, state, tries, result, at });
        }
        Ok(tasks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_taken_on_once_and_stays_open_until_it_has_ended() {
        let place = tempfile::tempdir().unwrap();
        let mut register = Register::open(place.path()).unwrap();
        let now = "2026-11-19T12:00:00Z".parse().unwrap();
        let meeting = "2026-11-23".parse().unwrap();
        let hand =
            Hand { by: "Ann Clerk".to_owned(), login: "ann".to_owned(), reason: "asked for".to_owned() };
        let order = "Create the pack";
        let task = register.take_on(meeting, order, 1, &hand, now).unwrap().unwrap();
        assert_eq!(register.take_on(meeting, order, 1, &hand, now).unwrap(), None);
        assert_eq!((register.begin_task(task).unwrap(), register.begin_task(task).unwrap()), (1, 2));
        let open = Register::open(place.path()).unwrap().open_tasks().unwrap();
        let [one] = open.as_slice() else { panic!("{open:?}") };
        assert_eq!((one.tries, one.order.as_str(), one.by.as_str()), (2, "Create the pack", "Ann Clerk"));
        let other = register.take_on(meeting, order, 2, &hand, now).unwrap().unwrap();
        register.end_task(task, TaskState::Done, "version 1 has 9 pages", now).unwrap();
        assert_eq!(register.open_tasks().unwrap().iter().map(|task| task.act).collect::<Vec<_>>(), [other]);
        let ended = register.tasks_of(meeting).unwrap().remove(0);
        assert_eq!((ended.state, ended.result.as_str()), (TaskState::Done, "version 1 has 9 pages"));
        assert_eq!(register.check_everything(&mut || ()).unwrap().findings, []);
    }
}
