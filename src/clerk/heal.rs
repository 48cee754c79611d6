//! A damaged content is taken from the inbox again, where the very same file still lies there.

use std::path::Path;

use anyhow::Result;

use crate::clerk::house::House;
use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::register::Register;
use crate::register::integrity::{CHANGED, MISSING};
use crate::register::papers::File;

/// What was found, with what could be mended said to be so. A person should look all the same: a disk that loses one content may lose more.
///
/// Fails when the register cannot be read or the store not be written.
pub fn from_inbox(house: &House, register: &Register, findings: Vec<Finding>) -> Result<Vec<Finding>> {
    let damaged = |finding: &Finding| finding.code == CHANGED || finding.code == MISSING;
    if !findings.iter().any(damaged) {
        return Ok(findings);
    }
    let files: Vec<File> = register.files()?.into_iter().filter(|file| file.present).collect();
    let mut all = Vec::new();
    for finding in findings {
        let same = |file: &&File| file.sha.as_ref().is_some_and(|sha| sha.short() == finding.subject);
        let again = files.iter().find(same).filter(|_| damaged(&finding));
        let healed = match again.and_then(|file| Some((file, file.sha.as_ref()?))) {
            Some((file, sha)) => taken_again(house, register, file, sha)?,
            None => false,
        };
        all.push(if healed {
            let message = "a kept content was damaged or missing, and was taken from the inbox again, where it still lay";
            let hint = "have the disk looked at, and run `panelclerk verify` again";
            Finding::warning("content-healed", message).about(finding.subject).hint(hint)
        } else {
            finding
        });
    }
    Ok(all)
}

/// False where the file cannot be read now, or holds something else.
fn taken_again(house: &House, register: &Register, file: &File, sha: &Sha256) -> Result<bool> {
    let path = house.config.folders.inbox.join(place(&file.path));
    let Ok(Some(bytes)) = house.shares.read(&path) else { return Ok(false) };
    Ok(register.store().replace(sha, &bytes)?)
}

/// A path below the inbox as the system has it.
#[cfg(unix)]
fn place(path: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
fn place(path: &[u8]) -> &Path {
    Path::new(std::str::from_utf8(path).unwrap_or_default())
}
