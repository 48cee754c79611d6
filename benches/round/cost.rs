//! Processor time and memory of other processes, as Linux tells them.

use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};

/// Clock ticks in a second, as `/proc` counts them.
const TICKS: f64 = 100.0;

/// Processor seconds of a command and everything it started; it may end with 0 or 1.
pub fn of(command: &mut Command) -> Result<f64, Box<dyn Error>> {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "spent %U %S"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            timed.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    let ran = timed.stdout(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    if ran.status.code().is_none_or(|code| 1 < code) {
        return Err(format!("{command:?}: {said}").into());
    }
    let spent = said.lines().rev().find_map(|line| line.strip_prefix("spent ")).ok_or("no time was said")?;
    Ok(spent.split(' ').map(str::parse::<f64>).sum::<Result<f64, _>>()?)
}

/// Processor seconds so far of a running process and of everything it has started, ended or not.
pub fn so_far(process: u32) -> Result<f64, Box<dyn Error>> {
    Ok(family(process)?.iter().map(|one| one.ticks).sum::<f64>() / TICKS)
}

/// A process as `/proc` shows it.
struct One {
    id: u32,
    parent: u32,
    /// Of its own, and of its children that have ended.
    ticks: f64,
}

/// The process and all that descend from it.
fn family(process: u32) -> Result<Vec<One>, Box<dyn Error>> {
    let ids = fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let mut others: Vec<One> = ids.filter_map(one).collect();
    let mut family = Vec::new();
    let mut wanted = vec![process];
    while let Some(id) = wanted.pop() {
        while let Some(at) =
            others.iter().position(|one| one.id == id || one.parent == id && one.id != process)
        {
            let one = others.swap_remove(at);
            if one.id != id {
                wanted.push(one.id);
            }
            family.push(one);
        }
    }
    if family.is_empty() { Err(format!("no process {process}").into()) } else { Ok(family) }
}

fn one(id: u32) -> Option<One> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit(") ").next()?.split(' ').collect();
    let ticks = fields.iter().skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    Some(One { id, parent: fields.get(1)?.parse().ok()?, ticks })
}

/// Megabytes that a running process and everything it has started hold.
pub fn memory(process: u32) -> Result<f64, Box<dyn Error>> {
    let family = family(process)?;
    let held = family.iter().filter_map(|one| {
        let status = fs::read_to_string(format!("/proc/{}/status", one.id)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim();
        line.trim_end_matches(" kB").trim().parse::<f64>().ok()
    });
    Ok(held.sum::<f64>() / 1024.0)
}
