//! What a round costs in which nothing has changed, against a backup that looks at the same files.
//!
//! `restic backup` of an unchanged tree does what an idle round does: it looks at every file and finds that there is nothing
//! to do. Wanted, with 10,000 papers of 400 cases and three years of meetings: in a running `watch` at most half of restic's
//! processor time for a round, for a `scan` from a cold start at most as much, in one run; and no more with three years of
//! history than with one. Processor time is that of the process and all it started.
//!
//! `cargo bench --bench round`; `PANELCLERK_BENCH_PAPERS=2000` takes fewer papers. `cargo bench --bench round -- week` does a
//! week of `watch` instead, 10,080 rounds back to back with a stepped clock, and looks whether it costs the same each day.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads its settings from the environment and looks at the time"
)]

#[path = "round/tree.rs"]
mod tree;
#[path = "round/cost.rs"]
mod cost;
#[path = "round/week.rs"]
mod week;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use panelclerk::register::Register;
use rusqlite::Connection;

use crate::tree::{Outcomes, Size, Tree};

const PAPERS: usize = 10_000;
const PAPERS_OF_A_CASE: usize = 25;

/// One year of weekly meetings, and three.
const YEARS: [usize; 2] = [52, 156];

/// Runs of what is measured from outside; the best counts.
const RUNS: usize = 5;

/// How long a running `watch` is looked at.
const LOOK: Duration = Duration::from_secs(40);

/// Three years of history may cost so much more than one.
const GROWTH: f64 = 1.15;

fn main() -> Outcomes<()> {
    let papers = std::env::var("PANELCLERK_BENCH_PAPERS").map_or(Ok(PAPERS), |papers| papers.parse())?;
    let place = std::env::temp_dir().join("panelclerk-round");
    fs::create_dir_all(&place)?;
    if std::env::args().any(|argument| argument == "week") {
        return whole_week(&place, papers);
    }
    let mut costs = Vec::new();
    for held in YEARS {
        let size = Size { papers, cases: papers / PAPERS_OF_A_CASE, held };
        let begun = Instant::now();
        let program = Path::new(env!("CARGO_BIN_EXE_panelclerk"));
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-inbox");
        let tree = Tree::grow(&place.join(format!("panel-{held}")), size, program, &samples)?;
        println!(
            "{papers} documents, {} cases, {held} meetings held (made in {:.0} s)",
            size.cases,
            begun.elapsed().as_secs_f64()
        );
        let restic = restic(&tree, &place.join(format!("restic-{held}")))?;
        let cold = best(|| cost::of(&mut tree.command(&["scan"])))?;
        let idle = idle(&tree)?;
        let against = |seconds: f64| {
            restic.map_or(String::new(), |restic| format!("{:6.2} of restic's", seconds / restic))
        };
        if let Some(restic) = restic {
            println!("  restic backup, nothing changed   {restic:7.3} s");
        }
        println!("  scan from a cold start           {cold:7.3} s  {}", against(cold));
        println!("  round of a running watch         {idle:7.3} s  {}", against(idle));
        costs.push((restic, cold, idle));
    }
    let [(_, cold, idle), (restic, long_cold, long_idle)] = costs[..] else { return Err("two sizes".into()) };
    println!("three years against one: scan {:.2}, round {:.2}", long_cold / cold, long_idle / idle);
    let mut missed = Vec::new();
    if let Some(restic) = restic {
        missed.extend((restic < long_cold).then_some("a scan costs more than restic"));
        missed.extend((restic / 2.0 < long_idle).then_some("a round costs more than half of restic"));
    } else {
        println!("skipped: needs restic");
    }
    // Differences of some hundredths of a second are the machine's.
    let grows = |one: f64, three: f64| one * GROWTH + 0.02 < three;
    missed.extend(grows(cold, long_cold).then_some("a scan's cost grows with history"));
    missed.extend(grows(idle, long_idle).then_some("a round's cost grows with history"));
    if missed.is_empty() { Ok(()) } else { Err(missed.join("; ").into()) }
}

/// A folder of this size, made anew.
fn grow(place: &Path, size: Size) -> Outcomes<Tree> {
    let begun = Instant::now();
    let program = Path::new(env!("CARGO_BIN_EXE_panelclerk"));
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-inbox");
    let Size { papers, cases, held } = size;
    let tree = Tree::grow(&place.join(format!("panel-{held}")), size, program, &samples)?;
    println!(
        "{papers} documents, {cases} cases, {held} meetings held (made in {:.0} s)",
        begun.elapsed().as_secs_f64()
    );
    Ok(tree)
}

/// Every minute of a week.
fn whole_week(place: &Path, papers: usize) -> Outcomes<()> {
    let tree = grow(place, Size { papers, cases: papers / PAPERS_OF_A_CASE, held: YEARS[1] })?;
    let missed = week::not_flat(&week::week(&tree, 24 * 60)?);
    if missed.is_empty() { Ok(()) } else { Err(missed.join("; ").into()) }
}

/// Processor seconds of the best of some runs.
fn best(mut run: impl FnMut() -> Outcomes<f64>) -> Outcomes<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        best = best.min(run()?);
    }
    Ok(best)
}

/// A backup of the unchanged inbox, receipts and office; none where there is no restic.
fn restic(tree: &Tree, kept: &Path) -> Outcomes<Option<f64>> {
    let restic = |args: &[&str]| {
        let mut command = Command::new("restic");
        let cache: PathBuf = kept.with_extension("cache");
        command.args(["--quiet", "--repo"]).arg(kept).arg("--cache-dir").arg(cache).args(args);
        command.env("RESTIC_PASSWORD", "a password of the bench").current_dir(&tree.root);
        command
    };
    drop(fs::remove_dir_all(kept));
    if restic(&["init"]).stdout(Stdio::null()).status().is_err() {
        return Ok(None);
    }
    let backup = ["backup", "inbox", "receipts", "office"];
    cost::of(&mut restic(&backup))?;
    Ok(Some(best(|| cost::of(&mut restic(&backup)))?))
}

/// Processor seconds of a round of a running `watch` in which nothing changes.
fn idle(tree: &Tree) -> Outcomes<f64> {
    let mut watch =
        tree.command(&["watch", "--every", "1"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let data = tree.root.join("data");
    let rounds = || -> Outcomes<i64> {
        let db = Connection::open(data.join("register.sqlite"))?;
        Ok(db.query_row("SELECT max(id) FROM scans WHERE finished_at IS NOT NULL", [], |row| row.get(0))?)
    };
    let before = rounds()?;
    // The first rounds open things that stay open.
    while rounds()? < before + 3 {
        thread::sleep(Duration::from_millis(100));
    }
    let (first, spent) = (rounds()?, cost::so_far(watch.id())?);
    thread::sleep(LOOK);
    let (last, more) = (rounds()?, cost::so_far(watch.id())?);
    watch.kill()?;
    watch.wait()?;
    drop(Register::open(&data)?);
    #[expect(clippy::cast_precision_loss, reason = "some dozens of rounds")]
    Ok((more - spent) / (last - first) as f64)
}
