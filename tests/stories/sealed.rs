//! A data folder of before letters had numbers and the chain had keys, opened by this program: nothing is lost, everything verifies.
//!
//! `tests/fixtures/sealed/kept.zip` was written by `backup` of the program of November 2026, after a rehearsal with two of the sample
//! papers: agenda, invitations and pack had been sent.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use mail_parser::MessageParser;
use panelclerk::register::Register;
use panelclerk::register::evidence::Fact;
use rusqlite::Connection;
use serde_json::Value;

use crate::harness::{Week, project, tree};

const MEETING: &str = "2026-11-23";

fn kept() -> PathBuf {
    project().join("tests/fixtures/sealed/kept.zip")
}

/// The data folder as it was.
fn unpack(data: &Path) {
    let mut zip = zip::ZipArchive::new(fs::File::open(kept()).unwrap()).unwrap();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let place = match name.strip_prefix("store/") {
            Some(sha) => format!("store/{}/{sha}", &sha[..2]),
            None => name.strip_prefix("beside/").unwrap_or(&name).to_owned(),
        };
        let path = data.join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        fs::File::create(path).unwrap().write_all(&content).unwrap();
    }
}

fn week() -> Week {
    let week = Week::new("nelc").at("2026-11-19T12:00");
    unpack(&week.root().join("data"));
    week
}

fn in_register(week: &Week, sql: &str) -> String {
    let db = Connection::open(week.root().join("data/register.sqlite")).unwrap();
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn an_old_chain_is_sealed_and_everything_verifies() {
    let week = week();
    let head = in_register(&week, "SELECT hash FROM evidence ORDER BY seq DESC LIMIT 1");
    let links: i64 = in_register(&week, "SELECT CAST(max(seq) AS TEXT) FROM evidence").parse().unwrap();
    let drafts = in_register(
        &week,
        "SELECT group_concat(draft, '|') FROM (SELECT rtrim(substr(id, 1, instr(id, '.eml') + 3)) AS draft FROM letters ORDER BY draft)",
    );
    let said = week.says(&["verify"]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);

    let register = Register::open(&week.root().join("data")).unwrap();
    let facts = register.evidence().unwrap();
    assert_eq!(facts[0].fact, Fact::Sealed { links, head: head.clone() });
    assert_eq!(register.sealed_evidence().unwrap().len(), usize::try_from(links).unwrap());
    let letters = register.all_letters().unwrap();
    let mut kept: Vec<&str> = letters.iter().map(|letter| letter.draft.as_str()).collect();
    kept.sort_unstable();
    assert_eq!(kept.join("|"), drafts, "an email is known by its draft as before");
    for letter in &letters {
        let message = register.store().read(&letter.sha).unwrap();
        let message = MessageParser::default().parse(&message).unwrap();
        assert_eq!(letter.message_id.as_deref(), message.message_id());
        assert!(letter.message_id.is_some() && letter.id.starts_with('L'), "{letter:?}");
    }
    let audit = week.says(&["audit"]);
    assert_eq!(audit.status, 0);
    assert!(audit.out.contains("P2 excluded by Lesley Thackeray"), "{}", audit.out);
    assert!(audit.out.contains(&format!("sealed: {links} facts, head {head}")), "{}", audit.out);
}

#[test]
fn a_pack_that_names_a_head_of_the_sealed_chain_still_verifies() {
    let week = week();
    let sha = in_register(&week, "SELECT sha FROM packs");
    let pack = week.root().parent().unwrap().join("out of the mail.pdf");
    fs::copy(week.root().join("data/store").join(&sha[..2]).join(&sha), &pack).unwrap();
    let said = week.says(&["verify", &pack.to_string_lossy()]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
}

#[test]
fn a_changed_link_of_the_sealed_chain_is_found() {
    for (spoil, found) in [
        ("UPDATE sealed SET body = body || ' ' WHERE seq = 3", "fact 3 of the sealed part"),
        ("DELETE FROM sealed WHERE seq = (SELECT max(seq) FROM sealed)", "of the sealed part"),
        ("DELETE FROM sealed", "fact 1 of the sealed part"),
        (
            "UPDATE acts SET reason = 'another' WHERE id = 1",
            "an act of the administrator is not as it was recorded",
        ),
        (
            "UPDATE copies SET record = replace(record, '\"version\":1', '\"version\":2')",
            "who was given a copy",
        ),
    ] {
        let week = week().run(&["verify"], 0);
        let db = Connection::open(week.root().join("data/register.sqlite")).unwrap();
        db.execute_batch(spoil).unwrap();
        drop(db);
        for command in ["verify", "audit"] {
            let said = week.says(&[command]);
            assert!(
                said.status == 1 && said.out.contains(found),
                "{spoil}: {command}: {}{}",
                said.out,
                said.err
            );
        }
    }
}

#[test]
fn what_was_remembered_is_remembered_and_the_old_folders_go_after_a_week() {
    let week = week();
    let desk: Value =
        serde_json::from_slice(&fs::read(week.root().join(format!("data/desk/{MEETING}.json"))).unwrap())
            .unwrap();
    fs::File::create(week.root().join("data/desk/2026-11-30.json")).unwrap();
    let said = week.says(&["verify"]);
    assert!(said.err.contains("2026-11-30.json` cannot be read"), "{}", said.err);
    assert!(!week.says(&["verify"]).err.contains("cannot be read"), "it is said once");
    let remembered = in_register(&week, "SELECT value FROM remembered WHERE topic = 'desk'");
    assert_eq!(serde_json::from_str::<Value>(&remembered).unwrap(), desk);
    let folders = |week: &Week| -> Vec<String> {
        let files = tree(&week.root().join("data")).into_iter();
        let mut tops: Vec<String> =
            files.filter_map(|file| Some(file.split_once('/')?.0.to_owned())).collect();
        tops.retain(|top| top != "store" && top != "work");
        tops.dedup();
        tops
    };
    let old = [
        "desk.old-2026-11-19",
        "invitations.old-2026-11-19",
        "pressed.old-2026-11-19",
        "told.old-2026-11-19",
    ];
    assert_eq!(folders(&week), old);
    // Of letters of that time it is not known what they hold: others take their place, once. The next version is made from the one that
    // went out.
    let count = |week: &Week, which: &str| -> usize {
        in_register(week, &format!("SELECT CAST(count(*) AS TEXT) FROM letters {which}")).parse().unwrap()
    };
    let packs = |week: &Week| count(week, "WHERE kind = 'pack'");
    let before = (packs(&week), count(&week, "WHERE kind = 'invitation'"));
    fs::copy(project().join("tests/fixtures/sealed/People.xlsx"), week.root().join("office/People.xlsx"))
        .unwrap();
    // The workbook of that time is not part of what was kept.
    let said = week.says(&["agenda", MEETING]);
    assert!(said.status < 2, "{}{}", said.out, said.err);
    let send = |week: &Week| {
        for kind in ["pack", "invitations"] {
            let said = week.says(&["send", kind, MEETING, "--go"]);
            assert!(said.status < 2, "{kind}: {}{}", said.out, said.err);
        }
    };
    send(&week);
    let after = count(&week, "");
    assert_eq!(count(&week, "WHERE state = 'superseded' AND kind = 'pack'"), before.0);
    assert_eq!(
        packs(&week),
        2 * before.0 - 1,
        "but an observer of whom it is not said which meeting they observe"
    );
    let invitations = count(&week, "WHERE kind = 'invitation'");
    assert_eq!(invitations, 3 * before.1, "one for a person, and those for one case each are cancelled");
    send(&week);
    assert_eq!(count(&week, ""), after, "the same emails again are no new emails");
    let week =
        week.run(&["pack", MEETING, "--withdraw", "P2", "--by", "Ann", "--reason", "the wrong child"], 0);
    assert!(week.tree("office").iter().any(|file| file.ends_with("pack v2.pdf")));
    let week = week.run(&["verify"], 0).at("2026-11-26T12:00").run(&["verify"], 0);
    assert_eq!(folders(&week), Vec::<String>::new());
}

#[test]
fn an_old_backup_is_restored_and_taken_over() {
    let week = Week::new("nelc").at("2026-11-19T12:00");
    let week = week.run(&["restore", &kept().to_string_lossy()], 0).run(&["verify"], 0);
    assert_eq!(in_register(&week, "SELECT CAST(count(*) AS TEXT) FROM pressings"), "1");
    let again = week.root().join("again.zip").to_string_lossy().into_owned();
    let week = week.run(&["backup", &again], 0);
    fs::rename(week.root().join("data"), week.root().join("lost")).unwrap();
    let week = week.run(&["restore", &again], 0).run(&["verify"], 0);
    assert_eq!(in_register(&week, "SELECT CAST(count(*) AS TEXT) FROM pressings"), "1");
}
