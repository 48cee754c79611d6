//! A panel's folder as it looks after years: papers of cases long heard and of cases to come, a folder for each meeting held.
//!
//! The papers are small files, each with a content of its own; they are taken in by the intake itself, only that what a worker
//! would read out of each is read once, out of a few sample papers, and given to all.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use panelclerk::clock::Clock;
use panelclerk::clock::progress::Progress;
use panelclerk::config::Config;
use panelclerk::desk::guard;
use panelclerk::desk::people::people_workbook;
use panelclerk::desk::typed::Typed;
use panelclerk::desk::view::DeskView;
use panelclerk::desk::workbook;
use panelclerk::intake::scan::{Order, scan_with};
use panelclerk::panel::calendar;
use panelclerk::panel::outcome::Outcome;
use panelclerk::panel::people::{Capacity, Person, Terms};
use panelclerk::panel::seen::Reading;
use panelclerk::panel::slots;
use panelclerk::panel::words::{Heading, Words};
use panelclerk::register::Register;
use panelclerk::register::casebook;
use panelclerk::register::made::Made;
use panelclerk::register::readings;
use panelclerk::share::call::Shares;
use serde_json::json;

pub type Outcomes<T> = Result<T, Box<dyn Error>>;

/// How large a panel's folder is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub papers: usize,
    pub cases: usize,
    /// Meetings held, each with a folder in the office.
    pub held: usize,
}

/// A panel's folder.
#[derive(Debug)]
pub struct Tree {
    pub root: PathBuf,
    /// The moment at which everything is as it is.
    pub now: DateTime<Utc>,
    program: PathBuf,
}

/// A Tuesday morning in a week with a meeting to come.
const NOW: &str = "2026-11-17T09:00:00Z";

/// Sample papers whose readings are given to all, with the case number in them.
const MODELS: [&str; 3] =
    ["CAMHS report 041126.pdf", "Care plan - Kowalczyk - Nov 2026.docx", "Referral form LK.docx"];
const MODEL_CASE: &str = "1204417";
const MODEL_SURNAME: &str = "Kowalczyk";
const MODEL_FOLDER: &str = "1204417 Kowalczyk Ł";

/// Cases whose papers have come for the next meeting.
const COMING: usize = 20;

impl Tree {
    /// Makes a folder of this size at `root`, with nothing to be done in it.
    pub fn grow(root: &Path, size: Size, program: &Path, samples: &Path) -> Outcomes<Tree> {
        drop(fs::remove_dir_all(root));
        let tree = Tree { root: root.to_owned(), now: NOW.parse()?, program: program.to_owned() };
        tree.init()?;
        let models = models(&tree, samples)?;
        let config = panelclerk::config::load(&root.join("config.toml"))?;
        let mut register = Register::open(&config.folders.data)?;
        let held = held(&config, tree.now, size.held);
        let begin = held.first().map_or(tree.now, |day| {
            tree.now - TimeDelta::days((tree.now.date_naive() - *day).num_days() + 14)
        });
        let old = size.cases.saturating_sub(COMING);
        let per_case = size.papers / size.cases.max(1);
        for (cases, at) in [(0..old, begin), (old..size.cases, tree.now - TimeDelta::hours(3))] {
            cases.into_iter().try_for_each(|case| tree.drop_case(case, per_case))?;
            take_in(&config, &mut register, at, &models)?;
        }
        take_in(&config, &mut register, tree.now - TimeDelta::hours(2), &models)?;
        hold(&config, &mut register, &held, old)?;
        drop(register);
        for meeting in
            calendar::meetings(&config.rules, tree.now.date_naive(), tree.now.date_naive() + Days::new(14))
        {
            tree.run(&["agenda", &meeting.date.to_string()])?;
        }
        for _ in 0..3 {
            tree.run(&["scan"])?;
        }
        Ok(tree)
    }

    fn init(&self) -> Outcomes<()> {
        let root = self.root.to_string_lossy();
        let said = Command::new(&self.program)
            .args(["init", &root, "--rehearsal"])
            .stdout(Stdio::null())
            .status()?;
        if !said.success() {
            return Err(format!("init: {said}").into());
        }
        let person = |name: &str, capacity| Person {
            name: name.to_owned(),
            role: String::new(),
            agency: String::new(),
            email: Some(format!("{}@panel.example.org", name.replace(' ', "."))),
            capacity,
            terms: Terms::default(),
        };
        let people = [person("Cato Chair", Capacity::Chair), person("Ann Clerk", Capacity::Administrator)];
        let book = people_workbook("Panel", "OFFICIAL-SENSITIVE", self.now.date_naive(), &people)?;
        Ok(write(&self.root.join("office/People.xlsx"), &book)?)
    }

    fn drop_case(&self, case: usize, papers: usize) -> std::io::Result<()> {
        let folder = self.root.join(format!("inbox/{} Case {case}", number(case)));
        fs::create_dir_all(&folder)?;
        (0..papers).try_for_each(|paper| {
            let text =
                format!("document {paper} of {}\n{}", number(case), "words of the document\n".repeat(20));
            write(&folder.join(format!("{paper:02} {}.txt", MODELS[paper % MODELS.len()])), text.as_bytes())
        })
    }

    /// A command in the folder, at its moment.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        let now = self.now.to_rfc3339();
        command
            .args(["--config", &self.root.join("config.toml").to_string_lossy(), "--now", &now])
            .args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Outcomes<()> {
        let ran = self.command(args).output()?;
        if ran.status.code().is_none_or(|code| 1 < code) {
            return Err(format!("{args:?}: {}", String::from_utf8_lossy(&ran.stderr)).into());
        }
        Ok(())
    }
}

pub fn number(case: usize) -> String {
    (1_000_001 + case).to_string()
}

/// A surname that no other case has: its number in letters.
fn surname(number: &str) -> String {
    let letters = number.bytes().map(|digit| char::from(digit - b'0' + b'a'));
    std::iter::once('K').chain(letters).collect()
}

/// A file in place.
pub fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::File::create(path).and_then(|mut file| std::io::Write::write_all(&mut file, bytes))
}

/// Days of the last meetings held, oldest first.
fn held(config: &Config, now: DateTime<Utc>, count: usize) -> Vec<NaiveDate> {
    let mut days = Vec::new();
    let mut day = now.date_naive();
    while days.len() < count
        && let Some(meeting) = calendar::meeting_before(&config.rules, day)
    {
        day = meeting.date;
        days.push(day);
    }
    days.reverse();
    days
}

/// What workers read out of the sample papers.
fn models(tree: &Tree, samples: &Path) -> Outcomes<Vec<String>> {
    let root = tree.root.with_extension("models");
    drop(fs::remove_dir_all(&root));
    let mini = Tree { root, now: tree.now, program: tree.program.clone() };
    mini.init()?;
    let folder = mini.root.join("inbox").join(MODEL_FOLDER);
    fs::create_dir_all(&folder)?;
    for model in MODELS {
        fs::copy(samples.join(MODEL_FOLDER).join(model), folder.join(model))?;
    }
    mini.run(&["scan"])?;
    let register = Register::open(&mini.root.join("data"))?;
    let mut read = BTreeMap::new();
    for version in register.versions()? {
        let Some(kept) = register.reading(&version.sha)? else { continue };
        read.insert(version.paper, serde_json::to_string(&kept.reading)?);
    }
    fs::remove_dir_all(&mini.root)?;
    Ok(read.into_values().collect())
}

/// Takes in what lies in the inbox at `at`; each paper reads as its model, with its own case's number and child.
fn take_in(config: &Config, register: &mut Register, at: DateTime<Utc>, models: &[String]) -> Outcomes<()> {
    let clock = Clock::standing_at(at);
    let inbox = &config.folders.inbox;
    let shares = &Shares::none();
    let quiet = TimeDelta::zero();
    let order =
        Order { shares, inbox, quiet, largest_mb: 100, removed_percent: 33, hands: 2, engine: "bench" };
    let read = |content: &Path, _: &str| {
        let text = fs::read_to_string(content)?;
        let words: Vec<&str> = text.split_whitespace().take(4).collect();
        let model = &models[words[1].parse::<usize>()? % models.len()];
        let reading: Reading = serde_json::from_str(
            &model.replace(MODEL_CASE, words[3]).replace(MODEL_SURNAME, &surname(words[3])),
        )?;
        Ok(readings::Made { reading, failed: false, rendition: None, parts: Vec::new() })
    };
    scan_with(&order, register, &clock, &Progress::silent(), read)?;
    Ok(())
}

/// Decisions, confirmed minutes and a workbook for each meeting held.
fn hold(config: &Config, register: &mut Register, held: &[NaiveDate], cases: usize) -> Outcomes<()> {
    let nothing = tempfile::tempdir()?;
    let empty = Register::open(nothing.path())?;
    let (rules, words) = (&config.rules, Words::of(&config.rules));
    let mut made = BTreeMap::new();
    for (at, day) in held.iter().enumerate() {
        let heard = (0..cases).filter(|case| case % held.len() == at);
        let decided = heard.map(|case| {
            json!({ "case": number(case), "word": "agreed", "reason": "", "decided_by": "consensus", "weekly": null,
                    "split": [], "from": null, "to": null, "review": null, "conditions": "", "discussion": "" })
        });
        let outcome: Outcome = serde_json::from_value(json!({
            "started": null, "ended": null, "attendance": [], "actions": [], "decisions": decided.collect::<Vec<_>>(),
        }))?;
        let after = day.and_hms_opt(18, 0, 0).ok_or("an evening")?.and_utc();
        register.record_outcome(*day, &outcome, after)?;
        register.confirm_minutes(*day, format!("minutes of {day}").as_bytes(), "Ann Clerk", after)?;
        let casebook = casebook::draw(&empty, config, Some(*day), after)?;
        let heading = Heading::of(rules, *day);
        let view = DeskView {
            heading: &heading,
            words: &words,
            agenda: &slots::agenda(rules, &casebook, &[], None),
            casebook: &casebook,
            people: &[],
            amiss: &[],
            due: &[],
            follow_ups: &[],

            roles: &[],
            deadlines: &[],
            promised: &BTreeMap::new(),
            letters: &[],
            meetings: &[],
            typed: &Typed::default(),
            mistakes: &[],
            done: &[],
            edition: 1,
        };
        let folder = config.folders.office.join(day.to_string());
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{}.xlsx", heading.file_name("workbook")));
        write(&path, &workbook::workbook(&view)?)?;
        let stamp = guard::stamp(&Shares::none(), &path)?.unwrap_or_default();
        made.insert(format!("workbook {day}"), Made { basis: "closed".to_owned(), stamp });
    }
    Ok(register.note_made(&made)?)
}
