//! What the letters of one kind are made of: the pack and who holds it, the agenda's documents, the decisions, the templates.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use chrono::NaiveDate;

use crate::clerk::house::House;
use crate::clerk::letters::again;
use crate::clerk::letters::asked_back;
use crate::clerk::letters::copies::{Own, What};
use crate::clerk::letters::enclosed::Agendas;
use crate::clerk::letters::holders::{self, Held, Recall};
use crate::clerk::letters::joining;
use crate::clerk::letters::password_letters;
use crate::clerk::letters::passwords::Passwords;
use crate::clerk::pressings::Pressing;
use crate::clerk::sitting::{self, Sitting};
use crate::clerk::templates;
use crate::clerk::usage::Usage;
use crate::pack::job::{PACK, ProtectJob};
use crate::pack::plan::Supplement;
use crate::panel::agenda::Agenda;
use crate::panel::outcome::{Decision, Outcome};
use crate::panel::people::Person;
use crate::pdf::notice;
use crate::post::compose::{Dress, Enclosure, Sender};
use crate::post::kind::LetterKind;
use crate::post::outbox;
use crate::post::plan::{Addressed, Again, Enclosed, Plan};
use crate::register::Register;

/// What letters of one kind are made of.
#[derive(Debug)]
pub struct Material<'a> {
    pub house: &'a House,
    pub sitting: &'a Sitting,
    pub kind: LetterKind,
    pub pressing: Option<Pressing>,
    /// What the newest version added, where it did.
    pub supplement: Option<Supplement>,
    pub held: Vec<Held>,
    pub recalls: Vec<Recall>,
    /// What is said of each letter that can be asked back, by its number.
    pub asks_back: BTreeMap<String, (String, String)>,
    /// What the copies open with of those who are told it, by address.
    pub told_passwords: BTreeMap<String, String>,
    /// Protected pages that say nothing, by address.
    pub test_pages: BTreeMap<String, Vec<u8>>,
    /// Letters that go once more as they were written, with the files that went with them.
    again: Vec<(Again, Vec<Enclosure>)>,
    pub agendas: Agendas,
    /// As it is set.
    pub agenda: Agenda,
    /// The web address under which the meeting is joined.
    pub joining: Option<String>,
    pub outcome: Option<Outcome>,
    pub people: Vec<Person>,
    /// Plain text, then HTML.
    pub templates: [String; 2],
    pub signed: String,
    pub sender: Sender,
}

impl<'a> Material<'a> {
    /// Fails when there is nothing to send yet (no agenda, no pack, no decision), or a template cannot be read.
    pub fn open(
        house: &'a House,
        register: &Register,
        sitting: &'a Sitting,
        plan: &Plan,
        kind: LetterKind,
    ) -> Result<Self> {
        let day = sitting.day();
        let pressing = Pressing::latest(register, day)?;
        if kind.encloses_pack() && pressing.is_none() {
            return Err(Usage::new(format!("there is no pack for {day}"))
                .hint("create it with `panelclerk pack`")
                .into());
        }
        let supplement = pressing.as_ref().map(newest_supplement).transpose()?.flatten();
        if kind == LetterKind::Supplement && supplement.is_none() {
            return Err(Usage::new(format!(
                "there is no supplement for {day} in the newest version of the pack"
            ))
            .hint("create it with `panelclerk pack --supplement`")
            .into());
        }
        let held = holders::held(register, day)?;
        let recalls = pressing.as_ref().map(|pressing| holders::recalls(&held, &pressing.manifest));
        let [text, page] = kind.templates();
        let [text_name, page_name] = kind.template_names();
        let templates =
            [templates::text(house, &text_name, text)?, templates::text(house, &page_name, page)?];
        let (people, _) = sitting::people(house)?;
        let outcome = register.outcome(day)?;
        if kind == LetterKind::Decisions && outcome.is_none() {
            return Err(Usage::new(format!("there are no decisions for {day}"))
                .hint("type them into the workbook, then `panelclerk minutes`")
                .into());
        }
        Ok(Material {
            signed: sitting::signed(&people),
            people,
            sender: house.sender()?,
            agendas: Agendas::read(house, register, sitting, plan)?,
            agenda: register.agenda(day)?.unwrap_or_else(|| sitting.agenda.clone()),
            joining: if is_about_the_meeting(kind) { joining::link(house, sitting)? } else { None },
            recalls: recalls.unwrap_or_default(),
            asks_back: if kind == LetterKind::RecallEmail {
                asked_back::lines(register, day)?
            } else {
                BTreeMap::new()
            },
            told_passwords: password_letters::passwords(house, plan, kind)?,
            house,
            sitting,
            kind,
            pressing,
            supplement,
            held,
            outcome,
            templates,
            test_pages: test_pages(house, plan)?,
            again: as_written(register, day, plan)?,
        })
    }

    /// The letter that goes to this reader once more as it was written, with its files; none where another is written.
    pub fn again(&self, to: &Addressed) -> Option<&(Again, Vec<Enclosure>)> {
        self.again.iter().find(|(again, _)| again.name == to.name && again.email == to.email)
    }

    /// What is particular to letters to this address' domain.
    pub fn dress(&self, address: &str) -> Dress<'_> {
        let rule = self.house.config.post.rule_of(address);
        rule.map_or_else(Dress::default, |rule| Dress {
            prefix: rule.subject_prefix.as_deref(),
            headers: &rule.headers,
        })
    }

    /// What of the pack goes to this reader.
    pub fn wanted(&self, to: &Addressed) -> Vec<What> {
        match (&to.what, self.kind) {
            (Enclosed::AgendaPages, _) => vec![What::Agenda],
            (_, LetterKind::Supplement) if self.with_pack(to) => vec![What::Supplement, What::Pack],
            (_, LetterKind::Supplement) => vec![What::Supplement],
            _ => vec![What::Pack],
        }
    }

    /// The pack goes with the supplement where the panel wants it, and to whoever has none.
    pub fn with_pack(&self, to: &Addressed) -> bool {
        self.kind == LetterKind::Supplement
            && (self.house.config.post.supplement_with_pack || self.holds(to).is_none())
    }

    /// Whether a letter to this reader leads to their files instead of holding them.
    pub fn is_linked(&self, to: &Addressed, owns: &[Own]) -> bool {
        let shared = owns.iter().all(|own| own.whole && !own.protected);
        self.house.config.post.link.as_ref().is_some_and(|link| link.takes(&to.email, to.by_link, shared))
    }

    pub fn holds(&self, to: &Addressed) -> Option<u32> {
        holders::pack_held(&self.held, &to.email, self.version())
    }

    pub fn version(&self) -> u32 {
        self.pressing.as_ref().map_or(1, |pressing| pressing.manifest.version)
    }

    /// A letter about a decision waits until there is one.
    pub fn has_something_to_say(&self, to: &Addressed) -> bool {
        to.kind != LetterKind::Decisions || self.decision(to).is_some()
    }

    /// The decision of the case a letter is about.
    pub fn decision(&self, to: &Addressed) -> Option<&Decision> {
        let outcome = self.outcome.as_ref()?;
        outcome.decisions.iter().find(|decision| Some(&decision.case) == to.case.as_ref())
    }

    /// The file name of a letter's draft; `what` is what it is called in it.
    pub fn draft(&self, what: &str, to: &Addressed) -> String {
        outbox::file_name(what, self.sitting.day(), to.case.as_ref(), &to.name, &to.email)
    }

    /// What a letter is called in the name of its draft: its kind, or which of a person's invitations to a case it is.
    pub fn called(&self, to: &Addressed) -> String {
        let Some(appointment) = &to.appointment else { return self.of_version(self.kind.word()) };
        let what = match to.what {
            Enclosed::Cancellation => "cancellation",
            Enclosed::NewTime => "new time",
            _ => "invitation",
        };
        match appointment.sequence {
            0 => what.to_owned(),
            earlier => format!("{what} {}", earlier + 1),
        }
    }

    /// A kind of letter or a file; with a pack issued again, its version too, for it is another.
    pub fn of_version(&self, what: &str) -> String {
        let of_a_version = ["pack", "supplement", "recall"].contains(&what);
        match self.version() {
            version if version > 1 && of_a_version => format!("{what} v{version}"),
            _ => what.to_owned(),
        }
    }
}

fn as_written(register: &Register, day: NaiveDate, plan: &Plan) -> Result<Vec<(Again, Vec<Enclosure>)>> {
    let letters = if plan.again.is_empty() { Vec::new() } else { register.letters(day)? };
    let mut all = Vec::new();
    for one in &plan.again {
        let row = letters.iter().find(|row| row.draft == one.draft);
        let row = row.with_context(|| format!("the email `{}` is not on record", one.draft))?;
        all.push((one.clone(), again::files(register, &row.sha)?));
    }
    Ok(all)
}

/// A page for each reader who is to try whether a protected one opens, with the password that their papers will have.
fn test_pages(house: &House, plan: &Plan) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut pages = BTreeMap::new();
    let tries = plan.letters.iter().filter(|letter| letter.what == Enclosed::TestPage);
    for letter in tries {
        let passwords = Passwords::read(house, None)?;
        let password = passwords.of(&letter.email)?.context("a page to be tried has no password")?.to_owned();
        let plain = notice::page(
            &house.rules().name,
            &["This page has opened. There is nothing else on it.", "Please say so in your answer."],
        )?;
        let copy = house.copied_in(&plain)?;
        let job = ProtectJob { pack: copy.path().to_owned(), password };
        let answered = house.press()?.ask(&job).context("the test page could not be protected")?;
        pages.insert(letter.email.clone(), answered.files.read(PACK)?);
    }
    Ok(pages)
}

/// Those letters say when and where the meeting is.
const fn is_about_the_meeting(kind: LetterKind) -> bool {
    matches!(kind, LetterKind::Agenda | LetterKind::Pack | LetterKind::Supplement)
}

/// What the newest version added; none where it took something out instead.
fn newest_supplement(pressing: &Pressing) -> Result<Option<Supplement>> {
    let newest = pressing.plan()?.supplements.pop();
    Ok(newest.filter(|late| late.version == pressing.manifest.version))
}
