//! One pass over the inbox, from the look to the last accepted paper. Knows files and contents, not what they mean.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use rayon::prelude::*;

use crate::clock::progress::Progress;
use crate::clock::{Clock, Stopwatch};
use crate::intake::accept;
use crate::intake::books::{self, Changes};
use crate::intake::copy::{self, Taken};
use crate::intake::guard::Guard;
use crate::intake::walk::{self, Entry, InboxLook, What};
use crate::panel::ids::Sha256;
use crate::panel::seen::{FileFormat, Reading};
use crate::register::Register;
use crate::register::papers::File;
use crate::register::readings::{self, Made};
use crate::register::scans::{self, Health};
use crate::share::call::Shares;

/// A file is read in full at least this often, whatever its times say.
const TRUST: TimeDelta = TimeDelta::hours(24);

/// A reading that took this long is noted for whoever looks after the machine.
const SLOW: Duration = Duration::from_secs(10);

/// How the inbox is to be scanned.
#[derive(Debug, Clone, Copy)]
pub struct Order<'order> {
    pub shares: &'order Shares,
    pub inbox: &'order Path,
    /// How long a file must be unchanged.
    pub quiet: TimeDelta,
    /// Files larger than this are named, not read.
    pub largest_mb: u64,
    /// Of a hundred papers, how many may go at once without a second look.
    pub removed_percent: u32,
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
    /// When the first of the arriving files will have been left alone for long enough.
    pub quiet_ends: Option<DateTime<Utc>>,
}

/// Scans once. `read` has a content (in the store; dropped under that name) read by a worker.
///
/// Fails when the register or the store cannot be read or written, and when a worker cannot be started at all.
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
    let mut guard = Guard::begin(register, order.removed_percent)?;
    let look = walk::look(order.shares, order.inbox, known.values().any(|file| file.present));
    let mut look = guard.know(order.shares, look);
    let taken = take_all(order, register, &look, &known, clock, progress)?;
    break_off(&mut look, &taken);
    let changes = book(register, scan, clock.now(), guard, &mut look, &taken, known)?;
    drop(taken);

    let read = read_all(order, register, clock, progress, &read)?;
    let Taking { accepted, arriving, quiet_ends } =
        accept_all(order, register, scan, &look.health, clock.now())?;
    let report = ScanReport { health: look.health, changes, accepted, arriving, read, quiet_ends };
    if report.changes != Changes::default() || report.accepted + report.read > 0 {
        register.log("scan", &report.in_numbers(), clock.now())?;
    }
    Ok(report)
}

/// Books the look, or, where the guard holds it back, that it was an outage.
fn book(
    register: &mut Register,
    scan: i64,
    now: DateTime<Utc>,
    mut guard: Guard,
    look: &mut InboxLook,
    taken: &BTreeMap<Vec<u8>, Taken>,
    known: BTreeMap<Vec<u8>, File>,
) -> Result<Changes> {
    let mut work = register.begin()?;
    let mut booked = books::book(&work, scan, now, look, taken, known.clone())?;
    if let Some(held) = guard.miss(&booked) {
        drop(work);
        *look = held;
        work = register.begin()?;
        booked = books::book(&work, scan, now, look, taken, known)?;
    }
    guard.end(&work, &look.health)?;
    work.commit().context("the scan could not be booked")?;
    Ok(booked.changes)
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
    look: &InboxLook,
    known: &BTreeMap<Vec<u8>, File>,
    clock: &Clock,
    progress: &Progress,
) -> Result<BTreeMap<Vec<u8>, Taken>> {
    let now = clock.now();
    let wanted: Vec<&Entry> =
        look.entries.iter().filter(|entry| must_read(entry, known.get(&entry.key), now)).collect();
    let stage = progress.stage("copying documents", wanted.len());
    let store = register.store();
    let taken = wanted.into_par_iter().map(|entry| {
        let taken = match too_large(entry, order.largest_mb) {
            Some(why) => Taken::Closed(why),
            None => copy::take(order.shares, &entry.path, store, clock)?,
        };
        stage.step();
        Ok((entry.key.clone(), taken))
    });
    taken.collect()
}

/// Where the inbox stopped to answer while it was read, the scan holds what had been read by then and is an outage.
fn break_off(look: &mut InboxLook, taken: &BTreeMap<Vec<u8>, Taken>) {
    let unread = |entry: &Entry| matches!(taken.get(&entry.key), Some(Taken::Unanswered(_)));
    let why = taken.values().find_map(|taken| match taken {
        Taken::Unanswered(why) => Some(why),
        _ => None,
    });
    if let Some(why) = why {
        look.break_off(why, unread);
    }
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
pub(in crate::intake) fn read_all<R>(
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
    let stage = progress.stage("reading documents", wanted.len());
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
                    let watch = Stopwatch::start();
                    let answer = read(&store.path(sha), name);
                    if answers.send((sha, answer, watch.elapsed())).is_err() {
                        break;
                    }
                }
            });
        }
        drop(answers);
        for (sha, answer, took) in made {
            let answer = answer.with_context(|| format!("the content {} could not be read", sha.short()))?;
            register.keep_reading(sha, order.engine, &answer, clock.now())?;
            if SLOW <= took {
                let detail = format!("{} took {} s", sha.short(), took.as_secs());
                register.log("slow reading", &detail, clock.now())?;
            }
            stage.step();
        }
        Ok(wanted.len())
    })
}

/// What was complete, and what is not yet.
#[derive(Debug, Default)]
struct Taking {
    accepted: usize,
    arriving: usize,
    quiet_ends: Option<DateTime<Utc>>,
}

/// Takes in what is complete and ends the scan, all in one transaction.
fn accept_all(
    order: &Order<'_>,
    register: &mut Register,
    scan: i64,
    health: &Health,
    now: DateTime<Utc>,
) -> Result<Taking> {
    let secrets = register.secrets();
    let work = register.begin()?;
    let mut taking = Taking::default();
    for waiting in accept::waiting(&work)? {
        let reading = readings::reading(&work, &waiting.sha)?;
        let whole = reading.as_ref().is_some_and(|kept| ends_well(&kept.reading));
        if reading.is_some() && accept::is_quiet(&waiting.file, whole, order.quiet, now) {
            accept::accept(&work, secrets, &waiting, now)?;
            taking.accepted += 1;
        } else {
            taking.arriving += 1;
            let ends = accept::quiet_ends(&waiting.file, whole, order.quiet).filter(|ends| now < *ends);
            taking.quiet_ends = taking.quiet_ends.into_iter().chain(ends).min();
        }
    }
    scans::finish(&work, scan, now, health)?;
    work.commit().context("the scan could not be finished")?;
    Ok(taking)
}

/// Whether the content ends as its format does; a copy that stands still does not.
fn ends_well(reading: &Reading) -> bool {
    let cut = reading.findings.iter().any(|finding| finding.code == "truncated");
    !cut && !matches!(reading.format, FileFormat::Zeros | FileFormat::Empty)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::PathBuf;
    use std::time::SystemTime;

    use proptest::prelude::*;

    use super::*;
    use crate::finding::Finding;
    use crate::panel::seen::PaperFacts;
    use crate::register::papers::{PaperRow, Version};

    /// An inbox, a register and a clock that stands still.
    struct ScanDesk {
        place: tempfile::TempDir,
        register: Register,
        clock: Clock,
        quiet: TimeDelta,
    }

    /// A reader that takes mails apart (`mail:NAME=CONTENT;...`) and stumbles over `broken`.
    fn read(content: &Path, _name: &str) -> Result<Made> {
        let text = fs::read_to_string(content)?;
        anyhow::ensure!(text != "broken", "no worker could be started");
        let parts = text.strip_prefix("mail:").map(|parts| {
            let part = |part: &str| {
                let (name, content) = part.split_once('=').unwrap();
                (name.to_owned(), content.as_bytes().to_vec())
            };
            parts.split(';').map(part).collect()
        });
        let cut = text.ends_with("...").then(|| Finding::blocks("truncated", "cut short"));
        let reading = Reading {
            format: if text.is_empty() { FileFormat::Empty } else { FileFormat::PlainText },
            title: None,
            body: Vec::new(),
            fields: Vec::new(),
            text: text.clone(),
            opening: text,
            facts: PaperFacts::default(),
            findings: cut.into_iter().collect(),
        };
        Ok(Made { reading, failed: false, rendition: None, parts: parts.unwrap_or_default() })
    }

    impl ScanDesk {
        fn new() -> ScanDesk {
            let place = tempfile::tempdir().unwrap();
            fs::create_dir(place.path().join("inbox")).unwrap();
            fs::create_dir(place.path().join("inbox/How to submit")).unwrap();
            let register = Register::open(&place.path().join("data")).unwrap();
            let clock = Clock::standing_at("2026-11-18T09:00:00Z".parse().unwrap());
            ScanDesk { place, register, clock, quiet: TimeDelta::zero() }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.place.path().join("inbox").join(name)
        }

        fn drop(&self, name: &str, content: &str) {
            let path = self.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // As a copy over a share does it: a new file of the same name.
            drop(fs::remove_file(&path));
            fs::File::create(&path).unwrap().write_all(content.as_bytes()).unwrap();
        }

        fn take_away(&self, name: &str) {
            fs::remove_file(self.path(name)).unwrap();
        }

        fn at(&self, time: &str) {
            self.clock.step_to(format!("2026-11-18T{time}:00Z").parse().unwrap());
        }

        fn try_scan(&mut self) -> Result<ScanReport> {
            let inbox = self.place.path().join("inbox");
            let order = Order {
                shares: &Shares::none(),
                inbox: &inbox,
                quiet: self.quiet,
                largest_mb: 1,
                removed_percent: 33,
                hands: 2,
                engine: "test reader",
            };
            scan_with(&order, &mut self.register, &self.clock, &Progress::silent(), read)
        }

        #[track_caller]
        fn scan(&mut self, time: &str) -> ScanReport {
            self.at(time);
            self.try_scan().unwrap()
        }

        fn versions(&self) -> Vec<Version> {
            self.register.versions().unwrap()
        }

        /// Paper number, version, absent and present as `HH:MM`.
        fn intervals(&self) -> Vec<(u32, u32, Option<String>, String)> {
            let time = |moment: crate::register::moment::Moment| moment.text()[11..16].to_owned();
            let one = |version: Version| {
                let absent = version.absent_at.map(time);
                (version.paper.get(), version.version, absent, time(version.present_at))
            };
            self.versions().into_iter().map(one).collect()
        }

        /// Every file of the inbox and what it is taken for: its paper's number or the reason why it is none.
        fn accounted(&self) -> BTreeMap<String, Vec<String>> {
            let papers = self.register.papers().unwrap();
            let of = |file: &File| {
                let here = |paper: &&PaperRow| paper.present && paper.file == Some(file.id);
                let numbers = papers.iter().filter(here).map(|paper| paper.number.to_string());
                numbers.chain(file.ignored.clone()).collect()
            };
            let files = self.register.files().unwrap();
            files.iter().filter(|file| file.present).map(|file| (file.shown.clone(), of(file))).collect()
        }

        fn trouble(&self, name: &str) -> Option<String> {
            self.register.files().unwrap().into_iter().find(|file| file.shown == name)?.trouble
        }

        fn sound(&self) -> bool {
            self.register.check_everything(&mut || ()).unwrap().findings.is_empty()
        }
    }

    fn interval(
        paper: u32,
        version: u32,
        absent: Option<&str>,
        present: &str,
    ) -> (u32, u32, Option<String>, String) {
        (paper, version, absent.map(str::to_owned), present.to_owned())
    }

    #[test]
    fn two_scans_give_intervals_of_exactly_those_moments() {
        let mut desk = ScanDesk::new();
        desk.drop("1234567/plan.docx", "plan");
        desk.scan("10:00");
        desk.drop("1234567/late.docx", "late");
        let report = desk.scan("15:10");
        assert_eq!((report.changes.new, report.accepted, report.read, report.arriving), (1, 1, 1, 0));
        assert_eq!(desk.intervals(), [interval(1, 1, None, "10:00"), interval(2, 1, Some("10:00"), "15:10")]);
        assert!(desk.sound());
    }

    #[test]
    fn a_paper_saved_again_gets_a_version_with_an_interval_of_its_own_even_with_an_older_date() {
        let mut desk = ScanDesk::new();
        desk.drop("1234567/plan.docx", "plan");
        desk.scan("10:00");
        desk.scan("11:00");
        desk.drop("1234567/plan.docx", "PLAN");
        let file = fs::File::options().write(true).open(desk.path("1234567/plan.docx")).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        let report = desk.scan("15:10");
        assert_eq!((report.changes.changed, report.accepted), (1, 1));
        assert_eq!(desk.intervals(), [interval(1, 1, None, "10:00"), interval(1, 2, Some("11:00"), "15:10")]);
    }

    #[test]
    fn nothing_changed_means_nothing_read_and_no_new_fact() {
        let mut desk = ScanDesk::new();
        desk.drop("1234567/plan.docx", "plan");
        desk.scan("10:00");
        desk.scan("10:01");
        let head = desk.register.evidence_head().unwrap();
        let report = desk.scan("10:02");
        assert_eq!((report.changes, report.accepted, report.read), (Changes::default(), 0, 0));
        assert_eq!(desk.register.evidence_head().unwrap(), head);
        let file = desk.register.files().unwrap().remove(0);
        assert_eq!((file.reads, file.read_at.unwrap().text()), (2, "2026-11-18T10:01:00.000000Z".to_owned()));
    }

    #[test]
    fn a_moved_paper_stays_the_same_paper_and_came_when_it_came() {
        let mut desk = ScanDesk::new();
        desk.drop("loose.docx", "plan");
        desk.drop("7654321/copy.docx", "plan");
        desk.scan("10:00");
        fs::create_dir(desk.path("1234567")).unwrap();
        fs::rename(desk.path("loose.docx"), desk.path("1234567/care plan.docx")).unwrap();
        let report = desk.scan("15:10");
        assert_eq!((report.changes.moved, report.changes.new, report.changes.removed), (1, 0, 0));
        assert_eq!(desk.intervals(), [interval(1, 1, None, "10:00"), interval(2, 1, None, "10:00")]);
        let accounted = desk.accounted();
        assert_eq!(accounted["1234567/care plan.docx"], ["P2"]);
        assert_eq!(accounted["7654321/copy.docx"], ["P1"]);
    }

    #[test]
    fn a_removed_paper_that_comes_back_is_the_same_one() {
        let mut desk = ScanDesk::new();
        desk.drop("1234567/plan.docx", "plan");
        desk.scan("10:00");
        desk.take_away("1234567/plan.docx");
        let report = desk.scan("11:00");
        assert_eq!(report.changes.removed, 1);
        assert!(desk.accounted().is_empty());
        desk.drop("1234567/plan.docx", "plan");
        let report = desk.scan("12:00");
        assert_eq!((report.changes.returned, report.accepted), (1, 0));
        desk.take_away("1234567/plan.docx");
        desk.scan("13:00");
        desk.drop("1234567/plan.docx", "other plan");
        desk.scan("14:00");
        assert_eq!(desk.intervals(), [interval(1, 1, None, "10:00"), interval(1, 2, Some("13:00"), "14:00")]);
    }

    #[test]
    fn an_outage_removes_nothing_and_gives_no_moment_of_absence() {
        let mut desk = ScanDesk::new();
        desk.drop("1234567/plan.docx", "plan");
        desk.scan("10:00");
        let away = desk.place.path().join("away");
        fs::rename(desk.path(""), &away).unwrap();
        let report = desk.scan("11:00");
        assert!(matches!(report.health, Health::Outage { .. }));
        fs::create_dir(desk.path("")).unwrap();
        let report = desk.scan("12:00");
        assert!(matches!(report.health, Health::Outage { .. }), "a bare mount point is no empty inbox");
        assert_eq!(desk.accounted()["1234567/plan.docx"], ["P1"]);
        assert!(!desk.register.share().unwrap().healthy);
        fs::remove_dir(desk.path("")).unwrap();
        fs::rename(&away, desk.path("")).unwrap();
        desk.drop("1234567/late.docx", "late");
        let report = desk.scan("13:00");
        assert_eq!((report.changes.new, report.changes.removed, report.changes.returned), (1, 0, 0));
        assert_eq!(desk.intervals()[1], interval(2, 1, Some("10:00"), "13:00"));
        assert!(desk.register.share().unwrap().healthy);
    }

    #[test]
    fn a_closed_folder_is_blind_alone() {
        use std::os::unix::fs::PermissionsExt;
        let mut desk = ScanDesk::new();
        desk.drop("1234567/plan.docx", "plan");
        desk.drop("7654321/plan.docx", "other");
        desk.scan("10:00");
        let mode =
            |mode| fs::set_permissions(desk.path("1234567"), fs::Permissions::from_mode(mode)).unwrap();
        mode(0o000);
        if fs::read_dir(desk.path("1234567")).is_ok() {
            println!("skipped: needs a user whom permissions bind");
            mode(0o755);
            return;
        }
        desk.take_away("7654321/plan.docx");
        let report = desk.scan("11:00");
        assert_eq!(report.changes.removed, 1, "only what could be looked for");
        assert_eq!(desk.register.blind_folders().unwrap().len(), 1);
    }

    #[test]
    fn a_file_must_be_quiet_and_end_before_it_counts_but_its_first_full_reading_is_remembered() {
        let mut desk = ScanDesk::new();
        desk.quiet = TimeDelta::minutes(2);
        desk.drop("1234567/plan.docx", "plan");
        desk.drop("1234567/cut.docx", "half a pl...");
        assert_eq!(desk.scan("14:59").arriving, 2);
        assert_eq!(desk.scan("15:00").accepted, 0);
        assert_eq!(desk.scan("15:01").accepted, 1);
        assert_eq!(desk.scan("15:18").accepted, 0, "a copy may stand still and go on");
        assert_eq!(desk.scan("15:19").accepted, 1, "it will not get any longer");
        assert_eq!(desk.intervals(), [interval(1, 1, None, "14:59"), interval(2, 1, None, "14:59")]);
    }

    #[test]
    fn a_clock_put_back_makes_nobody_wait_for_it() {
        let mut desk = ScanDesk::new();
        desk.quiet = TimeDelta::minutes(2);
        desk.drop("1234567/plan.docx", "plan");
        desk.scan("15:00");
        assert_eq!(desk.scan("13:00").accepted, 0);
        assert_eq!(desk.scan("13:02").accepted, 1);
    }

    #[test]
    fn a_copy_that_grows_counts_from_when_it_was_whole() {
        let mut desk = ScanDesk::new();
        desk.quiet = TimeDelta::minutes(2);
        desk.scan("14:00");
        desk.drop("1234567/plan.docx", "the first half");
        desk.scan("14:59");
        desk.drop("1234567/plan.docx", "the first half and the second");
        desk.scan("15:00");
        desk.scan("15:02");
        assert_eq!(desk.intervals(), [interval(1, 1, Some("14:59"), "15:00")]);
    }

    #[test]
    fn attachments_become_papers_of_their_own() {
        let mut desk = ScanDesk::new();
        desk.drop("1234567/Plan attached.eml", "mail:plan.docx=plan;fw.eml=mail:photo.jpg=photo");
        let report = desk.scan("10:00");
        assert_eq!((report.read, report.accepted), (4, 1));
        let papers = desk.register.papers().unwrap();
        let part_of: Vec<_> = papers.iter().map(|paper| paper.part_of.map(|whole| whole.get())).collect();
        assert_eq!(part_of, [None, Some(1), Some(1), Some(3)]);
        desk.drop("1234567/Plan attached.eml", "mail:plan.docx=newer plan");
        desk.scan("15:10");
        let present: Vec<bool> = desk.register.papers().unwrap().iter().map(|paper| paper.present).collect();
        assert_eq!(present, [true, true, false, true], "what came inside a removed part goes with it");
        assert!(desk.intervals().contains(&interval(2, 2, Some("10:00"), "15:10")));
        assert!(desk.sound());
    }

    #[test]
    fn hostile_names_are_kept_and_shown_harmless() {
        use std::os::unix::ffi::OsStrExt;
        let mut desk = ScanDesk::new();
        let long = format!("{}.docx", "a".repeat(240));
        let names = [
            "CON.docx",
            "-rf.docx",
            "invoice\u{202e}cod.pdf",
            "x\ny.docx",
            "{{7*7}}.docx",
            "=cmd.docx",
            &long,
        ];
        names.iter().enumerate().for_each(|(at, name)| desk.drop(name, &format!("document {at}")));
        let bytes = std::ffi::OsStr::from_bytes(b"plan\xFF.docx");
        fs::File::create(desk.path("").join(bytes)).unwrap();
        desk.drop("~$plan.docx", "lock");
        let report = desk.scan("10:00");
        assert_eq!(report.accepted, names.len() + 1);
        let shown: Vec<String> = desk.accounted().into_keys().collect();
        assert!(shown.contains(&r"plan\xFF.docx".to_owned()), "{shown:?}");
        assert!(shown.iter().all(|name| !name.contains(['\n', '\u{202e}'])), "{shown:?}");
        assert_eq!(desk.scan("10:01").changes, Changes::default());
    }

    #[test]
    fn a_file_too_large_is_named_and_not_read() {
        let mut desk = ScanDesk::new();
        desk.drop("1234567/film.mp4", &"x".repeat(1024 * 1024 + 1));
        desk.scan("10:00");
        assert!(desk.trouble("1234567/film.mp4").unwrap().contains("2 MB"));
        assert_eq!(desk.accounted()["1234567/film.mp4"].len(), 1);
        assert!(desk.register.store().list().unwrap().is_empty());
    }

    #[test]
    fn stopped_at_any_step_the_next_scan_comes_to_the_same() {
        let mut stopped = ScanDesk::new();
        stopped.drop("1234567/plan.docx", "plan");
        stopped.drop("1234567/broken.docx", "broken");
        stopped.at("10:00");
        stopped.try_scan().unwrap_err();
        assert_eq!(stopped.versions(), [], "nothing is accepted by a scan that did not end");
        assert_eq!(stopped.register.share().unwrap().last_scan, None);
        // Content copied, nothing booked.
        stopped.register.store().put(b"third").unwrap();
        stopped.drop("1234567/broken.docx", "mended");
        stopped.drop("1234567/third.docx", "third");
        stopped.scan("10:05");
        let present =
            |desk: &ScanDesk| desk.intervals().into_iter().map(|row| (row.0, row.3)).collect::<Vec<_>>();
        assert_eq!(
            present(&stopped),
            [(1, "10:05".to_owned()), (2, "10:00".to_owned()), (3, "10:05".to_owned())],
            "the first full reading of the plan is not lost"
        );
        let mut smooth = ScanDesk::new();
        smooth.drop("1234567/plan.docx", "plan");
        smooth.drop("1234567/broken.docx", "mended");
        smooth.drop("1234567/third.docx", "third");
        smooth.scan("10:05");
        assert_eq!(smooth.accounted(), stopped.accounted());
        let contents =
            |desk: &ScanDesk| desk.versions().into_iter().map(|version| version.sha).collect::<Vec<_>>();
        assert_eq!(contents(&smooth), contents(&stopped));
        assert!(stopped.sound());
    }

    #[derive(Debug, Clone)]
    enum Step {
        Drop(usize, usize),
        Remove(usize),
        Move(usize, usize),
        Scan,
        Outage,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0..5_usize, 0..4_usize).prop_map(|(name, content)| Step::Drop(name, content)),
            1 => (0..5_usize).prop_map(Step::Remove),
            2 => (0..5_usize, 0..5_usize).prop_map(|(from, to)| Step::Move(from, to)),
            3 => Just(Step::Scan),
            1 => Just(Step::Outage),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_happens_each_file_is_one_thing_and_everything_holds(steps in prop::collection::vec(step(), 1..25)) {
            let names = ["1/a.docx", "1/b.docx", "2/a.docx", "~$lock.docx", "loose.pdf"];
            let contents = ["", "one", "two", "mail:x.docx=one;y.docx=two"];
            let mut desk = ScanDesk::new();
            let mut minute = 0;
            for step in steps.into_iter().chain([Step::Scan]) {
                minute += 1;
                let time = format!("{:02}:{:02}", 9 + minute / 60, minute % 60);
                match step {
                    Step::Drop(name, content) => desk.drop(names[name], contents[content]),
                    Step::Remove(name) => drop(fs::remove_file(desk.path(names[name]))),
                    Step::Move(from, to) if from != to => {
                        fs::create_dir_all(desk.path(names[to]).parent().unwrap()).unwrap();
                        drop(fs::rename(desk.path(names[from]), desk.path(names[to])));
                    }
                    Step::Move(..) => {}
                    Step::Scan => drop(desk.scan(&time)),
                    Step::Outage => {
                        let away = desk.place.path().join("away");
                        fs::rename(desk.path(""), &away).unwrap();
                        desk.scan(&time);
                        fs::rename(&away, desk.path("")).unwrap();
                    }
                }
            }
            let there: Vec<String> =
                names.iter().filter(|name| desk.path(name).exists()).map(|name| (*name).to_owned()).collect();
            let accounted = desk.accounted();
            let mut known: Vec<String> = accounted.keys().cloned().collect();
            known.sort_by_key(|name| names.iter().position(|known| known == name));
            prop_assert_eq!(known, there);
            prop_assert!(accounted.values().all(|things| things.len() == 1), "{:?}", accounted);
            prop_assert!(desk.sound());
            for version in desk.versions() {
                prop_assert!(version.absent_at.is_none_or(|absent| absent < version.present_at));
            }
            let again = desk.scan("23:00");
            prop_assert_eq!(again.changes, Changes::default());
        }
    }
}
