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

/// Processor seconds of a running process so far, with those of its children that have ended.
pub fn so_far(process: u32) -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit(") ").next().ok_or("no name")?;
    let ticks: f64 = after_name.split(' ').skip(11).take(4).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS)
}

/// Megabytes of memory a running process holds.
pub fn memory(process: u32) -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no memory")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1024.0)
}
