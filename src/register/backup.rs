//! Everything held in one file, and back from it: the register as it was at one moment and every content it names.
//!
//! Backups of before December 2026 also hold folders that lay beside the register; they are unpacked and taken in like any such folder
//! ([`Register::adopt_folders`]).
//!
//! A backup is a zip without a password: it holds children's papers and belongs where the data folder might lie. It can be
//! made beside a running watch. Restoring never touches a data folder that already holds a register.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::integrity::{Audit, MISSING};
use crate::register::place;
use crate::register::reached;
use crate::register::store::{self, CopyError, Store};
use crate::share::put::{self, Fresh, Readers};

const REGISTER: &str = "register.sqlite";
const STORE: &str = "store/";
const BESIDE: &str = "beside/";

/// Folders of the data folder that older backups hold.
const FOLDERS: [&str; 4] = ["invitations", "told", "desk", "pressed"];

/// What a backup came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Contents in the file.
    pub contents: usize,
    /// What was not sound before it was backed up; damaged contents are not in the file.
    pub findings: Vec<Finding>,
}

impl Register {
    /// Writes everything into `to`, which appears only when it is whole and was read again. `each` is called after each content, once
    /// for writing and once for reading.
    ///
    /// Fails when the file cannot be written, or what is read again is not what was written.
    pub fn back_up(&self, to: &Path, each: &mut dyn FnMut()) -> Result<BackedUp, RegisterError> {
        let scratch = scratch(self.data())?;
        let copy = scratch.path().join(REGISTER);
        // The copy first: whatever it names is already in the store, and contents are never changed.
        self.db.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
        let mut findings = Vec::new();
        self.check_register(&mut findings)?;
        let mut sound = Vec::new();
        for sha in named(&copy)? {
            match self.check_kept(&sha) {
                None => sound.push(sha),
                Some(damaged) => findings.push(damaged),
            }
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let part = Fresh::within(folder).map_err(RegisterError::io("write in", folder))?;
        write_all(part.file(), &copy, self.store(), &sound, each).map_err(RegisterError::io("write", to))?;
        check_written(part.path(), &copy, &sound, each).map_err(RegisterError::io("read again", to))?;
        part.finish(to, Readers::Us).map_err(RegisterError::io("write", to))?;
        Ok(BackedUp { contents: sound.len(), findings })
    }
}

fn write_all(
    part: &File,
    register: &Path,
    store: &Store,
    contents: &[Sha256],
    each: &mut dyn FnMut(),
) -> io::Result<()> {
    let mut zip = ZipWriter::new(part);
    // Papers are compressed already, and large ones may pass four gigabytes.
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    zip.start_file(REGISTER, plain.compression_method(CompressionMethod::Deflated))?;
    io::copy(&mut File::open(register)?, &mut zip)?;
    for sha in contents {
        zip.start_file(format!("{STORE}{sha}"), plain)?;
        io::copy(&mut File::open(store.path(sha))?, &mut zip)?;
        each();
    }
    zip.finish()?.flush()
}

/// Reads what was written from its beginning to its end.
fn check_written(
    part: &Path,
    register: &Path,
    contents: &[Sha256],
    each: &mut dyn FnMut(),
) -> io::Result<()> {
    let mut archive = ZipArchive::new(File::open(part)?)?;
    let other =
        |name: &str| io::Error::other(format!("`{name}` is not what was written; the disk may be failing"));
    let expected = store::hash(&mut File::open(register)?)?;
    if store::hash(&mut archive.by_name(REGISTER)?)? != expected {
        return Err(other(REGISTER));
    }
    for sha in contents {
        let name = format!("{STORE}{sha}");
        if store::hash(&mut archive.by_name(&name)?)? != *sha {
            return Err(other(&name));
        }
        each();
    }
    Ok(())
}

/// Contents the copied register names and that were not purged.
fn named(register: &Path) -> rusqlite::Result<Vec<Sha256>> {
    let db = Connection::open(register)?;
    let mut rows = db.prepare("SELECT sha FROM contents WHERE purged_at IS NULL ORDER BY sha")?;
    rows.query_map([], |row| store::sha_of(row, 0))?.collect()
}

/// Makes the data folder `data` out of a backup, after everything in it was checked. Contents that are damaged or missing in it are
/// left out where `without` names them by their hash or the beginning of it; the caller holds the instance lock.
///
/// A restore that was killed is done again from its beginning: whatever it had put in place is put there once more, the register last.
///
/// Fails when there is a register, and when the backup or the data folder cannot be read or written.
pub fn restore(from: &Path, data: &Path, without: &[String]) -> Result<Audit, RegisterError> {
    if fs::metadata(data.join(REGISTER)).is_ok_and(|found| found.len() > 0) {
        let message = format!(
            "`{}` already holds a register; hint: move it away first, or restore into an empty folder",
            data.display()
        );
        return Err(RegisterError::Refused(message));
    }
    place::prepare(data)?;
    place::sweep_scratch(data, Duration::ZERO)?;
    let scratch = scratch(data)?;
    let whole = scratch.path().join("whole");
    let damaged = unpack(from, &whole)?;
    let mut audit = Register::open(&whole)?.check_everything(&mut || ())?;
    for sha in damaged {
        // Said more exactly than that it is missing.
        let about = |finding: &&mut Finding| finding.code == MISSING && finding.subject == sha.short();
        if let Some(finding) = audit.findings.iter_mut().find(about) {
            "a content is damaged in the backup".clone_into(&mut finding.message);
        }
    }
    let left_out = |finding: &Finding| {
        let name = finding.subject.as_str();
        let named = |given: &String| name.len() <= given.len() && given.starts_with(name);
        finding.code == MISSING && without.iter().any(named)
    };
    audit.findings.retain(|finding| !left_out(finding));
    if !audit.findings.is_empty() {
        return Ok(audit);
    }
    put_in_place(&whole, data)?;
    Ok(audit)
}

/// The store first: a register must never name a content that is not there.
fn put_in_place(whole: &Path, data: &Path) -> Result<(), RegisterError> {
    let (from, to) = (Store::at(&whole.join("store")), Store::open(&data.join("store"))?);
    for sha in from.list()? {
        let (path, place) = (from.path(&sha), to.path(&sha));
        place::make_private_folder(place.parent().unwrap_or(data))?;
        fs::rename(&path, &place).map_err(RegisterError::io("move into place", &place))?;
        put::sync_folder_of(&place).map_err(RegisterError::io("sync the folder of", &place))?;
    }
    for name in FOLDERS.into_iter().filter(|name| whole.join(name).is_dir()) {
        let (from, to) = (whole.join(name), data.join(name));
        if to.is_dir() {
            fs::remove_dir_all(&to).map_err(RegisterError::io("replace the folder", &to))?;
        }
        fs::rename(&from, &to).map_err(RegisterError::io("move into place", &to))?;
    }
    // The journal of another register would be played into this one.
    for ending in ["-wal", "-shm"] {
        remove(&data.join(format!("{REGISTER}{ending}")))?;
    }
    remove(&reached::path(data))?;
    let (from, to) = (whole.join(REGISTER), data.join(REGISTER));
    fs::rename(&from, &to).map_err(RegisterError::io("move into place", &to))?;
    put::sync_folder_of(&to).map_err(RegisterError::io("sync the folder of", &to))
}

fn remove(path: &Path) -> Result<(), RegisterError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(RegisterError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Unpacks the register and contents, whose names must be their hashes; anything else in the file is refused. Gives the contents that
/// are not what their names say: they are left out.
fn unpack(from: &Path, data: &Path) -> Result<Vec<Sha256>, RegisterError> {
    place::make_private_folder(data)?;
    let store = Store::open(&data.join("store"))?;
    let zip = |error: ZipError| RegisterError::io("read the backup", from)(error.into());
    let file = File::open(from).map_err(RegisterError::io("open the backup", from))?;
    let mut archive = ZipArchive::new(file).map_err(zip)?;
    let mut damaged = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(zip)?;
        let name = entry.name().map_err(zip)?.into_owned();
        if name == REGISTER {
            let path = data.join(REGISTER);
            let mut file = File::create(&path).map_err(RegisterError::io("write", &path))?;
            let copied = io::copy(&mut entry, &mut file).and_then(|_| file.sync_all());
            copied.map_err(RegisterError::io("write", &path))?;
            continue;
        }
        if let Some(below) = name.strip_prefix(BESIDE) {
            let path = place_beside(data, below)
                .ok_or_else(|| RegisterError::Refused(format!("`{}` is no backup", from.display())))?;
            place::make_private_folder(path.parent().unwrap_or(data))?;
            let mut file = File::create(&path).map_err(RegisterError::io("write", &path))?;
            let copied = io::copy(&mut entry, &mut file).and_then(|_| file.sync_all());
            copied.map_err(RegisterError::io("write", &path))?;
            place::restrict(&path, 0o600)?;
            continue;
        }
        let sha = name.strip_prefix(STORE).and_then(|name| name.parse().ok());
        let sha = sha.ok_or_else(|| RegisterError::Refused(format!("`{}` is no backup", from.display())))?;
        match store.copy(&mut entry, &sha) {
            Ok(true) => {}
            Ok(false) | Err(CopyError::Source(_)) => damaged.push(sha),
            Err(CopyError::Ours(error)) => return Err(error),
        }
    }
    Ok(damaged)
}

/// Where a remembered file goes; none for a name that leads out of the folders that have such files.
fn place_beside(data: &Path, below: &str) -> Option<PathBuf> {
    let parts: Vec<Component<'_>> = Path::new(below).components().collect();
    let plain = parts.iter().all(|part| matches!(part, Component::Normal(_)));
    let known = FOLDERS.iter().any(|folder| parts.first().is_some_and(|part| part.as_os_str() == *folder));
    (plain && known && parts.len() > 1).then(|| data.join(below))
}

/// A folder of our own inside the data folder, gone when dropped.
fn scratch(data: &Path) -> Result<TempDir, RegisterError> {
    tempfile::Builder::new()
        .prefix(place::SCRATCH)
        .tempdir_in(data)
        .map_err(RegisterError::io("write in", data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::acts::Hand;
    use crate::register::acts::Receipt;
    use crate::register::remembered::Topic;

    fn filled(data: &Path) -> Register {
        let mut register = Register::open(data).unwrap();
        let hand = Hand { by: "Ann".to_owned(), login: "ann".to_owned(), reason: "because".to_owned() };
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        let case = "1234567".parse().unwrap();
        for bytes in [b"plan".as_slice(), b"assessment"] {
            let receipt = Receipt { name: "paper.docx", bytes, case: &case, at: now, evidence: None };
            register.receive(&receipt, &hand, now).unwrap();
        }
        register
    }

    #[test]
    fn what_is_backed_up_comes_back_with_the_same_evidence() {
        let place = tempfile::tempdir().unwrap();
        let (data, file) = (place.path().join("data"), place.path().join("backup.zip"));
        let register = filled(&data);
        let day = "2026-11-23".parse().unwrap();
        let now = "2026-11-18T16:00:00Z".parse().unwrap();
        register.remember(Topic::Invitations, day, &"who was told what", now).unwrap();
        assert_eq!(
            register.back_up(&file, &mut || ()).unwrap(),
            BackedUp { contents: 2, findings: Vec::new() }
        );
        let again = place.path().join("again");
        let audit = restore(&file, &again, &[]).unwrap();
        assert_eq!((audit.findings.len(), audit.contents), (0, 2));
        let restored = Register::open(&again).unwrap();
        assert_eq!(restored.evidence_head().unwrap(), register.evidence_head().unwrap());
        assert_eq!(restored.check_everything(&mut || ()).unwrap().findings, []);
        let told: Option<String> = restored.remembered(Topic::Invitations, day).unwrap();
        assert_eq!(told.as_deref(), Some("who was told what"), "times told are not forgotten");
        let left: Vec<_> = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("scratch-")), "{left:?}");
    }

    #[test]
    fn a_backup_writes_nowhere_but_where_it_belongs() {
        let data = Path::new("/data");
        assert!(place_beside(data, "told/2026-11-23.json").is_some());
        for name in ["../told/x", "told/../../x", "told", "store/x", "/etc/passwd", "told/./../x", ""] {
            assert_eq!(place_beside(data, name), None, "{name}");
        }
    }

    #[test]
    fn a_register_in_place_is_never_touched_and_a_damaged_backup_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let (data, file) = (place.path().join("data"), place.path().join("backup.zip"));
        let register = filled(&data);
        register.back_up(&file, &mut || ()).unwrap();
        assert!(restore(&file, &data, &[]).unwrap_err().to_string().contains("already holds a register"));

        let mut bytes = fs::read(&file).unwrap();
        let at = bytes.windows(10).position(|window| window == b"assessment").unwrap();
        bytes[at] = b'A';
        put::put(&file, &bytes).unwrap();
        let again = place.path().join("again");
        let audit = restore(&file, &again, &[]).unwrap();
        assert_eq!(audit.findings.len(), 1);
        assert_eq!(audit.findings[0].message, "a content is damaged in the backup");
        assert!(!again.join(REGISTER).exists());
        let without = [audit.findings[0].subject.clone()];
        assert_eq!(restore(&file, &again, &without).unwrap().findings, []);
        assert!(again.join(REGISTER).exists());
    }
}
