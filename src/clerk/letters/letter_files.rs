//! The files of a letter: read when it is composed, or put where a link in it opens them.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::clerk::letters::material::Material;
use crate::clerk::letters::postings::{Attached, Posting, said_part};
use crate::post::compose::Enclosure;
use crate::post::outbox;
use crate::post::plan::Enclosed;

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

/// A file that goes with a letter.
#[derive(Debug, Clone)]
pub struct LetterFile {
    pub file_name: String,
    media_type: String,
    content: FileContent,
}

#[derive(Debug, Clone)]
enum FileContent {
    Bytes(Vec<u8>),
    /// A copy of the pack, read when the letter is composed.
    At(PathBuf),
}

impl From<Enclosure> for LetterFile {
    fn from(Enclosure { file_name, media_type, content }: Enclosure) -> Self {
        LetterFile { file_name, media_type, content: FileContent::Bytes(content) }
    }
}

impl LetterFile {
    /// Fails when it is a copy of the pack that cannot be read.
    pub fn read(&self) -> Result<Enclosure> {
        let content = match &self.content {
            FileContent::Bytes(bytes) => bytes.clone(),
            FileContent::At(path) => fs::read(path).with_context(|| format!("`{}`", path.display()))?,
        };
        Ok(Enclosure { file_name: self.file_name.clone(), media_type: self.media_type.clone(), content })
    }
}

/// Where the files lie that a link opens: the whole pack in a folder for all who have it, a reader's own copy in theirs.
pub fn linked(material: &Material<'_>, posting: &Posting, files: &[LetterFile]) -> Vec<LinkedFile> {
    let Some(rules) = material.house.config.post.link.as_ref().filter(|_| posting.linked) else {
        return Vec::new();
    };
    let meeting = material.sitting.day().to_string();
    let link = |(attached, file): (&Attached, &LetterFile)| {
        let reader = if attached.is_one_readers() {
            outbox::in_a_name(&posting.to.email)
        } else {
            "everyone".to_owned()
        };
        let pages = if posting.files.len() > 1 { format!(": {}", attached.what) } else { String::new() };
        LinkedFile {
            path: rules.folder.join(&meeting).join(&reader).join(&file.file_name),
            address: rules.address_of(&meeting, &reader, &file.file_name),
            name: format!(
                "Open your papers{pages} ({} pages)",
                attached.pages.last + 1 - attached.pages.first
            ),
            copy: attached.made.file.clone(),
        }
    };
    posting.files.iter().zip(files).map(link).collect()
}

/// What goes with a letter.
///
/// Fails when what goes with it has not been made.
pub fn files(material: &Material<'_>, posting: &Posting) -> Result<Vec<LetterFile>> {
    if let Some((_, files)) = material.again(&posting.to) {
        return Ok(files.iter().cloned().map(LetterFile::from).collect());
    }
    if let Some(appointment) = &posting.to.appointment {
        let invitation = &appointment.invitation;
        return Ok(vec![LetterFile {
            file_name: invitation.file_name.clone(),
            media_type: format!("text/calendar; charset=utf-8; method={}", invitation.method),
            content: FileContent::Bytes(invitation.calendar.clone().into_bytes()),
        }]);
    }
    if matches!(posting.to.what, Enclosed::Agenda | Enclosed::Times) {
        return Ok(vec![material.agendas.of(&posting.to)?.into()]);
    }
    if posting.to.what == Enclosed::TestPage {
        let page = material.test_pages.get(&posting.to.email).context("the test page was not made")?;
        return Ok(vec![LetterFile {
            file_name: format!("{} test page.pdf", material.sitting.heading.short),
            media_type: "application/pdf".to_owned(),
            content: FileContent::Bytes(page.clone()),
        }]);
    }
    let of_the_pack = |file: &Attached| {
        let part = Some(file.file).filter(|(_, files)| *files > 1);
        let what = format!("{}{}", material.of_version(file.what), said_part(part));
        LetterFile {
            file_name: format!("{}.pdf", material.sitting.heading.file_name(&what)),
            media_type: "application/pdf".to_owned(),
            content: FileContent::At(file.made.file.clone()),
        }
    };
    Ok(posting.files.iter().map(of_the_pack).collect())
}
