//! The shared folder -> the register: what lies in the inbox, read completely, kept, and read.
//!
//! The scan is the truth; whoever wakes it only gives a hint. Each scan looks at everything below the inbox ([`walk`]), reads
//! what is new or changed twice in full ([`copy`]), books what it saw in one transaction ([`books`]), has new contents read by
//! the workers ([`workers`]), and takes in what is complete in a second transaction ([`accept`]).
//!
//! # What a crash leaves
//!
//! Between any two steps: contents without rows (kept again under the same name), files that are seen but not accepted
//! (accepted by the next scan, with the moment of the first reading), contents without a reading (read by the next scan). An
//! unfinished scan counts for nothing: no interval is taken from it.
//!
//! # What is never concluded
//!
//! A share that is missing, empty where it was not, or does not answer makes the scan an outage: nothing seen before is
//! taken for removed and no moment of absence is drawn from it. The same holds for a share that is not the panel's inbox, or
//! has lost much of what was in it at once ([`guard`]). A folder that may not be opened, or answers with an error, is
//! blind, alone.

pub mod marker;
pub mod names;
pub mod walk;
pub mod copy;
pub mod books;
pub mod guard;
pub mod accept;
pub mod scan;
pub mod workers;

use std::path::Path;

use anyhow::Result;
use chrono::TimeDelta;

use crate::clock::Clock;
use crate::clock::progress::Progress;
use crate::config::Config;
use crate::intake::scan::{Order, ScanReport};
use crate::paper::ask::Readers;
use crate::register::Register;
use crate::register::readings::Made;
use crate::share::call::Shares;

/// Scans the inbox once. The caller holds the instance lock ([`crate::register::lock`]).
///
/// Fails when the register or the store cannot be read or written; what is wrong with a paper or the share is in the report.
pub fn scan(
    config: &Config,
    shares: &Shares,
    register: &mut Register,
    readers: &Readers,
    clock: &Clock,
    progress: &Progress,
) -> Result<ScanReport> {
    with_order(config, shares, readers, |order, read| scan::scan_with(order, register, clock, progress, read))
}

/// Has what was entered by hand read, without looking at the inbox: works beside a running watch.
///
/// Fails when the register or the store cannot be read or written.
pub fn read_entered(
    config: &Config,
    shares: &Shares,
    register: &mut Register,
    readers: &Readers,
    clock: &Clock,
    progress: &Progress,
) -> Result<usize> {
    with_order(config, shares, readers, |order, read| scan::read_all(order, register, clock, progress, &read))
}

/// Runs `work` under the configured limits, with the readers to read by.
fn with_order<T>(
    config: &Config,
    shares: &Shares,
    readers: &Readers,
    work: impl FnOnce(&Order<'_>, &(dyn Fn(&Path, &str) -> Result<Made> + Sync)) -> Result<T>,
) -> Result<T> {
    let faces = workers::faces(config)?;
    let pictures = config.blackened_as_pictures;
    let engine = readers.made_by(pictures);
    let order = Order {
        shares,
        inbox: &config.folders.inbox,
        quiet: TimeDelta::seconds(config.limits.quiet_seconds.into()),
        largest_mb: config.limits.file_mb,
        removed_percent: config.limits.removed_percent,
        hands: config.limits.workers,
        engine: &engine,
    };
    let rules = (config.limits.pages, pictures);
    work(&order, &|content, name| workers::read(readers, &faces, rules, content, name))
}
