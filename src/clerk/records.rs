//! The records of a meeting put into its folder: one that somebody has changed by hand since it was written is put aside under another name
//! first, so that nothing that was typed into it is lost.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::usage::Usage;
use crate::desk::guard;
use crate::minutes::facts::Document;
use crate::register::Register;
use crate::register::remembered::Topic;
use crate::register::store::hash_bytes;

/// Names that are tried for one that is put aside.
const MOST_ASIDE: u32 = 1000;

/// What was put into the folder.
#[derive(Debug, Default)]
pub struct Filed {
    pub files: Vec<PathBuf>,
    /// What somebody had changed by hand, under the names it has now.
    pub aside: Vec<PathBuf>,
}

/// The hashes under which each file was written: the last time, and the time that may have been broken off.
type Written = BTreeMap<String, Vec<String>>;

/// Puts `documents` into `folder`.
///
/// Fails before anything is written when one that would be replaced is open, and when the folder cannot be written to.
pub fn put(
    house: &House,
    register: &Register,
    day: NaiveDate,
    folder: &Path,
    documents: Vec<Document>,
) -> Result<Filed> {
    let mut written: Written = register.remembered(Topic::Records, day)?.unwrap_or_default();
    let mut changed = Vec::new();
    for Document { file_name, bytes } in &documents {
        let file = folder.join(file_name);
        let next = hash_bytes(bytes).to_string();
        let ours = written.entry(file_name.clone()).or_default();
        let lying = house.shares.read(&file)?.map(|lying| hash_bytes(&lying).to_string());
        if let Some(lying) = lying.filter(|lying| *lying != next) {
            if guard::open_by(&house.shares, &file)?.is_some() {
                let message = format!("`{file_name}` is open");
                return Err(Usage::new(message).hint("close it, and write the minutes then").into());
            }
            if ours.contains(&lying) {
                *ours = vec![lying];
            } else {
                ours.clear();
                changed.push(file);
            }
        }
        ours.retain(|hash| *hash != next);
        ours.push(next);
    }
    register.remember(Topic::Records, day, &written, house.now())?;
    let mut filed = Filed::default();
    for file in changed {
        filed.aside.push(put_aside(house, &file)?);
    }
    for Document { file_name, bytes } in documents {
        let file = folder.join(&file_name);
        house.shares.put(&file, &bytes)?;
        filed.files.push(file);
    }
    Ok(filed)
}

/// Gives the file a name that says what it is and that no other has.
fn put_aside(house: &House, file: &Path) -> Result<PathBuf> {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let (stem, ending) = (part(file.file_stem()), part(file.extension()));
    for number in 1..=MOST_ASIDE {
        let which = if number == 1 { String::new() } else { format!(" {number}") };
        let aside = file.with_file_name(format!("{stem} (changed by hand{which}).{ending}"));
        if house.shares.rename_to_free(file, &aside)? {
            return Ok(aside);
        }
    }
    bail!("`{}` was changed by hand, and no name is free to put it aside", file.display())
}
