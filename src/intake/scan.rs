//! One pass over the inbox, from the look to the last accepted paper. Knows files and contents, not what they mean.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use rayon::prelude::*;

use crate::clock::Clock;
use crate::clock::progress::Progress;
use crate::intake::accept;
use crate::intake::books::{self, Changes};
use crate::intake::copy::{self, Taken};
use crate::intake::walk::{self, Entry, Look, What};
use crate::panel::ids::Sha256;
use crate::panel::seen::{Reading, Sort};
use crate::register::Register;
use crate::register::papers::File;
use crate::register::readings::{self, Made};
use crate::register::scans::{self, Health};

/// A file is read in full at least this often, whatever its times say.
const TRUST: TimeDelta = TimeDelta::hours(24);

/// How the inbox is to be scanned.
#[derive(Debug, Clone, Copy)]
pub struct Order<'order> {
    pub inbox: &'order Path,
    /// How long a file must be unchanged.
    pub quiet: TimeDelta,
    /// Files larger than this are named, not read.
    pub largest_mb: u64,
    /// Readings at a time.
    pub hands: usize,
    /// What makes readings and renditions today.
    pub engine: &'order str,
}

/// What a scan came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanReport {
    pub health: Health,
    pub changes: Changes,
    /// Contents taken in as versions.
    pub accepted: usize,
    /// Contents that are not complete yet.
    pub arriving: usize,
    /// Contents read by the workers.
    pub read: usize,
}

/// Scans once. `read` has a content (in the store; dropped under that name) read by a worker.
pub fn scan_with<R>(
    order: &Order<'_>,
    register: &mut Register,
    clock: &Clock,
    progress: &Progress,
    read: R,
) -> Result<ScanReport>
where
    R: Fn(&Path, &str) -> Result<Made> + Sync,
{
    let scan = register.begin_scan(clock.now())?;
    let known: BTreeMap<Vec<u8>, File> =
        register.files()?.into_iter().map(|file| (file.path.clone(), file)).collect();
    let look = walk::look(order.inbox, known.values().any(|file| file.present));
    let taken = take_all(order, register, &look, &known, clock, progress)?;
    let work = register.begin()?;
    let changes = books::book(&work, scan, clock.now(), &look, &taken)?;
    work.commit().context("the scan could not be booked")?;
    drop((known, taken));

    let read = read_all(order, register, clock, progress, &read)?;
    let (accepted, arriving) = accept_all(order, register, scan, &look.health, clock.now())?;
    let report = ScanReport { health: look.health, changes, accepted, arriving, read };
    if report.changes != Changes::default() || report.accepted + report.read > 0 {
        register.log("scan", &report.in_numbers(), clock.now())?;
    }
    Ok(report)
}

impl ScanReport {
    /// For the operations log: numbers, no names.
    fn in_numbers(&self) -> String {
        let Changes { new, changed, moved, removed, returned } = self.changes;
        let (accepted, arriving, read) = (self.accepted, self.arriving, self.read);
        format!(
            "new {new}, changed {changed}, moved {moved}, removed {removed}, returned {returned}, accepted {accepted}, \
             arriving {arriving}, read {read}"
        )
    }
}

/// Reads every file that may have changed, several at a time.
fn take_all(
    order: &Order<'_>,
    register: &Register,
    look: &Look,
    known: &BTreeMap<Vec<u8>, File>,
    clock: &Clock,
    progress: &Progress,
) -> Result<BTreeMap<Vec<u8>, Taken>> {
    let now = clock.now();
    let wanted: Vec<&Entry> =
        look.entries.iter().filter(|entry| must_read(entry, known.get(&entry.key), now)).collect();
    let stage = progress.stage("copying papers", wanted.len());
    let store = register.store();
    let taken = wanted.into_par_iter().map(|entry| {
        let taken = match too_large(entry, order.largest_mb) {
            Some(why) => Taken::Closed(why),
            None => copy::take(&entry.path, store, clock)?,
        };
        stage.step();
        Ok((entry.key.clone(), taken))
    });
    taken.collect()
}

fn must_read(entry: &Entry, known: Option<&File>, now: DateTime<Utc>) -> bool {
    let What::File { stamp, .. } = &entry.what else { return false };
    let trusted = |file: &File| {
        let recent = file.read_at.is_some_and(|read| now - read.get() < TRUST);
        file.present && file.reads >= 2 && recent && file.stamp.as_ref() == Some(stamp)
    };
    !known.is_some_and(trusted)
}

fn too_large(entry: &Entry, largest_mb: u64) -> Option<String> {
    let What::File { size, .. } = &entry.what else { return None };
    let size_mb = size.div_ceil(1024 * 1024);
    (size_mb > largest_mb).then(|| {
        format!(
            "is {size_mb} MB, and at most {largest_mb} MB can be taken; hint: save it smaller, or in parts"
        )
    })
}

/// Has every content read that needs it, until none is left: a mail's attachments turn up while the mail is read.
fn read_all<R>(
    order: &Order<'_>,
    register: &mut Register,
    clock: &Clock,
    progress: &Progress,
    read: &R,
) -> Result<usize>
where
    R: Fn(&Path, &str) -> Result<Made> + Sync,
{
    let mut done = 0;
    loop {
        let wanted = unread(order, register, clock.now())?;
        if wanted.is_empty() {
            return Ok(done);
        }
        done += read_some(order, register, clock, progress, &wanted, read)?;
    }
}

/// Contents to be read now, each once, with a name it was dropped under.
fn unread(order: &Order<'_>, register: &mut Register, now: DateTime<Utc>) -> Result<Vec<(Sha256, String)>> {
    let mut found: BTreeMap<Sha256, String> = register.unread(order.engine)?.into_iter().collect();
    let work = register.begin()?;
    let mut look_into = Vec::new();
    for waiting in accept::waiting(&work)? {
        if accept::is_quiet(&waiting.file, true, order.quiet, now) {
            look_into.push((waiting.sha, waiting.file.shown));
        }
    }
    while let Some((sha, name)) = look_into.pop() {
        if readings::needs_reading(&work, &sha, order.engine)? {
            found.insert(sha, name);
        } else {
            look_into.extend(readings::parts(&work, &sha)?.into_iter().map(|part| (part.sha, part.name)));
        }
    }
    Ok(found.into_iter().collect())
}

/// Reads in as many threads as there are hands; each answer is kept as it comes.
fn read_some<R>(
    order: &Order<'_>,
    register: &mut Register,
    clock: &Clock,
    progress: &Progress,
    wanted: &[(Sha256, String)],
    read: &R,
) -> Result<usize>
where
    R: Fn(&Path, &str) -> Result<Made> + Sync,
{
    let stage = progress.stage("reading papers", wanted.len());
    let store = register.store().clone();
    let next = AtomicUsize::new(0);
    let (answers, made) = mpsc::sync_channel(order.hands.max(1));
    thread::scope(|scope| {
        for _ in 0..order.hands.max(1) {
            let (answers, store, next) = (answers.clone(), &store, &next);
            scope.spawn(move || {
                while let Some((sha, name)) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = name.rsplit('/').next().unwrap_or(name);
                    // Nobody receives any more once keeping an answer failed: then there is no use in reading on.
                    if answers.send((sha, read(&store.path(sha), name))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(answers);
        for (sha, answer) in made {
            let answer = answer.with_context(|| format!("the content {} could not be read", sha.short()))?;
            register.keep_reading(sha, order.engine, &answer, clock.now())?;
            stage.step();
        }
        Ok(wanted.len())
    })
}

/// Takes in what is complete and ends the scan, all in one transaction.
fn accept_all(
    order: &Order<'_>,
    register: &mut Register,
    scan: i64,
    health: &Health,
    now: DateTime<Utc>,
) -> Result<(usize, usize)> {
    let work = register.begin()?;
    let (mut accepted, mut arriving) = (0, 0);
    for waiting in accept::waiting(&work)? {
        let reading = readings::reading(&work, &waiting.sha)?;
        let whole = reading.as_ref().is_some_and(|kept| ends_well(&kept.reading));
        if reading.is_some() && accept::is_quiet(&waiting.file, whole, order.quiet, now) {
            accept::accept(&work, &waiting, now)?;
            accepted += 1;
        } else {
            arriving += 1;
        }
    }
    scans::finish(&work, scan, now, health)?;
    work.commit().context("the scan could not be finished")?;
    Ok((accepted, arriving))
}

/// Whether the content ends as its sort does; a copy that stands still does not.
fn ends_well(reading: &Reading) -> bool {
    let cut = reading.findings.iter().any(|finding| finding.code == "truncated");
    !cut && !matches!(reading.sort, Sort::Zeros | Sort::Empty)
}
