//! The letters of one `send`: which files go with which, the copies made and recorded, the drafts written.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::clerk::house::House;
use crate::clerk::letters::copies::{Maker, Own, What};
use crate::clerk::letters::enclosed::Agendas;
use crate::clerk::letters::holders::{self, Held, Recall};
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::letters::postings::{Attached, Posting, said_part};
use crate::clerk::letters::told::{Told, When};
use crate::clerk::pressings::Pressing;
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::templates;
use crate::clerk::usage::Usage;
use crate::pack::manifest::Manifest;
use crate::pack::paging::Cut;
use crate::pack::plan::Supplement;
use crate::pack::split::{cut_apart, encoded};
use crate::panel::ids::CaseId;
use crate::panel::outcome::Outcome;
use crate::post::compose::{self, Enclosure, Letter, Sender};
use crate::post::facts;
use crate::post::kind::LetterKind;
use crate::post::outbox;
use crate::post::plan::{Addressed, Enclosed, Plan};
use crate::post::wording::{self, Said, Sending};
use crate::register::Register;
use crate::register::letters::NewLetter;
use crate::register::store::hash_bytes;

/// What letters of one kind are made of.
#[derive(Debug)]
pub struct Desk<'a> {
    house: &'a House,
    sitting: &'a Sitting,
    kind: LetterKind,
    pressing: Option<Pressing>,
    /// What the newest version added, where it did.
    supplement: Option<Supplement>,
    held: Vec<Held>,
    recalls: Vec<Recall>,
    agendas: Agendas,
    outcome: Option<Outcome>,
    templates: [String; 2],
    signed: String,
}

impl<'a> Desk<'a> {
    pub fn open(
        house: &'a House,
        register: &Register,
        sitting: &'a Sitting,
        kind: LetterKind,
    ) -> Result<Self> {
        let day = sitting.day();
        let pressing = Pressing::latest(register, day)?;
        if kind.encloses_pack() && pressing.is_none() {
            return Err(Usage::new(format!("there is no pack for {day}"))
                .hint("press it with `panelclerk pack`")
                .into());
        }
        let supplement = pressing.as_ref().map(newest_supplement).transpose()?.flatten();
        if kind == LetterKind::Supplement && supplement.is_none() {
            return Err(Usage::new(format!(
                "there is no supplement for {day} in the newest version of the pack"
            ))
            .hint("press it with `panelclerk pack --supplement`")
            .into());
        }
        let held = holders::held(register, day)?;
        let recalls = pressing.as_ref().map(|pressing| holders::recalls(&held, &pressing.manifest));
        let [text, page] = kind.templates();
        let [text_name, page_name] = kind.template_names();
        let templates =
            [templates::text(house, &text_name, text)?, templates::text(house, &page_name, page)?];
        let (people, _) = sitting::people(house)?;
        let outcome = register.outcome(day)?;
        if kind == LetterKind::Decisions && outcome.is_none() {
            return Err(Usage::new(format!("there are no decisions for {day}"))
                .hint("type them into the workbook, then `panelclerk minutes`")
                .into());
        }
        Ok(Desk {
            signed: sitting::signed(house, &people),
            agendas: Agendas::read(sitting)?,
            recalls: recalls.unwrap_or_default(),
            house,
            sitting,
            kind,
            pressing,
            supplement,
            held,
            outcome,
            templates,
        })
    }

    /// The letters, each with its files. With `keep`, files are made and kept; without, they are only measured.
    pub fn postings(
        &self,
        register: &mut Register,
        plan: &Plan,
        passwords: &Passwords,
        keep: bool,
    ) -> Result<Vec<Posting>> {
        let pressing = self.pressing.as_ref().filter(|_| self.kind.encloses_pack());
        let mut maker =
            pressing.map(|made| Maker::open(self.house, register, made, passwords, keep)).transpose()?;
        let stage = self.house.progress.stage("making each reader's copy", plan.letters.len());
        let mut postings = Vec::new();
        for to in plan.letters.iter().filter(|to| self.has_something_to_say(to)) {
            let mut owns = Vec::new();
            if let Some(maker) = &mut maker {
                for what in self.wanted(to) {
                    owns.push(maker.own(register, &to.email, what, &to.what)?);
                }
            }
            postings.extend(self.letters_to(to, &owns));
            stage.step();
        }
        Ok(postings)
    }

    /// What of the pack goes to this reader.
    fn wanted(&self, to: &Addressed) -> Vec<What> {
        match (&to.what, self.kind) {
            (Enclosed::AgendaPages, _) => vec![What::Agenda],
            (_, LetterKind::Supplement) if self.with_pack(to) => vec![What::Supplement, What::Pack],
            (_, LetterKind::Supplement) => vec![What::Supplement],
            _ => vec![What::Pack],
        }
    }

    /// The pack goes with the supplement where the panel wants it, and to whoever has none.
    fn with_pack(&self, to: &Addressed) -> bool {
        self.kind == LetterKind::Supplement
            && (self.house.config.post.supplement_with_pack || self.holds(to).is_none())
    }

    fn holds(&self, to: &Addressed) -> Option<u32> {
        holders::pack_held(&self.held, &to.email, self.version())
    }

    fn version(&self) -> u32 {
        self.pressing.as_ref().map_or(1, |pressing| pressing.manifest.version)
    }

    /// All files in one letter where they fit, else a letter for each.
    fn letters_to(&self, to: &Addressed, owns: &[Own]) -> Vec<Posting> {
        let all: Vec<Attached> = owns.iter().flat_map(Attached::of).collect();
        let divided = owns.iter().any(|own| own.parts.len() > 1);
        let together = encoded(all.iter().map(|file| file.bytes).sum());
        let one_letter =
            all.len() < 2 || (!divided && together <= self.house.config.post.most_bytes(&to.email));
        let letters: Vec<Vec<Attached>> =
            if one_letter { vec![all] } else { all.into_iter().map(|file| vec![file]).collect() };
        let count = letters.len();
        let apart = owns.iter().flat_map(|own| cut_apart(own.parts.iter().map(|part| part.cases.as_slice())));
        let apart: Vec<CaseId> = apart.collect();
        let held_back: Vec<Cut> = owns.iter().flat_map(|own| own.held_back.clone()).collect();
        let posting = |(number, files): (usize, Vec<Attached>)| {
            let part = (count > 1).then_some((number, count));
            Posting {
                name: self.name(to, part),
                part,
                files,
                held_back: held_back.clone(),
                cut_apart: apart.clone(),
                holds_version: self.holds(to).filter(|_| self.kind == LetterKind::Supplement),
                to: to.clone(),
            }
        };
        (1..).zip(letters).map(posting).collect()
    }

    fn name(&self, to: &Addressed, part: Option<(usize, usize)>) -> String {
        self.named(&format!("{}{}", self.what(self.kind.key()), said_part(part)), to)
    }

    fn named(&self, what: &str, to: &Addressed) -> String {
        outbox::file_name(what, self.sitting.day(), to.case.as_ref(), &to.name, &to.email)
    }

    /// A kind of letter or a file; with a pack issued again, its version too, for it is another.
    fn what(&self, what: &str) -> String {
        let of_a_version = ["pack", "supplement", "recall"].contains(&what);
        match self.version() {
            version if version > 1 && of_a_version => format!("{what} v{version}"),
            _ => what.to_owned(),
        }
    }

    /// A letter about a decision waits until there is one.
    fn has_something_to_say(&self, to: &Addressed) -> bool {
        to.kind != LetterKind::Decisions || self.decided(to).is_some()
    }

    /// Records who is given which file, and freezes the pack with the list of them.
    pub fn issue(&mut self, register: &mut Register, postings: &[Posting]) -> Result<()> {
        let Some(pressing) = self.pressing.as_mut().filter(|_| self.kind.encloses_pack()) else {
            return Ok(());
        };
        let now = self.house.now();
        let (mut rows, mut listed) = (Vec::new(), Vec::new());
        for posting in postings {
            for file in &posting.files {
                rows.push(file.row(&pressing.manifest, posting)?);
                listed.extend(file.listed(&pressing.manifest, &posting.to.email));
            }
        }
        register.enter_copies(&rows, now)?;
        for copy in listed {
            if !pressing.manifest.copies.contains(&copy) {
                pressing.manifest.copies.push(copy);
            }
        }
        pressing.list_copies(register, self.sitting)?;
        pressing.issue(register, now)
    }

    /// Composes each letter once, keeps it, and puts it into the outbox.
    pub fn write(&self, register: &mut Register, postings: &[Posting]) -> Result<Vec<PathBuf>> {
        let (sender, day) = (self.house.sender()?, self.sitting.day());
        let written = register.letters(day)?;
        let mut told = Told::of(register, day)?;
        let agenda = register.agenda(day)?.unwrap_or_else(|| self.sitting.agenda.clone());
        let changed = told.changed(&agenda);
        let stage = self.house.progress.stage("writing letters", postings.len());
        let mut files = Vec::new();
        for posting in postings {
            let (name, message) = if self.kind.is_of_a_version() {
                // A letter about an issued version is written once: asked for again, the same bytes go out.
                let message = match written.iter().find(|letter| letter.draft == posting.name) {
                    Some(there) => register.store().read(&there.sha)?,
                    None => self.letter(&sender, posting, &When::first(self.house.now()))?,
                };
                (posting.name.clone(), message)
            } else {
                self.again(register, &sender, posting, &changed, &mut told)?
            };
            let letter = NewLetter {
                draft: &name,
                meeting: day,
                kind: self.kind.key(),
                recipient: &posting.to.email,
                message: &message,
                state: "ready",
            };
            register.enter_letter(&letter, self.house.now())?;
            files.push(outbox::put(&self.sitting.folder.join("outbox"), &name, &message)?.0);
            stage.step();
        }
        if self.kind == LetterKind::Agenda {
            told.agenda = Some(agenda);
        }
        told.keep(register, day, self.house.now())?;
        Ok(files)
    }

    /// A letter that may have been written before: the same one, or after a real change the next version of it. `changed` is
    /// what has changed on the agenda since it was last sent.
    fn again(
        &self,
        register: &Register,
        sender: &Sender,
        posting: &Posting,
        changed: &str,
        told: &mut Told,
    ) -> Result<(String, Vec<u8>)> {
        let written = register.letters(self.sitting.day())?;
        let name = |version: u32| match version {
            1 => posting.name.clone(),
            version => self.named(&format!("{} v{version}", self.kind), &posting.to),
        };
        let find = |version: u32| written.iter().find(|letter| letter.draft == name(version));
        let versions = (1..u32::MAX).take_while(|version| find(*version).is_some()).last().unwrap_or(0);
        // What it says, whenever it is written.
        let timeless = When::first(self.sitting.casebook.meeting.starts.to_utc());
        let says = hash_bytes(&self.letter(sender, posting, &timeless)?);
        let (version, fresh) = told.version(&name(1), &says, versions);
        let message = match find(version).filter(|_| !fresh) {
            Some(there) => register.store().read(&there.sha)?,
            None => self.letter(sender, posting, &When { written: self.house.now(), version, changed })?,
        };
        told.remember(&name(1), version, says);
        Ok((name(version), message))
    }

    fn letter(&self, sender: &Sender, posting: &Posting, when: &When<'_>) -> Result<Vec<u8>> {
        let Sitting { heading, casebook, .. } = self.sitting;
        let (to, meeting) = (&posting.to, &casebook.meeting);
        let mut note = posting.note(&heading.case_label);
        if posting.files.is_empty() {
            note = when.instead_of_the_last(to.kind);
        }
        let subject = wording::subject(to.kind, heading, meeting, to.case.as_ref(), posting.part);
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

    fn decided(&self, to: &Addressed) -> Option<Vec<(String, String)>> {
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
            return Ok(vec![self.agendas.of(posting.to.capacity)?]);
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

/// What the newest version added; none where it took something out instead.
fn newest_supplement(pressing: &Pressing) -> Result<Option<Supplement>> {
    let newest = pressing.plan()?.supplements.pop();
    Ok(newest.filter(|late| late.version == pressing.manifest.version))
}
