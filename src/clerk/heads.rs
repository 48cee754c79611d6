//! The head of the evidence chain where others keep it: a small file in the receipts folder, renewed whenever there are new facts.
//!
//! Whoever can write to the data folder can make a whole register that agrees with itself. That it is not the one that was there
//! yesterday is told by a head that lies elsewhere: in a pack, in a letter, in this file, or in a copy of it.

use std::path::PathBuf;

use anyhow::Result;

use crate::clerk::house::House;
use crate::finding::Finding;
use crate::panel::ids::Sha256;
use crate::register::Register;

/// The file below the receipts folder.
const NAME: &str = "record of evidence.txt";

pub fn path(house: &House) -> PathBuf {
    house.config.folders.receipts.join(NAME)
}

/// What the file says.
pub fn page(head: &str) -> String {
    format!(
        "Record of evidence of the panel's register. Nothing here is about a child.\r\n\r\n{head}\r\n\r\n\
         `panelclerk verify` holds the register to it. Keep a copy elsewhere from time to time: `panelclerk verify --head` and these \
         digits tells whether anything recorded until then was changed since.\r\n"
    )
}

/// The head in the file; none where there is no file, or none in it.
///
/// Fails when the receipts folder does not answer.
pub fn kept(house: &House) -> Result<Option<Sha256>> {
    let Some(bytes) = house.shares.read(&path(house))? else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.split_whitespace().find_map(|word| word.parse().ok()))
}

/// That the head in the receipts folder is none of this register's, where it is not. A folder that is away is no finding here.
///
/// Fails when the register cannot be read.
pub fn kept_in_receipts(house: &House, register: &Register) -> Result<Option<Finding>> {
    let Ok(Some(head)) = kept(house) else { return Ok(None) };
    Ok((!register.had_head(head.as_str())?)
        .then(|| unknown(&format!("the one in `{}`", path(house).display()))))
}

/// That a head is none of this register's.
pub fn unknown(which: &str) -> Finding {
    let message = format!("the evidence chain never had this record of evidence: {which}");
    Finding::blocks("evidence-cut", message)
        .about("evidence chain")
        .hint("the chain was cut or rewritten since, or the record is another panel's; restore a backup that has it")
}
