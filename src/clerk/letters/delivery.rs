//! One letter to one person: to whom, in which words, with which files, made in one pass.
//!
//! `send` shows deliveries, and `send --go` writes down the same: what is shown is what is written.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::clerk::letters::letter_files::{self, LetterFile, LinkedFile};
use crate::clerk::letters::lines;
use crate::clerk::letters::material::Material;
use crate::clerk::letters::past::Past;
use crate::clerk::letters::postings::{Attached, Posting, said_part};
use crate::clerk::letters::told::{Holds, When};
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::config::Road;
use crate::panel::audience::same_name;
use crate::panel::ids::Sha256;
use crate::panel::letter_state::LetterState;
use crate::panel::undisclosed;
use crate::post::claims::ClaimedFile;
use crate::post::compose::{self, Enclosure, Letter};
use crate::post::kind::LetterKind;
use crate::post::plan::Enclosed;
use crate::post::sealed;
use crate::post::wording::{self, Said, Sending, Wording};
use crate::register::Register;
use crate::register::letters::LetterRow;
use crate::register::store::hash_bytes;

/// One letter, as it is shown and as it is written.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    /// To whom, and which files of the pack.
    #[serde(flatten)]
    pub posting: Posting,
    /// File name of its draft.
    pub draft: String,
    /// As its reader sees it.
    pub subject: String,
    /// Without what stands before every subject.
    #[serde(skip)]
    topic: String,
    #[serde(skip)]
    wording: Wording,
    #[serde(skip)]
    files: Vec<LetterFile>,
    /// What the letter leads to instead of holding it.
    #[serde(skip)]
    pub linked: Vec<LinkedFile>,
    #[serde(skip)]
    written: DateTime<Utc>,
    /// The same letter, written before: its very bytes go out again.
    #[serde(skip)]
    kept: Option<Sha256>,
    /// Which letter of its name it is, and the hash of what makes it so.
    #[serde(skip)]
    pub says: (u32, Sha256),
    /// A person has it go once more, although it was refused, came back, or may have arrived.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// The letters it takes the place of, none of which has been sent: `L12`.
    pub supersedes: Vec<String>,
    /// The Message-ID of the last of them.
    #[serde(skip)]
    earlier: Option<String>,
}

/// A posting that has its number: the letter it is, if it was written before, or the next of its name.
struct Numbered {
    posting: Posting,
    draft: String,
    version: u32,
    /// Hash of what makes it this letter and no other.
    says: Sha256,
    kept: Option<Sha256>,
}

/// Makes letters of postings, each knowing which earlier ones it takes the place of.
///
/// Fails when a template cannot be filled.
pub fn deliver_all(material: &Material<'_>, postings: Vec<Posting>, past: &Past) -> Result<Vec<Delivery>> {
    let numbered: Vec<Numbered> =
        postings.into_iter().map(|posting| number(material, posting, past)).collect::<Result<_>>()?;
    let stale = past.replaced(material, numbered.iter().map(|one| (one.draft.as_str(), &one.posting.to)));
    numbered.into_iter().map(|one| deliver(material, one, &stale, past)).collect()
}

fn number(material: &Material<'_>, posting: Posting, past: &Past) -> Result<Numbered> {
    let as_written = material.again(&posting.to).and_then(|(again, _)| past.find(&again.draft));
    if let Some(row) = as_written {
        let (draft, says, kept) = (row.draft.clone(), row.sha.clone(), Some(row.sha.clone()));
        return Ok(Numbered { draft, version: 1, says, kept, posting });
    }
    let first = posting.name.clone();
    // What it says, whenever it is written. A letter with the pack is what it holds: whatever else is known by now, the same goes out.
    let says = if material.kind.encloses_pack() {
        hash_bytes(posting.identity()?.as_bytes())
    } else {
        let timeless = When::first(material.sitting.casebook.meeting.starts.to_utc());
        // Of a password no more is kept than what tells whether it is still the same.
        let password = material.told_passwords.get(&posting.to.email);
        let password = password.map_or_else(String::new, |told| sealed::stands_for(told, &first));
        let worded = worded(material, posting.clone(), first.clone(), &timeless, &password)?;
        hash_bytes(&worded.composed(material, None)?)
    };
    let draft = |version: u32| {
        let called = material.called(&posting.to);
        match version {
            1 => first.clone(),
            _ if material.kind.is_of_a_version() => {
                let what = format!("{called} email {version}{}", said_part(posting.part));
                material.draft(&what, &posting.to)
            }
            _ => material.draft(&format!("{called} v{version}"), &posting.to),
        }
    };
    let known = (1..u32::MAX).take_while(|version| past.find(&draft(*version)).is_some()).last().unwrap_or(0);
    let (mut version, mut fresh) = past.told.version(&first, &says, known);
    let taken_back = past.find(&draft(version)).is_some_and(|there| there.state == LetterState::Superseded);
    if taken_back && !fresh {
        (version, fresh) = (version.max(known) + 1, true);
    }
    let kept = past.find(&draft(version)).filter(|_| !fresh).map(|there| there.sha.clone());
    Ok(Numbered { draft: draft(version), version, says, kept, posting })
}

fn deliver(material: &Material<'_>, one: Numbered, stale: &[&LetterRow], past: &Past) -> Result<Delivery> {
    let Numbered { posting, draft, version, says, kept } = one;
    let to = &posting.to;
    let theirs = |row: &&LetterRow| {
        let holds = past.told.holds.get(&row.draft);
        let same_person = holds.is_some_and(|holds| same_name(&holds.name, &to.name));
        let case = holds.and_then(|holds| holds.case.as_ref());
        // A person's invitation is one, whichever cases are in it.
        let same_case = to.kind == LetterKind::Invitation || case == to.case.as_ref();
        (same_person || row.recipient == to.email) && same_case
    };
    let mut replaced: Vec<&LetterRow> = stale.iter().copied().filter(theirs).collect();
    if replaced.is_empty() && kept.is_none() {
        // What was taken back already, when it was noticed that it must not go out.
        let of_kind =
            past.written.iter().filter(|row| row.kind == material.kind.word() && row.draft != draft);
        let last = of_kind.filter(|row| theirs(row)).max_by_key(|row| row.made);
        replaced.extend(last.filter(|row| row.state == LetterState::Superseded));
    }
    // What changed is said by case.
    let changed = match to.what {
        Enclosed::Times => String::new(),
        _ => past.told.changed(&past.agenda, &to.withheld),
    };
    let when = When {
        written: material.house.now(),
        version,
        changed: &changed,
        replaced: replaced.last().map(|row| row.made),
    };
    let supersedes = replaced.iter().map(|row| row.id.clone()).collect();
    let earlier = replaced.last().and_then(|row| row.message_id.clone());
    let password = material.told_passwords.get(&posting.to.email).map_or("", String::as_str);
    let worded = worded(material, posting, draft, &when, password)?;
    Ok(Delivery { kept, says: (version, says), supersedes, earlier, ..worded })
}

impl Delivery {
    /// What it holds, by which it is known whether it still is what its reader may have.
    pub fn holds(&self, material: &Material<'_>) -> Holds {
        let to = &self.posting.to;
        Holds {
            name: to.name.clone(),
            capacity: to.capacity,
            what: to.what.clone(),
            case: to.case.clone().filter(|_| to.what != Enclosed::Cancellation),
            cases: to.appointment.iter().flat_map(|one| one.invitation.told.named()).collect(),
            withheld: to.withheld.clone(),
            protected: self.posting.files.iter().any(|file| file.protected),
            links: self.linked.iter().map(|file| file.path.clone()).collect(),
            version: if material.kind.is_of_a_version() { material.version() } else { 0 },
        }
    }

    /// The file names and hashes of what goes with it, in order, and which of them open with a password.
    ///
    /// Fails when an enclosure cannot be read.
    pub fn claimed(&self) -> Result<Vec<ClaimedFile>> {
        // Where they are not attached they are claimed all the same: they are looked at as if they were.
        let attached = |at: usize| self.posting.files.get(at);
        let claim = |(at, file): (usize, &LetterFile)| {
            Ok(ClaimedFile {
                file_name: file.file_name.clone(),
                sha256: match attached(at) {
                    Some(attached) => attached.made.manifest.sha256.clone(),
                    None => hash_bytes(&file.read()?.content),
                },
                protected: attached(at)
                    .map_or(self.posting.to.what == Enclosed::TestPage, |attached| attached.protected),
                papers: attached(at).map(Attached::papers).unwrap_or_default(),
            })
        };
        self.files.iter().enumerate().map(claim).collect()
    }

    /// The message as it would be if what it leads to were attached: that is looked at as every enclosure is. None where it leads to
    /// nothing.
    ///
    /// Fails when a file cannot be read.
    pub fn with_linked(&self, material: &Material<'_>) -> Result<Option<Vec<u8>>> {
        let attached = Delivery { linked: Vec::new(), ..self.clone() };
        if self.linked.is_empty() { Ok(None) } else { attached.composed(material, None).map(Some) }
    }

    /// The message as it goes out.
    ///
    /// Fails when an enclosure cannot be read.
    pub fn message(&self, material: &Material<'_>, register: &Register) -> Result<Vec<u8>> {
        let Some(there) = &self.kept else {
            return self.composed(material, Some(&register.evidence_head()?));
        };
        let kept = register.store().read(there)?;
        match material.told_passwords.get(&self.posting.to.email) {
            None => Ok(kept),
            Some(password) => sealed::open(&kept, password).context("a letter that is kept cannot be opened"),
        }
    }

    /// What is kept of the message; one that tells a password is sealed with it.
    ///
    /// Fails when it cannot be sealed.
    pub fn as_kept(&self, material: &Material<'_>, message: Vec<u8>) -> Result<Vec<u8>> {
        match material.told_passwords.get(&self.posting.to.email) {
            None => Ok(message),
            Some(password) => sealed::seal(&message, password).context("a letter cannot be sealed"),
        }
    }

    /// The message with this head of the evidence chain; without one where only what it says is wanted.
    fn composed(&self, material: &Material<'_>, head: Option<&str>) -> Result<Vec<u8>> {
        let to = &self.posting.to;
        let attached = self.files.iter().filter(|_| self.linked.is_empty());
        let enclosures: Vec<Enclosure> = attached.map(LetterFile::read).collect::<Result<_>>()?;
        let letter = Letter {
            name: &to.name,
            email: &to.email,
            subject: &self.topic,
            wording: &self.wording,
            enclosures: &enclosures,
            supersedes: self.earlier.as_deref(),
            dress: material.dress(&to.email),
            head,
            tells_password: material.kind == LetterKind::Password,
            written: self.written,
            // What it says is the same by whichever road it goes.
            by_itself: head.is_some() && material.house.config.post.road != Road::Outbox,
        };
        compose::draft(&material.sender, &letter).with_context(|| format!("the email to `{}`", to.email))
    }
}

/// A letter in its words, with its files, as it would be written then.
fn worded(
    material: &Material<'_>,
    posting: Posting,
    draft: String,
    when: &When<'_>,
    password: &str,
) -> Result<Delivery> {
    let Sitting { heading, casebook, .. } = material.sitting;
    let (to, meeting) = (&posting.to, &casebook.meeting);
    let password_by = material.house.config.post.password_by;
    let notes = [posting.note(&heading.case_label, password_by), when.instead_of_the_last(to.kind)];
    let notes: Vec<&str> = notes.iter().map(String::as_str).filter(|note| !note.is_empty()).collect();
    let note = notes.join(" ");
    let about = to.case.as_ref().and_then(|case| casebook.case(case));
    let warning =
        about.filter(|_| to.kind == LetterKind::Decisions).and_then(undisclosed::warning).unwrap_or_default();
    let files = letter_files::files(material, &posting)?;
    let linked = letter_files::linked(material, &posting, &files);
    let links: Vec<(String, String)> =
        linked.iter().map(|file| (file.name.clone(), file.address.clone())).collect();
    let topic = wording::subject(heading, meeting, to, posting.part);
    let subject = material.sender.subject(&topic, material.dress(&to.email));
    let said = Said {
        heading,
        meeting,
        name: &to.name,
        signed: &material.signed,
        whole: to.what.is_pack(),
        written: when.written,
        facts: &lines::told(material, &posting)?,
        agenda: &lines::agenda(material, to),
        links: &links,
        joining: material.joining.as_deref().unwrap_or_default(),
        note: &note,
        receipt: about.is_none_or(|case| case.by_hand.restricted_to.is_none()),
        warning: &warning,
        password,
        sending: Sending {
            part: posting.part,
            version: material.version(),
            held: material.holds(to),
            with_pack: material.with_pack(to),
        },
        appointment: to.appointment.as_ref(),
    };
    let [text, page] = &material.templates;
    let wording = wording::word(to.kind, [text, page], &subject, said)?;
    if !wording.text.contains(password) {
        let [name, _] = to.kind.template_names();
        return Err(Usage::new(format!("the template `{name}` does not tell the password"))
            .hint("`{{password}}` stands where it is told, in the HTML template as well")
            .into());
    }
    let written = when.written;
    let (says, supersedes, earlier) = ((when.version, hash_bytes(&[])), Vec::new(), None);
    Ok(Delivery {
        posting,
        draft,
        subject,
        topic,
        wording,
        files,
        linked,
        written,
        kept: None,
        says,
        again: false,
        supersedes,
        earlier,
    })
}
