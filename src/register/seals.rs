//! A seal for every row of every table: a row that another hand changed, put in or took out no longer has its own.
//!
//! A seal is an HMAC-SHA-256 over the whole row under the register's key. Whoever writes through a [`Register`] moves the seals with the
//! rows: triggers of that connection alone see to it, so nothing has to remember them, and a column added tomorrow is held as well. A
//! row that was changed from outside stays without its seal, whatever is done with it later.
//!
//! Facts are not sealed, they have their chain ([`crate::register::evidence`]). The chain is what can be held against heads kept elsewhere;
//! seals also cover what is remembered, noted and kept ready, of which no fact speaks.
//!
//! [`Register`]: crate::register::hold::Register

use std::collections::BTreeSet;

use chrono::DateTime;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Transaction};

use crate::finding::Finding;
use crate::register::failure::RegisterError;
use crate::register::keys::{self, Owner, Secrets};

/// Tables that hold themselves: the chains, and the seals. (`sqlite_` ones are SQLite's own.)
const UNSEALED: [&str; 3] = ["evidence", "sealed", "seals"];

/// How many rows of a table are named.
const NAMED: usize = 5;

/// Sees to it that what is written through `db` from now on is sealed. The triggers are this connection's and in no file.
pub fn watch_over(db: &Connection) -> Result<(), RegisterError> {
    let key = key(db)?;
    // The number of arguments is that of a table's columns.
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("seal_of", -1, flags, move |called| of_arguments(&key, called))?;
    for table in tables(db)? {
        let columns = columns(db, &table)?;
        let seal = |which: &str| {
            let each = |column: &String| format!(", '{column}', {which}.\"{column}\"");
            format!("seal_of('{table}'{})", columns.iter().map(each).collect::<String>())
        };
        let (new, old) = (seal("NEW"), seal("OLD"));
        db.execute_batch(&format!(
            "CREATE TEMP TRIGGER \"seal new {table}\" AFTER INSERT ON main.\"{table}\" BEGIN
                 INSERT OR IGNORE INTO seals (tbl, seal) VALUES ('{table}', {new});
             END;
             CREATE TEMP TRIGGER \"seal {table}\" AFTER UPDATE ON main.\"{table}\" BEGIN
                 UPDATE OR IGNORE seals SET seal = {new} WHERE tbl = '{table}' AND seal = {old};
             END;
             CREATE TEMP TRIGGER \"seal gone {table}\" AFTER DELETE ON main.\"{table}\" BEGIN
                 DELETE FROM seals WHERE tbl = '{table}' AND seal = {old};
             END;"
        ))?;
    }
    Ok(())
}

/// Takes off the seals of all rows that have theirs, before tables are changed. Those that are not held by a row stay.
pub fn lift(work: &Transaction<'_>) -> Result<(), RegisterError> {
    if columns(work, "seals")?.is_empty() {
        return Ok(());
    }
    let key = key(work)?;
    for table in tables(work)? {
        for (_, seal) in rows(work, &table, &key)? {
            work.prepare_cached("DELETE FROM seals WHERE tbl = ?1 AND seal = ?2")?.execute((&table, seal))?;
        }
    }
    Ok(())
}

/// Seals every row, with a key that is made where there is none yet.
pub fn set(work: &Transaction<'_>, secrets: Secrets) -> Result<(), RegisterError> {
    if keys::of(work, Owner::Register)?.is_none() {
        // Nobody says here what time it is, and nothing depends on it.
        keys::make(work, secrets, Owner::Register, DateTime::UNIX_EPOCH)?;
    }
    let key = key(work)?;
    for table in tables(work)? {
        for (_, seal) in rows(work, &table, &key)? {
            work.prepare_cached("INSERT OR IGNORE INTO seals (tbl, seal) VALUES (?1, ?2)")?
                .execute((&table, seal))?;
        }
    }
    Ok(())
}

/// Which tables hold rows without their seal, or miss rows that have one.
pub fn check(db: &Connection) -> Result<Vec<Finding>, RegisterError> {
    let key = key(db)?;
    let mut findings = Vec::new();
    for table in tables(db)? {
        let mut known = db.prepare("SELECT seal FROM seals WHERE tbl = ?1")?;
        let known =
            known.query_map([&table], |row| row.get(0))?.collect::<rusqlite::Result<BTreeSet<String>>>()?;
        let mut unfound = known.clone();
        let mut astray: Vec<i64> = Vec::new();
        for (row, seal) in rows(db, &table, &key)? {
            unfound.remove(&seal);
            if !known.contains(&seal) {
                astray.push(row);
            }
        }
        let (astray_rows, missing) = (astray.len(), unfound.len());
        if astray_rows + missing == 0 {
            continue;
        }
        let rows: Vec<String> = astray.iter().take(NAMED).map(i64::to_string).collect();
        let rows = if rows.is_empty() { String::new() } else { format!(" (row {})", rows.join(", ")) };
        let message = format!(
            "was changed by another hand than this program's: {astray_rows} rows are not as they were left{rows}, \
             {missing} are no longer there as they were"
        );
        findings.push(
            Finding::blocks("row-changed", message)
                .about(format!("table {table}"))
                .hint("find out who can write to the data folder, and restore the last backup that verifies"),
        );
    }
    let known = tables(db)?;
    let mut other = db.prepare("SELECT DISTINCT tbl FROM seals")?;
    let other = other.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    for table in other.into_iter().filter(|table| !known.contains(table)) {
        let message = "has seals, and is no table of this program's";
        findings.push(Finding::blocks("row-changed", message).about(format!("table {table}")));
    }
    Ok(findings)
}

/// The tables that are sealed, by name.
fn tables(db: &Connection) -> Result<Vec<String>, RegisterError> {
    let mut rows = db.prepare(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY name",
    )?;
    let names = rows.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(names.into_iter().filter(|name| !UNSEALED.contains(&name.as_str())).collect())
}

fn columns(db: &Connection, table: &str) -> Result<Vec<String>, RegisterError> {
    let mut rows = db.prepare_cached("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
    Ok(rows.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Each row's number and the seal it should have.
fn rows(db: &Connection, table: &str, key: &[u8]) -> Result<Vec<(i64, String)>, RegisterError> {
    let columns = columns(db, table)?;
    let mut found = db.prepare(&format!("SELECT rowid, * FROM main.\"{table}\""))?;
    let seal = |row: &Row<'_>| {
        let mut seal = Seal::of(key, table);
        for (at, column) in columns.iter().enumerate() {
            seal.add(column, row.get_ref(at + 1)?);
        }
        Ok((row.get(0)?, seal.done()))
    };
    Ok(found.query_map([], seal)?.collect::<rusqlite::Result<_>>()?)
}

/// The register's key; one that was taken away seals nothing that was sealed before.
fn key(db: &Connection) -> Result<Vec<u8>, RegisterError> {
    Ok(keys::of(db, Owner::Register)?.map(|(_, key)| key).unwrap_or_default())
}

fn of_arguments(key: &[u8], called: &Context<'_>) -> rusqlite::Result<String> {
    let table: String = called.get(0)?;
    let mut seal = Seal::of(key, &table);
    let mut at = 1;
    while at + 1 < called.len() {
        let column: String = called.get(at)?;
        seal.add(&column, called.get_raw(at + 1));
        at += 2;
    }
    Ok(seal.done())
}

/// A seal being made. A column that holds nothing is as one that is not there, so that a column added later changes no seal.
struct Seal(Hmac<sha2::Sha256>);

impl Seal {
    fn of(key: &[u8], table: &str) -> Self {
        let mac = Hmac::<sha2::Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        let mut seal = Seal(mac);
        seal.piece(b't', table.as_bytes());
        seal
    }

    fn add(&mut self, column: &str, value: ValueRef<'_>) {
        if value == ValueRef::Null {
            return;
        }
        self.piece(b'c', column.as_bytes());
        match value {
            ValueRef::Null => {}
            ValueRef::Integer(number) => self.piece(b'i', &number.to_be_bytes()),
            ValueRef::Real(number) => self.piece(b'r', &number.to_bits().to_be_bytes()),
            ValueRef::Text(text) => self.piece(b's', text),
            ValueRef::Blob(bytes) => self.piece(b'b', bytes),
        }
    }

    /// With its sort and length before it: no two rows read alike.
    fn piece(&mut self, sort: u8, bytes: &[u8]) {
        self.0.update(&[sort]);
        self.0.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(bytes);
    }

    fn done(self) -> String {
        crate::panel::ids::Sha256::from_digest(self.0.finalize().into_bytes().into()).to_string()
    }
}
