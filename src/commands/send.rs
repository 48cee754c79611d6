//! Letters of a meeting: who gets what, and with `--go` the drafts in the meeting's outbox.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::json;

use crate::commands::copies::{self, Own};
use crate::commands::house::{House, Settings, shown, typed};
use crate::commands::pressed::Pressing;
use crate::commands::screen::{self, Exit, Usage};
use crate::commands::sitting::{self, Sitting};
use crate::commands::told::{Told, When};
use crate::commands::{agenda, invitations, kept_from, templates};
use crate::panel::audience;
use crate::panel::case::{Disposition, Standing};
use crate::panel::outcome::Outcome;
use crate::panel::people::Capacity;
use crate::post::compose::{self, Enclosure, Letter, Sender};
use crate::post::facts;
use crate::post::kind::LetterKind;
use crate::post::outbox;
use crate::post::plan::{self, Addressed, Enclosed, Plan};
use crate::post::wording::{self, Said};
use crate::register::Register;
use crate::register::letters::{LetterRow, NewLetter};
use crate::register::store::hash_bytes;

#[derive(Debug, Args)]
pub struct Send {
    /// `invitations`, `agenda`, `pack`, `decisions` ...
    kind: String,
    /// The meeting's date
    meeting: String,
    /// Write the letters; without it, only show who would get what
    #[arg(long)]
    go: bool,
}

pub fn run(settings: &Settings, args: &Send) -> Result<Exit> {
    if args.kind == invitations::KIND {
        return invitations::run(settings, &args.meeting, args.go);
    }
    let house = settings.open()?;
    let mut register = house.register()?;
    let kind: LetterKind = typed(&args.kind)?;
    let sitting = Sitting::draw(&house, &register, Some(&args.meeting))?;
    let plan = plan(&house, &register, &sitting, kind)?;
    let written = if args.go { write(&house, &mut register, &sitting, kind, &plan)? } else { Vec::new() };
    if house.json {
        let files: Vec<String> = written.iter().map(|file| shown(file, &house.config)).collect();
        screen::json(&json!({
            "kind": kind, "meeting": sitting.day(), "letters": plan.letters,
            "unreachable": plan.unreachable, "sent": args.go, "drafts": files,
        }))?;
    } else {
        show(&plan, args.go);
        if let Some(file) = written.first().and_then(|file| file.parent()) {
            screen::line(format!("drafts: {}", shown(file, &house.config)));
        }
    }
    Ok(if plan.unreachable.is_empty() { Exit::Done } else { Exit::Look })
}

fn show(plan: &Plan, gone: bool) {
    for letter in &plan.letters {
        let what = match &letter.what {
            Enclosed::Pack => "the whole pack".to_owned(),
            Enclosed::PackOf(cases) => format!("{} of the pack's cases", cases.len()),
            Enclosed::PackWithout(cases) => format!("the pack without {} of its cases", cases.len()),
            Enclosed::Agenda => "the agenda".to_owned(),
            Enclosed::Nothing => "a letter".to_owned(),
        };
        screen::line(format!("{:<28} {:<42} {what}", letter.name, letter.email));
    }
    for one in &plan.unreachable {
        screen::line(format!("{:<28} gets nothing: {}", one.name, one.reason));
    }
    if !gone {
        screen::line("nothing was written; `--go` writes these letters into the outbox");
    }
}

/// Who gets what.
pub fn plan(house: &House, register: &Register, sitting: &Sitting, kind: LetterKind) -> Result<Plan> {
    let (people, _) = sitting::people(house)?;
    if kind.is_per_case() {
        let concerned = |case: &&crate::panel::case::Case| {
            case.disposition == Disposition::Listed
                && (kind != LetterKind::Chaser || case.standing() == Standing::Incomplete)
        };
        return Ok(plan::to_officers(kind, &people, sitting.casebook.cases.iter().filter(concerned)));
    }
    let withheld =
        if kind.encloses_pack() { kept_from::withheld(house, register, sitting)? } else { Vec::new() };
    Ok(plan::to_panel(kind, &people, |person| {
        audience::pack_copy(house.rules(), person, &sitting.casebook, &withheld)
    }))
}

/// Composes each letter once, keeps it, and puts it into the outbox.
pub fn write(
    house: &House,
    register: &mut Register,
    sitting: &Sitting,
    kind: LetterKind,
    plan: &Plan,
) -> Result<Vec<PathBuf>> {
    let sender = house.sender()?;
    let mut desk = Desk::open(house, register, sitting, kind)?;
    let copies = desk.issue(house, register, sitting, kind, &plan.letters)?;
    let written = register.letters(sitting.day())?;
    let mut told = Told::of(house, sitting)?;
    let agenda = register.agenda(sitting.day())?.unwrap_or_else(|| sitting.agenda.clone());
    let changed = told.changed(&agenda);
    let stage = house.progress.stage("writing letters", plan.letters.len());
    let mut files = Vec::new();
    let letters = plan.letters.iter().zip(&copies);
    for (addressed, copy) in letters.filter(|(to, _)| desk.has_something_to_say(sitting, to)) {
        let (name, message) = if kind.is_of_a_version() {
            let name = named(sitting, &desk.what(kind), addressed);
            // A letter about an issued version is written once: asked for again, the same bytes go out.
            let message = match written.iter().find(|letter| letter.id == name) {
                Some(there) => register.store().read(&there.sha)?,
                None => desk.letter(&sender, sitting, addressed, copy.as_ref(), &When::first(house.now()))?,
            };
            (name, message)
        } else {
            let written = register.letters(sitting.day())?;
            let known = Known { written: &written, changed: &changed, now: house.now() };
            again(&desk, register, sitting, &sender, addressed, &known, &mut told)?
        };
        let letter = NewLetter {
            id: &name,
            meeting: sitting.day(),
            kind: kind.key(),
            recipient: &addressed.email,
            message: &message,
            state: "ready",
        };
        register.enter_letter(&letter, house.now())?;
        files.push(outbox::put(&sitting.folder.join("outbox"), &name, &message)?.0);
        stage.step();
    }
    if kind == LetterKind::Agenda {
        told.agenda = Some(agenda);
    }
    told.keep(house, sitting)?;
    Ok(files)
}

fn named(sitting: &Sitting, what: &str, to: &Addressed) -> String {
    outbox::file_name(what, sitting.day(), to.case.as_ref(), &to.name, &to.email)
}

/// What is known before a letter is written again.
#[derive(Debug)]
struct Known<'a> {
    /// The letters of the meeting.
    written: &'a [LetterRow],
    /// What has changed on the agenda since it was last sent.
    changed: &'a str,
    now: DateTime<Utc>,
}

/// A letter that may have been written before: the same one, or after a real change the next version of it.
fn again(
    desk: &Desk,
    register: &Register,
    sitting: &Sitting,
    sender: &Sender,
    to: &Addressed,
    known: &Known<'_>,
    told: &mut Told,
) -> Result<(String, Vec<u8>)> {
    let kind = to.kind;
    let name = |version: u32| match version {
        1 => named(sitting, &kind.to_string(), to),
        version => named(sitting, &format!("{kind} v{version}"), to),
    };
    let find = |version: u32| known.written.iter().find(|letter| letter.id == name(version));
    let versions = (1..).take_while(|version| find(*version).is_some()).last().unwrap_or(0);
    // What it says, whenever it is written.
    let timeless = When::first(sitting.casebook.meeting.starts.to_utc());
    let says = hash_bytes(&desk.letter(sender, sitting, to, None, &timeless)?);
    let (version, fresh) = told.version(&name(1), &says, versions);
    let message = match find(version).filter(|_| !fresh) {
        Some(there) => register.store().read(&there.sha)?,
        None => {
            let when = When { written: known.now, version, changed: known.changed };
            desk.letter(sender, sitting, to, None, &when)?
        }
    };
    told.remember(&name(1), version, says);
    Ok((name(version), message))
}

/// What letters of one kind are made of.
#[derive(Debug)]
struct Desk {
    pressing: Option<Pressing>,
    agenda: Option<Enclosure>,
    chairs_agenda: Option<Enclosure>,
    outcome: Option<Outcome>,
    templates: [String; 2],
    signed: String,
}

impl Desk {
    fn open(house: &House, register: &Register, sitting: &Sitting, kind: LetterKind) -> Result<Self> {
        let pressing = Pressing::latest(house, register, sitting.day())?;
        if kind.encloses_pack() && pressing.is_none() {
            let day = sitting.day();
            return Err(Usage::new(format!("there is no pack for {day}"))
                .hint("press it with `panelclerk pack`")
                .into());
        }
        if let (LetterKind::Supplement, Some(pressing)) = (kind, &pressing)
            && pressing.plan()?.supplements.is_empty()
        {
            return Err(Usage::new(format!("there is no supplement for {}", sitting.day()))
                .hint("press it with `panelclerk pack --supplement`")
                .into());
        }
        let [text, page] = kind.templates();
        let [text_name, page_name] = kind.template_names();
        let templates =
            [templates::text(house, &text_name, text)?, templates::text(house, &page_name, page)?];
        let (people, _) = sitting::people(house)?;
        let signed = sitting::signed(house, &people);
        let chairs_agenda = agenda(sitting, agenda::FOR_THE_CHAIR)?;
        let agenda = agenda(sitting, "agenda")?;
        let outcome = register.outcome(sitting.day())?;
        if kind == LetterKind::Decisions && outcome.is_none() {
            let day = sitting.day();
            return Err(Usage::new(format!("there are no decisions for {day}"))
                .hint("type them into the workbook, then `panelclerk minutes`")
                .into());
        }
        Ok(Desk { pressing, agenda, chairs_agenda, outcome, templates, signed })
    }

    /// Makes each reader's copy and freezes the pack with the list of them; for other letters there are none.
    fn issue(
        &mut self,
        house: &House,
        register: &mut Register,
        sitting: &Sitting,
        kind: LetterKind,
        letters: &[Addressed],
    ) -> Result<Vec<Option<Own>>> {
        let Some(pressing) = self.pressing.as_mut().filter(|_| kind.encloses_pack()) else {
            return Ok(vec![None; letters.len()]);
        };
        let copies = copies::make(house, register, pressing, letters)?;
        pressing.list_copies(sitting)?;
        pressing.issue(register, house.now())?;
        Ok(copies)
    }

    fn letter(
        &self,
        sender: &Sender,
        sitting: &Sitting,
        to: &Addressed,
        copy: Option<&Own>,
        when: &When<'_>,
    ) -> Result<Vec<u8>> {
        let meeting = &sitting.casebook.meeting;
        let subject = wording::subject(to.kind, &sitting.heading, meeting, to.case.as_ref());
        let said = Said {
            heading: &sitting.heading,
            meeting,
            name: &to.name,
            signed: &self.signed,
            whole: to.what.is_pack(),
            written: when.written,
            facts: &self.facts(sitting, to, copy),
            note: &copy.map_or_else(|| when.instead_of_the_last(to.kind), about),
        };
        let [text, page] = &self.templates;
        let wording = wording::word(to.kind, [text, page], &sender.subject(&subject), said)?;
        let letter = Letter {
            name: &to.name,
            email: &to.email,
            subject: &subject,
            wording: &wording,
            enclosures: &self.enclosures(sitting, to, copy)?,
            written: when.written,
        };
        compose::draft(sender, &letter).with_context(|| format!("the letter to `{}`", to.email))
    }

    fn facts(&self, sitting: &Sitting, to: &Addressed, copy: Option<&Own>) -> Vec<(String, String)> {
        let case = to.case.as_ref().and_then(|id| sitting.casebook.case(id));
        let mut told = match (to.kind, case) {
            (LetterKind::Chaser, Some(case)) => facts::of_case(case, &sitting.heading),
            (LetterKind::Decisions, _) => self.decided(sitting, to).unwrap_or_default(),
            _ => facts::of_cases(&to.what),
        };
        if let (Some(pressing), Some(copy)) = (&self.pressing, copy) {
            let casebook = &sitting.casebook;
            told.extend(facts::of_pack(&pressing.manifest, casebook, &copy.withheld, &copy.sha256));
        }
        told
    }

    fn decided(&self, sitting: &Sitting, to: &Addressed) -> Option<Vec<(String, String)>> {
        let outcome = self.outcome.as_ref()?;
        let decision = outcome.decisions.iter().find(|decision| Some(&decision.case) == to.case.as_ref())?;
        Some(facts::of_decision(decision, &outcome.actions, &sitting.heading, &sitting.words))
    }

    /// The kind of letter; with a pack issued again, its version too, for it is another letter.
    fn what(&self, kind: LetterKind) -> String {
        let version = self.pressing.as_ref().map_or(1, |pressing| pressing.manifest.version);
        match kind {
            LetterKind::Pack | LetterKind::Supplement | LetterKind::Recall if version > 1 => {
                format!("{kind} v{version}")
            }
            _ => kind.to_string(),
        }
    }

    /// A letter about a decision waits until there is one.
    fn has_something_to_say(&self, sitting: &Sitting, to: &Addressed) -> bool {
        to.kind != LetterKind::Decisions || self.decided(sitting, to).is_some()
    }

    fn enclosures(&self, sitting: &Sitting, to: &Addressed, copy: Option<&Own>) -> Result<Vec<Enclosure>> {
        // What is asked of each partner and what is still to be done is before the chair alone.
        let chairs = matches!(to.capacity, Capacity::Chair | Capacity::Administrator);
        let mine = if chairs { &self.chairs_agenda } else { &self.agenda };
        let agenda = || mine.clone().context("there is no agenda yet; write it with `panelclerk agenda`");
        Ok(match &to.what {
            Enclosed::Agenda => vec![agenda()?],
            _ => copy
                .map(|copy| pack(sitting, &self.what(LetterKind::Pack), copy))
                .transpose()?
                .into_iter()
                .collect(),
        })
    }
}

/// What a reader must know of the copy that is theirs.
fn about(copy: &Own) -> String {
    let mut said = Vec::new();
    if !copy.withheld.is_empty() {
        said.push("In your copy a sheet stands for each page that is not for you; the page numbers are everybody's.");
    }
    if copy.protected {
        said.push("The file opens with a password, which comes to you separately.");
    }
    said.join(" ")
}

fn pack(sitting: &Sitting, what: &str, copy: &Own) -> Result<Enclosure> {
    let content = fs::read(&copy.file).with_context(|| format!("`{}`", copy.file.display()))?;
    let file_name = format!("{}.pdf", sitting.heading.file_name(what));
    Ok(Enclosure { file_name, media_type: "application/pdf".to_owned(), content })
}

fn agenda(sitting: &Sitting, what: &str) -> Result<Option<Enclosure>> {
    let file = sitting.file(what, "docx");
    if !file.exists() {
        return Ok(None);
    }
    let content = fs::read(&file).with_context(|| format!("`{}`", file.display()))?;
    let file_name = format!("{}.docx", sitting.heading.file_name(what));
    let media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned();
    Ok(Some(Enclosure { file_name, media_type, content }))
}
