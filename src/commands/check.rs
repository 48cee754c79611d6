//! What would go wrong, said before it does.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use crate::clerk::house::{House, Settings, shown};
use crate::clerk::inbox;
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::letters::proofs::{Directory, Proofs};
use crate::clerk::letters::secret;
use crate::clerk::lying;
use crate::clerk::sitting;
use crate::clerk::templates;
use crate::commands::screen::{self, Exit};
use crate::config::{PasswordBy, Road};
use crate::finding::{Finding, Severity};
use crate::intake::marker;
use crate::panel::audience;
use crate::panel::calendar;
use crate::panel::london;
use crate::panel::meeting::Meeting;
use crate::panel::people::{Capacity, Person};
use crate::panel::roles;
use crate::panel::when;
use crate::share::fault::ShareError;
use crate::stationery::fonts;

pub fn run(settings: &Settings) -> Result<Exit> {
    let house = settings.open()?;
    let mut findings = folders(&house);
    findings.extend(password_files(&house));
    findings.extend(secrets(&house));
    findings.extend(meetings(&house));
    findings.extend(not_yet_in_use(&house));
    findings.extend(word_templates(&house));
    findings.extend(people(&house));
    findings.extend(addresses(&house));
    findings.extend(workbooks(&house)?);
    findings.extend(workers(&house));
    findings.extend(account(&house));
    if house.json {
        screen::json(&json!({ "panel": house.rules().name, "findings": findings }))?;
    } else {
        say(&house, &findings);
    }
    let fine = findings.iter().all(|finding| finding.severity == Severity::Note);
    Ok(if fine { Exit::Done } else { Exit::Look })
}

fn say(house: &House, findings: &[Finding]) {
    screen::line(format!("{}: the configuration is sound", house.rules().name));
    if let Some(meeting) = calendar::next_meeting(house.rules(), house.now()) {
        screen::line(format!(
            "next meeting {}, cutoff {}",
            when::moment(meeting.starts),
            when::moment(meeting.cutoff)
        ));
        for said in due(house, &meeting) {
            screen::line(said);
        }
    }
    screen::line(format!("bundled faces {}", fonts::fingerprint()));
    for finding in findings {
        let weight = if finding.severity == Severity::Note { "note" } else { "look" };
        screen::line(format!("{weight}: {}: {}", finding.subject, finding.message));
        if let Some(hint) = &finding.hint {
            screen::line(format!("      hint: {hint}"));
        }
    }
    if findings.is_empty() {
        screen::line("nothing to look at");
    }
}

/// The days that the panel's procedure sets for the agenda and the record of a meeting.
fn due(house: &House, meeting: &Meeting) -> Vec<String> {
    let rules = house.rules();
    let agenda = meeting.agenda_due.map(|day| format!("agenda due {}", when::day_said(day)));
    let record = meeting.record_due.map(|day| {
        let by = when::by(day, rules.calendar.record_time);
        format!("decisions and actions on {} {by}", rules.record_system)
    });
    agenda.into_iter().chain(record).collect()
}

/// Each shared folder, asked as a round asks it; one that hangs is said so and waited for no longer than a round would.
fn folders(house: &House) -> Vec<Finding> {
    let folders = &house.config.folders;
    let mut findings = Vec::new();
    for (name, folder, written_to) in [
        ("inbox", &folders.inbox, false),
        ("receipts", &folders.receipts, true),
        ("office", &folders.office, true),
    ] {
        let shown = shown(folder, &house.config);
        if let Err(error) = house.shares.list(folder) {
            let finding = match error {
                ShareError::Refused { fault, .. } => {
                    let message = format!("`{shown}` cannot be read: {fault}");
                    Finding::blocks("folder", message).hint("make it, or correct `[folders]`")
                }
                error => Finding::blocks("folder", error.to_string())
                    .hint("ask whoever looks after the file server"),
            };
            findings.push(finding.about(name));
        } else if written_to && let Err(error) = house.shares.try_writing(folder) {
            let message = match error {
                ShareError::Refused { fault, .. } => {
                    format!("nothing can be written into `{shown}`: {fault}")
                }
                error => error.to_string(),
            };
            let finding = Finding::blocks("folder", message).about(name);
            findings.push(finding.hint("give the service's account write access"));
        }
    }
    // An inbox that cannot be asked has been named above.
    let is_named = findings.iter().any(|finding| finding.subject == "inbox");
    if !is_named && let Ok(None) = house.shares.stat(&folders.inbox.join(marker::NAME)) {
        findings.push(inbox::unmarked());
    }
    findings.extend(readable_by_others(&folders.data, house));
    findings
}

/// Whether the packs' passwords can be read, and by us alone.
fn password_files(house: &House) -> Vec<Finding> {
    let post = &house.config.post;
    if let Err(error) = Passwords::read(house, None) {
        return vec![Finding::blocks("password-file", error.to_string()).about("post")];
    }
    let files = [(&post.password_file, "password_file"), (&post.member_passwords, "member_passwords")];
    let open = files.into_iter().filter_map(|(file, key)| {
        let finding = open_to_others(file.as_deref()?, house)?;
        Some(finding.about(key).hint("`chmod 600` it, and change the passwords"))
    });
    open.chain(password_travels(house)).collect()
}

/// How the password of protected copies reaches their readers; none where copies open without one.
fn password_travels(house: &House) -> Option<Finding> {
    let post = &house.config.post;
    post.password_file.as_ref().or(post.member_passwords.as_ref())?;
    let how = match (post.password_by, &post.road) {
        (PasswordBy::Telephone, _) => "the administrator tells each reader the password by telephone",
        (PasswordBy::Known, _) => "their readers have had the password before",
        (PasswordBy::Email, Road::Outbox) => {
            "you write the email with the password yourself: the program puts no password into a draft"
        }
        (PasswordBy::Email, Road::Smtp(_) | Road::Graph(_)) => {
            "`send password DATE` sends the password in an email of its own, never with the copy"
        }
    };
    let message = format!("copies of the pack open with a password; {how} (`password_by`)");
    Some(Finding::note("password-by", message).about("post"))
}

/// Whether what emails are sent with can be had, and for how long it is good. Nobody is asked whether it is right: `send` is.
fn secrets(house: &House) -> Vec<Finding> {
    let road = &house.config.post.road;
    let today = london::wall(house.now()).date_naive();
    let missing = road.secrets().into_iter().filter_map(|(section, rule)| {
        let error = secret::fetch(&rule.place).err()?.to_string();
        let (says, hint) =
            error.split_once("; hint: ").unwrap_or((&error, "the service's account must be able to read it"));
        Some(Finding::blocks("secret", says.to_owned()).about(section).hint(hint))
    });
    let soon = secret::running_out(road, today).into_iter();
    missing
        .chain(soon.map(|advice| Finding::warning("secret", advice.says).about("post").hint(advice.hint)))
        .collect()
}

fn readable_by_others(data: &Path, house: &House) -> Option<Finding> {
    open_to_others(data, house).map(|finding| finding.about("data").hint("`chmod 700` it"))
}

#[cfg(unix)]
fn open_to_others(place: &Path, house: &House) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let mode = place.metadata().ok()?.permissions().mode();
    let message = format!("`{}` can be looked into by other accounts", shown(place, &house.config));
    (mode & 0o077 != 0).then(|| Finding::blocks("data-open", message))
}

#[cfg(not(unix))]
fn open_to_others(_: &Path, _: &House) -> Option<Finding> {
    None
}

fn meetings(house: &House) -> Vec<Finding> {
    match calendar::next_meeting(house.rules(), house.now()) {
        Some(meeting) => calendar::notices(house.rules(), &meeting),
        None => vec![Finding::blocks("no-meeting", "no meeting is to come").about("meeting")],
    }
}

/// Workbooks that are open, gone, under another name, or copied.
fn workbooks(house: &House) -> Result<Vec<Finding>> {
    let register = house.register()?;
    let mut findings = Vec::new();
    for day in lying::meetings(house) {
        if register.confirmed_minutes(day)?.is_some() {
            continue;
        }
        let missing = lying::missing(house, &register, day).unwrap_or_default();
        findings.extend(
            missing.map(|(message, hint)| {
                Finding::blocks("workbook-gone", message).about("workbook").hint(hint)
            }),
        );
        for (file, said) in lying::all_said(house, day).unwrap_or_default() {
            let message = format!("`{}` {}", shown(&file, &house.config), said.message);
            findings.push(Finding::blocks("workbook-astray", message).about("workbook").hint(said.hint));
        }
    }
    Ok(findings)
}

/// Settings that have no effect in this version.
fn not_yet_in_use(house: &House) -> impl Iterator<Item = Finding> {
    house.config.not_yet_in_use().map(|key| {
        let message = format!("not yet in use: `{key}` is understood, and nothing follows from it");
        Finding::note("not-yet-in-use", message).about("config.toml")
    })
}

fn word_templates(house: &House) -> Vec<Finding> {
    let names = ["agenda.docx", "minutes.docx", "decision_note.docx", "amendment.docx", "breach.docx"];
    let missing = names.iter().filter_map(|name| Some((name, templates::word(house, name).err()?)));
    missing.map(|(name, error)| Finding::blocks("template", format!("{error:#}")).about(*name)).collect()
}

fn people(house: &House) -> Vec<Finding> {
    let (people, mistakes) = match sitting::people(house) {
        Ok(read) => read,
        Err(error) => return vec![Finding::blocks("people", format!("{error:#}")).about("People.xlsx")],
    };
    let mut findings: Vec<Finding> = mistakes
        .iter()
        .map(|mistake| Finding::warning("people", mistake.to_string()).about("People.xlsx"))
        .collect();
    let held: Vec<&str> = people.iter().map(|person| person.role.as_str()).collect();
    let unfilled = roles::missing(&house.rules().decisions.roles, &held);
    if !people.is_empty() && !unfilled.is_empty() {
        let message = format!("nobody holds the role of {}", unfilled.join(", "));
        let finding = Finding::warning("role-unfilled", message).about("People.xlsx");
        findings.push(finding.hint("add whoever holds it, or change `roles` under `[decisions]`"));
    }
    if !people.iter().any(|person| person.capacity.sits()) {
        let finding = Finding::warning("people", "nobody sits on the panel yet, so nothing can be sent");
        findings.push(finding.about("People.xlsx").hint("one line for each member, with an address"));
    }
    findings
}

/// Where emails may go, and whether addresses are proved first.
fn addresses(house: &House) -> Vec<Finding> {
    let post = &house.config.post;
    let mut findings = Vec::new();
    let domains = if post.domains.is_empty() {
        let message = "emails go to any domain: `domains` under `[post]` names the only ones they may go to";
        Finding::note("any-domain", message)
    } else {
        Finding::note("domains", format!("emails go to {} and nowhere else", post.domains.join(", ")))
    };
    findings.push(domains.about("post"));
    let road = if post.prove_addresses.is_some() {
        "`[post] prove_addresses` says so"
    } else if post.proves_addresses() {
        "the road sends by itself"
    } else {
        "the road is `outbox`"
    };
    let message = if post.proves_addresses() {
        format!(
            "no pack, agenda or minutes go to an address that is not proved ({road}); `panelclerk addresses` says whose waits"
        )
    } else {
        format!("addresses are not proved before documents go there ({road})")
    };
    findings.push(Finding::note("prove-addresses", message).about("post"));
    if post.proves_addresses()
        && let Ok((people, _)) = sitting::people(house)
        && people.iter().any(|person| person.capacity == Capacity::Officer)
        && let Some(finding) = directory(house, &people)
    {
        findings.push(finding.about("office"));
    }
    for rule in post.domain_rules.iter().filter(|rule| !rule.said().is_empty()) {
        let message = format!("emails to {}: {}", rule.name, rule.said());
        findings.push(Finding::note("domain", message).about("post"));
    }
    let observers = &house.rules().observers_agreed_by;
    if let Ok((people, _)) = sitting::people(house)
        && people.iter().any(|person| person.capacity == Capacity::Observer)
        && !people.iter().any(|person| audience::holds(person, observers))
    {
        let message = format!("the {observers} must agree to observers, and nobody in `People.xlsx` is that");
        let hint = "say so in `Role`, or name another under `observers_agreed_by`";
        findings.push(Finding::warning("observers", message).about("People.xlsx").hint(hint));
    }
    findings
}

/// Whether officers can be held against the council's directory.
fn directory(house: &House, people: &[Person]) -> Option<Finding> {
    let register = house.register().ok()?;
    let hint = "export it from the council's directory with the columns `Name` and `Email` into `office/Directory.csv`";
    match Proofs::with_directory(house, &register, people).ok()?.directory() {
        Directory::Read(..) => None,
        Directory::Missing => {
            let message = "there is no directory to hold officers' addresses against: they get no invitation and no decision";
            Some(Finding::warning("directory", message).hint(hint))
        }
        Directory::Unreadable(why) => {
            Some(Finding::warning("directory", format!("the directory cannot be read: {why}")).hint(hint))
        }
    }
}

/// What this system cannot enforce on the processes that open dropped files.
fn workers(house: &House) -> Vec<Finding> {
    let gaps = house.readers().and_then(|pool| Ok(pool.gaps()?));
    match gaps {
        Ok(gaps) if gaps.is_empty() => {
            let message = "what opens documents is shut in: it sees no file but the document it is given, no network, no other process, and what \
                           it starts ends with it";
            vec![Finding::note("worker-shut-in", message).about("workers")]
        }
        Ok(gaps) => gaps.into_iter().map(|gap| Finding::warning("worker", gap).about("workers")).collect(),
        Err(error) => vec![Finding::blocks("worker", format!("{error:#}")).about("workers")],
    }
}

/// Whatever gets out of a worker has the rights of the account the program runs under.
#[cfg(unix)]
fn account(house: &House) -> Option<Finding> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let message = "the program runs as root, to whom the whole machine is open";
    // A rehearsal is tried out wherever somebody happens to be.
    let finding = if house.config.rehearsal { Finding::note } else { Finding::warning };
    Some(finding("root", message.to_owned()).about("account").hint("run it under an account of its own"))
}

#[cfg(not(unix))]
fn account(_: &House) -> Option<Finding> {
    None
}
