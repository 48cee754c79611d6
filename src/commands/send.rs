//! Letters of a meeting: who gets what, and with `--go` the drafts in the meeting's outbox.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;

use crate::commands::house::{House, Settings, shown, typed};
use crate::commands::pressed::Pressing;
use crate::commands::screen::{self, Exit, Usage};
use crate::commands::sitting::{self, Sitting};
use crate::commands::{invitations, templates};
use crate::panel::audience::{self, PackCopy};
use crate::panel::case::{Disposition, Standing};
use crate::panel::outcome::Outcome;
use crate::post::compose::{self, Enclosure, Letter, Sender};
use crate::post::facts;
use crate::post::kind::LetterKind;
use crate::post::outbox;
use crate::post::plan::{self, Addressed, Enclosed, Plan};
use crate::post::wording::{self, Said};
use crate::register::Register;
use crate::register::letters::NewLetter;

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
    let plan = plan(&house, &sitting, kind)?;
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
pub fn plan(house: &House, sitting: &Sitting, kind: LetterKind) -> Result<Plan> {
    let (people, _) = sitting::people(house)?;
    if kind.is_per_case() {
        let concerned = |case: &&crate::panel::case::Case| {
            case.disposition == Disposition::Listed
                && (kind != LetterKind::Chaser || case.standing() == Standing::Incomplete)
        };
        return Ok(plan::to_officers(kind, &people, sitting.casebook.cases.iter().filter(concerned)));
    }
    Ok(plan::to_panel(kind, &people, |person| {
        match audience::pack_copy(house.rules(), person, &sitting.casebook, &[]) {
            PackCopy::Only(cases) => cases.into_iter().collect(),
            _ => Vec::new(),
        }
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
    let post = &house.config.post;
    let sender = Sender::new(
        &post.sender,
        post.reply_to.as_deref(),
        post.subject_prefix.as_deref(),
        house.config.rehearsal,
    )?;
    let desk = Desk::open(house, register, sitting, kind)?;
    if let (LetterKind::Pack, Some(pressing)) = (kind, &desk.pressing) {
        pressing.issue(register, house.now())?;
    }
    let stage = house.progress.stage("writing letters", plan.letters.len());
    let mut files = Vec::new();
    for addressed in plan.letters.iter().filter(|to| desk.has_something_to_say(sitting, to)) {
        let message = desk.letter(house, &sender, sitting, addressed)?;
        let name = outbox::file_name(
            kind.key(),
            sitting.day(),
            addressed.case.as_ref(),
            &addressed.name,
            &addressed.email,
        );
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
    Ok(files)
}

/// What letters of one kind are made of.
#[derive(Debug)]
struct Desk {
    pressing: Option<Pressing>,
    pack: Option<Enclosure>,
    agenda: Option<Enclosure>,
    outcome: Option<Outcome>,
    templates: [String; 2],
    signed: String,
}

impl Desk {
    fn open(house: &House, register: &Register, sitting: &Sitting, kind: LetterKind) -> Result<Self> {
        let pressing = Pressing::latest(house, register, sitting.day())?;
        let wants_pack = kind == LetterKind::Pack;
        if wants_pack && pressing.is_none() {
            let day = sitting.day();
            return Err(Usage::new(format!("there is no pack for {day}"))
                .hint("press it with `panelclerk pack`")
                .into());
        }
        let pack =
            pressing.as_ref().filter(|_| wants_pack).map(|pressing| pack(sitting, pressing)).transpose()?;
        let [text, page] = kind.templates();
        let [text_name, page_name] = kind.template_names();
        let templates =
            [templates::text(house, &text_name, text)?, templates::text(house, &page_name, page)?];
        let (people, _) = sitting::people(house)?;
        let signed = sitting::signed(house, &people);
        let agenda = agenda(sitting)?;
        let outcome = register.outcome(sitting.day())?;
        if kind == LetterKind::Decisions && outcome.is_none() {
            let day = sitting.day();
            return Err(Usage::new(format!("there are no decisions for {day}"))
                .hint("type them into the workbook, then `panelclerk minutes`")
                .into());
        }
        Ok(Desk { pressing, pack, agenda, outcome, templates, signed })
    }

    fn letter(&self, house: &House, sender: &Sender, sitting: &Sitting, to: &Addressed) -> Result<Vec<u8>> {
        let meeting = &sitting.casebook.meeting;
        let subject = wording::subject(to.kind, &sitting.heading, meeting, to.case.as_ref());
        let said = Said {
            heading: &sitting.heading,
            meeting,
            name: &to.name,
            signed: &self.signed,
            whole: to.what == Enclosed::Pack,
            written: house.now(),
            facts: &self.facts(sitting, to),
            note: "",
        };
        let [text, page] = &self.templates;
        let wording = wording::word(to.kind, [text, page], &sender.subject(&subject), said)?;
        let letter = Letter {
            name: &to.name,
            email: &to.email,
            subject: &subject,
            wording: &wording,
            enclosures: &self.enclosures(to)?,
            written: house.now(),
        };
        compose::draft(sender, &letter).with_context(|| format!("the letter to `{}`", to.email))
    }

    fn facts(&self, sitting: &Sitting, to: &Addressed) -> Vec<(String, String)> {
        let case = to.case.as_ref().and_then(|id| sitting.casebook.case(id));
        match (to.kind, case, &self.pressing) {
            (LetterKind::Chaser, Some(case), _) => facts::of_case(case, &sitting.heading),
            (LetterKind::Decisions, ..) => self.decided(sitting, to).unwrap_or_default(),
            (_, _, Some(pressing)) if to.what == Enclosed::Pack => {
                facts::of_pack(&pressing.manifest, &sitting.casebook)
            }
            _ => facts::of_cases(&to.what),
        }
    }

    fn decided(&self, sitting: &Sitting, to: &Addressed) -> Option<Vec<(String, String)>> {
        let outcome = self.outcome.as_ref()?;
        let decision = outcome.decisions.iter().find(|decision| Some(&decision.case) == to.case.as_ref())?;
        Some(facts::of_decision(decision, &outcome.actions, &sitting.heading, &sitting.words))
    }

    /// A letter about a decision waits until there is one.
    fn has_something_to_say(&self, sitting: &Sitting, to: &Addressed) -> bool {
        to.kind != LetterKind::Decisions || self.decided(sitting, to).is_some()
    }

    fn enclosures(&self, to: &Addressed) -> Result<Vec<Enclosure>> {
        let agenda =
            || self.agenda.clone().context("there is no agenda yet; write it with `panelclerk agenda`");
        Ok(match &to.what {
            Enclosed::Pack => self.pack.iter().cloned().collect(),
            Enclosed::PackOf(_) | Enclosed::Agenda => vec![agenda()?],
            Enclosed::Nothing => Vec::new(),
        })
    }
}

fn pack(sitting: &Sitting, pressing: &Pressing) -> Result<Enclosure> {
    let content = fs::read(&pressing.pack).with_context(|| format!("`{}`", pressing.pack.display()))?;
    let file_name = format!("{}.pdf", sitting.heading.file_name("pack"));
    Ok(Enclosure { file_name, media_type: "application/pdf".to_owned(), content })
}

fn agenda(sitting: &Sitting) -> Result<Option<Enclosure>> {
    let file = sitting.file("agenda", "docx");
    if !file.exists() {
        return Ok(None);
    }
    let content = fs::read(&file).with_context(|| format!("`{}`", file.display()))?;
    let file_name = format!("{}.docx", sitting.heading.file_name("agenda"));
    let media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned();
    Ok(Some(Enclosure { file_name, media_type, content }))
}
