//! A panel's working folder, opened: what every command starts from.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use tempfile::NamedTempFile;

use crate::clerk::usage::Usage;
use crate::clock::Clock;
use crate::clock::progress::Progress;
use crate::config::Config;
use crate::finding::Finding;
use crate::intake::workers;
use crate::panel::acts::Hand;
use crate::panel::rules::Rules;
use crate::paper::ask::Readers;
use crate::post::advice::Advice;
use crate::post::compose::Sender;
use crate::register::keys::Secrets;
use crate::register::place;
use crate::register::{Register, RegisterError};
use crate::share::call::Shares;
use crate::worker::pool::{Pool, Program};
use crate::worker::terms::Terms;
use crate::worker::yard;

/// Time a pack of thousands of pages may take to press.
const SECONDS_TO_PRESS: u64 = 600;

/// Memory for the same.
const MEGABYTES_TO_PRESS: u64 = 4096;

/// What was typed before the command.
#[derive(Debug, Clone)]
pub struct Settings {
    pub config: PathBuf,
    pub now: Option<String>,
    pub json: bool,
}

/// The configuration read, the clock set.
#[derive(Debug)]
pub struct House {
    pub config: Config,
    /// The configuration as it was written when it was read.
    pub settings: String,
    pub clock: Clock,
    /// The way to the inbox, the receipts and the office.
    pub shares: Shares,
    pub progress: Progress,
    pub json: bool,
    /// What stops the post, as whoever posts last found it.
    pub post: PostBoard,
}

/// What stops the post: left by whoever posts, read by whoever tells.
#[derive(Debug, Clone, Default)]
pub struct PostBoard(Arc<Mutex<Option<Advice>>>);

impl PostBoard {
    pub fn says(&self, advice: Option<Advice>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = advice;
    }

    pub fn said(&self) -> Option<Advice> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Settings {
    /// Reads the configuration; `--now` is for rehearsals only.
    ///
    /// Fails with every mistake of the configuration, and when `--now` is no moment or this is no rehearsal.
    pub fn open(&self) -> Result<House> {
        let now = self.now.as_deref().map(moment).transpose()?;
        let config = crate::config::load(&self.config)?;
        let clock = match now {
            None => Clock::system(),
            Some(_) if !config.rehearsal => {
                return Err(Usage::new("`--now` is refused: this is no rehearsal")
                    .hint("`init --rehearsal` makes a folder to rehearse in")
                    .into());
            }
            Some(now) => Clock::running_from(now),
        };
        let progress = if self.json { Progress::silent() } else { Progress::on_standard_error() };
        House::open(config, clock, progress, self.json)
    }
}

impl House {
    /// Opens the house of a configuration that has been read.
    ///
    /// Fails when the system does not say which program this is.
    pub fn open(config: Config, clock: Clock, progress: Progress, json: bool) -> Result<Self> {
        let shares = shares(&config, &clock)?;
        Ok(House {
            settings: settings(&config),
            config,
            clock,
            shares,
            progress,
            json,
            post: PostBoard::default(),
        })
    }

    pub fn rules(&self) -> &Rules {
        &self.config.rules
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Fails when the data folder cannot be used, or the register in it is damaged or of a newer program.
    pub fn register(&self) -> Result<Register> {
        let data = &self.config.folders.data;
        let secrets = if self.config.rehearsal { Secrets::FromOwner } else { Secrets::Random };
        let opened = || -> Result<(Register, Vec<Finding>), RegisterError> {
            let mut register = Register::open_with(data, secrets)?;
            let lost = register.adopt_folders(self.now())?;
            register.sweep_pressings(self.now())?;
            yard::sweep(&data.join("work"));
            Ok((register, lost))
        };
        let (register, lost) = opened().with_context(|| format!("the register in `{}`", data.display()))?;
        for finding in &lost {
            let hint = finding.hint.as_ref().map_or(String::new(), |hint| format!("; hint: {hint}"));
            self.progress.say(&format!("{}{hint}", finding.message));
        }
        Ok(register)
    }

    /// The workers that open dropped papers.
    ///
    /// Fails when the data folder cannot be written to.
    pub fn readers(&self) -> Result<Readers> {
        workers::hire(&self.config, program()?)
    }

    /// The worker that presses and verifies packs: it is given what it presses.
    ///
    /// Fails when the data folder cannot be written to.
    pub fn press(&self) -> Result<Pool> {
        self.press_within(SECONDS_TO_PRESS)
    }

    /// The same with a deadline of its own.
    ///
    /// Fails when the data folder cannot be written to.
    pub fn press_within(&self, seconds: u64) -> Result<Pool> {
        self.one_worker(seconds, self.config.limits.memory_mb.max(MEGABYTES_TO_PRESS))
    }

    /// The worker that opens the administrator's workbooks, copied in by [`House::copied_in`].
    ///
    /// Fails when the data folder cannot be written to.
    pub fn clerk(&self) -> Result<Pool> {
        let limits = &self.config.limits;
        self.one_worker(limits.seconds, limits.memory_mb)
    }

    /// Content out of a shared folder, in a local file that the clerk's worker can be given.
    ///
    /// Fails when the data folder cannot be written to.
    pub fn copied_in(&self, content: &[u8]) -> Result<NamedTempFile> {
        let mut file = self.scratch()?;
        file.write_all(content).with_context(|| format!("cannot write `{}`", file.path().display()))?;
        Ok(file)
    }

    /// An empty file for what a worker is given and that lies nowhere else; gone when it is dropped.
    fn scratch(&self) -> Result<NamedTempFile> {
        let folder = self.yard()?;
        yard::file(&folder).with_context(|| format!("cannot write into `{}`", folder.display()))
    }

    /// Where workers have their folders.
    fn yard(&self) -> Result<PathBuf> {
        let folder = self.config.folders.data.join("work");
        place::make_private_folder(&folder)?;
        Ok(folder)
    }

    /// A file that somebody names, in a shared folder or elsewhere.
    ///
    /// Fails when the file is not there or cannot be read, or its shared folder is away.
    pub fn read(&self, file: &Path) -> Result<Vec<u8>> {
        let content = self.shares.read(&absolute(file)?)?;
        content.with_context(|| format!("`{}` is not there", file.display()))
    }

    /// Whom letters come from.
    ///
    /// Fails when the configured address is none.
    pub fn sender(&self) -> Result<Sender> {
        let post = &self.config.post;
        let (reply_to, prefix) = (post.reply_to.as_deref(), post.subject_prefix.as_deref());
        Ok(Sender::new(&post.sender, reply_to, prefix, self.config.rehearsal)?)
    }

    /// Who does it: the name given, and the login it is done under.
    pub fn hand(&self, by: &str, reason: &str) -> Hand {
        Hand { by: by.to_owned(), login: login(), reason: reason.to_owned() }
    }

    fn one_worker(&self, seconds: u64, memory_mb: u64) -> Result<Pool> {
        let workplace = self.yard()?;
        let terms = Terms::reading(memory_mb, seconds, Vec::new()).with_threads(self.config.limits.workers);
        Ok(Pool::new(program()?, terms, 1, &workplace))
    }
}

/// The text of a configuration just read; empty where it is gone again.
pub fn settings(config: &Config) -> String {
    std::fs::read_to_string(&config.path).unwrap_or_default()
}

/// The panel's shared folders, each with a helper of its own.
///
/// Fails when the system does not say which program this is.
pub fn shares(config: &Config, clock: &Clock) -> Result<Shares> {
    let folders = &config.folders;
    let mut roots = vec![folders.inbox.as_path(), &folders.receipts, &folders.office];
    roots.extend(config.post.link.as_ref().map(|link| link.folder.as_path()));
    let silence = Duration::from_secs(config.limits.share_seconds);
    let mut helper = program_as("shared-folder")?;
    for (option, value) in [("--mode", config.made.mode), ("--group", config.made.group)] {
        helper
            .arguments
            .extend(value.into_iter().flat_map(|value| [option.into(), value.to_string().into()]));
    }
    Ok(Shares::open(&roots, helper, silence, clock.clone()))
}

/// This program, as a worker.
fn program() -> Result<Program> {
    program_as("worker")
}

/// This program, as one of its hidden commands.
fn program_as(command: &str) -> Result<Program> {
    let path = std::env::current_exe().context("this program cannot be found")?;
    Ok(Program { path, arguments: vec![command.into()] })
}

/// A path as it is typed, from the folder the program was started in.
///
/// Fails when `path` is empty, or the folder of the start is gone.
pub fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("`{}`", path.display()))
}

/// The name of the account the program runs under.
#[expect(clippy::disallowed_methods, reason = "the login is recorded beside the name a person gives")]
fn login() -> String {
    let names = ["LOGNAME", "USER", "USERNAME"].iter();
    names.filter_map(|name| std::env::var(name).ok()).find(|name| !name.is_empty()).unwrap_or_default()
}

/// A moment as a person types it: `2026-11-18T14:30`, Europe/London; an offset may follow.
///
/// Fails when `text` is no moment, or one that the clocks skip; the hint says what would be right.
pub fn moment(text: &str) -> Result<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_utc());
    }
    let forms = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let wall = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let wall = wall.filter(|wall| is_whole(wall.year()));
    let moment = wall.and_then(|wall| London.from_local_datetime(&wall).earliest());
    let not = || Usage::new(format!("`{text}` is not a moment")).hint("write it as 2026-11-18T14:30");
    Ok(moment.ok_or_else(not)?.to_utc())
}

/// A day as a person types it: `2026-11-23` or `23/11/2026`.
///
/// Fails when `text` is no day; the hint says what would be right.
pub fn day(text: &str) -> Result<NaiveDate> {
    let day = ["%Y-%m-%d", "%d/%m/%Y"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    let day = day.filter(|day| is_whole(day.year()));
    let not = || Usage::new(format!("`{text}` is not a date")).hint("write it as 2026-11-23");
    Ok(day.ok_or_else(not)?)
}

/// Whether a year has its four digits: `26` is no year that anybody means.
fn is_whole(year: i32) -> bool {
    (1900..=9999).contains(&year)
}

/// Something as a person types it: a case number, a paper's number ...
///
/// Fails with what `T` says of `text`.
pub fn typed<T>(text: &str) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Usage::new(error.to_string()).into())
}

/// A path below the working folder, as it is shown to a person.
pub fn shown(path: &Path, config: &Config) -> String {
    let home = config.path.parent().unwrap_or(Path::new(""));
    path.strip_prefix(home).unwrap_or(path).display().to_string()
}
