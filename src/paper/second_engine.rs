//! LibreOffice as the second engine: for what the embedded one cannot do, where the configuration names it.
//!
//! It runs inside a worker of a pool of its own, which may start programs but still has no network and sees only the program
//! and its own folder, with a copy of the one paper in it. Its profile is made for one paper and forbids macros and the following of links; what it
//! says about success is not believed: only a PDF that opens counts.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::panel::seen::{Block, FileFormat};
use crate::paper::compare::Shown;
use crate::paper::format;
use crate::paper::job::{self, Job, Pictured, RENDITION, Rendition};
use crate::paper::pdf;
use crate::paper::pdf::open;
use crate::paper::pdf::printed;
use crate::paper::said::looks;
use crate::paper::said::sentences;
use crate::paper::said::unseen;
use crate::pdf::text;
use crate::stationery::fonts;
use crate::worker::given;
use crate::worker::terms::Terms;
use crate::worker::work::Work;

/// What a LibreOffice needs to run, where it exists; the folder it is installed in comes on top. Of `/etc` only what says where
/// libraries and faces are.
const PROGRAM_FOLDERS: [&str; 13] = [
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/etc/localtime",
    "/proc",
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
];

/// Memory below which it does not start.
const LEAST_MEMORY_MB: u64 = 2048;

/// One paper for the second engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Convert {
    /// The `soffice` program.
    pub program: PathBuf,
    pub job: Job,
    pub format: FileFormat,
    /// Hundredths of a paper's time that are left for it.
    pub share: u64,
    /// What made earlier pages, if that is known.
    pub made_by: Option<String>,
}

/// What it made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Converted {
    pub rendition: Rendition,
    /// What its pages show.
    pub shown: Shown,
    /// The same as a person sees it: tables and paragraphs.
    pub body: Vec<Block>,
    /// What is to be said of its pages: letters that no face had, words that cannot be read or seen.
    pub findings: Vec<Finding>,
}

/// Whether the second engine can make pages of this format.
pub fn can(format: FileFormat) -> bool {
    ending(format).is_some()
}

/// Limits for a worker that runs the program at `program`.
pub fn terms(reading: &Terms, program: &Path) -> Terms {
    let home =
        fs::canonicalize(program).ok().and_then(|program| Some(program.parent()?.parent()?.to_owned()));
    let runnable = PROGRAM_FOLDERS.iter().map(PathBuf::from).chain(home).collect();
    let memory_mb = reading.memory_mb.max(LEAST_MEMORY_MB);
    // A fresh room for each paper: whatever one may have started in it must not see the next.
    Terms { memory_mb, runnable, jobs: 1, ..reading.clone() }
}

/// The ending the program knows a format by; it goes by that more than by content.
fn ending(file_format: FileFormat) -> Option<&'static str> {
    format::of(file_format).second_engine
}

impl Work for Convert {
    const NAME: &'static str = "second engine";
    type Answer = Converted;

    fn share(&self) -> u64 {
        self.share
    }

    fn given(&self) -> Vec<PathBuf> {
        vec![self.job.content.clone()]
    }

    fn carry_out(&self, out: &Path) -> Result<Converted, String> {
        fonts::lie_in(&self.job.fonts);
        let ending = ending(self.format).ok_or("the second engine does not read this format of file")?;
        let desk = tempfile::tempdir_in(out).map_err(|error| format!("no folder to work in: {error}"))?;
        let paper = desk.path().join(format!("paper.{ending}"));
        let copied = given::open(&self.job.content)
            .and_then(|mut content| std::io::copy(&mut content, &mut File::create(&paper)?));
        copied.map_err(|error| format!("the stored content cannot be read: {error}"))?;
        let made_by = self.made_by.clone().unwrap_or_else(|| version(&self.program, desk.path()));
        let pdf = convert(&self.program, desk.path(), &paper, &self.job.fonts)?;
        let opened = open::open(&pdf).map_err(|finding| finding.message)?;
        let normalised = pdf::normalise::normalise(&opened)?;
        let pages = text::words(&normalised.pdf).ok_or("the pages cannot be read back")?;
        let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        if count == 0 || self.job.most_pages < count {
            return Err(format!("{count} pages"));
        }
        let Pictured { pdf, numbers, findings: as_pictures } =
            job::pictured(&normalised.pdf, &pages, false, &self.job);
        write(&out.join(RENDITION.to_string()), &pdf)?;
        let rendition = Rendition {
            sha256: job::hash(&pdf),
            pages: count,
            blank_pages: text::page_numbers(&pages, text::PageWords::is_blank),
            pages_without_text: job::without_text(&pages, &numbers),
            made_by,
        };
        let boxed = sentences::letters_not_shown(text::boxed(&pages));
        let hidden = unseen::findings(&pages).into_iter().chain(as_pictures);
        let findings = boxed.into_iter().chain(looks::findings(&pages)).chain(hidden).collect();
        Ok(Converted { rendition, shown: Shown::of(&pages), body: printed::body(&pages), findings })
    }
}

/// Runs the program on one paper; gives the PDF it left.
fn convert(program: &Path, desk: &Path, paper: &Path, fonts: &Path) -> Result<Vec<u8>, String> {
    let profile = desk.join("profile");
    write_profile(&profile)?;
    let fonts = lend_fonts(desk, fonts)?;
    let made = desk.join("made");
    let status = command(program, desk)
        .env("FONTCONFIG_FILE", fonts)
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args([
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            "--nologo",
            "--nofirststartwizard",
        ])
        .args(["--convert-to", "pdf", "--outdir"])
        .arg(&made)
        .arg(paper)
        .status()
        .map_err(|error| format!("`{}` cannot be started: {error}", program.display()))?;
    let pdf = made.join("paper.pdf");
    // LibreOffice's exit status is 0 even when it could not read the file, so only the output counts.
    fs::read(&pdf).map_err(|_| format!("the second engine made nothing ({status})"))
}

fn command(program: &Path, desk: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("HOME", desk)
        .env("TMPDIR", desk)
        .env("PATH", "/usr/bin:/bin")
        .env("SAL_USE_VCLPLUGIN", "svp")
        .envs(libraries(program).map(|folder| ("LD_LIBRARY_PATH", folder)))
        .current_dir(desk)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The folder of its own libraries: where there is no `/proc` it cannot ask where it lies itself.
fn libraries(program: &Path) -> Option<PathBuf> {
    Some(fs::canonicalize(program).ok()?.parent()?.to_owned())
}

/// What the program calls itself, as part of what its pages are known by.
fn version(program: &Path, desk: &Path) -> String {
    let said = command(program, desk).arg("--version").stdout(Stdio::piped()).output();
    let said = said.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned()).unwrap_or_default();
    let name = said.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let name = if name.is_empty() { "second engine".to_owned() } else { name };
    format!("{name}, faces {}, pages 4", fonts::fingerprint())
}

/// Lets the program see the bundled faces besides those of the machine.
fn lend_fonts(desk: &Path, fonts: &Path) -> Result<PathBuf, String> {
    let escaped = fonts.display().to_string().replace('&', "&amp;").replace('<', "&lt;");
    let list = desk.join("fonts.conf");
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n<fontconfig>\
         <include ignore_missing=\"yes\">/etc/fonts/fonts.conf</include><dir>{escaped}</dir></fontconfig>\n"
    );
    write(&list, xml.as_bytes())?;
    Ok(list)
}

/// Settings that take from the program whatever a document could make it do.
fn write_profile(profile: &Path) -> Result<(), String> {
    const SETTINGS: [(&str, &str, &str); 11] = [
        ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
        ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
        ("Common/Security/Scripting", "DisablePythonRuntime", "true"),
        ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
        ("Common/Security/Scripting", "DisableActiveContent", "true"),
        ("Common/Security/Scripting", "CheckDocumentEvents", "false"),
        ("Writer/Content/Update", "Link", "0"),
        ("Calc/Content/Update", "Link", "2"),
        ("Common/Save/Document", "AutoSave", "false"),
        ("Common/Misc", "CrashReport", "false"),
        ("Common/Misc", "UseLocking", "false"),
    ];
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" \
         xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n",
    );
    for (path, name, value) in SETTINGS {
        xml.push_str(&format!(
            "<item oor:path=\"/org.openoffice.Office.{path}\"><prop oor:name=\"{name}\" oor:op=\"fuse\"><value>{value}</value></prop></item>\n"
        ));
    }
    // Dates and times as Excel and Word show them in England, whatever this machine is set to.
    xml.push_str(
        "<item oor:path=\"/org.openoffice.Setup/L10N\"><prop oor:name=\"ooSetupSystemLocale\" oor:op=\"fuse\"><value>en-GB</value></prop></item>\n",
    );
    xml.push_str("</oor:items>\n");
    let folder = profile.join("user");
    fs::create_dir_all(&folder).map_err(|error| format!("no profile folder: {error}"))?;
    write(&folder.join("registrymodifications.xcu"), xml.as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let written = File::create(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}
