//! What is remembered of the inbox itself: by which file it is known, and whether what it shows is held back.

use rusqlite::Transaction;

use crate::register::failure::RegisterError;
use crate::register::hold::Register;

/// What is known of the inbox between two looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InboxMemory {
    /// The sign in the file by which it is known; none while no such file was ever seen.
    pub sign: Option<String>,
    /// While what it shows is held back: the last act on record when that began. A person's word counts if it came later.
    pub held_since_act: Option<i64>,
    /// What the last look would have taken for removed, where that was too much at once.
    pub gone: Option<String>,
}

impl Register {
    pub fn inbox(&self) -> Result<InboxMemory, RegisterError> {
        let mut row = self.db.prepare_cached("SELECT sign, held_since_act, gone FROM inbox")?;
        Ok(row.query_row([], |row| {
            Ok(InboxMemory { sign: row.get(0)?, held_since_act: row.get(1)?, gone: row.get(2)? })
        })?)
    }

    /// Whether somebody said after that act that the inbox is right as it lies.
    pub fn inbox_accepted_since(&self, act: i64) -> Result<bool, RegisterError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM acts WHERE id > ?1 AND json_extract(act, '$.act') = 'accept_inbox')";
        Ok(self.db.prepare_cached(sql)?.query_row([act], |row| row.get(0))?)
    }

    /// The number of the last act on record.
    pub fn last_act(&self) -> Result<i64, RegisterError> {
        let sql = "SELECT coalesce(max(id), 0) FROM acts";
        Ok(self.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }
}

/// Remembers it, in the transaction that books the look.
pub fn remember(work: &Transaction<'_>, memory: &InboxMemory) -> Result<(), RegisterError> {
    let InboxMemory { sign, held_since_act, gone } = memory;
    work.execute("UPDATE inbox SET sign = ?1, held_since_act = ?2, gone = ?3", (sign, held_since_act, gone))?;
    Ok(())
}
