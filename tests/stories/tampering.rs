//! The register cannot be changed unseen: every column of every table, and bit by bit.
//!
//! The tables are read out of the register itself, so that a column nobody has thought of is tried as well.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use panelclerk::finding::Finding;
use panelclerk::register::Register;
use panelclerk::register::scans::{self, Blind, Health};
use panelclerk::register::troubles::Trouble;
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use crate::canaries;
use crate::harness::Week;

/// Columns that may hold anything without harm, and why.
const HARMLESS: [(&str, &str); 2] = [
    ("sqlite_sequence.name", "SQLite's own, for numbers not yet given: they go on from the highest there is"),
    ("sqlite_sequence.seq", "the same"),
];

/// A register as a week left it, to be spoiled over and over.
struct Held {
    place: TempDir,
    register: Vec<u8>,
}

impl Held {
    fn of(data: &Path) -> Self {
        let place = TempDir::new().unwrap();
        std::os::unix::fs::symlink(data.join("store"), place.path().join("store")).unwrap();
        Held { register: fs::read(data.join("register.sqlite")).unwrap(), place }
    }

    fn path(&self) -> PathBuf {
        self.place.path().join("register.sqlite")
    }

    /// Puts the register there with `bytes` in it, and nothing beside it.
    fn put(&self, bytes: &[u8]) -> Connection {
        for ending in ["sqlite-wal", "sqlite-shm", "reached"] {
            drop(fs::remove_file(self.path().with_extension(ending)));
        }
        drop(fs::remove_file(self.path()));
        fs::write(self.path(), bytes).unwrap();
        let db = Connection::open(self.path()).unwrap();
        db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        db
    }

    /// What `verify` finds in the rows; a register that it refuses is found out too.
    fn found(&self) -> Vec<String> {
        let register = match Register::open(self.place.path()) {
            Ok(register) => register,
            Err(refused) => return vec![refused.to_string()],
        };
        let mut findings = Vec::new();
        match register.check_register(&mut findings) {
            Ok(_) => findings.into_iter().map(|found| format!("{}: {}", found.code, found.subject)).collect(),
            Err(refused) => vec![refused.to_string()],
        }
    }
}

/// Every column with the table it is in, and whether the table has numbers for its rows.
fn columns(db: &Connection) -> Vec<(String, String, bool)> {
    let sql = "SELECT tables.name, columns.name, NOT tables.wr FROM pragma_table_list AS tables,
               pragma_table_info(tables.name) AS columns
               WHERE tables.schema = 'main' AND tables.type = 'table' AND tables.name NOT LIKE 'sqlite_schema'
               AND tables.name NOT LIKE 'sqlite_stat%' ORDER BY tables.name, columns.cid";
    let mut rows = db.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

/// Everything in a file that means something; none where it cannot be read.
fn dump(db: &Connection) -> Option<Vec<Vec<Value>>> {
    let mut all = Vec::new();
    let mut take = |sql: &str| -> rusqlite::Result<()> {
        let mut rows = db.prepare(sql)?;
        let wide = rows.column_count();
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            all.push((0..wide).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?);
        }
        Ok(())
    };
    take("PRAGMA user_version").ok()?;
    take("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").ok()?;
    let tables: BTreeSet<String> = columns(db).into_iter().map(|(table, _, _)| table).collect();
    for table in tables {
        take(&format!("SELECT * FROM \"{table}\"")).ok()?;
    }
    Some(all)
}

/// A whole week, with what only trouble brings.
fn week() -> Week {
    let (week, _) = canaries::played("nelc");
    let now = "2026-11-23T18:30:00Z".parse().unwrap();
    let mut register = Register::open(&week.root().join("data")).unwrap();
    let text = |text: &str| text.to_owned();
    let trouble = Trouble {
        step: text("board"),
        path: text("office/board.html"),
        message: text("no"),
        hint: text("wait"),
    };
    register.turn_troubles(&[trouble], now).unwrap();
    let scan = register.begin_scan(now).unwrap();
    let work = register.begin().unwrap();
    let blind = Blind { path: b"team b".to_vec(), why: text("may not be opened") };
    scans::finish(&work, scan, now, &Health::Seen { blind: vec![blind] }).unwrap();
    work.commit().unwrap();
    week
}

/// One edit of a column of a row, whatever it holds.
fn edit(db: &Connection, table: &str, column: &str, numbered: bool, last: bool) -> rusqlite::Result<usize> {
    let key = if numbered { "rowid" } else { "(tbl, seal)" };
    let keys = if numbered { "rowid" } else { "tbl, seal" };
    let order = if last { "DESC" } else { "ASC" };
    let order = if numbered { format!("rowid {order}") } else { format!("tbl {order}, seal {order}") };
    let other = format!(
        "CASE typeof(\"{column}\") WHEN 'integer' THEN \"{column}\" + 1 WHEN 'text' THEN \"{column}\" || 'x'
         WHEN 'blob' THEN CAST(\"{column}\" || x'78' AS BLOB) ELSE NULL END"
    );
    let here = format!("{key} IN (SELECT {keys} FROM \"{table}\" ORDER BY {order} LIMIT 1)");
    let there: bool = db.query_row(
        &format!("SELECT coalesce((SELECT \"{column}\" IS NOT NULL FROM \"{table}\" WHERE {here}), 1)"),
        [],
        |row| row.get(0),
    )?;
    if there {
        return db.execute(&format!("UPDATE \"{table}\" SET \"{column}\" = {other} WHERE {here}"), []);
    }
    // Nothing stands there: something is put in, of the sort that the column takes.
    let sort: String =
        db.query_row("SELECT type FROM pragma_table_info(?1) WHERE name = ?2", [table, column], |row| {
            row.get(0)
        })?;
    let value = match sort.as_str() {
        "INTEGER" => "1",
        "BLOB" => "x'01'",
        _ => "'x'",
    };
    db.execute(&format!("UPDATE \"{table}\" SET \"{column}\" = {value} WHERE {here}"), [])
}

/// Every column of every table, its first and its last row; every table without a row, or without any.
fn edits(held: &Held) {
    let all = columns(&held.put(&held.register));
    assert!(held.found().is_empty(), "{:?}", held.found());
    let harmless =
        |table: &str, column: &str| HARMLESS.iter().any(|(place, _)| *place == format!("{table}.{column}"));
    let (mut edits, mut unseen, mut untouched) = (0, Vec::new(), BTreeSet::new());
    for (table, column, numbered) in all.iter().filter(|(table, column, _)| !harmless(table, column)) {
        let mut done = 0;
        for last in [false, true] {
            let db = held.put(&held.register);
            // Where SQLite itself refuses an edit there is nothing to find.
            done += edit(&db, table, column, *numbered, last).unwrap_or(0);
            let changed = db.total_changes() > 0;
            drop(db);
            if changed {
                edits += 1;
                if held.found().is_empty() {
                    unseen.push(format!("{table}.{column}, {}", if last { "last" } else { "first" }));
                }
            }
        }
        if done == 0 {
            untouched.insert(format!("{table}.{column}"));
        }
    }
    for (table, numbered) in all.iter().map(|(table, _, numbered)| (table, numbered)).collect::<BTreeSet<_>>()
    {
        let row = if *numbered { "rowid" } else { "seal" };
        for sql in [
            format!("DELETE FROM \"{table}\" WHERE {row} = (SELECT min({row}) FROM \"{table}\")"),
            format!("DELETE FROM \"{table}\" WHERE {row} = (SELECT max({row}) FROM \"{table}\")"),
            format!("DELETE FROM \"{table}\""),
        ] {
            let db = held.put(&held.register);
            let rows = db.execute(&sql, []).unwrap_or(0);
            drop(db);
            if rows > 0 && !table.starts_with("sqlite_") {
                edits += 1;
                if held.found().is_empty() {
                    unseen.push(sql);
                }
            }
        }
    }
    assert!(unseen.is_empty(), "of {edits} edits these are not found: {unseen:#?}");
    assert!(edits >= 200, "{edits}");
    // A sealed chain is what older programs left; `sealed.rs` changes that one.
    let untouched: Vec<&String> = untouched.iter().filter(|place| !place.starts_with("sealed.")).collect();
    assert!(
        untouched.is_empty(),
        "nothing stands in these columns, so nothing is shown of them: {untouched:?}"
    );
}

/// Numbers that look thrown, the same each time.
fn thrown() -> impl FnMut(usize) -> usize {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    }
}

/// A bit of the register's file: found, or everything in it reads as before.
fn bits_of_the_register(held: &Held, flips: usize) {
    let db = held.put(&held.register);
    let before = dump(&db).unwrap();
    drop(db);
    let mut throw = thrown();
    let mut harmless = 0;
    for _ in 0..flips {
        let (byte, bit) = (throw(held.register.len()), throw(8));
        let mut bytes = held.register.clone();
        bytes[byte] ^= 1 << bit;
        let same = dump(&held.put(&bytes)).is_some_and(|now| now == before);
        drop(held.put(&bytes));
        if held.found().is_empty() {
            assert!(same, "bit {bit} of byte {byte} changes what is read, and is not found");
            harmless += 1;
        }
    }
    assert!(harmless < flips, "of a file full of rows most bits matter");
}

/// A bit of a kept content.
fn bits_of_the_store(data: &Path, flips: usize) {
    let register = Register::open(data).unwrap();
    let kept = register.store().list().unwrap();
    let mut throw = thrown();
    for _ in 0..flips {
        let sha = &kept[throw(kept.len())];
        let path = register.store().path(sha);
        let whole = fs::read(&path).unwrap();
        let (byte, bit) = (throw(whole.len()), throw(8));
        let mut spoiled = whole.clone();
        spoiled[byte] ^= 1 << bit;
        replace(&path, &spoiled);
        let findings = register.check_contents(&mut || ()).unwrap().1;
        let found = |finding: &Finding| finding.code == "content-changed" && finding.subject == sha.short();
        assert!(findings.iter().any(found), "bit {bit} of byte {byte} of {sha}");
        replace(&path, &whole);
    }
}

/// Contents are read-only: another file takes the place.
fn replace(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn nothing_in_the_data_folder_is_changed_unseen() {
    let week = week();
    let data = week.root().join("data");
    let held = Held::of(&data);
    edits(&held);
    bits_of_the_register(&held, 70);
    bits_of_the_store(&data, 30);
    // The real command says so in words, and how it ends.
    let db = Connection::open(data.join("register.sqlite")).unwrap();
    db.execute("UPDATE versions SET present_at = '2026-11-17T08:00:00.000000Z'", []).unwrap();
    drop(db);
    for command in ["verify", "audit"] {
        let said = week.says(&[command]);
        said.ends(1).shows("when a version of a document came, or what it is, is not as it was recorded");
    }
}

/// Marking contents as purged and removing them hides nothing.
#[test]
fn contents_are_purged_by_a_fact_and_not_by_a_mark() {
    let place = TempDir::new().unwrap();
    let mut register = Register::open(place.path()).unwrap();
    let now = "2026-11-23T18:30:00Z".parse().unwrap();
    let [kept, gone] = [b"one".as_slice(), b"two"].map(|bytes| register.keep(bytes, now).unwrap());
    assert!(register.purge_content(&gone, now).unwrap());
    let codes = |register: &Register| -> Vec<String> {
        let findings = register.check_everything(&mut || ()).unwrap().findings;
        findings.into_iter().map(|found| found.code).collect()
    };
    assert!(codes(&register).is_empty() && !register.store().holds(&gone));
    let db = Connection::open(place.path().join("register.sqlite")).unwrap();
    let mark = "UPDATE contents SET purged_at = '2026-11-23T18:30:00.000000Z' WHERE sha = ?1";
    db.execute(mark, [kept.as_str()]).unwrap();
    register.store().remove(&kept).unwrap();
    let codes = codes(&register);
    assert!(
        codes.contains(&"content-purged".to_owned()) && codes.contains(&"row-changed".to_owned()),
        "{codes:?}"
    );
}
