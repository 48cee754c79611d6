//! What earlier programs remembered in folders beside the register, taken into it.
//!
//! Contents first, then one transaction, then the folder is renamed (`desk.old-2026-11-30`); a week later it is removed. A program
//! that dies in between does it again and changes nothing: what the register has is newer. A file that cannot be read costs itself alone.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::Value;

use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::panel::london;
use crate::register::failure::RegisterError;
use crate::register::hold::{Register, note_content};
use crate::register::moment::Moment;
use crate::register::pressings::{self, Pressed};
use crate::register::remembered::Topic;

/// Packs as pressed: `pressed/2026-11-23/1/{pack.pdf,plan.json,manifest.json}`.
const PRESSED: &str = "pressed";
const OLD: &str = ".old-";
const KEPT: Days = Days::new(7);

/// What the folders hold.
#[derive(Debug, Default)]
struct Found {
    values: Vec<(Topic, NaiveDate, String)>,
    packs: Vec<(Pressed, i64)>,
    findings: Vec<Finding>,
}

impl Register {
    /// Takes the folders in, where there are any, and removes those taken in more than a week ago. What could not be read is found
    /// once, because the folder has another name from then on.
    pub fn adopt_folders(&mut self, now: DateTime<Utc>) -> Result<Vec<Finding>, RegisterError> {
        let data = self.data().to_owned();
        let mut found = Found::default();
        let names = Topic::ALL.map(Topic::key).into_iter().chain([PRESSED]);
        let folders: Vec<&str> = names.filter(|name| data.join(name).is_dir()).collect();
        for topic in Topic::ALL {
            found.values(topic, &data.join(topic.key()));
        }
        found.packs(self, &data.join(PRESSED))?;
        let today = london::wall(now).date_naive();
        if folders.is_empty() {
            return Ok(remove_old(&data, today));
        }
        let work = self.begin()?;
        for (topic, meeting, value) in &found.values {
            work.execute(
                "INSERT OR IGNORE INTO remembered (topic, meeting, value, at) VALUES (?1, ?2, ?3, ?4)",
                (topic.key(), meeting.to_string(), value, Moment::of(now)),
            )?;
        }
        for (pressed, size) in &found.packs {
            let known = work
                .prepare_cached("SELECT 1 FROM pressings WHERE meeting = ?1 AND version = ?2")?
                .exists((pressed.meeting.to_string(), pressed.version))?;
            if !known {
                note_content(&work, &pressed.sha, *size, now)?;
                pressings::add(&work, pressed, now)?;
            }
        }
        work.commit()?;
        remove_half_made(&data.join(PRESSED))?;
        for name in folders {
            set_aside(&data, name, today)?;
        }
        found.findings.extend(remove_old(&data, today));
        Ok(found.findings)
    }
}

impl Found {
    fn values(&mut self, topic: Topic, folder: &Path) {
        for file in inside(folder) {
            let meeting = file.file_stem().and_then(|name| name.to_str()?.parse().ok());
            let Some(meeting) = meeting else { continue };
            let value = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
            match value.filter(|value| has_shape(topic, value)) {
                Some(value) => self.values.push((topic, meeting, value.to_string())),
                None => self.lost(&file, topic.what_is_lost()),
            }
        }
    }

    fn packs(&mut self, register: &Register, folder: &Path) -> Result<(), RegisterError> {
        for day in inside(folder) {
            let Some(meeting) = day.file_name().and_then(|name| name.to_str()?.parse().ok()) else {
                continue;
            };
            for version in inside(&day) {
                let number = version.file_name().and_then(|name| name.to_str()?.parse().ok());
                // A pack without its manifest was never finished.
                let Some(number) = number.filter(|_| version.join("manifest.json").exists()) else {
                    continue;
                };
                match pack_in(&version, meeting, number) {
                    Some((pressed, pack)) => {
                        register.store().put(&pack)?;
                        self.packs.push((pressed, i64::try_from(pack.len()).unwrap_or(i64::MAX)));
                    }
                    None => self.lost(
                        &version,
                        "create the pack again with `panelclerk pack`, if it has not gone out",
                    ),
                }
            }
        }
        Ok(())
    }

    fn lost(&mut self, what: &Path, hint: &str) {
        let message = format!("`{}` cannot be read and is not taken over", what.display());
        self.findings.push(Finding::warning("state-lost", message).hint(hint));
    }
}

impl Topic {
    const fn what_is_lost(self) -> &'static str {
        match self {
            Topic::Desk => "the workbook begins with edition 1 again",
            Topic::Shown => "letters are shown once more before they go",
            Topic::Along => "what was typed for a case that moved on is to be typed again",
            Topic::Records => {
                "minutes that are written again are put aside as if they had been changed by hand"
            }
            Topic::Told => "a letter may be written once more than needed",
            Topic::Invitations => {
                "who was told which time is not known; `send invitations` writes to everybody again"
            }
        }
    }
}

/// Whether it is what such a file held.
fn has_shape(topic: Topic, value: &Value) -> bool {
    match topic {
        Topic::Desk => value["edition"].is_u64() && value["written"].is_string() && value["done"].is_array(),
        Topic::Told => value["letters"].is_object(),
        Topic::Shown | Topic::Records => value.is_object(),
        Topic::Along => value.is_array(),
        Topic::Invitations => value.as_array().is_some_and(|slots| slots.iter().all(Value::is_object)),
    }
}

/// A pack with what belongs to it, if it is all there and is the one its manifest speaks of.
fn pack_in(folder: &Path, meeting: NaiveDate, version: u32) -> Option<(Pressed, Vec<u8>)> {
    let [plan, manifest] =
        ["plan.json", "manifest.json"].map(|name| fs::read_to_string(folder.join(name)).ok());
    let (plan, manifest) = (plan?, manifest?);
    let pack = fs::read(folder.join("pack.pdf")).ok()?;
    let sha: Sha256 = crate::register::store::hash_bytes(&pack);
    let said: Value = serde_json::from_str(&manifest).ok()?;
    serde_json::from_str::<Value>(&plan).ok()?;
    let fits = said["sha256"].as_str() == Some(sha.as_str());
    fits.then_some((Pressed { meeting, version, sha, plan, manifest }, pack))
}

/// Unprotected packs that were being written when a program was killed: nobody's, and not to lie there for another week.
fn remove_half_made(pressed: &Path) -> Result<(), RegisterError> {
    let below = inside(pressed).into_iter().flat_map(|path| [vec![path.clone()], inside(&path)].concat());
    let half_made =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".tmp"));
    for path in below.filter(half_made) {
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(RegisterError::io("remove", &path))?;
    }
    Ok(())
}

/// Gives the folder another name, under which nobody looks for it. Another command may have done so meanwhile.
fn set_aside(data: &Path, name: &str, today: NaiveDate) -> Result<(), RegisterError> {
    let folder = data.join(name);
    let mut aside = data.join(format!("{name}{OLD}{today}"));
    let mut more = 1;
    while aside.exists() {
        more += 1;
        aside = data.join(format!("{name}{OLD}{today}-{more}"));
    }
    match fs::rename(&folder, &aside) {
        Err(_) if !folder.exists() => Ok(()),
        renamed => renamed.map_err(RegisterError::io("rename the folder", &folder)),
    }
}

/// Folders set aside a week ago are nobody's any more.
fn remove_old(data: &Path, today: NaiveDate) -> Vec<Finding> {
    let mut findings = Vec::new();
    for folder in inside(data) {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((what, day)) = name.split_once(OLD) else { continue };
        let ours = what == PRESSED || Topic::ALL.iter().any(|topic| topic.key() == what);
        let day: Option<NaiveDate> = day.get(..10).and_then(|day| day.parse().ok());
        if !ours || day.is_none_or(|day| today < day + KEPT) {
            continue;
        }
        if let Err(error) = fs::remove_dir_all(&folder) {
            let message =
                format!("`{}` is no longer needed and cannot be removed: {error}", folder.display());
            findings.push(Finding::warning("state-left", message).hint("remove it by hand"));
        }
    }
    findings
}

/// What lies in a folder, in order; nothing where there is none.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let list = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<PathBuf> = list.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::register::store::hash_bytes;

    fn write(data: &Path, name: &str, content: impl AsRef<[u8]>) {
        let path = data.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path).unwrap().write_all(content.as_ref()).unwrap();
    }

    fn filled(data: &Path) {
        write(data, "desk/2026-11-23.json", r#"{"edition":3,"written":"abc","done":[]}"#);
        write(data, "desk/2026-11-30.json", "");
        write(data, "told/2026-11-23.json", r#"{"letters":{},"agenda":null}"#);
        write(data, "told/2026-11-30.json", "[]");
        write(data, "invitations/2026-11-23.json", "[{}]");
        let sha = hash_bytes(b"%PDF");
        for (version, sha) in [(1, sha.as_str()), (2, "another")] {
            let folder = format!("pressed/2026-11-23/{version}");
            write(data, &format!("{folder}/pack.pdf"), "%PDF");
            write(data, &format!("{folder}/plan.json"), "{}");
            let manifest = format!(r#"{{"meeting":"2026-11-23","version":{version},"sha256":"{sha}"}}"#);
            write(data, &format!("{folder}/manifest.json"), manifest);
        }
        write(data, "pressed/2026-11-23/3/pack.pdf", "never finished");
        write(data, "pressed/2026-11-23/.tmpAb12cd", "half a pack");
        write(data, "pressed/.tmpEf34gh/pack.pdf", "half a pack");
    }

    fn folders(data: &Path) -> Vec<String> {
        let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        let ours = |name: &String| {
            Topic::ALL.map(Topic::key).iter().chain(&[PRESSED]).any(|key| name.starts_with(key))
        };
        inside(data).into_iter().map(name).filter(ours).collect()
    }

    #[test]
    fn folders_are_taken_in_once_and_a_damaged_file_costs_itself() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path();
        filled(data);
        let mut register = Register::open(data).unwrap();
        let now: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
        let said: Vec<String> =
            register.adopt_folders(now).unwrap().into_iter().map(|one| one.message).collect();
        let named = |name: &str| said.iter().filter(|line| line.contains(name)).count();
        assert_eq!(said.len(), 3, "{said:?}");
        for name in ["desk/2026-11-30.json", "told/2026-11-30.json", "pressed/2026-11-23/2"] {
            assert_eq!(named(name), 1, "{name}: {said:?}");
        }
        let day = "2026-11-23".parse().unwrap();
        let desk: Value = register.remembered(Topic::Desk, day).unwrap().unwrap();
        assert_eq!(desk["edition"], 3);
        assert_eq!(
            register.remembered::<Value>(Topic::Invitations, day).unwrap(),
            Some(serde_json::json!([{}]))
        );
        assert_eq!(register.newest_pressing(day).unwrap().map(|pressed| pressed.version), Some(1));
        assert_eq!(register.check_everything(&mut || ()).unwrap().findings, []);
        assert!(folders(data).iter().all(|name| name.ends_with(".old-2026-11-24")), "{:?}", folders(data));
        let aside = data.join("pressed.old-2026-11-24");
        assert!(!aside.join("2026-11-23/.tmpAb12cd").exists() && !aside.join(".tmpEf34gh").exists());

        assert_eq!(register.adopt_folders(now + Days::new(6)).unwrap(), [], "it is said once");
        assert_eq!(folders(data).len(), 4);
        register.adopt_folders(now + Days::new(7)).unwrap();
        assert_eq!(folders(data), Vec::<String>::new());
    }

    #[test]
    fn a_crash_between_taking_in_and_renaming_changes_nothing() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path();
        filled(data);
        let now: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
        let day = "2026-11-23".parse().unwrap();
        let mut register = Register::open(data).unwrap();
        register.adopt_folders(now).unwrap();
        // As if the renaming had not happened, and something was remembered since.
        filled(data);
        register.remember(Topic::Desk, day, &serde_json::json!({ "edition": 4 }), now).unwrap();
        register.adopt_folders(now).unwrap();
        let desk: Value = register.remembered(Topic::Desk, day).unwrap().unwrap();
        assert_eq!(desk["edition"], 4, "what the register has is newer");
        let rows: u32 =
            register.db.query_row("SELECT count(*) FROM pressings", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 1);
        assert_eq!(register.check_everything(&mut || ()).unwrap().findings, []);
    }
}
