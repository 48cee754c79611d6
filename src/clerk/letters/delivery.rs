//! One letter to one person: to whom, in which words, with which files, made in one pass.
//!
//! `send` shows deliveries, and `send --go` writes down the same: what is shown is what is written.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::clerk::letters::material::Material;
use crate::clerk::letters::postings::{Attached, Posting, said_part};
use crate::clerk::letters::told::{Told, When};
use crate::clerk::sitting::Sitting;
use crate::pack::manifest::Manifest;
use crate::panel::agenda::Agenda;
use crate::panel::ids::Sha256;
use crate::post::compose::{self, Enclosure, Letter};
use crate::post::facts;
use crate::post::kind::LetterKind;
use crate::post::plan::{Addressed, Enclosed};
use crate::post::wording::{self, Said, Sending, Wording};
use crate::register::Register;
use crate::register::letters::LetterRow;
use crate::register::store::hash_bytes;

/// One letter, as it is shown and as it is written.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    /// To whom, and which files of the pack.
    #[serde(flatten)]
    pub posting: Posting,
    /// File name of its draft.
    pub draft: String,
    /// As its reader sees it.
    pub subject: String,
    /// Without what stands before every subject.
    #[serde(skip)]
    topic: String,
    #[serde(skip)]
    wording: Wording,
    #[serde(skip)]
    files: Vec<LetterFile>,
    #[serde(skip)]
    written: DateTime<Utc>,
    /// The same letter, written before: its very bytes go out again.
    #[serde(skip)]
    kept: Option<Sha256>,
    /// Of a letter that may be written again: which version it is, and the hash of what it says.
    #[serde(skip)]
    pub says: Option<(u32, Sha256)>,
}

/// A file that goes with a letter.
#[derive(Debug, Clone)]
struct LetterFile {
    file_name: String,
    media_type: String,
    content: FileContent,
}

#[derive(Debug, Clone)]
enum FileContent {
    Bytes(Vec<u8>),
    /// A copy of the pack, read when the letter is composed.
    At(PathBuf),
}

/// What letters of the meeting were written before.
#[derive(Debug)]
pub struct Past {
    written: Vec<LetterRow>,
    pub told: Told,
    /// The agenda as it is set.
    pub agenda: Agenda,
    /// What has changed on it since it was last sent.
    changed: String,
}

impl Past {
    /// Fails when what was told before, or the register, cannot be read.
    pub fn of(material: &Material<'_>, register: &Register) -> Result<Self> {
        let sitting = material.sitting;
        let told = Told::of(register, sitting.day())?;
        let agenda = register.agenda(sitting.day())?.unwrap_or_else(|| sitting.agenda.clone());
        let changed = told.changed(&agenda);
        Ok(Past { written: register.letters(sitting.day())?, told, agenda, changed })
    }

    fn find(&self, draft: &str) -> Option<&LetterRow> {
        self.written.iter().find(|letter| letter.draft == draft)
    }
}

/// Makes a letter of a posting.
///
/// Fails when a template cannot be filled.
pub fn deliver(material: &Material<'_>, posting: Posting, past: &Past) -> Result<Delivery> {
    let now = material.house.now();
    let first = posting.name.clone();
    if material.kind.is_of_a_version() {
        // A letter about an issued version is written once: asked for again, the same bytes go out.
        let kept = past.find(&first).map(|there| there.sha.clone());
        return Ok(Delivery { kept, ..worded(material, posting, first, &When::first(now))? });
    }
    // What it says, whenever it is written.
    let timeless = When::first(material.sitting.casebook.meeting.starts.to_utc());
    let says = worded(material, posting.clone(), first.clone(), &timeless)?.composed(material)?;
    let says = hash_bytes(&says);
    let draft = |version: u32| match version {
        1 => first.clone(),
        version => material.draft(&format!("{} v{version}", material.called(&posting.to)), &posting.to),
    };
    let known = (1..u32::MAX).take_while(|version| past.find(&draft(*version)).is_some()).last().unwrap_or(0);
    let (version, fresh) = past.told.version(&first, &says, known);
    let kept = past.find(&draft(version)).filter(|_| !fresh).map(|there| there.sha.clone());
    let when = When { written: now, version, changed: &past.changed };
    let draft = draft(version);
    Ok(Delivery { kept, says: Some((version, says)), ..worded(material, posting, draft, &when)? })
}

impl Delivery {
    /// The message as it goes out.
    ///
    /// Fails when an enclosure cannot be read.
    pub fn message(&self, material: &Material<'_>, register: &Register) -> Result<Vec<u8>> {
        match &self.kept {
            Some(there) => Ok(register.store().read(there)?),
            None => self.composed(material),
        }
    }

    fn composed(&self, material: &Material<'_>) -> Result<Vec<u8>> {
        let to = &self.posting.to;
        let enclosures: Vec<Enclosure> = self.files.iter().map(LetterFile::read).collect::<Result<_>>()?;
        let letter = Letter {
            name: &to.name,
            email: &to.email,
            subject: &self.topic,
            wording: &self.wording,
            enclosures: &enclosures,
            written: self.written,
        };
        compose::draft(&material.sender, &letter).with_context(|| format!("the letter to `{}`", to.email))
    }
}

impl LetterFile {
    fn read(&self) -> Result<Enclosure> {
        let content = match &self.content {
            FileContent::Bytes(bytes) => bytes.clone(),
            FileContent::At(path) => fs::read(path).with_context(|| format!("`{}`", path.display()))?,
        };
        Ok(Enclosure { file_name: self.file_name.clone(), media_type: self.media_type.clone(), content })
    }
}

/// A letter in its words, with its files, as it would be written then.
fn worded(material: &Material<'_>, posting: Posting, draft: String, when: &When<'_>) -> Result<Delivery> {
    let Sitting { heading, casebook, .. } = material.sitting;
    let (to, meeting) = (&posting.to, &casebook.meeting);
    let mut note = posting.note(&heading.case_label);
    if posting.files.is_empty() {
        note = when.instead_of_the_last(to.kind);
    }
    let topic = wording::subject(heading, meeting, to, posting.part);
    let subject = material.sender.subject(&topic);
    let said = Said {
        heading,
        meeting,
        name: &to.name,
        signed: &material.signed,
        whole: to.what.is_pack(),
        written: when.written,
        facts: &told(material, &posting),
        note: &note,
        sending: Sending {
            part: posting.part,
            version: material.version(),
            held: material.holds(to),
            with_pack: material.with_pack(to),
        },
        appointment: to.appointment.as_ref(),
    };
    let [text, page] = &material.templates;
    let wording = wording::word(to.kind, [text, page], &subject, said)?;
    let files = files(material, &posting)?;
    let written = when.written;
    Ok(Delivery { posting, draft, subject, topic, wording, files, written, kept: None, says: None })
}

/// The lines of label and value.
fn told(material: &Material<'_>, posting: &Posting) -> Vec<(String, String)> {
    let (to, Sitting { heading, casebook, words, .. }) = (&posting.to, material.sitting);
    let case = to.case.as_ref().and_then(|id| casebook.case(id));
    let mut told = match (to.kind, case) {
        (LetterKind::Chaser, Some(case)) => facts::of_case(case, heading),
        (LetterKind::Decisions, _) => decided(material, to),
        (LetterKind::Recall, _) => recalled(material, to),
        _ => facts::of_cases(&to.what),
    };
    let Some(pressing) = material.pressing.as_ref().filter(|_| !posting.files.is_empty()) else {
        return told;
    };
    let manifest = &pressing.manifest;
    let withheld = posting.files.first().map(|file| file.withheld.clone()).unwrap_or_default();
    match (&material.supplement, material.kind) {
        (Some(late), LetterKind::Supplement) => {
            told.extend(facts::of_supplement(manifest, late, &withheld, heading, words));
        }
        _ if to.what.is_pack() => told.extend(facts::of_pack(manifest, casebook, &withheld)),
        _ => {}
    }
    for file in &posting.files {
        let what = if file.file.1 > 1 { "part" } else { file.what };
        told.extend(facts::of_file(&file.made.manifest, what, &file.cases));
    }
    told.extend(facts::of_held_back(manifest, &posting.held_back, heading));
    told.extend(facts::of_evidence(manifest));
    told
}

fn decided(material: &Material<'_>, to: &Addressed) -> Vec<(String, String)> {
    let Sitting { heading, words, .. } = material.sitting;
    let actions = material.outcome.as_ref().map(|outcome| outcome.actions.as_slice()).unwrap_or_default();
    let decision = material.decision(to);
    decision.map(|decision| facts::of_decision(decision, actions, heading, words)).unwrap_or_default()
}

fn recalled(material: &Material<'_>, to: &Addressed) -> Vec<(String, String)> {
    let Some(recall) = material.recalls.iter().find(|recall| recall.recipient == to.email) else {
        return Vec::new();
    };
    let mut files: Vec<(u32, &str, &Manifest)> = Vec::new();
    files
        .extend(recall.files.iter().map(|held| (held.copy.version, held.copy.what.as_str(), &held.manifest)));
    facts::of_recall(&recall.entries, &files, &material.sitting.heading, &material.sitting.words)
}

fn files(material: &Material<'_>, posting: &Posting) -> Result<Vec<LetterFile>> {
    if let Some(appointment) = &posting.to.appointment {
        let invitation = &appointment.invitation;
        return Ok(vec![LetterFile {
            file_name: invitation.file_name.clone(),
            media_type: format!("text/calendar; charset=utf-8; method={}", invitation.method),
            content: FileContent::Bytes(invitation.calendar.clone().into_bytes()),
        }]);
    }
    if posting.to.what == Enclosed::Agenda {
        let Enclosure { file_name, media_type, content } = material.agendas.of(posting.to.capacity)?;
        return Ok(vec![LetterFile { file_name, media_type, content: FileContent::Bytes(content) }]);
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
