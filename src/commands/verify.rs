//! Opens a pack again and holds it against the manifest kept with it; without a file, checks everything held.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;

use crate::clerk::house::{self, House, Settings};
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::usage::Usage;
use crate::clerk::{heads, heal};
use crate::commands::screen::{self, Exit};
use crate::finding::Finding;
use crate::pack::job::VerifyJob;
use crate::pack::manifest::Manifest;
use crate::panel::ids::Sha256;
use crate::panel::{london, when};
use crate::register::Register;
use crate::register::store;

#[derive(Debug, Args)]
pub struct Verify {
    /// A pack, a part of one or a member's copy; left out, everything held is checked
    file: Option<PathBuf>,
    /// Ask for the password of a protected copy, instead of reading it from the panel's files
    #[arg(long, requires = "file")]
    ask_password: bool,
    /// Hold the register to a record of evidence that was kept elsewhere: as printed in a pack, or as it stands in an email or in the
    /// receipts folder
    #[arg(long, value_name = "HEAD", conflicts_with = "file")]
    head: Option<String>,
}

pub fn run(settings: &Settings, args: &Verify) -> Result<Exit> {
    let house = settings.open()?;
    let head = args.head.as_deref().map(typed_head).transpose()?;
    let mut register = house.register()?;
    let (what, said, findings) = match &args.file {
        Some(file) => {
            let (said, findings) = pack(&house, &register, file, args.ask_password)?;
            (file.display().to_string(), said, findings)
        }
        None => {
            let (what, findings) = held(&house, &mut register, head.as_ref())?;
            (what, "as it must be".to_owned(), findings)
        }
    };
    if house.json {
        screen::json(&json!({ "verified": what, "ok": findings.is_empty(), "findings": findings }))?;
    } else if findings.is_empty() {
        screen::line(format!("{what}: {said}"));
    } else {
        screen::findings(&findings);
    }
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Look })
}

/// A head as it is printed: 64 hexadecimal digits, perhaps broken into two lines or in capitals.
fn typed_head(text: &str) -> Result<Sha256> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let not = || {
        Usage::new(format!("`{text}` is no record of evidence"))
            .hint("copy its 64 digits from a pack, an email or the receipts folder")
    };
    Ok(digits.to_lowercase().parse().map_err(|_| not())?)
}

/// What is said of a file that is as it must be, and what is not as it must be. It is held against the manifest kept with the very same
/// file. A manifest that lies beside it proves nothing: whoever changed the one can have changed the other.
fn pack(house: &House, register: &Register, file: &Path, ask: bool) -> Result<(String, Vec<Finding>)> {
    let bytes = house.read(file)?;
    let sha256 = store::hash_bytes(&bytes);
    let known = KnownPack::find(register, &sha256)?;
    let beside = beside(house, file)?;
    let mut findings = Vec::new();
    if known.is_none() {
        let message = match &beside {
            Some(manifest) if manifest.sha256 == sha256 => {
                "it agrees with the manifest beside it, and was never issued by this register"
            }
            _ => "no pack, part or copy that was issued by this register is this file",
        };
        let hint = "do not use it; it was changed, or is another panel's: take the pack in the meeting's folder, or ask for the email again";
        findings.push(Finding::blocks("pack-unknown", message).about(name(file)).hint(hint));
    }
    let Some(manifest) = known.as_ref().map(|known| &known.manifest).or(beside.as_ref()).cloned() else {
        return Ok((String::new(), findings));
    };
    let said = match &known {
        Some(known) if known.issued => format!("as issued: {}", which(&manifest)),
        _ => format!("as created, and not issued yet: {}", which(&manifest)),
    };
    if let (Some(known), Some(beside)) = (&known, beside)
        && !same(&known.manifest, &beside)
    {
        let hint = "the pack is what counts; create it again, or remove the manifest";
        let finding = Finding::blocks("pack-manifest", "the manifest beside it is not the one kept with it");
        findings.push(finding.about(name(file)).hint(hint));
    }
    if !in_chain(register, &manifest)? {
        let said = "the record of evidence it was made from is not in this register";
        let hint = "the register was cut or rewritten, or this is another panel's pack: `panelclerk verify` says more";
        findings.push(Finding::blocks("pack-evidence", said).about(name(file)).hint(hint));
    }
    if !manifest.verified {
        findings.push(not_verified(register, &manifest)?.about(name(file)));
    }
    let password = known.map(|known| known.password(house, ask)).transpose()?.flatten();
    let password = match password {
        None if ask => Some(screen::ask_secret("Password of the file: ")?),
        password => password,
    };
    // The worker is given local files only, so what lies elsewhere is copied in.
    let press = house.press()?;
    let copy = house.copied_in(&bytes)?;
    let pack = copy.path().to_owned();
    let renditions = renditions(register, &manifest);
    let job = VerifyJob { pack, password, renditions, manifest: manifest.clone() };
    let found = press.ask(&job).with_context(|| format!("`{}`", file.display()))?.answer;
    findings.extend(found.into_iter().map(|finding| in_full(finding, &manifest, file)));
    Ok((said, findings))
}

/// `pack of 2026-11-23, version 1`.
fn which(manifest: &Manifest) -> String {
    let part = manifest.part.map_or(String::new(), |cut| format!(", pages {} to {}", cut.first, cut.last));
    format!("pack of {}, version {}{part}", manifest.meeting, manifest.version)
}

/// The same with the document, the case and the pack it is about, and what to do.
fn in_full(finding: Finding, manifest: &Manifest, file: &Path) -> Finding {
    let entry = manifest.entries.iter().find(|entry| entry.number.to_string() == finding.subject);
    let about = match entry {
        Some(entry) => format!(
            "{} ({} of {}, pages {} to {})",
            entry.number, entry.title, entry.case_id, entry.first_page, entry.last_page
        ),
        None if finding.subject.is_empty() => name(file),
        None => finding.subject.clone(),
    };
    let hint = finding.hint.clone().unwrap_or_else(|| {
        format!("do not use it; take the {} from the meeting's folder, or create it again", which(manifest))
    });
    finding.about(format!("{}, {about}", which(manifest))).hint(hint)
}

/// A pack is no better for having been accepted.
fn not_verified(register: &Register, manifest: &Manifest) -> Result<Finding> {
    let packs = register.packs(manifest.meeting)?;
    let master =
        packs.iter().find(|pack| pack.version == manifest.version).map_or(&manifest.sha256, |pack| &pack.sha);
    let accepted = register.pack_accepted(master)?.map(|done| {
        let day = when::day(london::wall(done.at).date_naive());
        format!("; {} accepted it as it is on {day}: {}", done.hand.by, done.hand.reason)
    });
    let said = "it did not pass its own check when it was created, and says so on each page";
    Ok(Finding::blocks("pack-not-verified", format!("{said}{}", accepted.unwrap_or_default())))
}

/// A file that went out, found by its hash.
struct KnownPack {
    manifest: Manifest,
    /// It went out; one that was only pressed did not.
    issued: bool,
    /// Whose it is, where it opens with a password only.
    protected_for: Option<String>,
}

impl KnownPack {
    fn find(register: &Register, sha256: &Sha256) -> Result<Option<Self>> {
        if let Some(copy) = register.copy_with(sha256)? {
            let manifest = serde_json::from_str(&copy.manifest).context("the manifest kept with a copy")?;
            let protected_for = copy.protected.then_some(copy.recipient);
            return Ok(Some(KnownPack { manifest, issued: true, protected_for }));
        }
        let Some(manifest) = register.pack_with(sha256)? else { return Ok(None) };
        let manifest: Manifest = serde_json::from_str(&manifest).context("the manifest kept with a pack")?;
        let issued = register.packs(manifest.meeting)?.iter().any(|pack| pack.sha == *sha256);
        Ok(Some(KnownPack { manifest, issued, protected_for: None }))
    }

    fn password(self, house: &House, ask: bool) -> Result<Option<String>> {
        let Some(recipient) = self.protected_for else { return Ok(None) };
        if ask {
            return Ok(Some(screen::ask_secret("Password of the file: ")?));
        }
        Ok(Passwords::read(house, None)?.known_of(&recipient)?.map(str::to_owned))
    }
}

/// The manifest in the same folder, where there is one.
fn beside(house: &House, file: &Path) -> Result<Option<Manifest>> {
    let beside = file.with_extension("manifest.json");
    let beside = house::absolute(&beside)?;
    let Some(text) = house.shares.read(&beside)? else { return Ok(None) };
    let manifest =
        serde_json::from_slice(&text).with_context(|| format!("`{}` is no manifest", beside.display()))?;
    Ok(Some(manifest))
}

/// But for the list of copies, which grows.
fn same(kept: &Manifest, beside: &Manifest) -> bool {
    let bare = |manifest: &Manifest| Manifest { copies: Vec::new(), ..manifest.clone() };
    bare(kept) == bare(beside)
}

/// Whether the head that the manifest names is one that this register's chain once had.
fn in_chain(register: &Register, manifest: &Manifest) -> Result<bool> {
    Ok(register.had_head(manifest.evidence_head.as_str())?)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn renditions(register: &Register, manifest: &Manifest) -> BTreeMap<Sha256, PathBuf> {
    let held = manifest.entries.iter().filter_map(|entry| {
        let sha = entry.rendition_sha256.as_ref()?;
        register.store().holds(sha).then(|| (sha.clone(), register.store().path(sha)))
    });
    held.collect()
}

/// Every content, every row, every link of the chain, and the chain against heads kept elsewhere. What is damaged is taken from the inbox
/// again, where it still lies there.
fn held(house: &House, register: &mut Register, head: Option<&Sha256>) -> Result<(String, Vec<Finding>)> {
    let contents = register.store().list()?.len();
    let stage = house.progress.stage("checking what is held", contents);
    let audit = register.check_everything(&mut || stage.step())?;
    drop(stage);
    let mut findings = heal::from_inbox(house, register, audit.findings)?;
    findings.extend(heads::kept_in_receipts(house, register)?);
    if let Some(head) = head
        && !register.had_head(head.as_str())?
    {
        findings.push(heads::unknown("the one given"));
    }
    Ok((format!("{} contents and {} facts", audit.contents, audit.facts), findings))
}
