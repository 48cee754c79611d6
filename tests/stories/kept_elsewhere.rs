//! A register that was cut, rewritten, swapped, emptied or lost is told by what lies outside of it; a backup brings back what it can.

use std::fs;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use serde_json::Value;

use crate::harness::{Said, Week, tree};
use crate::own_copies;

const MEETING: &str = "2026-11-23";
const BY: [&str; 4] = ["--by", "Ann Clerk", "--reason", "no longer needed"];

fn copied(from: &Path, to: &Path) {
    for file in tree(from) {
        let place = to.join(&file);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(from.join(&file), place).unwrap();
    }
}

/// Puts another data folder in the place of the panel's.
fn put_in_place(week: &Week, other: &Path) {
    let data = week.root().join("data");
    fs::remove_dir_all(&data).unwrap();
    copied(other, &data);
}

fn head_in_pack(week: &Week) -> String {
    let manifest = week.tree("office").into_iter().find(|file| file.ends_with("pack.manifest.json")).unwrap();
    let manifest: Value =
        serde_json::from_slice(&fs::read(week.root().join("office").join(manifest)).unwrap()).unwrap();
    manifest["evidence_head"].as_str().unwrap().to_owned()
}

#[test]
fn a_cut_or_rewritten_chain_is_told_by_a_head_kept_elsewhere() {
    let week = own_copies::week();
    let aside = tempfile::tempdir().unwrap();
    let (early, late) = (aside.path().join("early"), aside.path().join("late"));
    copied(&week.root().join("data"), &early);
    // What is to be undone: an act, and the pack that was made after it. The next round leaves a head in the receipts folder.
    let week = week.run(&[&["withdraw", "1167109"], &BY[..]].concat(), 0);
    assert!(week.says(&["pack", MEETING]).status < 2);
    let head = head_in_pack(&week);
    let kept = week.root().join("receipts/record of evidence.txt");
    assert!(week.says(&["scan"]).status < 2);
    let in_receipts = fs::read_to_string(&kept).unwrap();
    week.says(&["verify", "--head", &head]).ends(0).shows("as it must be");
    week.says(&["verify", "--head", &head.to_uppercase()]).ends(0);
    week.says(&["verify", "--head", "12ab"]).ends(2);
    copied(&week.root().join("data"), &late);

    // Cut: all of yesterday's register, sound in itself.
    put_in_place(&week, &early);
    fs::copy(late.join("register.reached"), week.root().join("data/register.reached")).unwrap();
    let older = week.says(&["scan"]);
    older.ends(3);
    assert!(
        older.err.contains("is not as far as it had come") && older.err.contains("restore BACKUP"),
        "{}",
        older.err
    );
    fs::remove_file(week.root().join("data/register.reached")).unwrap();
    let found = "the evidence chain never had this record of evidence";
    week.says(&["verify", "--head", &head]).ends(1).shows(&format!("{found}: the one given"));
    week.says(&["verify"]).ends(1).shows(&format!("{found}: the one in `"));
    // Rewritten: the same hand did something else since, by this very program.
    let week = week.run(&["exclude", "P1", "--by", "Ann Clerk", "--reason", "a duplicate"], 0);
    week.says(&["verify", "--head", &head]).ends(1).shows(found);
    let scanned = week.says(&["scan"]);
    assert!(
        scanned.out.contains("holds a record of evidence that this register's chain never had"),
        "{}",
        scanned.out
    );
    assert_eq!(fs::read_to_string(&kept).unwrap(), in_receipts, "what speaks against it stays");

    put_in_place(&week, &late);
    week.says(&["verify", "--head", &head]).ends(0);
}

#[test]
fn a_register_that_is_gone_emptied_swapped_or_without_its_journal_is_never_begun_anew() {
    let week = Week::new("nelc").at("2026-11-18T10:00").drop("1204417 A/Care plan.txt", "Care plan");
    assert!(week.says(&["scan"]).status < 2);
    let data = week.root().join("data");
    let aside = tempfile::tempdir().unwrap();
    let (whole, other) = (aside.path().join("whole"), aside.path().join("other"));
    copied(&data, &whole);
    let stranger = Week::new("nelc").at("2026-11-18T10:00").drop("1204417 A/Care plan.txt", "Another plan");
    assert!(stranger.says(&["scan"]).status < 2);
    copied(&stranger.root().join("data"), &other);
    let register = data.join("register.sqlite");
    let refused = |said: &Said, how: &str| {
        assert_eq!(said.status, 3, "{how}: {}{}", said.out, said.err);
        assert!(said.err.contains("panelclerk restore BACKUP"), "{how}: {}", said.err);
    };
    for how in ["gone", "emptied", "made by SQLite", "another panel's"] {
        put_in_place(&week, &whole);
        fs::remove_file(&register).unwrap();
        match how {
            "emptied" => fs::write(&register, "").unwrap(),
            "made by SQLite" => {
                Connection::open(&register)
                    .unwrap()
                    .execute_batch("CREATE TABLE x (y); DROP TABLE x")
                    .unwrap();
            }
            "another panel's" => drop(fs::copy(other.join("register.sqlite"), &register).unwrap()),
            _ => {}
        }
        for command in [&["scan"][..], &["status"], &["verify"], &["audit"], &["pack", MEETING]] {
            refused(&week.says(command), &format!("{how}: {command:?}"));
        }
    }
    // Somebody reads while an act is recorded, so that the act stays in the journal; then the machine dies and the journal is lost.
    put_in_place(&week, &whole);
    let reader = Connection::open(&register).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM acts").unwrap();
    assert_eq!(reader.query_row("SELECT count(*) FROM acts", [], |row| row.get::<_, u32>(0)).unwrap(), 0);
    let week = week.run(&["exclude", "P1", "--by", "Ann Clerk", "--reason", "a duplicate"], 0);
    let crashed = aside.path().join("crashed");
    copied(&data, &crashed);
    drop(reader);
    assert!(fs::metadata(crashed.join("register.sqlite-wal")).unwrap().len() > 0);
    put_in_place(&week, &crashed);
    assert!(
        week.says(&["audit"]).out.contains("P1 excluded by Ann Clerk"),
        "with its journal nothing is lost"
    );
    fs::remove_file(crashed.join("register.sqlite-wal")).unwrap();
    put_in_place(&week, &crashed);
    refused(&week.says(&["scan"]), "without its journal");
}

/// The backup with one byte of this content changed.
fn spoiled(backup: &Path, content: &[u8]) {
    let mut bytes = fs::read(backup).unwrap();
    let at = bytes.windows(content.len()).position(|window| window == content).unwrap();
    bytes[at] ^= 1;
    fs::write(backup, bytes).unwrap();
}

#[test]
fn a_restore_can_be_done_again_leaves_out_what_is_named_and_the_inbox_heals() {
    let plan = b"Care plan that lies in the inbox still";
    let week = Week::new("nelc").at("2026-11-18T10:00").drop("1204417 A/Care plan.txt", plan);
    assert!(week.says(&["scan"]).status < 2);
    let data = week.root().join("data");
    let backup = week.root().join("kept.zip");
    let file = backup.to_string_lossy().into_owned();
    let week = week.run(&["backup", &file], 0);
    // Killed in the middle: contents in place, no register, a folder to work in, and a journal of another register.
    let aside = tempfile::tempdir().unwrap();
    copied(&data.join("store"), &aside.path().join("store"));
    fs::create_dir_all(aside.path().join("scratch-killed/whole")).unwrap();
    fs::write(aside.path().join("scratch-killed/whole/register.sqlite"), "half").unwrap();
    fs::write(aside.path().join("register.sqlite-wal"), "a journal of another register").unwrap();
    put_in_place(&week, aside.path());
    let week = week.run(&["restore", &file], 0).run(&["verify"], 0);
    assert!(!data.join("scratch-killed").exists());

    spoiled(&backup, plan);
    fs::remove_dir_all(&data).unwrap();
    let refused = week.says(&["restore", &file]);
    refused.ends(3).shows("a content is damaged in the backup").shows("--without ");
    assert!(!data.join("register.sqlite").exists());
    let sha = refused.out.split("--without ").nth(1).unwrap().trim().trim_end_matches('`').to_owned();
    let week = week.run(&["restore", &file, "--without", &sha], 0);
    // The same file still lies in the inbox.
    week.says(&["verify"]).ends(1).shows("taken from the inbox again");
    let week = week.run(&["verify"], 0);

    // Damaged in the store, then not there any more in the inbox.
    let kept = tree(&data.join("store")).into_iter().find(|name| name.contains(&sha)).unwrap();
    let kept = data.join("store").join(kept);
    let damage = || {
        fs::remove_file(&kept).unwrap();
        fs::write(&kept, "Care plan that lies in the inbox STILL").unwrap();
    };
    damage();
    week.says(&["verify"]).ends(1).shows("taken from the inbox again");
    assert_eq!(fs::read(&kept).unwrap(), plan);
    damage();
    fs::write(week.root().join("inbox/1204417 A/Care plan.txt"), "another").unwrap();
    week.says(&["verify"]).ends(1).shows("no longer what was taken in");
    let half = week.root().join("half.zip").to_string_lossy().into_owned();
    week.says(&["backup", &half]).ends(1).shows("damaged contents are not in the backup");
    let mut zip = zip::ZipArchive::new(fs::File::open(&half).unwrap()).unwrap();
    assert!(
        zip.by_name("register.sqlite").is_ok() && zip.file_names().all(|name| !name.unwrap().contains(&sha))
    );
}

#[test]
fn a_pack_that_agrees_with_a_changed_manifest_was_never_issued() {
    let week = own_copies::week();
    let office = week.root().join("office");
    let pack = week.tree("office").into_iter().find(|file| file.ends_with(" pack.pdf")).unwrap();
    let pack = office.join(pack);
    let path = |file: &Path| file.to_string_lossy().into_owned();
    week.says(&["verify", &path(&pack)])
        .ends(0)
        .shows("as created, and not issued yet: pack of 2026-11-23, version 1");
    assert!(week.says(&["send", "pack", MEETING, "--go"]).status < 2);
    week.says(&["verify", &path(&pack)]).ends(0).shows("as issued: pack of 2026-11-23, version 1");

    // A byte of a picture or of a stream that nobody reads changes no word; the manifest is made to agree.
    let mut bytes = fs::read(&pack).unwrap();
    let end = bytes.windows(9).rposition(|window| window == b"startxref").unwrap();
    bytes.splice(end..end, b"% another hand\n".iter().copied());
    let forged = week.root().join("forged.pdf");
    fs::write(&forged, &bytes).unwrap();
    let manifest = fs::read_to_string(pack.with_extension("manifest.json")).unwrap();
    let mut manifest: Value = serde_json::from_str(&manifest).unwrap();
    let sha = {
        use sha2::Digest as _;
        sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    manifest["sha256"] = sha.into();
    fs::write(forged.with_extension("manifest.json"), manifest.to_string()).unwrap();
    let said = week.says(&["verify", &path(&forged)]);
    said.ends(1)
        .shows("it agrees with the manifest beside it, and was never issued by this register")
        .shows("hint: do not use it");
    fs::remove_file(forged.with_extension("manifest.json")).unwrap();
    week.says(&["verify", &path(&forged)])
        .ends(1)
        .shows("no pack, part or copy that was issued by this register is this file");

    // Two at once.
    let config = path(&week.root().join("config.toml"));
    let running: Vec<_> = [&pack, &forged, &pack]
        .map(|file| {
            Command::new(env!("CARGO_BIN_EXE_panelclerk"))
                .args(["--config", &config, "--now", "2026-11-19T12:00", "verify", &path(file)])
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .into_iter()
        .collect();
    let ended: Vec<_> = running.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    let ends: Vec<_> = ended.iter().map(|run| run.status.code()).collect();
    let err: String = ended.iter().map(|run| String::from_utf8_lossy(&run.stderr)).collect();
    assert_eq!(ends, [Some(0), Some(1), Some(0)], "{err}");
    let left: Vec<String> =
        tree(&week.root().join("data/work")).into_iter().filter(|file| !file.ends_with(".lock")).collect();
    assert!(left.is_empty(), "nothing is left behind: {left:?}");
}

#[cfg(unix)]
#[test]
fn files_for_people_have_the_mode_that_is_set_and_never_more_than_the_umask_leaves() {
    use std::os::unix::fs::PermissionsExt;
    let made = |week: &Week| -> Vec<(String, u32)> {
        let lies = |folder: &'static str| move |file: String| format!("{folder}/{file}");
        let files = week.tree("receipts").into_iter().map(lies("receipts"));
        let files = files.chain(week.tree("office").into_iter().map(lies("office")));
        // The next meeting's workbook was made before, as the files are that the week began with.
        let files =
            files.filter(|file| !file.ends_with("People.xlsx") && !file.contains("office/2026-11-30"));
        let mode = |file: &String| fs::metadata(week.root().join(file)).unwrap().permissions().mode() & 0o777;
        files.map(|file| (file.clone(), mode(&file))).collect()
    };
    let run = |week: &Week, umask: &str| {
        // A workbook that was thrown away stops emails until a new one is asked for.
        let agenda = "--now 2026-11-19T12:00 agenda 2026-11-23";
        let (scan, send) =
            ("--now 2026-11-19T12:00 scan", "--now 2026-11-19T12:01 send pack 2026-11-23 --go");
        for args in [agenda, scan, send] {
            let program = env!("CARGO_BIN_EXE_panelclerk");
            let line = format!("umask {umask}; '{program}' --config config.toml {args}");
            let ran = Command::new("sh").current_dir(week.root()).args(["-c", &line]).output().unwrap();
            assert!(ran.status.code().unwrap() < 2, "{}", String::from_utf8_lossy(&ran.stderr));
        }
    };
    let week = own_copies::week();
    for folder in ["receipts", "office/2026-11-23", "office/2026-11-30"] {
        for file in week.tree(folder) {
            fs::remove_file(week.root().join(folder).join(file)).unwrap();
        }
    }
    run(&week, "077");
    let files = made(&week);
    assert!(files.iter().any(|(file, _)| file.ends_with(".eml")) && files.len() > 5, "{files:?}");
    let wide: Vec<_> = files.iter().filter(|(_, mode)| mode & 0o077 != 0).collect();
    assert!(wide.is_empty(), "wider than the umask: {wide:?}");

    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.contains("\n[folders]\n"));
    fs::write(&config, text.replace("\n[folders]\n", "\n[folders]\nmode = \"0640\"\n")).unwrap();
    for (file, _) in &files {
        fs::remove_file(week.root().join(file)).unwrap();
    }
    run(&week, "022");
    let files = made(&week);
    assert!(files.iter().any(|(file, _)| file.ends_with(".eml")), "{files:?}");
    let workbook = |file: &str| file.ends_with("workbook.xlsx");
    let other: Vec<_> =
        files.iter().filter(|(file, mode)| *mode != if workbook(file) { 0o660 } else { 0o640 }).collect();
    assert!(other.is_empty(), "not as it is set: {other:?}");
    fs::write(&config, text.replace("\n[folders]\n", "\n[folders]\nmode = \"0777\"\n")).unwrap();
    let refused = week.says(&["check"]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("`mode` cannot be `0777`"), "{}", refused.err);
}
