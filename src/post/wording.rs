//! The words of a letter, from its two templates and what is to be said.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::agenda::invitation::Change;
use crate::panel::meeting::Meeting;
use crate::panel::when;
use crate::panel::words::Heading;
use crate::post::kind::LetterKind;
use crate::post::plan::{Addressed, Appointment, Enclosed};
use crate::stationery::html::{self, HtmlError};

/// Both bodies of one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    pub text: String,
    pub html: String,
}

/// What a letter says besides its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    pub heading: &'a Heading,
    pub meeting: &'a Meeting,
    /// Whom it is to.
    pub name: &'a str,
    /// Who signs: "Lesley Thackeray, panel administrator".
    pub signed: &'a str,
    /// Whether the pack, or the reader's own copy of it, comes with it.
    pub whole: bool,
    /// When it is written: a reminder is worded otherwise after the cutoff.
    pub written: DateTime<Utc>,
    /// Lines of label and value: `Pages`, `141`.
    pub facts: &'a [(String, String)],
    /// The lines of the agenda, time and title, in letters that are about the whole meeting.
    pub agenda: &'a [(String, String)],
    /// What a link is called, and its web address, where files are not attached.
    pub links: &'a [(String, String)],
    /// The web address under which the meeting is joined; may be empty.
    pub joining: &'a str,
    /// A sentence of its own; may be empty.
    pub note: &'a str,
    /// Whether the case it is about has a receipt; one that only named people may hear of has none.
    pub receipt: bool,
    /// Stands before everything else; may be empty.
    pub warning: &'a str,
    /// What their copies open with, in the letter that is about nothing else; otherwise empty.
    pub password: &'a str,
    pub sending: Sending,
    /// Of an invitation: the cases and their times.
    pub appointment: Option<&'a Appointment>,
}

/// How the files go out that a letter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sending {
    /// Which letter of how many, where one would be too large.
    pub part: Option<(usize, usize)>,
    /// The version of the pack.
    pub version: u32,
    /// The newest version that the reader has been sent before.
    pub held: Option<u32>,
    /// Whether the pack comes with the supplement, in this letter or another.
    pub with_pack: bool,
}

/// Words a letter from the plain-text template and the HTML one.
pub fn word(
    kind: LetterKind,
    [text, page]: [&str; 2],
    subject: &str,
    said: Said<'_>,
) -> Result<Wording, HtmlError> {
    let meeting = said.meeting;
    let facts = said.heading.beside(json!({
        "subject": subject,
        "name": said.name,
        "signed": said.signed,
        "meeting": when::long_date(meeting.date),
        "starts": when::hour(meeting.starts.time()),
        "cutoff": when::moment(meeting.cutoff),
        "whole": said.whole,
        "passed": meeting.cutoff < said.written,
        "facts": said.facts.iter().map(|(label, value)| json!({ "label": label, "value": value })).collect::<Vec<_>>(),
        "agenda": said.agenda.iter().map(|(time, title)| json!({ "time": time, "title": title })).collect::<Vec<_>>(),
        "joining": said.joining,
        "links": said.links.iter().map(|(name, address)| json!({ "name": name, "address": address })).collect::<Vec<_>>(),
        "note": said.note,
        "password": said.password,
        "receipt": said.receipt,
        "part": said.sending.part.map(|(part, _)| part),
        "parts": said.sending.part.map(|(_, parts)| parts),
        "version": said.sending.version,
        "held": said.sending.held,
        "with_pack": said.sending.with_pack,
    }));
    let facts = beside(facts, said.appointment.map(of_appointment));
    let [text_name, page_name] = kind.template_names();
    let text = closed_up(&html::text(text, &text_name, &facts)?);
    let page = html::page(page, &page_name, &facts)?;
    Ok(if said.warning.is_empty() {
        Wording { text, html: page }
    } else {
        warned(said.warning, &text, &page)
    })
}

/// Both bodies with the warning before everything else, whatever the council's own template says.
fn warned(warning: &str, text: &str, page: &str) -> Wording {
    let begins = page.find("<body").and_then(|at| Some(at + page[at..].find('>')? + 1)).unwrap_or(0);
    let style =
        "margin:16px 16px 0;font-family:'Segoe UI',Calibri,Arial,sans-serif;font-size:16px;line-height:24px";
    let bold = format!("<p style=\"{style}\"><strong>{}</strong></p>", quick_xml::escape::escape(warning));
    let html = format!("{}{bold}{}", &page[..begins], &page[begins..]);
    Wording { text: format!("{warning}\n\n{text}"), html }
}

/// What an invitation says besides.
fn of_appointment(appointment: &Appointment) -> Value {
    let invitation = &appointment.invitation;
    let slots = invitation.told.slots.iter().filter(|_| invitation.change != Change::Cancelled);
    json!({
        "cancelled": invitation.change == Change::Cancelled,
        "changed": invitation.change == Change::Changed,
        "several": appointment.slots.len() > 1,
        "slots": slots.map(|slot| json!({ "case": slot.case, "time": slot.said() })).collect::<Vec<_>>(),
        "with_manager": invitation.with_manager,
        "joining": invitation.told.link.clone().unwrap_or_default(),
    })
}

fn beside(mut facts: Value, more: Option<Value>) -> Value {
    if let (Value::Object(facts), Some(Value::Object(more))) = (&mut facts, more) {
        facts.extend(more);
    }
    facts
}

/// At most one empty line between paragraphs, whatever a template's conditions left behind.
fn closed_up(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    format!("{}\n", lines.join("\n").trim_end())
}

/// The subject: `OFFICIAL-SENSITIVE: North East Lincolnshire Placement Panel, 23 November 2026: papers`. A case is named by its number.
pub fn subject(heading: &Heading, meeting: &Meeting, to: &Addressed, part: Option<(usize, usize)>) -> String {
    let several = to.appointment.as_ref().is_some_and(|appointment| appointment.slots.len() > 1);
    let what = match (to.kind, &to.what, several) {
        (LetterKind::Invitation, Enclosed::Cancellation, _) => "you no longer have a slot",
        (LetterKind::Invitation, Enclosed::NewTime, true) => "your slots have changed",
        (LetterKind::Invitation, Enclosed::NewTime, false) => "your slot has changed",
        (LetterKind::Invitation, _, true) => "your slots",
        (LetterKind::Invitation, _, false) => "your slot",
        (LetterKind::Recall, ..) => "please delete a document",
        (LetterKind::RecallEmail, ..) => "please delete what you were sent",
        (LetterKind::Password, ..) => "opening your papers",
        (LetterKind::FirstContact, ..) => "please answer this message",
        (kind, ..) => kind.brings(),
    };
    let day = when::day(meeting.date);
    let named = to.case.as_ref().filter(|_| to.what != Enclosed::Cancellation);
    let case = named.map_or_else(String::new, |case| format!(", {} {case}", heading.case_label));
    let part = part.map_or_else(String::new, |(part, parts)| format!(", part {part} of {parts}"));
    format!("{}: {}, {day}: {what}{case}{part}", heading.marking, heading.panel)
}

#[cfg(test)]
mod tests {
    use crate::agenda::invitation::{Change, Invitation, Round, Slot, Told};
    use crate::panel::ids::CaseId;
    use crate::post::kind::LetterKind;
    use crate::post::plan::{Addressed, to_presenters};
    use crate::post::wording::{Said, Sending, subject, word};
    use crate::report::sample;

    fn worded(kind: LetterKind, whole: bool, day: i64, facts: &[(String, String)]) -> String {
        let (heading, meeting) = (sample::heading(), sample::meeting());
        let written = sample::casebook().now + chrono::TimeDelta::days(day);
        let said = Said {
            heading: &heading,
            meeting: &meeting,
            name: "Zoë",
            signed: "Lesley Thackeray, panel administrator",
            whole,
            written,
            facts,
            agenda: &[],
            links: &[],
            joining: "",
            note: "",
            receipt: true,
            warning: "",
            password: "",
            sending: Sending::default(),
            appointment: None,
        };
        word(kind, kind.templates(), "papers", said).unwrap().text
    }

    #[test]
    fn a_reminder_after_the_cutoff_does_not_promise_that_papers_are_in_time() {
        assert!(
            worded(LetterKind::Chaser, false, 0, &[])
                .contains("deadline for documents is 3 pm Wednesday 18 November")
        );
        assert!(
            worded(LetterKind::Chaser, false, 1, &[]).contains("The deadline was 3 pm Wednesday 18 November")
        );
    }

    #[test]
    fn a_letter_without_the_pack_does_not_say_that_it_is_attached() {
        let text = worded(LetterKind::Pack, false, 0, &[]);
        assert!(text.contains("The agenda for the meeting") && !text.contains("papers for"), "{text}");
        let whole = worded(LetterKind::Pack, true, 0, &[]);
        assert!(whole.contains("is a link.\n\nIf you cannot come"), "{whole}");
    }

    #[test]
    fn a_supplement_says_what_becomes_of_the_pack_a_reader_has() {
        let (heading, meeting) = (sample::heading(), sample::meeting());
        let of = |sending: Sending| {
            let written = sample::casebook().now;
            let (name, signed, facts, note) = ("Zoë", "Lesley Thackeray", &[][..], "");
            let (heading, meeting) = (&heading, &meeting);
            let said = Said {
                heading,
                meeting,
                name,
                signed,
                whole: true,
                written,
                facts,
                agenda: &[],
                links: &[],
                joining: "",
                note,
                receipt: true,
                warning: "",
                password: "",
                sending,
                appointment: None,
            };
            word(LetterKind::Supplement, LetterKind::Supplement.templates(), "papers", said).unwrap().text
        };
        let held = of(Sending { version: 2, held: Some(1), ..Sending::default() });
        assert!(held.contains("version 1 of the pack") && held.contains("nothing in it changes"), "{held}");
        let new = of(Sending { version: 2, held: None, with_pack: true, part: Some((1, 2)) });
        assert!(
            new.contains("version 2 of the pack comes with them") && new.contains("part 1 of 2"),
            "{new}"
        );
    }

    /// A letter of each kind about one case; an invitation is to present it at ten past one.
    fn to(kind: LetterKind) -> Addressed {
        let case: CaseId = "1204417".parse().unwrap();
        let slot = |case: &str, starts: &str| Slot {
            case: case.parse().unwrap(),
            starts: starts.parse().unwrap(),
            minutes: 15,
        };
        let told = Told {
            uid: "nelc-2026-11-23-0b7e@panelclerk".to_owned(),
            name: "Zoë".to_owned(),
            email: "zoe@nelc.example.org".to_owned(),
            slots: vec![slot("1204417", "2026-11-23T13:10:00Z"), slot("1219420", "2026-11-23T14:00:00Z")],
            link: Some("https://meet.example.org/19".to_owned()),
            sequence: 0,
            cancelled: false,
            draft: String::new(),
            alone: None,
        };
        let invitation = Invitation {
            told: told.clone(),
            change: Change::First,
            with_manager: true,
            file_name: "invitation.ics".to_owned(),
            method: "REQUEST",
            calendar: String::new(),
        };
        let round = Round { invitations: vec![invitation], told: vec![told], ..Round::default() };
        let invited = to_presenters(round).letters.remove(0);
        match kind {
            LetterKind::Invitation => invited,
            kind => Addressed { kind, appointment: None, case: Some(case), ..invited },
        }
    }

    #[test]
    fn an_invitation_says_when_and_names_its_cases_by_number() {
        let (heading, meeting, to) = (sample::heading(), sample::meeting(), to(LetterKind::Invitation));
        let said = Said {
            heading: &heading,
            meeting: &meeting,
            name: "Zoë",
            signed: "Lesley Thackeray",
            whole: false,
            written: sample::casebook().now,
            facts: &[],
            agenda: &[],
            links: &[],
            joining: "",
            note: "",
            receipt: true,
            warning: "",
            password: "",
            sending: Sending::default(),
            appointment: to.appointment.as_ref(),
        };
        let subject = subject(&heading, &meeting, &to, None);
        let wording =
            word(LetterKind::Invitation, LetterKind::Invitation.templates(), &subject, said).unwrap();
        let says = "1.10 pm to 1.25 pm: LCS ID 1204417\n2 pm to 2.15 pm: LCS ID 1219420\n\nJoin online: https://meet.example.org/19\n";
        assert!(wording.text.contains(says), "{}", wording.text);
        for says in
            ["own notes of actions and recommendations", "attend with their line manager", "one entry"]
        {
            assert!(wording.text.contains(says) && wording.html.contains(says), "{says}: {}", wording.text);
        }
    }

    #[test]
    fn every_shipped_letter_can_be_worded_and_tells_its_facts() {
        let (heading, meeting) = (sample::heading(), sample::meeting());
        let facts =
            [("Pages".to_owned(), "141".to_owned()), ("Cases <14>".to_owned(), "all & each".to_owned())];
        for kind in LetterKind::ALL {
            let to = to(kind);
            let subject = subject(&heading, &meeting, &to, None);
            assert!(subject.starts_with("OFFICIAL-SENSITIVE: "), "{subject}");
            assert!(subject.contains("23 November 2026"), "{subject}");
            let said = Said {
                heading: &heading,
                meeting: &meeting,
                name: "Zoë",
                signed: "Lesley Thackeray, panel administrator",
                whole: true,
                written: sample::casebook().now,
                facts: &facts,
                agenda: &[("13:10".to_owned(), "LCS ID 1204417: new placement".to_owned())],
                links: &[],
                joining: "https://meet.example.org/19",
                note: "One sentence more.",
                receipt: true,
                warning: "",
                password: "",
                sending: Sending { part: Some((2, 3)), version: 2, held: Some(1), with_pack: true },
                appointment: to.appointment.as_ref(),
            };
            let wording = word(kind, kind.templates(), &subject, said).unwrap();
            for part in [
                "Dear Zoë,",
                "- Pages: 141",
                "- Cases <14>: all & each",
                "One sentence more.",
                "Lesley Thackeray",
            ] {
                assert!(wording.text.contains(part), "{kind}: `{part}` in\n{}", wording.text);
            }
            assert!(!wording.text.contains("\n\n\n"), "{kind}: no holes in\n{}", wording.text);
            assert!(
                wording.text.contains("all & each\n\n"),
                "{kind}: the facts stand apart in\n{}",
                wording.text
            );
            assert!(
                wording.html.contains("Cases &lt;14&gt;") && wording.html.contains("One sentence more."),
                "{kind}"
            );
        }
    }
}
