//! Letters of a meeting: who gets what, and with `--go` the drafts in the meeting's outbox.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;

use crate::commands::copies::{self, Own};
use crate::commands::house::{House, Settings, shown, typed};
use crate::commands::pressed::Pressing;
use crate::commands::screen::{self, Exit, Usage};
use crate::commands::sitting::{self, Sitting};
use crate::commands::{invitations, templates, workbook};
use crate::desk::layout::ATTENDANCE;
use crate::desk::mistake::Mistake;
use crate::desk::outcome::{self, INTERESTS};
use crate::panel::audience::{self, Withheld};
use crate::panel::case::{Disposition, Standing};
use crate::panel::outcome::{Attendee, Outcome};
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
    let withheld = if encloses_pack(kind) { withheld(house, register, sitting)? } else { Vec::new() };
    Ok(plan::to_panel(kind, &people, |person| {
        audience::pack_copy(house.rules(), person, &sitting.casebook, &withheld)
    }))
}

fn encloses_pack(kind: LetterKind) -> bool {
    matches!(kind, LetterKind::Pack | LetterKind::Supplement)
}

/// Interests declared on the workbook's attendance sheet, or in an outcome recorded already. One that cannot be read stops
/// the letters: whoever declared it must not get the case.
fn withheld(house: &House, register: &Register, sitting: &Sitting) -> Result<Vec<Withheld>> {
    let mut declared: Vec<Attendee> =
        register.outcome(sitting.day())?.map(|outcome| outcome.attendance).unwrap_or_default();
    if let Some(read) = workbook::read(house, sitting)? {
        let (typed, mistakes) = outcome::outcome(&read.typed, &sitting.words, &sitting.agenda);
        let doubtful = |mistake: &&Mistake| {
            mistake.sheet == ATTENDANCE.name && (mistake.column == INTERESTS || mistake.key.is_empty())
        };
        if let Some(mistake) = read.mistakes.iter().chain(&mistakes).find(doubtful) {
            return Err(Usage::new(format!("who may see which case is not clear: {mistake}"))
                .hint("correct it in the workbook, save and close it")
                .into());
        }
        declared.extend(typed.attendance);
    }
    Ok(declared.into_iter().flat_map(interests).collect())
}

fn interests(attendee: Attendee) -> impl Iterator<Item = Withheld> {
    let Attendee { name, interests, .. } = attendee;
    interests.into_iter().map(move |case| Withheld { person: name.clone(), case })
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
    let stage = house.progress.stage("writing letters", plan.letters.len());
    let mut files = Vec::new();
    let letters = plan.letters.iter().zip(&copies);
    for (addressed, copy) in letters.filter(|(to, _)| desk.has_something_to_say(sitting, to)) {
        let name = outbox::file_name(
            &desk.what(kind),
            sitting.day(),
            addressed.case.as_ref(),
            &addressed.name,
            &addressed.email,
        );
        // A letter about an issued version is written once: asked for again, the same bytes go out.
        let there = written.iter().find(|letter| letter.id == name && kind.is_of_a_version());
        let message = match there {
            Some(there) => register.store().read(&there.sha)?,
            None => desk.letter(house, &sender, sitting, addressed, copy.as_ref())?,
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
    Ok(files)
}

/// What letters of one kind are made of.
#[derive(Debug)]
struct Desk {
    pressing: Option<Pressing>,
    agenda: Option<Enclosure>,
    outcome: Option<Outcome>,
    templates: [String; 2],
    signed: String,
}

impl Desk {
    fn open(house: &House, register: &Register, sitting: &Sitting, kind: LetterKind) -> Result<Self> {
        let pressing = Pressing::latest(house, register, sitting.day())?;
        if encloses_pack(kind) && pressing.is_none() {
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
        let agenda = agenda(sitting)?;
        let outcome = register.outcome(sitting.day())?;
        if kind == LetterKind::Decisions && outcome.is_none() {
            let day = sitting.day();
            return Err(Usage::new(format!("there are no decisions for {day}"))
                .hint("type them into the workbook, then `panelclerk minutes`")
                .into());
        }
        Ok(Desk { pressing, agenda, outcome, templates, signed })
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
        let Some(pressing) = self.pressing.as_mut().filter(|_| encloses_pack(kind)) else {
            return Ok(vec![None; letters.len()]);
        };
        let copies = copies::make(house, register, pressing, letters)?;
        pressing.list_copies(sitting)?;
        pressing.issue(register, house.now())?;
        Ok(copies)
    }

    fn letter(
        &self,
        house: &House,
        sender: &Sender,
        sitting: &Sitting,
        to: &Addressed,
        copy: Option<&Own>,
    ) -> Result<Vec<u8>> {
        let meeting = &sitting.casebook.meeting;
        let subject = wording::subject(to.kind, &sitting.heading, meeting, to.case.as_ref());
        let said = Said {
            heading: &sitting.heading,
            meeting,
            name: &to.name,
            signed: &self.signed,
            whole: to.what.is_pack(),
            written: house.now(),
            facts: &self.facts(sitting, to, copy),
            note: &copy.map(about).unwrap_or_default(),
        };
        let [text, page] = &self.templates;
        let wording = wording::word(to.kind, [text, page], &sender.subject(&subject), said)?;
        let letter = Letter {
            name: &to.name,
            email: &to.email,
            subject: &subject,
            wording: &wording,
            enclosures: &self.enclosures(sitting, to, copy)?,
            written: house.now(),
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
        let agenda =
            || self.agenda.clone().context("there is no agenda yet; write it with `panelclerk agenda`");
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
