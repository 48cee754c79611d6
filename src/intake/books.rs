//! What one look at the inbox means for what was known before: seen, changed, moved, gone, come back.
//!
//! Booked in one transaction, in order of path, so that the same inbox always gives the same numbers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use crate::intake::copy::{self, Taken};
use crate::intake::names;
use crate::intake::walk::{Entry, InboxLook, What};
use crate::panel::ids::{PaperNumber, Sha256};
use crate::register::RegisterError;
use crate::register::evidence::{self, Fact};
use crate::register::hold::note_content;
use crate::register::moment::Moment;
use crate::register::papers::{self, File, PaperRow};
use crate::register::scans::{self, Health};

/// What changed, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Papers that were not there before.
    pub new: usize,
    /// Known papers with another content.
    pub changed: usize,
    pub moved: usize,
    pub removed: usize,
    pub returned: usize,
}

/// What booking a look came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Booked {
    pub changes: Changes,
    /// Papers that lay in the inbox before.
    pub there: usize,
    /// Those of them that lie nowhere in it now.
    pub gone: Vec<PaperNumber>,
}

/// One scan's books while they are open.
struct Books<'work, 'db> {
    work: &'work Transaction<'db>,
    scan: i64,
    now: DateTime<Utc>,
    files: BTreeMap<Vec<u8>, File>,
    papers: Vec<PaperRow>,
    /// The paper that lies at a file, as a place in `papers`.
    at_home: BTreeMap<i64, usize>,
    /// Worked out when the first file asks for it: most looks find every file at home.
    adrift: Option<Vec<Adrift>>,
    /// Nothing may be concluded from what was not seen.
    outage: bool,
    changes: Changes,
}

/// A paper whose file is not there now.
struct Adrift {
    /// Its place in `papers`.
    at: usize,
    /// Where it last lay.
    home: i64,
    /// What it last held.
    sha: Option<Sha256>,
    /// It was still there at the last look.
    just_now: bool,
}

/// Books `look` over the `files` known before; `taken` holds the answers of those that were read.
pub fn book(
    work: &Transaction<'_>,
    scan: i64,
    now: DateTime<Utc>,
    look: &InboxLook,
    taken: &BTreeMap<Vec<u8>, Taken>,
    files: BTreeMap<Vec<u8>, File>,
) -> Result<Booked, RegisterError> {
    let papers = papers::papers(work)?;
    let present = papers.iter().enumerate().filter(|(_, paper)| paper.present);
    let at_home: BTreeMap<i64, usize> = present.filter_map(|(at, paper)| Some((paper.file?, at))).collect();
    let there = at_home.len();
    let outage = matches!(look.health, Health::Outage { .. });
    let mut books =
        Books { work, scan, now, files, papers, at_home, adrift: None, outage, changes: Changes::default() };
    let fresh = books.enter(look, taken)?;
    books.miss(look)?;
    for key in look.entries.iter().map(|entry| &entry.key) {
        books.give_paper(key, fresh.contains(key))?;
    }
    let gone = books.remove()?;
    Ok(Booked { changes: books.changes, there, gone })
}

impl Books<'_, '_> {
    /// Every entry's file row brought up to date. Gives the files whose content is new.
    fn enter(
        &mut self,
        look: &InboxLook,
        taken: &BTreeMap<Vec<u8>, Taken>,
    ) -> Result<BTreeSet<Vec<u8>>, RegisterError> {
        let mut fresh = BTreeSet::new();
        for entry in &look.entries {
            if matches!(entry.what, What::File { .. })
                && !taken.contains_key(&entry.key)
                && self.files.get(&entry.key).is_some_and(|file| file.present)
            {
                // Unchanged since it was last read.
                continue;
            }
            let before = match self.files.get(&entry.key) {
                Some(file) => file.clone(),
                None => papers::add_file(self.work, &entry.key, &names::shown(&entry.key))?,
            };
            let mut file = before.clone();
            file.present = true;
            if self.update(&mut file, entry, taken.get(&entry.key))? {
                fresh.insert(entry.key.clone());
            }
            if file != before {
                papers::save_file(self.work, &file)?;
            }
            self.files.insert(entry.key.clone(), file);
        }
        Ok(fresh)
    }

    /// One file's row after this look; true if it holds a content it did not hold before.
    fn update(&self, file: &mut File, entry: &Entry, taken: Option<&Taken>) -> Result<bool, RegisterError> {
        match (&entry.what, taken) {
            (What::NoPaper(reason), _) => {
                file.ignored = Some((*reason).to_owned());
                file.trouble = None;
                Ok(false)
            }
            (What::Closed, _) => {
                self.doubt(file, copy::closed());
                Ok(false)
            }
            (What::File { .. }, Some(Taken::Closed(why))) => {
                self.doubt(file, why.clone());
                Ok(false)
            }
            (What::File { .. }, Some(Taken::Moving)) => {
                self.doubt(file, "is still being copied".to_owned());
                Ok(false)
            }
            (What::File { .. }, Some(Taken::Steady { sha, stamp, size, first_read })) => {
                note_content(self.work, sha, i64::try_from(*size).unwrap_or(i64::MAX), self.now)?;
                self.settle(file, sha, stamp, *size, Moment::of(*first_read))
            }
            // It was away, and is there again as it was. What was not read because nobody answered is no entry of the look.
            (What::File { .. }, None | Some(Taken::Unanswered(_))) => Ok(false),
        }
    }

    /// The file is there, its content cannot be told.
    fn doubt(&self, file: &mut File, why: String) {
        file.unsure_since = file.unsure_since.or(Some(self.scan));
        file.stamp = None;
        file.reads = 0;
        file.steady_since = None;
        file.ignored = (!self.at_home.contains_key(&file.id)).then(|| why.clone());
        file.trouble = Some(why);
    }

    /// The file was read and holds `sha`.
    fn settle(
        &self,
        file: &mut File,
        sha: &Sha256,
        stamp: &str,
        size: u64,
        read: Moment,
    ) -> Result<bool, RegisterError> {
        let unsure = file.unsure_since.take();
        file.ignored = None;
        file.trouble = None;
        file.read_at = Some(read);
        file.size = i64::try_from(size).unwrap_or(i64::MAX);
        let same = file.sha.as_ref() == Some(sha);
        file.reads =
            if same && file.stamp.as_deref() == Some(stamp) { file.reads.saturating_add(1) } else { 1 };
        file.stamp = Some(stamp.to_owned());
        if same {
            // A clock that was put back would otherwise make the file wait until it has caught up.
            file.steady_since = Some(file.steady_since.map_or(read, |since| since.min(read)));
            return Ok(false);
        }
        file.absent_at = scans::last_sure_look(self.work, &file.path, unsure.unwrap_or(self.scan))?;
        file.present_at = Some(read);
        file.steady_since = Some(read);
        file.sha = Some(sha.clone());
        Ok(true)
    }

    /// Files that were there and are not, as far as that can be said.
    fn miss(&mut self, look: &InboxLook) -> Result<(), RegisterError> {
        let Health::Seen { blind } = &look.health else { return Ok(()) };
        let seen: BTreeSet<&[u8]> = look.entries.iter().map(|entry| entry.key.as_slice()).collect();
        for (path, file) in &mut self.files {
            if file.present
                && !seen.contains(path.as_slice())
                && !blind.iter().any(|folder| folder.covers(path))
            {
                file.present = false;
                papers::save_file(self.work, file)?;
            }
        }
        Ok(())
    }

    /// The papers that a file might turn out to continue.
    fn find_adrift(&self) -> Result<Vec<Adrift>, RegisterError> {
        let mut adrift = Vec::new();
        if self.outage {
            return Ok(adrift);
        }
        let homes: BTreeMap<i64, &File> = self.files.values().map(|file| (file.id, file)).collect();
        for (at, paper) in self.papers.iter().enumerate() {
            let Some(home) = paper.file.and_then(|id| homes.get(&id)) else { continue };
            if paper.present && home.present && home.ignored.is_none() {
                continue;
            }
            let sha = match papers::newest(self.work, paper.number)? {
                Some(version) => Some(version.sha),
                None => home.sha.clone(),
            };
            adrift.push(Adrift { at, home: home.id, sha, just_now: paper.present });
        }
        Ok(adrift)
    }

    /// Sees to it that a file with a content has a paper: its own, one that moved here, or a new one.
    fn give_paper(&mut self, key: &[u8], fresh: bool) -> Result<(), RegisterError> {
        let file = self.files[key].clone();
        let (None, Some(sha)) = (&file.ignored, &file.sha) else { return Ok(()) };
        let own = self.at_home.get(&file.id).copied();
        let at = match own.map_or_else(|| self.continued_by(&file, sha), |own| Ok(Some(own)))? {
            Some(at) if own.is_some() => {
                self.changes.changed += usize::from(fresh);
                at
            }
            Some(at) => {
                self.come_to(at, &file)?;
                at
            }
            None => self.number(&file)?,
        };
        if !fresh {
            return Ok(());
        }
        let number = self.papers[at].number;
        let known = papers::newest(self.work, number)?.is_some_and(|newest| newest.sha == *sha);
        // A paper that moved here keeps the moments of its content, and they are in the chain already.
        let moments = self.files.get(key).map(|file| (file.absent_at, file.present_at));
        if let (false, Some((absent_at, Some(present_at)))) = (known, moments) {
            let fact = Fact::Seen { paper: number, sha256: sha.clone(), absent_at, present_at };
            evidence::append(self.work, self.now, &fact)?;
        }
        Ok(())
    }

    /// The paper adrift that this file continues: one that lay here, or one that vanished just now with the same content.
    ///
    /// Equal contents of papers long gone prove nothing: two cases may hold the same blank form.
    fn continued_by(&mut self, file: &File, sha: &Sha256) -> Result<Option<usize>, RegisterError> {
        let mut adrift = match self.adrift.take() {
            Some(adrift) => adrift,
            None => self.find_adrift()?,
        };
        let same = |adrift: &Adrift| adrift.sha.as_ref() == Some(sha);
        let here = |adrift: &Adrift| adrift.home == file.id;
        let position = |fits: &dyn Fn(&Adrift) -> bool| adrift.iter().rposition(fits);
        let found = position(&|adrift| same(adrift) && here(adrift))
            .or_else(|| position(&|adrift| same(adrift) && adrift.just_now))
            .or_else(|| position(&here));
        let found = found.map(|found| adrift.remove(found).at);
        self.adrift = Some(adrift);
        Ok(found)
    }

    /// The paper now lies at `file`.
    fn come_to(&mut self, at: usize, file: &File) -> Result<(), RegisterError> {
        let paper = self.papers[at].clone();
        let old = self.files.values().find(|old| Some(old.id) == paper.file).cloned();
        let here = paper.file == Some(file.id);
        let fact = if here {
            self.changes.returned += 1;
            Fact::Returned { paper: paper.number }
        } else {
            self.changes.moved += 1;
            Fact::Moved { paper: paper.number }
        };
        if let Some(old) = old.filter(|old| !here && old.sha == file.sha) {
            let mut moved = file.clone();
            moved.absent_at = old.absent_at;
            moved.present_at = old.present_at;
            moved.steady_since = old.steady_since.or(moved.steady_since);
            papers::save_file(self.work, &moved)?;
            self.files.insert(moved.path.clone(), moved);
        }
        papers::place_paper(self.work, paper.number, Some(file.id), true)?;
        evidence::append(self.work, self.now, &fact)?;
        if let Some(home) = paper.file.filter(|_| self.papers[at].present) {
            self.at_home.remove(&home);
        }
        self.papers[at].file = Some(file.id);
        self.papers[at].present = true;
        self.at_home.insert(file.id, at);
        Ok(())
    }

    fn number(&mut self, file: &File) -> Result<usize, RegisterError> {
        let mut paper = PaperRow {
            number: PaperNumber::new(0),
            file: Some(file.id),
            part_of: None,
            part_index: None,
            name: None,
            present: true,
        };
        paper.number = papers::add_paper(self.work, &paper)?;
        self.changes.new += 1;
        self.papers.push(paper);
        let at = self.papers.len() - 1;
        self.at_home.insert(file.id, at);
        Ok(at)
    }

    /// Papers whose file is gone and which are nowhere else.
    fn remove(&mut self) -> Result<Vec<PaperNumber>, RegisterError> {
        let mut removed = Vec::new();
        let gone: BTreeSet<i64> = self
            .files
            .values()
            .filter(|file| !file.present || file.ignored.is_some())
            .map(|file| file.id)
            .collect();
        for paper in &mut self.papers {
            if paper.present && paper.file.is_some_and(|file| gone.contains(&file)) {
                paper.present = false;
                papers::place_paper(self.work, paper.number, paper.file, false)?;
                evidence::append(self.work, self.now, &Fact::Removed { paper: paper.number })?;
                self.changes.removed += 1;
                removed.push(paper.number);
            }
        }
        Ok(removed)
    }
}
