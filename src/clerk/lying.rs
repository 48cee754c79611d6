//! How the meetings' workbooks lie in their folders: open, gone, under another name, as another kind of file, copied by a
//! synchroniser. Nothing typed into the wrong file is lost in silence.

use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::workbook::{self, Clerk, Memory, workbook_path};
use crate::desk::beyond;
use crate::desk::guard;
use crate::panel::when;
use crate::register::Register;
use crate::register::troubles::OpenTrouble;
use crate::share::fault::ShareError;
use crate::share::wire::Kind;

/// Endings under which Excel and LibreOffice keep a table, but for that of a workbook.
const OTHER_KINDS: [&str; 9] = ["xls", "xlsb", "xlsm", "xltx", "ods", "fods", "csv", "tsv", "htm"];

/// What lies in a meeting's folder, as far as its workbook is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lying {
    pub is_there: bool,
    pub is_open: bool,
    pub strays: Vec<Stray>,
}

/// A file that may hold what somebody typed, and is not the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    pub path: PathBuf,
    pub name: String,
    /// A workbook as the program reads it; else Excel's older kinds and those of others.
    is_workbook: bool,
    pub stamp: String,
}

/// What is to be said of a file in the folder.
#[derive(Debug)]
pub struct Said {
    pub message: String,
    pub hint: String,
}

/// Looks into the folder of the meeting on `day`.
///
/// Fails when it is there and cannot be read.
pub fn look(house: &House, day: NaiveDate) -> Result<Lying> {
    let book = workbook_path(house, day);
    let folder = book.parent().unwrap_or(Path::new(""));
    let inside = match house.shares.list(folder) {
        Ok(inside) => inside,
        Err(error) if is_not_there(&error) => return Ok(Lying::default()),
        Err(error) => return Err(error.into()),
    };
    let own = name_of(&book);
    let mut lying = Lying::default();
    for one in inside.iter().filter(|one| one.kind != Kind::Folder) {
        let Some(name) = one.name.to_str() else { continue };
        if name == own {
            lying.is_there = true;
            continue;
        }
        if name.starts_with("~$") || name.starts_with(".~lock.") {
            lying.is_open |= is_lock_of(name, &own);
            continue;
        }
        if let Some(is_workbook) = sort(name, &book) {
            let stamp = one.facts.as_ref().map(crate::share::wire::FileFacts::stamp_under_any_name);
            lying.strays.push(Stray {
                path: folder.join(name),
                name: name.to_owned(),
                is_workbook,
                stamp: stamp.unwrap_or_default(),
            });
        }
    }
    Ok(lying)
}

fn is_not_there(error: &ShareError) -> bool {
    error.kind() == std::io::ErrorKind::NotFound
}

pub fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn stem_of(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Excel cuts two letters off a long name, LibreOffice adds to it.
fn is_lock_of(lock: &str, own: &str) -> bool {
    let cut: String = own.chars().skip(2).collect();
    [format!("~${own}"), format!("~${cut}"), format!(".~lock.{own}#")].iter().any(|one| one == lock)
}

/// What is said of the workbook called `own` where `stray` lies instead.
pub fn gone(own: &str, stray: &Stray) -> Said {
    let hint = if stray.is_workbook {
        format!("close it and give it its name back: `{own}`")
    } else {
        format!(
            "open it, and save it under File, Save As, as `Excel Workbook (*.xlsx)` with the name `{own}`"
        )
    };
    Said { message: format!("is gone; there is `{}`, in which nothing typed is read", stray.name), hint }
}

/// Whether the program ever wrote a workbook of this meeting.
///
/// Fails when what is remembered of it cannot be read.
pub fn was_written(register: &Register, day: NaiveDate) -> Result<bool> {
    Ok(!Memory::of(register, day)?.written.is_empty())
}

/// What is said of a file beside the workbook; none where it is none of ours.
///
/// Fails when the workbook is there and cannot be read.
pub fn said(house: &House, clerk: &Clerk<'_>, day: NaiveDate, stray: &Stray) -> Result<Option<Said>> {
    let book = workbook_path(house, day);
    let own = name_of(&book);
    if !stray.is_workbook {
        let message = "is the workbook saved as another kind of file: nothing typed in it is read".to_owned();
        let hint =
            format!("what is only in it is to be typed into `{own}` once more; then delete `{}`", stray.name);
        return Ok(Some(Said { message, hint }));
    }
    let copy = match workbook::read_at(&stray.path, clerk) {
        Ok(Some(copy)) => copy.typed,
        Ok(None) => return Ok(None),
        // A table of somebody's own may lie there; one that bears our name may hold what was typed.
        Err(_) if !stray.name.to_lowercase().starts_with(&stem_of(&book).to_lowercase()) => return Ok(None),
        Err(error) => {
            let message = format!("is a copy of the workbook that cannot be read: {error:#}");
            let (message, hint) = message.split_once("; hint: ").unwrap_or((&message, "delete it"));
            return Ok(Some(Said { message: message.to_owned(), hint: hint.to_owned() }));
        }
    };
    if copy.meeting != Some(day) {
        let whose = copy.meeting.map_or_else(
            || "another meeting".to_owned(),
            |other| format!("the meeting of {}", when::day(other)),
        );
        let message = format!("is a workbook of {whose}: nothing typed in it is read");
        return Ok(Some(Said { message, hint: "move it back to its own folder".to_owned() }));
    }
    // A workbook that cannot be read is said by itself, and what to put in its place.
    let Ok(workbook) = workbook::read_at(&book, clerk) else { return Ok(None) };
    let Some(workbook) = workbook else {
        let message = "is the workbook under another name: nothing typed in it is read".to_owned();
        return Ok(Some(Said { message, hint: format!("close it and give it its name back: `{own}`") }));
    };
    let beyond = beyond::beyond(&copy, &workbook.typed);
    let (message, hint) = if beyond.is_empty() {
        (
            "is a copy of the workbook; nothing is typed in it that the workbook has not".to_owned(),
            "delete it".to_owned(),
        )
    } else {
        (
            format!(
                "is a copy of the workbook, and nothing typed in it is read. Typed in the copy and not so in the workbook: {}",
                beyond.join("; ")
            ),
            format!("type into `{own}` what is to hold, then delete the copy"),
        )
    };
    Ok(Some(Said { message, hint }))
}

/// What `check` and a command that wants the workbook say where it is gone; none where it is there, or never was.
///
/// Fails when the folder or the register cannot be read.
pub fn missing(house: &House, register: &Register, day: NaiveDate) -> Result<Option<(String, String)>> {
    let lying = look(house, day)?;
    if lying.is_there || !was_written(register, day)? {
        return Ok(None);
    }
    let own = name_of(&workbook_path(house, day));
    let day = when::day(day);
    Ok(Some(match lying.strays.first() {
        Some(stray) => {
            let said = gone(&own, stray);
            (format!("the workbook of {day} {}", said.message), said.hint)
        }
        None => (
            format!("the workbook of {day} is gone"),
            "put it back; `scan` writes it again with everything that was typed and read".to_owned(),
        ),
    }))
}

/// The meetings that have a folder in the office.
pub fn meetings(house: &House) -> Vec<NaiveDate> {
    let inside = house.shares.list(&house.config.folders.office).unwrap_or_default();
    inside.iter().filter_map(|one| one.name.to_str()?.parse().ok()).collect()
}

/// Every file beside the workbook of `day` of which something is to be said.
///
/// Fails when the folder or the workbook cannot be read.
pub fn all_said(house: &House, day: NaiveDate) -> Result<Vec<(PathBuf, Said)>> {
    let clerk = Clerk::new(house);
    let mut all = Vec::new();
    for stray in look(house, day)?.strays {
        all.extend(said(house, &clerk, day, &stray)?.map(|said| (stray.path, said)));
    }
    Ok(all)
}

/// Whether a file of this name in a meeting's folder may hold what somebody typed, and is not the workbook.
pub fn may_be_a_stray(house: &House, day: NaiveDate, name: &str) -> bool {
    let book = workbook_path(house, day);
    name != name_of(&book) && sort(name, &book).is_some()
}

/// Whether a file beside the workbook is a workbook too; none where it is neither that nor the workbook saved as something else.
fn sort(name: &str, book: &Path) -> Option<bool> {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    let ending = ending.unwrap_or_default().to_ascii_lowercase();
    let is_workbook = ending == "xlsx";
    let is_named_so = name.to_lowercase().starts_with(&stem_of(book).to_lowercase());
    let is_stray = is_workbook || (is_named_so && OTHER_KINDS.contains(&ending.as_str()));
    (is_stray && !name.starts_with(['.', '~'])).then_some(is_workbook)
}

/// The step of a workbook that is open.
pub fn open_step(day: NaiveDate) -> String {
    format!("workbook {day} open")
}

/// The meeting whose workbook is open, where that is the trouble.
pub fn is_open(trouble: &OpenTrouble) -> Option<NaiveDate> {
    trouble.step.strip_prefix("workbook ")?.strip_suffix(" open")?.parse().ok()
}

/// A trouble with the name of whoever has the workbook open, where the lock file tells it. It is kept out of the register and of logs.
pub fn with_who(house: &House, mut trouble: OpenTrouble) -> OpenTrouble {
    let Some(day) = is_open(&trouble) else { return trouble };
    if let Ok(Some(Some(who))) = guard::open_by(&house.shares, &workbook_path(house, day)) {
        trouble.message = trouble.message.replacen("is open", &format!("is open ({who})"), 1);
    }
    trouble
}
