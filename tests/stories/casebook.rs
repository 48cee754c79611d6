//! What the inbox comes to: in time or late, listed or not, and every act undone by its opposite.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use panelclerk::clock::Clock;
use panelclerk::clock::progress::Progress;
use panelclerk::config::{self, Config};
use panelclerk::intake::scan::{Order, scan_with};
use panelclerk::panel::acts::{Act, Expected, Hand, TelephonedEmergency};
use panelclerk::panel::case::{Case, Casebook, Disposition};
use panelclerk::panel::ids::PaperNumber;
use panelclerk::panel::outcome::{Decision, DecisionWord, Outcome};
use panelclerk::panel::paper::{PaperState, Verdict};
use panelclerk::panel::seen::{FileFormat, PaperFacts, Reading};
use panelclerk::register::Register;
use panelclerk::register::casebook::draw;
use panelclerk::register::readings::Made;
use panelclerk::share::call::Shares;

/// A panel's week: meeting on Monday 23 November 2026 at 13:00, cutoff on Wednesday the 18th at 15:00.
struct Week {
    place: tempfile::TempDir,
    register: Register,
    config: Config,
    clock: Clock,
}

fn at(moment: &str) -> DateTime<Utc> {
    moment.parse().unwrap()
}

fn read(content: &Path, _name: &str) -> anyhow::Result<Made> {
    let text = std::fs::read_to_string(content)?;
    let reading = Reading {
        format: FileFormat::PlainText,
        title: None,
        body: Vec::new(),
        fields: Vec::new(),
        opening: text.clone(),
        text,
        facts: PaperFacts::default(),
        findings: Vec::new(),
    };
    Ok(Made { reading, failed: false, rendition: None, parts: Vec::new() })
}

impl Week {
    fn new() -> Week {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir(place.path().join("inbox")).unwrap();
        let text = include_str!("../../config.toml");
        let config = config::resolve("config.toml", text, &place.path().join("config.toml")).unwrap();
        let register = Register::open(&place.path().join("data")).unwrap();
        let clock = Clock::standing_at(at("2026-11-17T09:00:00Z"));
        let mut week = Week { place, register, config, clock };
        week.scan("2026-11-17T09:00:00Z");
        week
    }

    fn drop(&self, name: &str, content: &str) {
        let path = self.place.path().join("inbox").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        drop(std::fs::remove_file(&path));
        std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), content.as_bytes()).unwrap();
    }

    fn scan(&mut self, moment: &str) {
        self.clock.step_to(at(moment));
        let inbox = self.place.path().join("inbox");
        let order = Order {
            shares: &Shares::none(),
            inbox: &inbox,
            quiet: TimeDelta::zero(),
            largest_mb: 9,
            removed_percent: 33,
            hands: 1,
            engine: "test",
        };
        scan_with(&order, &mut self.register, &self.clock, &Progress::silent(), read).unwrap();
    }

    #[expect(clippy::needless_pass_by_value, reason = "acts are made where they are done")]
    fn act(&mut self, act: Act) {
        let hand = Hand { by: "Ann".to_owned(), login: "ann".to_owned(), reason: "she asked".to_owned() };
        self.register.act(&act, &hand, self.clock.now()).unwrap();
    }

    fn book(&self) -> Casebook {
        draw(&self.register, &self.config, None, self.clock.now()).unwrap()
    }

    #[track_caller]
    fn case(&self, id: &str) -> Case {
        self.book().case(&id.parse().unwrap()).unwrap().clone()
    }
}

const MEETING: &str = "2026-11-23";
const NEXT: &str = "2026-11-30";

#[test]
fn in_time_late_and_cannot_tell_follow_from_what_was_observed() {
    let mut week = Week::new();
    week.drop("1000001 A/care plan.docx", "plan 1");
    week.scan("2026-11-18T14:59:00Z");
    week.drop("1000002 B/care plan.docx", "plan 2");
    week.scan("2026-11-18T15:01:00Z");
    week.drop("1000003 C/care plan.docx", "plan 3");
    week.scan("2026-11-18T15:02:00Z");
    let verdict = |id: &str| week.case(id).papers[0].received.verdict;
    assert_eq!(verdict("1000001"), Verdict::InTime);
    assert_eq!(verdict("1000002"), Verdict::CannotTell);
    assert_eq!(verdict("1000003"), Verdict::Late);
    let place = |id: &str| (week.case(id).disposition, week.case(id).meeting.to_string());
    assert_eq!(place("1000001"), (Disposition::Listed, MEETING.to_owned()));
    assert_eq!(place("1000002"), (Disposition::Listed, MEETING.to_owned()));
    assert_eq!(place("1000003"), (Disposition::NextMeeting, NEXT.to_owned()));
}

#[test]
fn what_is_saved_again_after_the_cutoff_waits_until_a_person_takes_it() {
    let mut week = Week::new();
    week.drop("1000001 A/care plan.docx", "plan");
    week.scan("2026-11-18T15:00:00Z");
    week.drop("1000001 A/care plan.docx", "plan, mended");
    week.scan("2026-11-18T15:10:00Z");
    let used = |week: &Week| {
        let paper = week.case("1000001").papers.remove(0);
        let waits = paper.findings.iter().any(|finding| finding.code == "newer-version");
        (paper.version, paper.received.verdict, paper.state, waits)
    };
    assert_eq!(used(&week), (1, Verdict::InTime, PaperState::Accepted, true));
    let paper = PaperNumber::new(1);
    week.act(Act::TakeNewer { paper, version: 2 });
    assert_eq!(used(&week), (2, Verdict::Late, PaperState::Accepted, false));
    assert_eq!(week.case("1000001").disposition, Disposition::Listed, "the case does not become late by it");
    week.act(Act::KeepOlder { paper });
    assert_eq!(used(&week), (1, Verdict::InTime, PaperState::Accepted, true));
}

#[test]
fn every_file_is_in_exactly_one_place() {
    let mut week = Week::new();
    for name in [
        "Team 3/1000001 A/care plan.docx",
        "1000001 A/x/photo.jpg",
        "loose.docx",
        "Thumbs.db",
        "1000002/~$plan.docx",
    ] {
        week.drop(name, name);
    }
    week.scan("2026-11-18T10:00:00Z");
    let book = week.book();
    let papers =
        book.cases.iter().flat_map(|case| &case.papers).chain(&book.unfiled).map(|paper| &paper.file);
    let mut all: Vec<&String> = papers.chain(book.ignored.iter().map(|ignored| &ignored.file)).collect();
    all.sort();
    assert_eq!(
        all,
        [
            "1000001 A/x/photo.jpg",
            "1000002/~$plan.docx",
            "Team 3/1000001 A/care plan.docx",
            "Thumbs.db",
            "loose.docx"
        ]
    );
    assert_eq!(book.unfiled.len(), 1);
    assert_eq!(book.cases.len(), 1);
}

#[test]
fn acts_on_papers_hold_until_the_opposite() {
    let mut week = Week::new();
    week.drop("1000001 A/care plan.docx", "plan");
    week.drop("loose.docx", "which child is this");
    week.scan("2026-11-18T10:00:00Z");
    let (plan, loose) = (PaperNumber::new(1), PaperNumber::new(2));
    week.act(Act::Exclude { paper: plan });
    let paper = week.case("1000001").papers.remove(0);
    assert_eq!(
        (paper.state, paper.in_use, paper.reason.as_deref()),
        (PaperState::Excluded, false, Some("she asked"))
    );
    week.act(Act::AcceptPaper { paper: plan });
    assert_eq!(week.case("1000001").papers[0].state, PaperState::Accepted);

    let case = "1000001".parse().unwrap();
    week.act(Act::Assign { paper: loose, case: Some(case) });
    assert_eq!(week.case("1000001").papers.len(), 2);
    assert!(week.book().unfiled.is_empty());
    week.act(Act::Assign { paper: loose, case: None });
    assert_eq!(week.book().unfiled[0].number, loose);
    let kind = week.config.rules.kinds[0].key.clone();
    week.act(Act::SetKind { paper: loose, kind: Some(kind.clone()) });
    assert_eq!(week.book().unfiled[0].kind, Some(kind));
}

#[test]
fn acts_on_cases_hold_until_the_opposite() {
    let mut week = Week::new();
    week.drop("1000001 A/care plan.docx", "plan");
    week.scan("2026-11-18T10:00:00Z");
    let case = || "1000001".parse().unwrap();
    let (meeting, next) = (MEETING.parse().unwrap(), NEXT.parse().unwrap());
    let place = |week: &Week| (week.case("1000001").disposition, week.case("1000001").meeting);
    week.act(Act::Withdraw { case: case(), meeting });
    assert_eq!(place(&week), (Disposition::Withdrawn, meeting));
    week.act(Act::Reinstate { case: case(), meeting });
    assert_eq!(place(&week), (Disposition::Listed, meeting));
    week.act(Act::Move { case: case(), meeting: next });
    assert_eq!(place(&week), (Disposition::NextMeeting, next));
    week.act(Act::Move { case: case(), meeting });
    assert_eq!(place(&week), (Disposition::Listed, meeting));
}

#[test]
fn a_case_can_be_expected_and_an_emergency_telephoned_before_any_paper() {
    let mut week = Week::new();
    week.clock.step_to(at("2026-11-19T11:00:00Z"));
    let emergency = TelephonedEmergency {
        placed_on: "2026-11-18".parse().unwrap(),
        authorised_by: "AD".to_owned(),
        authorised_on: None,
    };
    let expected = Expected { emergency: Some(emergency), ..Expected::default() };
    let (case, meeting) = ("1000009".parse().unwrap(), MEETING.parse().unwrap());
    week.act(Act::Expect { case, meeting, expected });
    let case = week.case("1000009");
    assert_eq!((case.disposition, case.meeting), (Disposition::Listed, meeting));
    assert!(case.emergency.confirmed && case.papers.is_empty());
    assert_eq!(case.emergency.authorised_by.as_deref(), Some("AD"));
    assert!(!case.findings.is_empty(), "everything is still missing");
    week.act(Act::Unexpect { case: case.id, meeting });
    assert!(week.book().cases.is_empty());
}

#[test]
fn a_late_case_is_on_the_next_meetings_agenda_and_not_on_both() {
    let mut week = Week::new();
    week.scan("2026-11-18T15:00:00Z");
    week.drop("1000003 C/care plan.docx", "plan 3");
    week.scan("2026-11-18T15:02:00Z");
    let listed = |date: &str| {
        let book = draw(&week.register, &week.config, Some(date.parse().unwrap()), week.clock.now()).unwrap();
        book.listed().count()
    };
    assert_eq!((listed(MEETING), listed(NEXT)), (0, 1));
}

/// Records that the meeting on 23 November decided `word` on the case.
fn decide(week: &mut Week, case: &str, word: DecisionWord) {
    let decision = Decision { reason: "because".to_owned(), ..Decision::of(case.parse().unwrap(), word) };
    let outcome = Outcome { decisions: vec![decision], ..Outcome::default() };
    week.register.record_outcome(MEETING.parse().unwrap(), &outcome, week.clock.now()).unwrap();
}

fn listed(week: &Week, date: &str) -> Vec<String> {
    let book = draw(&week.register, &week.config, Some(date.parse().unwrap()), week.clock.now()).unwrap();
    book.listed().map(|case| case.id.to_string()).collect()
}

#[test]
fn a_case_that_was_heard_is_done_until_something_new_comes() {
    let mut week = Week::new();
    week.drop("1000001 A/care plan.docx", "plan");
    week.scan("2026-11-18T10:00:00Z");
    assert_eq!((listed(&week, MEETING).len(), listed(&week, NEXT).len()), (1, 0));
    week.clock.step_to(at("2026-11-24T09:00:00Z"));
    decide(&mut week, "1000001", DecisionWord::Agreed);
    assert_eq!(listed(&week, NEXT), [""; 0]);
    let book = draw(&week.register, &week.config, Some(NEXT.parse().unwrap()), week.clock.now()).unwrap();
    assert_eq!(book.cases[0].papers.len(), 1, "its document is still accounted for");
    week.drop("1000001 A/update form.docx", "update");
    week.scan("2026-11-24T10:00:00Z");
    assert_eq!(listed(&week, NEXT), ["1000001"]);
    assert_eq!(listed(&week, MEETING), ["1000001"], "what was heard stays where it was heard");
}

#[test]
fn a_deferred_case_comes_back_with_its_papers() {
    let mut week = Week::new();
    week.drop("1000001 A/care plan.docx", "plan");
    week.scan("2026-11-18T10:00:00Z");
    week.clock.step_to(at("2026-11-24T09:00:00Z"));
    decide(&mut week, "1000001", DecisionWord::Deferred);
    assert_eq!(listed(&week, NEXT), ["1000001"]);
    let book = draw(&week.register, &week.config, Some(NEXT.parse().unwrap()), week.clock.now()).unwrap();
    assert_eq!(book.cases[0].papers_in_use().count(), 1);
}

#[test]
fn an_emergency_after_the_cutoff_goes_to_this_meeting_once_it_is_confirmed() {
    let mut week = Week::new();
    week.scan("2026-11-18T15:00:00Z");
    week.drop("1000003 C/care plan.docx", "plan 3");
    week.scan("2026-11-19T10:00:00Z");
    assert_eq!(listed(&week, MEETING), [""; 0]);
    let case = || "1000003".parse().unwrap();
    week.act(Act::ConfirmEmergency { case: case(), confirmed: true });
    assert_eq!((listed(&week, MEETING).len(), listed(&week, NEXT).len()), (1, 0));
    week.act(Act::ConfirmEmergency { case: case(), confirmed: false });
    assert_eq!((listed(&week, MEETING).len(), listed(&week, NEXT).len()), (0, 1));
}
