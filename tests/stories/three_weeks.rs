//! Three weeks of both panels as the administrator has them: the teams fill in the panel's forms and drop them, everything she does is
//! typed in the workbooks and saved with LibreOffice, and nothing runs but `watch`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use panelclerk::panel::request::Request;

use crate::forms::{dropped, filled};
use crate::harness::Week;
use crate::office_typist::{Office, typed_in_place};
use crate::people::seat_also;
use crate::rounds::Rounds;
use crate::seen;
use crate::typist::{keys, shown, workbook_of};

const BY: &str = "Ann Clerk";

/// One week of a panel: Tuesday or Thursday when documents come, after the deadline, the evening after the meeting, the day after.
struct Days {
    meeting: &'static str,
    typed: &'static str,
    before: &'static str,
    after_deadline: &'static str,
    evening: &'static str,
    next_day: &'static str,
}

struct Panel {
    name: &'static str,
    weeks: [Days; 4],
    /// A time that the agenda has room for.
    slot: [&'static str; 2],
    chair: &'static str,
}

const NELC: Panel = Panel {
    name: "nelc",
    weeks: [
        days([
            "2026-11-30",
            "30/11/2026",
            "2026-11-24T10:00",
            "2026-11-26T10:00",
            "2026-11-30T18:00",
            "2026-12-01T08:30",
        ]),
        days([
            "2026-12-07",
            "07/12/2026",
            "2026-12-01T10:00",
            "2026-12-03T10:00",
            "2026-12-07T18:00",
            "2026-12-08T08:30",
        ]),
        days([
            "2026-12-14",
            "14/12/2026",
            "2026-12-08T10:00",
            "2026-12-10T10:00",
            "2026-12-14T18:00",
            "2026-12-15T08:30",
        ]),
        days(["2026-12-21", "21/12/2026", "", "", "", ""]),
    ],
    slot: ["14:30", "2.30 pm"],
    chair: "Cato Chair",
};

const REDBRIDGE: Panel = Panel {
    name: "redbridge",
    weeks: [
        days([
            "2026-12-01",
            "01/12/2026",
            "2026-11-26T10:00",
            "2026-11-30T09:00",
            "2026-12-01T15:00",
            "2026-12-02T08:30",
        ]),
        days([
            "2026-12-08",
            "08/12/2026",
            "2026-12-03T10:00",
            "2026-12-07T09:00",
            "2026-12-08T15:00",
            "2026-12-09T08:30",
        ]),
        days([
            "2026-12-15",
            "15/12/2026",
            "2026-12-10T10:00",
            "2026-12-14T09:00",
            "2026-12-15T15:00",
            "2026-12-16T08:30",
        ]),
        days(["2026-12-22", "22/12/2026", "", "", "", ""]),
    ],
    slot: ["11:00", "11 am"],
    chair: "Cato Chair",
};

const fn days([meeting, typed, before, after_deadline, evening, next_day]: [&'static str; 6]) -> Days {
    Days { meeting, typed, before, after_deadline, evening, next_day }
}

/// Complete from the first, agreed, and reviewed in the third week.
const AGREED: &str = "230001";
/// Without evidence of alternatives: chased, deferred, decided in the second week.
const DEFERRED: &str = "230002";
/// An emergency by telephone; its documents come in the second week.
const URGENT: &str = "230003";
/// A regular taxi, in the second week.
const TAXI: &str = "230004";

#[test]
fn three_weeks_at_nelc_in_the_workbook_alone() {
    three_weeks(&NELC);
}

#[test]
fn three_weeks_at_redbridge_in_the_workbook_alone() {
    three_weeks(&REDBRIDGE);
}

/// The administrator at her desk.
struct Desk {
    week: Week,
    office: Office,
}

type Typed<'t> = (&'t str, &'t str, &'t str, &'t str);

impl Desk {
    /// `watch` at this moment, until what is waited for is there; then it is stopped as a service is.
    #[track_caller]
    fn watch(&self, now: &str, awaited: &str, is_there: impl Fn(&Week) -> bool) {
        let mut watch = Rounds::rehearsed(&self.week, now, 1);
        let begun = Instant::now();
        while !is_there(&self.week) {
            let long = begun.elapsed() > Duration::from_secs(90);
            assert!(!long, "{awaited} never came at {now}; said were\n{}", watch.heard().join("\n"));
            std::thread::sleep(Duration::from_millis(100));
        }
        let id = watch.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        watch.until(Duration::from_mins(1), |line| line.contains("stopped"));
    }

    /// Types into the workbook of a meeting, saves it in LibreOffice, and has `watch` do what it says: until the next edition is there.
    #[track_caller]
    fn types(&self, now: &str, day: &str, cells: &[Typed<'_>]) {
        let book = workbook_of(&self.week, day);
        fs::write(&book, typed_in_place(&fs::read(&book).unwrap(), cells)).unwrap();
        self.office.save(std::slice::from_ref(&book));
        let saved = fs::read(&book).unwrap();
        self.watch(now, "the next edition", |_| fs::read(&book).is_ok_and(|now| now != saved));
        let wrong: Vec<String> = keys_wrong(&fs::read(&book).unwrap());
        assert_eq!(wrong, [""; 0], "at {now}");
    }

    fn book(&self, day: &str) -> Vec<u8> {
        fs::read(workbook_of(&self.week, day)).unwrap()
    }

    #[track_caller]
    fn cell(&self, day: &str, sheet: &str, key: &str, column: &str) -> String {
        shown(&self.book(day), sheet, key, column)
    }

    /// What came of a task.
    #[track_caller]
    fn result(&self, day: &str, task: &str) -> String {
        self.cell(day, "Tasks", task, "Result")
    }

    fn board(&self) -> String {
        fs::read_to_string(self.week.root().join("office/board.html")).unwrap_or_default()
    }

    fn file(&self, day: &str, ending: &str) -> Option<PathBuf> {
        let files = self.week.tree(&format!("office/{day}"));
        let file = files.into_iter().find(|file| file.ends_with(ending))?;
        Some(self.week.root().join("office").join(day).join(file))
    }

    #[track_caller]
    fn words(&self, day: &str, ending: &str) -> String {
        let file = self.file(day, ending).unwrap_or_else(|| panic!("no {ending} of {day}"));
        seen::word(&fs::read(file).unwrap())
    }

    /// The drafts in a meeting's outbox whose names hold this.
    fn drafts(&self, day: &str, what: &str) -> Vec<String> {
        let files = self.week.tree(&format!("office/{day}/outbox"));
        files.into_iter().filter(|file| file.contains(what) && file.ends_with(".eml")).collect()
    }
}

/// Everything in the red column of every sheet.
fn keys_wrong(book: &[u8]) -> Vec<String> {
    let sheets = panelclerk::stationery::excel_in::read(book).unwrap();
    let names: Vec<String> = sheets.into_iter().map(|sheet| sheet.name).collect();
    let shown = [
        "Meeting",
        "Cases",
        "Documents",
        "Agenda",
        "Expected",
        "Due",
        "Open actions",
        "Deadlines",
        "Attendance",
        "Decisions",
        "Actions",
        "Emails",
        "Tasks",
    ];
    let shown = shown.into_iter().filter(|name| names.iter().any(|one| one == name));
    shown
        .flat_map(|name| {
            keys(book, name, "What is wrong").into_iter().map(move |said| format!("{name}: {said}"))
        })
        .collect()
}

/// The workbook of a meeting, where it lies there: while it is put in its place there is none for a moment.
fn lying(week: &Week, day: &str) -> Option<Vec<u8>> {
    let files = week.tree(&format!("office/{day}"));
    let file = files.iter().find(|file| file.ends_with("workbook.xlsx") && !file.starts_with(['.', '~']))?;
    fs::read(week.root().join("office").join(day).join(file)).ok()
}

fn task(words: &str) -> [Typed<'_>; 2] {
    [("Tasks", words, "Do it", "yes"), ("Tasks", words, "By", BY)]
}

/// What was decided of a case, besides its own cells.
fn decided<'t>(case: &'t str, own: &[(&'t str, &'t str)]) -> Vec<Typed<'t>> {
    let usual = [
        ("Decided by", "Consensus"),
        ("Presented by", "as planned"),
        ("Time considered", "as planned"),
        ("Discussion", "The panel heard from the team."),
    ];
    let own = own.iter().copied().chain(usual);
    own.map(|(column, value)| ("Decisions", case, column, value)).collect()
}

/// Who was there, and when.
fn held<'t>(panel: &Panel) -> Vec<Typed<'t>> {
    vec![
        ("Meeting", "Meeting started", "Fill in", if panel.name == "nelc" { "13:02" } else { "9:35" }),
        ("Meeting", "Meeting ended", "Fill in", if panel.name == "nelc" { "15:40" } else { "12:10" }),
        ("Meeting", "In the chair", "Fill in", panel.chair),
        ("Meeting", "Interests declared", "Fill in", "none"),
        ("Attendance", "Cato Chair", "Presence", "Present"),
        ("Attendance", "Ann Clerk", "Presence", "Present"),
        ("Attendance", "Mia Member", "Presence", "Apologies"),
    ]
}

fn three_weeks(panel: &Panel) {
    let Some(office) = Office::here() else { return };
    let week = Week::new(panel.name);
    seat_also(&week, &["Megan Foss", "Alan Pike"]);
    let mut desk = Desk { week, office };
    desk = first_week(desk, panel);
    desk = first_meeting(desk, panel);
    desk = second_week(desk, panel);
    third_week(desk, panel);
}

fn first_week(mut desk: Desk, panel: &Panel) -> Desk {
    let [now, next, ..] = &panel.weeks;
    desk.week = dropped(desk.week, panel.name, "referral", AGREED, Some(Request::NewPlacement), &[]);
    let without = [("child_name", "Bea Trial"), ("alternatives", "None")];
    desk.week = dropped(desk.week, panel.name, "referral", DEFERRED, Some(Request::NewPlacement), &without);
    desk.watch(now.before, "the workbooks of two meetings", |week| {
        [now.meeting, next.meeting]
            .iter()
            .all(|day| week.tree(&format!("office/{day}")).iter().any(|file| file.ends_with("workbook.xlsx")))
            && week.tree("receipts").iter().any(|file| file.contains(DEFERRED))
    });
    assert_eq!(keys(&desk.book(now.meeting), "Cases", "Case"), [AGREED, DEFERRED]);
    assert_eq!(desk.cell(now.meeting, "Cases", AGREED, "Status"), "complete");
    assert_eq!(desk.cell(now.meeting, "Cases", DEFERRED, "Status"), "INCOMPLETE");

    // The team is chased; one rang that it comes; an emergency is telephoned.
    let told = [
        ("Cases", AGREED, "Attending", "confirmed"),
        ("Cases", AGREED, "By", BY),
        ("Expected", "1", "Case", URGENT),
        ("Expected", "1", "Child", "Cal Sample"),
        ("Expected", "1", "Request", "New placement"),
        ("Expected", "1", "Emergency", "yes"),
        ("Expected", "1", "Placed on", "23/11/2026"),
        ("Expected", "1", "Authorised by", "Kim Dale"),
        ("Expected", "1", "Authorised on", "23/11/2026"),
        ("Expected", "1", "Presented by", "Megan Foss and Alan Pike"),
        ("Expected", "1", "By", BY),
    ];
    desk.types(now.before, now.meeting, &[&told[..], &task("Send the reminders")].concat());
    assert_eq!(
        desk.drafts(now.meeting, "chaser").len(),
        2,
        "social worker and manager of the incomplete case"
    );
    assert!(desk.drafts(now.meeting, "chaser").iter().all(|draft| draft.contains(DEFERRED)));
    assert_eq!(keys(&desk.book(now.meeting), "Cases", "Case").len(), 3);

    // After the deadline: times, agenda, invitations, pack, and all of it sent.
    let times = [("Agenda", AGREED, "Time", panel.slot[0]), ("Agenda", AGREED, "By", BY)];
    let tasks =
        ["Write the agenda", "Send the agenda", "Send the invitations", "Create the pack", "Send the pack"]
            .map(task);
    desk.types(now.after_deadline, now.meeting, &[&times[..], &tasks.concat()].concat());
    assert!(desk.result(now.meeting, "Create the pack").contains("is verified"));
    assert!(!desk.drafts(now.meeting, "invitation").is_empty());
    assert!(
        desk.words(now.meeting, "agenda.docx").contains(panel.slot[1]),
        "{}",
        desk.words(now.meeting, "agenda.docx")
    );
    let sent = desk.drafts(now.meeting, " pack ").len();
    assert!(
        sent >= 2,
        "a pack for each member: {:?}",
        desk.week.tree(&format!("office/{}/outbox", now.meeting))
    );
    // She sends them. A document that should not have gone is taken out of the pack, and asked back from everybody.
    let documents = keys(&desk.book(now.meeting), "Documents", "Document");
    let risk = documents.iter().find(|number| {
        let of = |column: &str| desk.cell(now.meeting, "Documents", number, column);
        of("Case") == AGREED && of("File").contains("Risk assessment")
    });
    let why = format!("{} about another child", risk.expect("a risk assessment"));
    let out = [task("The drafts are sent"), task("Take a document out"), task("Recall what was taken out")]
        .concat();
    desk.types(
        now.after_deadline,
        now.meeting,
        &[&out[..], &[("Tasks", "Take a document out", "Reason", &*why)]].concat(),
    );
    assert!(desk.result(now.meeting, "Take a document out").starts_with("version 2 has "));
    assert_eq!(desk.drafts(now.meeting, "recall").len(), sent);
    assert_eq!(desk.drafts(now.meeting, "").len(), sent, "everything else was sent and has left");
    desk
}

/// The meeting: one agreed at the cost on its form, one deferred, one ratified.
fn first_meeting(desk: Desk, panel: &Panel) -> Desk {
    let [now, next, third, _] = &panel.weeks;
    let agreed = decided(
        AGREED,
        &[
            ("Decision", "Agreed"),
            ("Reason", "A good match"),
            ("Cost as requested", "yes"),
            ("Review", third.typed),
        ],
    );
    let deferred = decided(
        DEFERRED,
        &[
            ("Decision", "Deferred"),
            ("Reason", "the panel needs to know who else was asked"),
            ("Review", next.typed),
        ],
    );
    let ratified = decided(
        URGENT,
        &[("Decision", "Ratified"), ("Reason", "He was not safe at home"), ("Review", "01/03/2027")],
    );
    let actions = [
        ("Actions", "1", "Case", DEFERRED),
        ("Actions", "1", "What", "Say who else was asked"),
        ("Actions", "1", "Owner", "Megan Foss"),
        ("Actions", "1", "Due", next.typed),
    ];
    let typed =
        [&held(panel), &agreed, &deferred, &ratified, &actions[..], &task("Write the minutes")].concat();
    desk.types(now.evening, now.meeting, &typed);
    assert!(desk.result(now.meeting, "Write the minutes").contains("; 0 entries need correcting"));
    let minutes = desk.words(now.meeting, "minutes.docx");
    for said in [
        "£1,000.00 a week",
        "Social care £800.00, Health £200.00",
        "Say who else was asked",
        "Roles not represented",
        "Draft",
    ] {
        assert!(minutes.contains(said), "no `{said}` in {minutes}");
    }
    let both = [task("Confirm the minutes"), task("Send the decisions")].concat();
    desk.types(now.next_day, now.meeting, &both);
    let confirmed = desk.result(now.meeting, "Confirm the minutes");
    assert!(confirmed.contains("3 extracts"), "{confirmed}");
    assert!(desk.words(now.meeting, "minutes.docx").contains("Confirmed by the Chair on"));
    assert_eq!(
        desk.drafts(now.meeting, "decision").len(),
        4,
        "to social worker and manager of the two whose forms name them"
    );
    desk
}

fn second_week(mut desk: Desk, panel: &Panel) -> Desk {
    let [last, now, ..] = &panel.weeks;
    // What came of last week: the agreed case has left, the deferred one is here and says why.
    let cases = keys(&desk.book(now.meeting), "Cases", "Case");
    assert_eq!(cases, [DEFERRED], "of last week's cases only the deferred one");
    let said = desk.cell(now.meeting, "Cases", DEFERRED, "What is missing or to be looked at");
    assert!(said.contains("eferred on") && said.contains("who else was asked"), "{said}");
    assert_eq!(
        desk.cell(now.meeting, "Open actions", &format!("{}/1", last.meeting), "What"),
        "Say who else was asked"
    );

    // The team answers with the update form, the emergency's documents come, and a taxi is asked for.
    let previous = [
        ("child_name", "Bea Trial"),
        ("panel_date", now.typed),
        ("previous_panel", last.typed),
        ("previous_decision", "Deferred: the panel needs to know who else was asked."),
        (
            "alternatives",
            "Her aunt, her former carers and two neighbours were asked on 1 December; none of them can care for her.",
        ),
    ];
    let folder = format!("{DEFERRED} Trial");
    let update = filled(panel.name, "update", DEFERRED, Some(Request::Review), &previous);
    desk.week = desk.week.drop(&format!("{folder}/Update form.docx"), update);
    let emergency = Some(Request::EmergencyRetrospective);
    let placed = [("child_name", "Cal Sample"), ("placed_on", "23/11/2026"), ("panel_date", now.typed)];
    desk.week = dropped(desk.week, panel.name, "referral", URGENT, emergency, &placed);
    let taxi = [
        ("child_name", "Dee Probe"),
        ("panel_date", now.typed),
        ("review_requested", "01/03/2027"),
        ("start_date", "14/12/2026"),
    ];
    desk.week = dropped(desk.week, panel.name, "taxi_request", TAXI, None, &taxi);
    desk.watch(now.before, "the taxi on the board", |week| {
        week.tree("receipts").iter().any(|file| file.contains(TAXI))
            && lying(week, now.meeting)
                .is_some_and(|book| keys(&book, "Cases", "Case").iter().any(|case| case == TAXI))
    });
    assert_eq!(desk.cell(now.meeting, "Cases", DEFERRED, "Status"), "complete");

    let done = [
        ("Open actions", &*format!("{}/1", last.meeting), "What to do", "done"),
        ("Open actions", &*format!("{}/1", last.meeting), "By", BY),
    ];
    let tasks =
        ["Write the agenda", "Send the agenda", "Send the invitations", "Create the pack", "Send the pack"]
            .map(task);
    desk.types(now.after_deadline, now.meeting, &[&done[..], &tasks.concat()].concat());
    assert!(desk.cell(now.meeting, "Tasks", "Create the pack", "Result").contains("is verified"));
    let mut typed = held(panel);
    typed.extend(decided(
        DEFERRED,
        &[
            ("Decision", "Agreed"),
            ("Reason", "Enough is known now"),
            ("A week", "£1,000.00"),
            ("Social care", "75%"),
            ("Health", "25%"),
            ("Review", "31/05/2027"),
        ],
    ));
    typed.extend(decided(
        TAXI,
        &[
            ("Decision", "Agreed"),
            ("Reason", "No other way to school"),
            ("Cost as requested", "yes"),
            ("Review", "01/03/2027"),
        ],
    ));
    for case in keys(&desk.book(now.meeting), "Decisions", "Case") {
        if case == URGENT {
            typed.extend(decided(
                URGENT,
                &[("Decision", "Noted"), ("Reason", "The documents have come"), ("Review", "01/03/2027")],
            ));
        }
    }
    typed.extend(task("Write the minutes"));
    desk.types(now.evening, now.meeting, &typed);
    let minutes = desk.words(now.meeting, "minutes.docx");
    for said in ["Social care £750.00, Health £250.00", "£200.00 a week"] {
        assert!(minutes.contains(said), "no `{said}` in {minutes}");
    }
    desk.types(
        now.next_day,
        now.meeting,
        &[task("Confirm the minutes"), task("Send the decisions")].concat(),
    );
    assert!(desk.cell(now.meeting, "Tasks", "Confirm the minutes", "Result").contains("confirmed"));
    desk
}

fn third_week(mut desk: Desk, panel: &Panel) {
    let [first, last, now, next] = &panel.weeks;
    // The case that was agreed is due for its review, and is taken onto the agenda; nothing else is left over.
    let due = keys(&desk.book(now.meeting), "Due", "Item");
    let review = due.iter().find(|item| item.contains(AGREED)).unwrap_or_else(|| panic!("not due: {due:?}"));
    let taken =
        [("Due", review.as_str(), "Take onto this agenda", "yes"), ("Due", review.as_str(), "By", BY)];
    desk.types(last.next_day, now.meeting, &taken);
    assert_eq!(keys(&desk.book(now.meeting), "Cases", "Case"), [AGREED]);
    let previous = [
        ("panel_date", now.typed),
        ("previous_panel", first.typed),
        ("previous_decision", "Agreed: £1,000.00 a week, to be reviewed in two weeks."),
    ];
    let update = filled(panel.name, "update", AGREED, Some(Request::Review), &previous);
    desk.week = desk.week.drop(&format!("{AGREED} Test/Update form.docx"), update);
    desk.watch(now.before, "the review on its form", |week| {
        lying(week, now.meeting)
            .is_some_and(|book| shown(&book, "Cases", AGREED, "Request").to_lowercase().contains("review"))
    });
    let promised = desk.cell(now.meeting, "Decisions", AGREED, "Outcomes promised");
    assert!(promised.contains("The present carers retire"), "{promised}");
    let tasks =
        ["Write the agenda", "Send the agenda", "Send the invitations", "Create the pack", "Send the pack"]
            .map(task);
    desk.types(now.after_deadline, now.meeting, &tasks.concat());
    let mut typed = held(panel);
    typed.extend(decided(
        AGREED,
        &[
            ("Decision", "Extended"),
            ("Reason", "She has settled"),
            ("Cost as requested", "yes"),
            ("Achieved?", "Yes: she sleeps through"),
            ("Review", "31/05/2027"),
        ],
    ));
    typed.extend(task("Write the minutes"));
    desk.types(now.evening, now.meeting, &typed);
    desk.types(
        now.next_day,
        now.meeting,
        &[task("Confirm the minutes"), task("Send the decisions")].concat(),
    );
    let minutes = desk.words(now.meeting, "minutes.docx");
    assert!(
        minutes.contains("Confirmed by the Chair on") && minutes.contains("Yes: she sleeps through"),
        "{minutes}"
    );
    assert_eq!(
        keys(&desk.book(next.meeting), "Cases", "Case"),
        [""; 0],
        "everything that was decided has left"
    );
    assert!(desk.board().contains(first.meeting) || !desk.board().is_empty());
    // What the procedures set a day for is ticked there as well, with a name.
    let open: Vec<String> = keys(&desk.book(next.meeting), "Deadlines", "Deadline");
    let kept = |key: &&String| key.contains(last.meeting) && key.split(' ').count() == 3;
    if let Some(key) = open.iter().find(kept) {
        let cells =
            [("Deadlines", key.as_str(), "What to do", "done"), ("Deadlines", key.as_str(), "By", BY)];
        desk.types(now.next_day, next.meeting, &cells);
        assert!(!keys(&desk.book(next.meeting), "Deadlines", "Deadline").contains(key));
    }
}
