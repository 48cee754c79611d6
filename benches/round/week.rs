//! A week of `watch` as rounds back to back with a stepped clock: processor time and memory of each day.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::cost;
use super::tree::{Outcomes, Tree, number, write};

const DAYS: usize = 7;
const MINUTES: u32 = 24 * 60;

/// The last day may cost so much more than the second; the first opens what stays open.
const COST: f64 = 1.3;

/// Memory may be so much more at the end than after the second day.
const MEMORY: f64 = 1.1;

/// Papers that come each day, and as many that are taken away.
const COME: usize = 5;

/// What a day of rounds came to.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// Processor seconds.
    pub spent: f64,
    /// Megabytes held at its end.
    pub memory: f64,
    /// Casebooks drawn up.
    pub drawn: u32,
}

/// Has so many rounds done on each of seven days, evenly spaced, while papers come and go; prints each day.
pub fn week(tree: &Tree, rounds: u32) -> Outcomes<Vec<Day>> {
    let mut stepped = Stepped::start(tree)?;
    let mut days = Vec::new();
    println!("day   rounds   processor seconds   memory, MB   casebooks");
    for day in 1..=DAYS {
        let before = cost::so_far(stepped.child.id())?;
        let mut drawn = 0;
        // The day's papers come in the morning, one round after the other.
        for paper in 0..COME {
            let folder = tree.root.join(format!("inbox/{} Case {paper}", number(paper)));
            fs::create_dir_all(&folder)?;
            write(
                &folder.join(format!("day {day}.txt")),
                format!("what came on day {day} as document {paper}\n").as_bytes(),
            )?;
            drop(fs::remove_file(folder.join(format!("day {}.txt", day - 1))));
            drawn += stepped.go(1, MINUTES * 60 / rounds)?;
        }
        drawn += stepped.go(rounds - u32::try_from(COME)?, MINUTES * 60 / rounds)?;
        let id = stepped.child.id();
        let one = Day { spent: cost::so_far(id)? - before, memory: cost::memory(id)?, drawn };
        println!("{day:>3}   {rounds:>6}   {:>17.2}   {:>10.1}   {:>9}", one.spent, one.memory, one.drawn);
        days.push(one);
    }
    Ok(days)
}

/// What is not as flat as it must be.
pub fn not_flat(days: &[Day]) -> Vec<String> {
    let (Some(second), Some(last)) = (days.get(1), days.last()) else { return vec!["no week".to_owned()] };
    let mut missed = Vec::new();
    if second.spent * COST + 0.5 < last.spent {
        missed.push(format!("the last day cost {:.2} s, the second {:.2} s", last.spent, second.spent));
    }
    if second.memory * MEMORY + 2.0 < last.memory {
        missed.push(format!("memory grew from {:.1} to {:.1} MB", second.memory, last.memory));
    }
    missed
}

/// `panelclerk rounds`, asked for rounds on its standard input.
#[derive(Debug)]
struct Stepped {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Stepped {
    fn start(tree: &Tree) -> Outcomes<Stepped> {
        let mut child = tree
            .command(&["rounds"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let asks = child.stdin.take().ok_or("its input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("its output")?);
        Ok(Stepped { child, asks, answers })
    }

    /// So many rounds, so many seconds apart; gives how many casebooks were drawn up.
    fn go(&mut self, rounds: u32, seconds: u32) -> Outcomes<u32> {
        writeln!(self.asks, "{rounds} {seconds}")?;
        let end = format!("{rounds} rounds, ");
        let mut line = String::new();
        while !line.starts_with(&end) {
            line.clear();
            if self.answers.read_line(&mut line)? == 0 {
                return Err("the rounds ended before they were done".into());
            }
        }
        let drawn = line.strip_prefix(&end).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        Ok(drawn.parse()?)
    }
}

impl Drop for Stepped {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
