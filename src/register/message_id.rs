//! The Message-ID of a letter, as it stands in the letter's own header.

use mail_parser::MessageParser;
use rusqlite::Transaction;

use crate::panel::ids::Sha256;
use crate::register::failure::RegisterError;
use crate::register::store::Store;
use crate::register::store::sha_of;

/// Without the brackets; none where the message has none.
pub fn of(message: &[u8]) -> Option<String> {
    let headers = MessageParser::default().parse_headers(message)?;
    headers.message_id().map(str::to_owned)
}

/// Enters those of letters that were written before they were kept. A letter whose content is gone stays without.
pub fn enter_all(work: &Transaction<'_>, store: &Store) -> Result<(), RegisterError> {
    let mut rows = work.prepare("SELECT number, sha FROM letters WHERE message_id IS NULL")?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, sha_of(row, 1)?)))?;
    let letters: Vec<(i64, Sha256)> = rows.collect::<rusqlite::Result<_>>()?;
    for (number, sha) in letters {
        if let Some(id) = store.read(&sha).ok().and_then(|message| of(&message)) {
            work.execute("UPDATE letters SET message_id = ?2 WHERE number = ?1", (number, id))?;
        }
    }
    Ok(())
}
