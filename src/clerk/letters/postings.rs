//! The letters of one `send` as they will be: to whom, in how many parts, with which files.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;

use crate::clerk::letters::copies::Own;
use crate::config::PasswordBy;
use crate::pack::manifest::{Manifest, OwnCopy};
use crate::pack::paging::Cut;
use crate::pack::press::PartFile;
use crate::panel::ids::CaseId;
use crate::post::plan::{Addressed, Enclosed};
use crate::register::copies::Copy;
use crate::report::said;

/// One letter to be.
#[derive(Debug, Clone, Serialize)]
pub struct Posting {
    #[serde(flatten)]
    pub to: Addressed,
    /// Which of how many letters, where one would be too large.
    pub part: Option<(usize, usize)>,
    pub files: Vec<Attached>,
    /// Papers of which each is too large for any letter to this reader.
    pub held_back: Vec<Cut>,
    /// The files lie where a link in the letter opens them, and are not attached.
    pub linked: bool,
    /// With a supplement: the newest version of the pack that the reader has been sent before.
    pub holds_version: Option<u32>,
    /// The name of its draft.
    #[serde(skip)]
    pub name: String,
    /// Cases that begin in one part and go on in the next.
    #[serde(skip)]
    pub cut_apart: Vec<CaseId>,
}

/// A file of the pack that goes with a letter.
#[derive(Debug, Clone, Serialize)]
pub struct Attached {
    /// `pack`, `supplement` or `agenda`.
    pub what: &'static str,
    pub pages: Cut,
    /// Of the whole pack.
    pub of: u32,
    pub cases: Vec<CaseId>,
    pub bytes: u64,
    pub protected: bool,
    /// Which of how many files the pack or the supplement is in.
    pub file: (usize, usize),
    #[serde(skip)]
    pub made: PartFile,
    #[serde(skip)]
    pub withheld: BTreeSet<CaseId>,
    #[serde(skip)]
    whole: bool,
}

impl Posting {
    /// What a person reads who asks what would be sent.
    pub fn said(&self) -> String {
        let Addressed { name, email, what, appointment, .. } = &self.to;
        let what = match what {
            Enclosed::Pack => "the whole pack".to_owned(),
            Enclosed::PackOf(cases) => format!("{} of the pack's cases", cases.len()),
            Enclosed::PackWithout(cases) => format!("the pack without {} of its cases", cases.len()),
            Enclosed::AgendaPages => "the agenda's pages".to_owned(),
            Enclosed::Agenda => "the agenda".to_owned(),
            Enclosed::Times => "times and kinds of request".to_owned(),
            Enclosed::Invitation => "invitation".to_owned(),
            Enclosed::NewTime => "changed".to_owned(),
            Enclosed::Cancellation => "cancellation".to_owned(),
            Enclosed::TestPage => "an email with a protected page".to_owned(),
            Enclosed::AsksBack(letters) => format!("asks back {}", letters.join(", ")),
            Enclosed::Nothing => "an email".to_owned(),
        };
        let slots = appointment.iter().flat_map(|appointment| &appointment.slots);
        let slots: Vec<String> = slots.map(|slot| format!("{} {}", slot.case, slot.said())).collect();
        let time = if slots.is_empty() { String::new() } else { format!(": {}", slots.join(", ")) };
        let pages = |file: &Attached| {
            let pages = file.made.manifest.held().said();
            let which = if file.what == "supplement" { "the supplement: " } else { "" };
            format!("{which}pages {pages} of {}, {} KB", file.of, file.bytes.div_ceil(1000))
        };
        let files: Vec<String> = self.files.iter().map(pages).collect();
        let by_link = if self.linked { ", by link" } else { "" };
        let files =
            if files.is_empty() { String::new() } else { format!(" ({}{by_link})", files.join("; ")) };
        format!("{name:<28} {email:<42} {what}{time}{}{files}", said_part(self.part))
    }

    /// What a reader must know of the files that are theirs.
    pub fn note(&self, case_label: &str, password_by: PasswordBy) -> String {
        let mut said = Vec::new();
        if self.files.iter().any(|file| !file.made.manifest.absent.is_empty()) {
            said.push("Your copy is an extract: it has the pages that are for you, under the numbers they have in the pack.".to_owned());
        } else if self.files.iter().any(|file| !file.withheld.is_empty()) {
            said.push(
                "In your copy a sheet stands for each page that is not for you; the page numbers are everybody's."
                    .to_owned(),
            );
        }
        if self.to.what == Enclosed::TestPage {
            said.push(
                "Enclosed is a page with nothing on it but a sentence. It opens with a password, as our papers will; the password comes to you \
                 separately. Please tell us in your answer whether it opened."
                    .to_owned(),
            );
        }
        if self.files.iter().any(|file| file.protected) {
            let files = if self.files.len() > 1 { "The files open" } else { "The file opens" };
            let how = match password_by {
                PasswordBy::Telephone => "the panel administrator tells you it by telephone",
                PasswordBy::Email => "it comes to you in a separate email",
                PasswordBy::Known => "it is the one you have for the panel's papers",
            };
            said.push(format!("{files} with a password; {how}."));
        }
        if !self.cut_apart.is_empty() {
            let cases: Vec<String> =
                self.cut_apart.iter().map(|case| format!("{case_label} {case}")).collect();
            let goes = if cases.len() == 1 {
                "is too large for one email and goes"
            } else {
                "are too large for one email and go"
            };
            said.push(format!("{} {goes} on in the next part, between two documents.", cases.join(", ")));
        }
        if !self.held_back.is_empty() {
            let papers = said::count(self.held_back.len(), "document");
            let them = if self.held_back.len() == 1 { "it" } else { "them" };
            said.push(format!(
                "{papers} named above cannot travel by email: ask the administrator, who has {them} in the meeting's folder."
            ));
        }
        said.join(" ")
    }
}

impl Posting {
    /// What makes a letter with the pack this one and no other: to whom, which version and part, which files, what is withheld, how
    /// protected.
    ///
    /// Fails when it cannot be written down.
    pub fn identity(&self) -> Result<String> {
        let Addressed { kind, name, email, capacity, what, withheld, .. } = &self.to;
        let files: Vec<_> = self
            .files
            .iter()
            .map(|file| (file.what, &file.made.manifest.sha256, file.protected, &file.withheld))
            .collect();
        let held_back: Vec<_> = self.held_back.iter().map(|cut| (cut.first, cut.last)).collect();
        let parts = (self.part, files, held_back, self.holds_version);
        // Only a letter with a link is known by it: the others are what they were.
        let parts = (parts, self.linked.then_some("linked"));
        Ok(serde_json::to_string(&(kind, name, email, capacity, what, withheld, parts))?)
    }
}

impl Attached {
    /// The pages of the file, counted from 0, on which papers stand that its reader may see, and the sheets before them.
    pub fn papers(&self) -> BTreeSet<usize> {
        let manifest = &self.made.manifest;
        let held = manifest.held();
        let shown = manifest.entries.iter().filter(|entry| !self.withheld.contains(&entry.case_id));
        let pages = shown.flat_map(|entry| entry.first_page..=entry.last_page);
        pages.filter_map(|page| held.index(page)).collect()
    }

    /// Made for this reader and nobody else.
    pub const fn is_one_readers(&self) -> bool {
        !self.whole || self.protected
    }

    /// The files of a reader's copy, in order.
    pub fn of(own: &Own) -> Vec<Self> {
        let files = (1..).zip(&own.parts).map(|(number, part)| Attached {
            what: own.what.key(),
            pages: part.manifest.cut(),
            of: part.manifest.pages,
            cases: part.cases.clone(),
            bytes: part.bytes,
            protected: own.protected,
            file: (number, own.parts.len()),
            made: part.clone(),
            withheld: own.withheld.clone(),
            whole: own.whole,
        });
        files.collect()
    }

    /// What is kept of it; `letter` is the draft it goes with.
    ///
    /// Fails when the files' hashes cannot be written down.
    pub fn row(&self, master: &Manifest, posting: &Posting, letter: &str) -> Result<Copy> {
        Ok(Copy {
            meeting: master.meeting,
            version: master.version,
            master: master.sha256.clone(),
            what: self.what.to_owned(),
            recipient: posting.to.email.clone(),
            letter: letter.to_owned(),
            whole: self.whole,
            withheld: self.withheld.clone(),
            protected: self.protected,
            part: u32::try_from(self.file.0)?,
            parts: u32::try_from(self.file.1)?,
            first_page: self.pages.first,
            last_page: self.pages.last,
            cases: self.cases.clone(),
            held_back: posting.held_back.iter().map(|cut| (cut.first, cut.last)).collect(),
            sha256: self.made.manifest.sha256.clone(),
            bytes: self.bytes,
            manifest: serde_json::to_string(&self.made.manifest)?,
        })
    }

    /// Its line in the manifest; the pack itself needs none.
    pub fn listed(&self, master: &Manifest, recipient: &str) -> Option<OwnCopy> {
        let manifest = &self.made.manifest;
        (manifest.sha256 != master.sha256).then(|| OwnCopy {
            recipient: recipient.to_owned(),
            sha256: manifest.sha256.clone(),
            what: self.what.to_owned(),
            pages: manifest.part,
            protected: self.protected,
        })
    }
}

/// ` part 2 of 3`.
pub fn said_part(part: Option<(usize, usize)>) -> String {
    part.map_or_else(String::new, |(part, parts)| format!(" part {part} of {parts}"))
}
