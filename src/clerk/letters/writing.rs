//! The letters of one `send`: which files go with which, the copies made and recorded, the drafts written.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::clerk::agenda;
use crate::clerk::house::House;
use crate::clerk::letters::checked::Checker;
use crate::clerk::letters::copies::{Maker, Own};
use crate::clerk::letters::delivery::{self, Delivery};
use crate::clerk::letters::material::Material;
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::letters::past::Past;
use crate::clerk::letters::postings::{Attached, Posting, said_part};
use crate::clerk::letters::taken_back;
use crate::clerk::sitting::Sitting;
use crate::config::Road;
use crate::pack::paging::Cut;
use crate::pack::split::{cut_apart, encoded};
use crate::panel::ids::{CaseId, Sha256};
use crate::post::kind::LetterKind;
use crate::post::outbox;
use crate::post::plan::{Addressed, Plan};
use crate::register::Register;
use crate::register::letters::{LetterRow, NewLetter};
use crate::register::remembered::Topic;

/// The letters of one kind, being made.
#[derive(Debug)]
pub struct LetterDesk<'a> {
    material: Material<'a>,
}

impl<'a> LetterDesk<'a> {
    /// Fails when there is nothing to send yet: no agenda, no pack, no decision.
    pub fn open(
        house: &'a House,
        register: &Register,
        sitting: &'a Sitting,
        plan: &Plan,
        kind: LetterKind,
    ) -> Result<Self> {
        Ok(LetterDesk { material: Material::open(house, register, sitting, plan, kind)? })
    }

    /// The version of the pack that the letters are about.
    pub fn version(&self) -> u32 {
        self.material.version()
    }

    /// The letters, each in its words with its files. With `keep`, files are made and kept; without, they are only measured.
    ///
    /// Fails when a reader's files cannot be made, or a template cannot be filled.
    pub fn deliveries(
        &self,
        register: &mut Register,
        plan: &Plan,
        passwords: &Passwords,
        keep: bool,
    ) -> Result<Vec<Delivery>> {
        let postings = self.postings(register, plan, passwords, keep)?;
        let past = Past::of(&self.material, register)?;
        delivery::deliver_all(&self.material, postings, &past)
    }

    /// To whom they go, each with its files.
    fn postings(
        &self,
        register: &mut Register,
        plan: &Plan,
        passwords: &Passwords,
        keep: bool,
    ) -> Result<Vec<Posting>> {
        let pressing = self.material.pressing.as_ref().filter(|_| self.material.kind.encloses_pack());
        let mut maker = pressing
            .map(|made| Maker::open(self.material.house, register, made, passwords, keep))
            .transpose()?;
        let stage = self.material.house.progress.stage("making each reader's copy", plan.letters.len());
        let mut postings = Vec::new();
        for to in plan.letters.iter().filter(|to| self.material.has_something_to_say(to)) {
            let mut owns = Vec::new();
            if let Some(maker) = &mut maker {
                for what in self.material.wanted(to) {
                    owns.push(maker.own(register, what, to)?);
                }
            }
            postings.extend(self.letters_to(to, &owns));
            stage.step();
        }
        Ok(postings)
    }

    /// All files in one letter where they fit, else a letter for each.
    fn letters_to(&self, to: &Addressed, owns: &[Own]) -> Vec<Posting> {
        let all: Vec<Attached> = owns.iter().flat_map(Attached::of).collect();
        let divided = owns.iter().any(|own| own.parts.len() > 1);
        let together = encoded(all.iter().map(|file| file.bytes).sum());
        let fits = together <= self.material.house.config.post.most_bytes(&to.email, to.letter_mb);
        let one_letter = all.len() < 2 || self.material.is_linked(to, owns) || (!divided && fits);
        let letters: Vec<Vec<Attached>> =
            if one_letter { vec![all] } else { all.into_iter().map(|file| vec![file]).collect() };
        let count = letters.len();
        let apart = owns.iter().flat_map(|own| cut_apart(own.parts.iter().map(|part| part.cases.as_slice())));
        let apart: Vec<CaseId> = apart.collect();
        let held_back: Vec<Cut> = owns.iter().flat_map(|own| own.held_back.clone()).collect();
        let posting = |(number, files): (usize, Vec<Attached>)| {
            let part = (count > 1).then_some((number, count));
            Posting {
                name: self.material.draft(&format!("{}{}", self.material.called(to), said_part(part)), to),
                part,
                linked: !files.is_empty() && self.material.is_linked(to, owns),
                files,
                held_back: held_back.clone(),
                cut_apart: apart.iter().filter(|case| !to.withheld.contains(*case)).cloned().collect(),
                holds_version: self
                    .material
                    .holds(to)
                    .filter(|_| self.material.kind == LetterKind::Supplement),
                to: to.clone(),
            }
        };
        (1..).zip(letters).map(posting).collect()
    }

    /// Puts on record what letters rest on: the agenda whose times they tell, who is given which file of the pack. From then on
    /// the pack is frozen with the list of them.
    ///
    /// Fails when the register cannot be written, or holds another pack under this version.
    fn issue(&mut self, register: &mut Register, deliveries: &[Delivery]) -> Result<()> {
        let Material { house, sitting, kind, .. } = self.material;
        if kind == LetterKind::Invitation {
            agenda::set(house, register, sitting)?;
        }
        let Some(pressing) = self.material.pressing.as_mut().filter(|_| kind.encloses_pack()) else {
            return Ok(());
        };
        let now = house.now();
        let (mut rows, mut listed) = (Vec::new(), Vec::new());
        for Delivery { posting, draft, .. } in deliveries {
            for file in &posting.files {
                rows.push(file.row(&pressing.manifest, posting, draft)?);
                listed.extend(file.listed(&pressing.manifest, &posting.to.email));
            }
        }
        register.enter_copies(&rows, now)?;
        for copy in listed {
            if !pressing.manifest.copies.contains(&copy) {
                pressing.manifest.copies.push(copy);
            }
        }
        pressing.list_copies(house, register, sitting)?;
        pressing.issue(register, now)
    }

    /// Everything a `send --go` does: each letter is composed, kept and held against what it claims before anything else happens; then the
    /// drafts leave the outbox whose place they take; then the pack counts as issued, and the letters are put down.
    ///
    /// Fails before anybody is handed anything when a letter cannot be made or is not what it claims. Fails too when the register or the
    /// outbox cannot be written; what was put down before then stays.
    pub fn go(
        &mut self,
        register: &mut Register,
        plan: &Plan,
        passwords: &Passwords,
        deliveries: &[Delivery],
    ) -> Result<Vec<PathBuf>> {
        let ready = self.composed(register, passwords, deliveries)?;
        let past = Past::of(&self.material, register)?;
        let letters = deliveries.iter().map(|delivery| (delivery.draft.as_str(), &delivery.posting.to));
        let replaced: Vec<LetterRow> = past.replaced(&self.material, letters).into_iter().cloned().collect();
        let Material { house, sitting, .. } = self.material;
        taken_back::take_back(house, register, sitting, replaced, "another email takes its place")?;
        self.issue(register, deliveries)?;
        self.write(register, plan, deliveries, &ready)
    }

    /// The letters as bytes, kept and checked.
    fn composed(
        &self,
        register: &mut Register,
        passwords: &Passwords,
        deliveries: &[Delivery],
    ) -> Result<Vec<Sha256>> {
        let house = self.material.house;
        let stage = house.progress.stage("checking each email", deliveries.len());
        let checker = Checker::open(&self.material)?;
        let mut ready = Vec::new();
        for delivery in deliveries {
            let message = delivery.message(&self.material, register)?;
            checker.check(&self.material, delivery, passwords, &message)?;
            ready.push(register.keep(&delivery.as_kept(&self.material, message)?, house.now())?);
            stage.step();
        }
        Ok(ready)
    }

    /// Enters each letter, and puts it into the outbox.
    fn write(
        &self,
        register: &mut Register,
        plan: &Plan,
        deliveries: &[Delivery],
        ready: &[Sha256],
    ) -> Result<Vec<PathBuf>> {
        let Material { house, sitting, kind, .. } = self.material;
        let Past { mut told, agenda, .. } = Past::of(&self.material, register)?;
        let stage = house.progress.stage("writing emails", deliveries.len());
        let mut files = Vec::new();
        // What they hold is remembered first: a draft of which nobody knows what it holds could not be taken back. So is what they say: after
        // a crash the same letters are written, and no others.
        for delivery in deliveries {
            told.holds.insert(delivery.draft.clone(), delivery.holds(&self.material));
            let (version, says) = &delivery.says;
            if self.material.again(&delivery.posting.to).is_none() {
                told.remember(&delivery.posting.name, *version, says.clone());
            }
        }
        told.keep(register, sitting.day(), house.now())?;
        for (delivery, sha) in deliveries.iter().zip(ready) {
            // A letter never leads to what is not there yet.
            for file in delivery.linked.iter().filter(|_| told.links_ended.is_none()) {
                house.shares.put(
                    &file.path,
                    &fs::read(&file.copy).with_context(|| format!("`{}`", file.copy.display()))?,
                )?;
            }
            let message = register.store().read(sha)?;
            let letter = NewLetter {
                draft: &delivery.draft,
                meeting: sitting.day(),
                kind: kind.word(),
                recipient: &delivery.posting.to.email,
                message: &message,
                said: &said_of(&delivery.supersedes),
            };
            let id = register.enter_letter(&letter, house.now())?;
            match house.config.post.road {
                // A draft that somebody has sent does not come back.
                Road::Outbox if !goes(register, &id)? => {}
                Road::Outbox => {
                    let outbox = sitting.folder.join("outbox");
                    files.push(outbox::put(&house.shares, &outbox, &delivery.draft, &message)?.0);
                }
                Road::Smtp(_) | Road::Graph(_) => {
                    // A draft of it, from when drafts were the road, must not be sent by somebody as well.
                    house.shares.remove(&sitting.folder.join("outbox").join(&delivery.draft))?;
                    if delivery.again {
                        register.queue_letter_again(&id, house.now())?;
                    } else {
                        register.queue_letter(&id, house.now())?;
                    }
                }
            }
            stage.step();
        }
        match kind {
            LetterKind::Agenda => told.agenda = Some(agenda),
            LetterKind::Recall => {
                // What readers are asked to delete must not lie where a link still opens it.
                for file in told.links_before(self.material.version()) {
                    house.shares.remove(file)?;
                }
            }
            LetterKind::Invitation => {
                let mut told = plan.told.clone();
                for Delivery { posting, draft, .. } in deliveries {
                    let uid = posting.to.appointment.as_ref().map(|one| one.invitation.told.uid.as_str());
                    for one in told.iter_mut().filter(|one| Some(one.uid.as_str()) == uid) {
                        one.draft.clone_from(draft);
                    }
                }
                register.remember(Topic::Invitations, sitting.day(), &told, house.now())?;
            }
            _ => {}
        }
        told.keep(register, sitting.day(), house.now())?;
        Ok(files)
    }
}

/// Whether a letter may still go.
fn goes(register: &Register, id: &str) -> Result<bool> {
    Ok(register.letter_numbered(id)?.is_none_or(|row| row.state.may_go()))
}

/// `in place of L12`.
fn said_of(supersedes: &[String]) -> String {
    if supersedes.is_empty() { String::new() } else { format!("in place of {}", supersedes.join(", ")) }
}
