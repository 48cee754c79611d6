//! One letter of a `send`: its words, the facts it tells, the files that go with it.

use std::fs;

use anyhow::{Context, Result};

use crate::commands::letters::Desk;
use crate::commands::postings::{Attached, Posting, said_part};
use crate::commands::sitting::Sitting;
use crate::commands::told::When;
use crate::pack::manifest::Manifest;
use crate::panel::people::Capacity;
use crate::post::compose::{self, Enclosure, Letter, Sender};
use crate::post::facts;
use crate::post::kind::LetterKind;
use crate::post::plan::{Addressed, Enclosed};
use crate::post::wording::{self, Said, Sending};

impl Desk<'_> {
    /// The letter as it is sent.
    pub(super) fn letter(&self, sender: &Sender, posting: &Posting, when: &When<'_>) -> Result<Vec<u8>> {
        let Sitting { heading, casebook, .. } = self.sitting;
        let (to, meeting) = (&posting.to, &casebook.meeting);
        let subject = wording::subject(to.kind, heading, meeting, to.case.as_ref(), posting.part);
        let note = match when.instead_of_the_last(to.kind) {
            instead if instead.is_empty() => posting.note(&heading.case_label),
            instead => instead,
        };
        let said = Said {
            heading,
            meeting,
            name: &to.name,
            signed: &self.signed,
            whole: to.what.is_pack(),
            written: when.written,
            facts: &self.facts(posting),
            note: &note,
            sending: Sending {
                part: posting.part,
                version: self.version(),
                held: self.holds(to),
                with_pack: self.with_pack(to),
            },
        };
        let [text, page] = &self.templates;
        let wording = wording::word(to.kind, [text, page], &sender.subject(&subject), said)?;
        let letter = Letter {
            name: &to.name,
            email: &to.email,
            subject: &subject,
            wording: &wording,
            enclosures: &self.enclosures(posting)?,
            written: when.written,
        };
        compose::draft(sender, &letter).with_context(|| format!("the letter to `{}`", to.email))
    }

    fn facts(&self, posting: &Posting) -> Vec<(String, String)> {
        let (to, Sitting { heading, casebook, words, .. }) = (&posting.to, self.sitting);
        let case = to.case.as_ref().and_then(|id| casebook.case(id));
        let mut told = match (to.kind, case) {
            (LetterKind::Chaser, Some(case)) => facts::of_case(case, heading),
            (LetterKind::Decisions, _) => self.decided(to).unwrap_or_default(),
            (LetterKind::Recall, _) => self.recalled(to),
            _ => facts::of_cases(&to.what),
        };
        let Some(pressing) = self.pressing.as_ref().filter(|_| !posting.files.is_empty()) else {
            return told;
        };
        let manifest = &pressing.manifest;
        let withheld = posting.files.first().map(|file| file.withheld.clone()).unwrap_or_default();
        match (&self.supplement, self.kind) {
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

    pub(super) fn decided(&self, to: &Addressed) -> Option<Vec<(String, String)>> {
        let outcome = self.outcome.as_ref()?;
        let decision = outcome.decisions.iter().find(|decision| Some(&decision.case) == to.case.as_ref())?;
        let Sitting { heading, words, .. } = self.sitting;
        Some(facts::of_decision(decision, &outcome.actions, heading, words))
    }

    fn recalled(&self, to: &Addressed) -> Vec<(String, String)> {
        let Some(recall) = self.recalls.iter().find(|recall| recall.recipient == to.email) else {
            return Vec::new();
        };
        let mut files: Vec<(u32, &str, &Manifest)> = Vec::new();
        files.extend(
            recall.files.iter().map(|held| (held.copy.version, held.copy.what.as_str(), &held.manifest)),
        );
        facts::of_recall(&recall.entries, &files, &self.sitting.heading, &self.sitting.words)
    }

    fn enclosures(&self, posting: &Posting) -> Result<Vec<Enclosure>> {
        if posting.to.what == Enclosed::Agenda {
            // What is asked of each partner and what is still to be done is before the chair alone.
            let chairs = matches!(posting.to.capacity, Capacity::Chair | Capacity::Administrator);
            let agenda = if chairs { self.chairs_agenda.clone() } else { self.agenda.clone() };
            let agenda = agenda.context("there is no agenda yet; write it with `panelclerk agenda`")?;
            return Ok(vec![agenda]);
        }
        let pack = |file: &Attached| {
            let path = &file.made.file;
            let content = fs::read(path).with_context(|| format!("`{}`", path.display()))?;
            let part = Some(file.file).filter(|(_, files)| *files > 1);
            let what = format!("{}{}", self.what(file.what), said_part(part));
            let file_name = format!("{}.pdf", self.sitting.heading.file_name(&what));
            Ok(Enclosure { file_name, media_type: "application/pdf".to_owned(), content })
        };
        posting.files.iter().map(pack).collect()
    }
}
