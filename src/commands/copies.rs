//! The members' own copies of a pressed pack: without the cases withheld from them, and with a password where the panel wants one.
//!
//! Each is made once, kept in the store and listed in the manifest: a protected copy could not be made again byte for byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::commands::house::House;
use crate::commands::pressed::{Pressing, renditions};
use crate::commands::screen::Usage;
use crate::commands::{shipped, templates};
use crate::pack::job::{PACK, PartJob, ProtectJob};
use crate::pack::manifest::OwnCopy;
use crate::pack::plan::Plan;
use crate::pack::press::Part;
use crate::pack::versions;
use crate::panel::ids::{CaseId, Sha256};
use crate::post::plan::{Addressed, Enclosed};
use crate::register::Register;
use crate::worker::pool::Pool;

/// The file of the pack that goes to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    pub sha256: Sha256,
    pub file: PathBuf,
    pub withheld: BTreeSet<CaseId>,
    pub protected: bool,
}

/// What is remembered of a copy beside the pressed pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Made {
    /// Of which pack.
    master: Sha256,
    recipient: String,
    /// Nothing is withheld, the chair's pages included.
    whole: bool,
    withheld: BTreeSet<CaseId>,
    protected: bool,
    sha256: Sha256,
}

const MADE: &str = "copies.json";

/// One for each letter that encloses the pack, made where it is not there yet, and listed in the pressing's manifest. A copy
/// made after the pack was issued is in the list beside the pack, not in the one frozen with it.
pub fn make(
    house: &House,
    register: &mut Register,
    pressing: &mut Pressing,
    letters: &[Addressed],
) -> Result<Vec<Option<Own>>> {
    let password = password(house)?;
    let record = pressing.pack.with_file_name(MADE);
    let made = remembered(&record)?;
    let (plan, press) = (pressing.plan()?, house.press()?);
    let mut desk = Desk { house, register, pressing, plan, press, password, made, plain: BTreeMap::new() };
    let stage = house.progress.stage("making each reader's copy", letters.len());
    let mut own = Vec::with_capacity(letters.len());
    for letter in letters {
        own.push(desk.own(letter)?);
        shipped::put(&record, &serde_json::to_vec(&desk.made)?)?;
        stage.step();
    }
    Ok(own)
}

struct Desk<'a> {
    house: &'a House,
    register: &'a mut Register,
    pressing: &'a mut Pressing,
    /// As the pack was pressed.
    plan: Plan,
    press: Pool,
    password: Option<String>,
    made: Vec<Made>,
    /// Copies without these cases, before any password.
    plain: BTreeMap<BTreeSet<CaseId>, Sha256>,
}

impl Desk<'_> {
    fn own(&mut self, letter: &Addressed) -> Result<Option<Own>> {
        let plan = match &letter.what {
            Enclosed::Pack => self.plan.clone(),
            Enclosed::PackOf(cases) => {
                versions::only(self.plan.clone(), &cases.iter().cloned().collect::<BTreeSet<_>>())
            }
            Enclosed::PackWithout(cases) => {
                versions::withholding(self.plan.clone(), &cases.iter().cloned().collect::<BTreeSet<_>>())
            }
            Enclosed::Agenda | Enclosed::Nothing => return Ok(None),
        };
        let withheld = plan.withheld.clone();
        let (whole, protected) = (letter.what == Enclosed::Pack, self.password.is_some());
        if whole && !protected {
            let sha256 = self.pressing.manifest.sha256.clone();
            return Ok(Some(Own { sha256, file: self.pressing.pack.clone(), withheld, protected }));
        }
        let wanted = Made {
            master: self.pressing.manifest.sha256.clone(),
            recipient: letter.email.clone(),
            whole,
            sha256: self.pressing.manifest.sha256.clone(),
            withheld,
            protected,
        };
        let sha256 = match self.made.iter().find(|made| made.is_for(&wanted)) {
            Some(made) => made.sha256.clone(),
            None => self.fresh(plan, wanted.clone())?,
        };
        let listed = OwnCopy { recipient: letter.email.clone(), sha256: sha256.clone() };
        if !self.pressing.manifest.copies.contains(&listed) {
            self.pressing.manifest.copies.push(listed);
        }
        let file = self.register.store().path(&sha256);
        Ok(Some(Own { sha256, file, withheld: wanted.withheld, protected }))
    }

    fn fresh(&mut self, plan: Plan, wanted: Made) -> Result<Sha256> {
        let plain = if wanted.whole { None } else { Some(self.withholding(plan, &wanted.withheld)?) };
        let sha256 = match (&self.password, plain) {
            (None, Some(plain)) => plain,
            (None, None) => wanted.sha256.clone(),
            (Some(password), plain) => {
                let pack = plain
                    .map_or_else(|| self.pressing.pack.clone(), |sha256| self.register.store().path(&sha256));
                let answered = self
                    .press
                    .ask(&ProtectJob { pack, password: password.clone() })
                    .context("a copy could not be protected")?;
                self.keep(answered.files.path(), &answered.answer)?
            }
        };
        self.made.push(Made { sha256: sha256.clone(), ..wanted });
        Ok(sha256)
    }

    /// The same pages under the same numbers, with a sheet for each withheld one; pressed once for all who get the same.
    fn withholding(&mut self, plan: Plan, withheld: &BTreeSet<CaseId>) -> Result<Sha256> {
        if let Some(sha256) = self.plain.get(withheld) {
            return Ok(sha256.clone());
        }
        let template = templates::text(self.house, "pack.typ", shipped::text("pack.typ")?)?;
        let renditions = renditions(self.register, &plan);
        let part = Part::Pages(self.pressing.manifest.whole());
        let answered = self
            .press
            .ask(&PartJob { plan, part, template, renditions })
            .context("a copy with cases withheld could not be pressed")?;
        let pages = answered.answer.manifest.pages;
        if pages != self.pressing.manifest.pages {
            bail!("a copy has {pages} pages and its pack has {}", self.pressing.manifest.pages);
        }
        let sha256 = self.keep(answered.files.path(), &answered.answer.manifest.sha256)?;
        self.plain.insert(withheld.clone(), sha256.clone());
        Ok(sha256)
    }

    fn keep(&mut self, folder: &Path, expected: &Sha256) -> Result<Sha256> {
        let file = folder.join(PACK);
        let bytes = fs::read(&file).with_context(|| format!("`{}`", file.display()))?;
        let kept = self.register.keep(&bytes, self.house.now())?;
        if kept != *expected {
            bail!("a copy is not the one that was verified");
        }
        Ok(kept)
    }
}

impl Made {
    fn is_for(&self, wanted: &Made) -> bool {
        self.master == wanted.master
            && self.recipient == wanted.recipient
            && self.whole == wanted.whole
            && self.withheld == wanted.withheld
            && self.protected == wanted.protected
    }
}

fn remembered(record: &Path) -> Result<Vec<Made>> {
    if !record.exists() {
        return Ok(Vec::new());
    }
    let bytes = fs::read(record).with_context(|| format!("`{}`", record.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("`{}`", record.display()))
}

/// The first line of the password file, where there is one.
pub fn password(house: &House) -> Result<Option<String>> {
    let Some(file) = &house.config.post.password_file else { return Ok(None) };
    let text = fs::read_to_string(file).map_err(|error| {
        Usage::new(format!("the password file `{}` cannot be read: {error}", file.display()))
            .hint("make it, or take `password_file` out of `[post]`")
    })?;
    let password = text.lines().next().unwrap_or_default().trim().to_owned();
    if password.is_empty() {
        return Err(Usage::new(format!("the password file `{}` is empty", file.display()))
            .hint("its first line is the password")
            .into());
    }
    Ok(Some(password))
}
