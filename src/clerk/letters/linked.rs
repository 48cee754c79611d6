//! Files that lie where a link in a letter opens them, instead of going with it.

use std::path::PathBuf;

use crate::clerk::letters::material::Material;
use crate::clerk::letters::postings::{Attached, Posting};
use crate::post::outbox;

/// A file that lies where a link in the letter opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedFile {
    /// Where it is put.
    pub path: PathBuf,
    /// Its web address.
    pub address: String,
    /// What the link is called.
    pub name: String,
    /// The copy itself.
    pub copy: PathBuf,
}

/// Where the files lie that a link opens: the whole pack in a folder for all who have it, a reader's own copy in theirs.
pub fn of<'f>(
    material: &Material<'_>,
    posting: &Posting,
    names: impl Iterator<Item = &'f str>,
) -> Vec<LinkedFile> {
    let Some(rules) = material.house.config.post.link.as_ref().filter(|_| posting.linked) else {
        return Vec::new();
    };
    let meeting = material.sitting.day().to_string();
    let link = |(attached, name): (&Attached, &str)| {
        let reader = if attached.is_one_readers() {
            outbox::in_a_name(&posting.to.email)
        } else {
            "everyone".to_owned()
        };
        let pages = if posting.files.len() > 1 { format!(": {}", attached.what) } else { String::new() };
        LinkedFile {
            path: rules.folder.join(&meeting).join(&reader).join(name),
            address: rules.address_of(&meeting, &reader, name),
            name: format!(
                "Open your papers{pages} ({} pages)",
                attached.pages.last + 1 - attached.pages.first
            ),
            copy: attached.made.file.clone(),
        }
    };
    posting.files.iter().zip(names).map(link).collect()
}
