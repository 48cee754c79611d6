//! Each reader's own files of a pressed pack: without the cases withheld from them, with a password where the panel wants one, in
//! parts where one letter would be too large; the supplement and the agenda by themselves.
//!
//! A file is made once and kept: a protected one could not be made again byte for byte. Asked only to show what would be sent,
//! nothing is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use crate::clerk::house::House;
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::pressings::{Pressing, renditions};
use crate::clerk::templates;
use crate::config::LinkRules;
use crate::pack::job::{OpensJob, PACK, PartJob, ProtectJob, SplitJob};
use crate::pack::manifest::Manifest;
use crate::pack::paging::Cut;
use crate::pack::plan::Plan;
use crate::pack::press::{Part, PartFile};
use crate::pack::split::encoded;
use crate::pack::versions;
use crate::panel::ids::CaseId;
use crate::post::plan::{Addressed, Enclosed};
use crate::register::Register;
use crate::register::copies::Copy;
use crate::worker::pool::Pool;

/// What of the pack a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Pack,
    /// What the version added.
    Supplement,
    /// Cover and agenda, without the chair's totals.
    Agenda,
}

/// What one reader is to have: one file, or several where a letter would be too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    pub what: What,
    /// Nothing is withheld.
    pub whole: bool,
    pub withheld: BTreeSet<CaseId>,
    /// What is withheld is not in it at all.
    pub extract: bool,
    pub protected: bool,
    pub parts: Vec<PartFile>,
    /// Papers of which each is too large for any letter to this reader.
    pub held_back: Vec<Cut>,
}

impl What {
    pub const fn key(self) -> &'static str {
        match self {
            What::Pack => "pack",
            What::Supplement => "supplement",
            What::Agenda => "agenda",
        }
    }
}

/// Makes the files of one version.
#[derive(Debug)]
pub struct Maker<'a> {
    house: &'a House,
    passwords: &'a Passwords,
    master: Manifest,
    pack: PathBuf,
    /// As the pack was pressed.
    plan: Plan,
    template: String,
    press: Pool,
    /// Made earlier.
    known: Vec<Copy>,
    /// Before any password; pressed once for all who get the same.
    plain: BTreeMap<(What, bool, bool, BTreeSet<CaseId>), Plain>,
    keep: bool,
}

/// A file that opens without a password.
#[derive(Debug)]
struct Plain {
    part: PartFile,
    /// Where it lies until nobody needs it any more.
    _place: Option<NamedTempFile>,
}

impl<'a> Maker<'a> {
    /// With `keep`, what is made is kept; without, it is only measured.
    ///
    /// Fails when what was pressed cannot be read back.
    pub fn open(
        house: &'a House,
        register: &Register,
        pressing: &Pressing,
        passwords: &'a Passwords,
        keep: bool,
    ) -> Result<Self> {
        let master = Manifest { copies: Vec::new(), ..pressing.manifest.clone() };
        let plan = pressing.plan()?;
        Ok(Maker {
            house,
            passwords,
            pack: pressing.pack.clone(),
            template: templates::of_pack(house, &plan)?,
            plan,
            press: house.press()?,
            known: register.copies(master.meeting)?,
            master,
            plain: BTreeMap::new(),
            keep,
        })
    }

    /// What this reader is to have of the pack, the supplement or the agenda.
    ///
    /// Fails when the copy cannot be pressed, protected or kept.
    pub fn own(&mut self, register: &mut Register, what: What, to: &Addressed) -> Result<Own> {
        let Addressed { email: recipient, what: seen, withheld, letter_mb, by_link, .. } = to;
        let password = self.passwords.of(recipient)?.map(str::to_owned);
        let plan = match seen {
            Enclosed::PackOf(cases) => versions::only(self.plan.clone(), &cases.iter().cloned().collect()),
            Enclosed::PackWithout(cases) => {
                versions::withholding(self.plan.clone(), &cases.iter().cloned().collect())
            }
            Enclosed::AgendaPages => versions::withholding(self.plan.clone(), withheld),
            _ => self.plan.clone(),
        };
        let mut own = Own {
            what,
            whole: matches!(seen, Enclosed::Pack),
            withheld: plan.withheld.clone(),
            extract: plan.extract,
            protected: password.is_some(),
            parts: Vec::new(),
            held_back: Vec::new(),
        };
        let post = &self.house.config.post;
        let is_linked = |link: &LinkRules| link.takes(recipient, *by_link, own.whole && !own.protected);
        let limit = if post.link.as_ref().is_some_and(is_linked) {
            u64::MAX
        } else {
            post.most_bytes(recipient, *letter_mb)
        };
        if self.known(register, recipient, limit, password.as_deref(), &mut own)? {
            return Ok(own);
        }
        let plain = self.plain(register, what, own.whole, &plan)?;
        if encoded(plain.bytes) <= limit {
            match &password {
                None => own.parts.push(self.kept(register, &plain, &read(&plain.file)?)?),
                // What a password adds does not matter until it is made.
                Some(_) if !self.keep => own.parts.push(plain.clone()),
                Some(password) => own.parts.push(self.protected(register, &plain, password)?),
            }
        }
        if own.parts.iter().all(|part| encoded(part.bytes) > limit) {
            own.parts.clear();
            self.in_parts(register, &plain, plan, limit, password, &mut own)?;
        }
        Ok(own)
    }

    /// Takes what was made for this reader before, if it still is what would be made.
    fn known(
        &self,
        register: &Register,
        recipient: &str,
        limit: u64,
        password: Option<&str>,
        own: &mut Own,
    ) -> Result<bool> {
        let alike = |copy: &&Copy| {
            copy.master == self.master.sha256
                && copy.recipient == recipient
                && copy.what == own.what.key()
                && (copy.whole, &copy.withheld, copy.protected) == (own.whole, &own.withheld, own.protected)
        };
        let mut made: Vec<&Copy> = self.known.iter().filter(alike).collect();
        let parts = made.last().map_or(0, |last| usize::try_from(last.parts).unwrap_or_default());
        made.drain(..made.len().saturating_sub(parts));
        let fit =
            made.iter().all(|copy| encoded(copy.bytes) <= limit && register.store().holds(&copy.sha256));
        if made.is_empty() || made.len() != parts || !fit {
            return Ok(false);
        }
        // A password that was changed makes every copy another.
        if let Some(password) = password {
            let file = register.store().path(&made[0].sha256);
            let job = OpensJob { file, password: password.to_owned() };
            if !self.press.ask(&job).context("a copy made earlier cannot be opened")?.answer {
                return Ok(false);
            }
        }
        let mut parts = Vec::new();
        for copy in made {
            let manifest: Manifest =
                serde_json::from_str(&copy.manifest).context("the manifest kept with a copy")?;
            // One with a sheet for each page withheld is another than an extract.
            if own.extract == manifest.absent.is_empty() && !own.withheld.is_empty() {
                return Ok(false);
            }
            own.held_back =
                copy.held_back.iter().map(|(first, last)| Cut { first: *first, last: *last }).collect();
            parts.push(PartFile {
                file: register.store().path(&copy.sha256),
                bytes: copy.bytes,
                cases: copy.cases.clone(),
                manifest,
            });
        }
        own.parts = parts;
        Ok(true)
    }

    /// The same pages under the same numbers, with a sheet for each withheld one.
    fn plain(&mut self, register: &Register, what: What, whole: bool, plan: &Plan) -> Result<PartFile> {
        let key = (what, whole, plan.extract, plan.withheld.clone());
        if let Some(plain) = self.plain.get(&key) {
            return Ok(plain.part.clone());
        }
        let made =
            if what == What::Pack && whole { self.master()? } else { self.pressed(register, what, plan)? };
        let part = made.part.clone();
        self.plain.insert(key, made);
        Ok(part)
    }

    fn master(&self) -> Result<Plain> {
        let file = self.pack.clone();
        let bytes = fs::metadata(&file).with_context(|| format!("`{}`", file.display()))?.len();
        let mut seen = BTreeSet::new();
        let cases = self.plan.all_cases().map(|case| case.id.clone()).filter(|id| seen.insert(id.clone()));
        let part = PartFile { bytes, cases: cases.collect(), manifest: self.master.clone(), file };
        Ok(Plain { part, _place: None })
    }

    fn pressed(&self, register: &Register, what: What, plan: &Plan) -> Result<Plain> {
        let part = match what {
            What::Pack => Part::Pages(self.master.whole()),
            What::Supplement => Part::Supplement(self.master.version),
            What::Agenda => Part::Agenda,
        };
        let job = PartJob {
            plan: plan.clone(),
            part,
            template: self.template.clone(),
            renditions: renditions(register, plan),
        };
        let answered = self.press.ask(&job).context("a reader's copy could not be created")?;
        let made = answered.answer;
        if made.manifest.pages != self.master.pages {
            bail!("a copy has {} pages and its pack has {}", made.manifest.pages, self.master.pages);
        }
        let place = self.house.copied_in(&answered.files.read(PACK)?)?;
        let part = PartFile { file: place.path().to_owned(), ..made };
        Ok(Plain { part, _place: Some(place) })
    }

    fn protected(&self, register: &mut Register, plain: &PartFile, password: &str) -> Result<PartFile> {
        let job = ProtectJob { pack: plain.file.clone(), password: password.to_owned() };
        let answered = self.press.ask(&job).context("a copy could not be protected")?;
        let manifest = Manifest { sha256: answered.answer, ..plain.manifest.clone() };
        let pack = answered.files.read(PACK)?;
        let part = PartFile { bytes: pack.len() as u64, manifest, ..plain.clone() };
        self.kept(register, &part, &pack)
    }

    fn in_parts(
        &self,
        register: &mut Register,
        plain: &PartFile,
        plan: Plan,
        limit: u64,
        password: Option<String>,
        own: &mut Own,
    ) -> Result<()> {
        let job = SplitJob {
            renditions: renditions(register, &plan),
            plan,
            cut: plain.manifest.cut(),
            limit,
            password,
            template: self.template.clone(),
        };
        let answered = self.press.ask(&job).context("a copy could not be divided into parts")?;
        for (number, part) in (PACK..).zip(answered.answer.parts) {
            own.parts.push(self.kept(register, &part, &answered.files.read(number)?)?);
        }
        own.held_back = answered.answer.held_back;
        Ok(())
    }

    /// Puts it into the store, if it is to be kept.
    fn kept(&self, register: &mut Register, part: &PartFile, bytes: &[u8]) -> Result<PartFile> {
        if !self.keep {
            return Ok(part.clone());
        }
        let kept = register.keep(bytes, self.house.now())?;
        if kept != part.manifest.sha256 {
            bail!("a copy is not the one that was verified");
        }
        Ok(PartFile { file: register.store().path(&kept), ..part.clone() })
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("`{}`", file.display()))
}
