//! The agenda from the first one written to the last letter about it: times that hold, actions that are told, changes that are said.

use mail_parser::{MessageParser, MimeHeaders as _};
use panelclerk::panel::outcome::{Action, Outcome};
use panelclerk::panel::people::Agreed;
use panelclerk::register::Register;
use panelclerk::stationery::excel::Value as Typed;
use serde_json::Value;

use crate::documents::words_of;
use crate::harness::Week;
use crate::people::{everybody, seat, seat_these};
use crate::sample_meeting::{case_id, date};
use crate::typist::{changed, shown, type_into, workbook};

const BY: [&str; 4] = ["--by", "Ann Clerk", "--reason", "the team rang"];

#[track_caller]
fn does(week: &Week, args: &[&str]) {
    let said = week.says(&[args, &BY].concat());
    assert_eq!(said.status, 0, "{args:?}: {}{}", said.out, said.err);
}

/// Case and time, in the order heard.
fn times(week: &Week, how: &[&str]) -> Vec<(String, String)> {
    let told = week.json(&[&["agenda"], how].concat());
    let items = told["agenda"]["items"].as_array().unwrap().clone();
    let of_case = |item: &Value| {
        let case = item["what"]["case"]["case"].as_str()?.to_owned();
        Some((case, item["starts"].as_str().unwrap()[..5].to_owned()))
    };
    items.iter().filter_map(of_case).collect()
}

fn time_of(times: &[(String, String)], case: &str) -> Option<String> {
    times.iter().find(|(known, _)| known == case).map(|(_, time)| time.clone())
}

/// Three cases booked; the agenda has not been written.
fn booked() -> Week {
    let week = Week::new("nelc").at("2026-11-18T09:00");
    seat(&week);
    for (case, request) in [("1000001", "new_placement"), ("1000002", "new_placement"), ("1000003", "review")]
    {
        let request = format!("--request={request}");
        does(
            &week,
            &["expect", case, &request, "--presented-by", "Priya Nair", "--presented-by", "Gareth Powell"],
        );
    }
    week
}

#[test]
fn from_the_first_agenda_on_nobody_moves_unless_it_is_asked_for() {
    let week = booked();
    let first = times(&week, &[]);
    assert_eq!(first.len(), 3);
    does(&week, &["withdraw", "1000001"]);
    does(&week, &["expect", "1000004", "--request=placement_move"]);
    let second = times(&week, &[]);
    for case in ["1000002", "1000003"] {
        assert_eq!(time_of(&second, case), time_of(&first, case), "{second:?}");
    }
    assert_eq!(time_of(&second, "1000004"), time_of(&first, "1000001"), "the free slot is taken");
    does(&week, &["slot", "1000003", "--order", "1"]);
    let asked = times(&week, &[]);
    assert_eq!(asked[0].0, "1000003", "{asked:?}");
    does(&week, &["expect", "1000005", "--request=new_placement"]);
    let late = times(&week, &[]);
    for (case, time) in &asked {
        assert_eq!(time_of(&late, case).as_ref(), Some(time), "an order asked for once moves nobody later");
    }
    let afresh = times(&week, &["--afresh"]);
    assert_ne!(afresh, late);
    assert_eq!(times(&week, &[]), afresh, "the agenda planned anew is the one that holds");
}

#[test]
fn what_is_the_chairs_alone_stands_in_the_chairs_agenda_alone() {
    let week = booked();
    let action = |what: &str, due| Action {
        case: Some(case_id("1000003")),
        what: what.to_owned(),
        owner: "Priya Nair".to_owned(),
        due: Some(due),
    };
    let actions = vec![
        action("ask health for its share", date(2026, 11, 10)),
        action("visit the home", date(2026, 12, 1)),
    ];
    let outcome = Outcome { actions, ..Outcome::default() };
    let mut register = Register::open(&week.root().join("data")).unwrap();
    register.record_outcome(date(2026, 11, 9), &outcome, "2026-11-09T18:00:00Z".parse().unwrap()).unwrap();
    drop(register);
    week.says(&["agenda"]).ends(0).shows("written: office/");
    let folder = week.root().join("office/2026-11-23");
    let text = |what: &str| {
        let file = folder.join(format!("NELC Placement and Commissioning Panel 2026-11-23 {what}.docx"));
        words_of(&std::fs::read(file).unwrap(), "word/document.xml")
    };
    let (everybodys, chairs) = (text("agenda"), text("agenda for the chair"));
    for both in [&everybodys, &chairs] {
        assert!(
            both.contains("minutes of 9 November 2026: still a draft; 2 actions are open, 1 of them overdue"),
            "{both}"
        );
    }
    for line in ["ask health for its share", "visit the home", "10 November 2026, overdue", "Priya Nair"] {
        assert!(chairs.contains(line), "`{line}` in {chairs}");
    }
    for word in ["ask health", "visit the home", "Funding requested from", "Total"] {
        assert!(!everybodys.contains(word), "`{word}` in {everybodys}");
    }

    let said = week.says(&["actions"]);
    assert_eq!(said.status, 1, "one is overdue");
    assert!(
        said.out.starts_with(
            "2026-11-09/1   1000003: ask health for its share (Priya Nair, by 10 November 2026, OVERDUE)"
        ),
        "{}",
        said.out
    );
    does(&week, &["actions", "2026-11-09/1", "--done"]);
    assert!(!week.says(&["actions"]).out.contains("ask health"));
    type_into(
        &week,
        &[
            ("Open actions", "2026-11-09/2", "What to do", "done"),
            ("Open actions", "2026-11-09/2", "By", "Ann Clerk"),
        ],
    );
    let scanned = week.says(&["--json", "scan"]);
    assert!(scanned.out.contains("Open actions 2026-11-09/2: done for Ann Clerk"), "{}", scanned.out);
    assert_eq!(week.says(&["actions"]).out.trim(), "no action is open");
    week.says(&["agenda"]).ends(0).shows("written: office/");
    assert!(
        text("agenda").contains("no action is open")
            && !text("agenda for the chair").contains("visit the home")
    );
    does(&week, &["actions", "2026-11-09/2", "--open"]);
    week.says(&["agenda"]).ends(0).shows("written: office/");
    assert!(text("agenda for the chair").contains("visit the home"), "undone by the opposite");
}

/// The draft to somebody: its text and the names and contents of what is enclosed.
fn draft(week: &Week, name: &str) -> (String, Vec<(String, Vec<u8>)>) {
    let path = week.root().join("office/2026-11-23/outbox").join(name);
    let bytes = std::fs::read(&path)
        .unwrap_or_else(|_| panic!("{name}: {:?}", week.tree("office/2026-11-23/outbox")));
    let message = MessageParser::default().parse(&bytes).unwrap();
    let enclosed = message
        .attachments()
        .map(|part| (part.attachment_name().unwrap_or_default().to_owned(), part.contents().to_vec()));
    (message.body_text(0).unwrap().into_owned(), enclosed.collect())
}

#[test]
fn an_agenda_sent_again_after_a_change_says_what_changed() {
    let week = booked();
    week.says(&["agenda"]).ends(0).shows("written: office/");
    let send = |week: &Week| {
        let said = week.says(&["send", "agenda", "2026-11-23", "--go"]);
        assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    };
    send(&week);
    let (text, enclosed) = draft(&week, "2026-11-23 agenda mia-member (member@panel.example.org).eml");
    assert!(!text.contains("takes the place"), "{text}");
    assert_eq!(enclosed[0].0, "NELC Placement and Commissioning Panel 2026-11-23 agenda.docx");
    let (_, chairs) = draft(&week, "2026-11-23 agenda cato-chair (chair@panel.example.org).eml");
    assert_eq!(chairs[0].0, "NELC Placement and Commissioning Panel 2026-11-23 agenda for the chair.docx");
    let before = week.tree("office/2026-11-23/outbox");
    let week = week.at("2026-11-18T10:00");
    send(&week);
    assert_eq!(week.tree("office/2026-11-23/outbox"), before, "nothing changed, nothing is written again");
    does(&week, &["withdraw", "1000002"]);
    does(&week, &["expect", "1000004", "--request=review"]);
    week.says(&["agenda"]).ends(0).shows("written: office/");
    send(&week);
    let (text, _) = draft(&week, "2026-11-23 agenda v2 mia-member (member@panel.example.org).eml");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("This agenda takes the place of the one you had before."), "{text}");
    assert!(text.contains("1000004 is new, at ") && text.contains("1000002 is no longer on it."), "{text}");
    let after = week.tree("office/2026-11-23/outbox");
    send(&week);
    assert_eq!(week.tree("office/2026-11-23/outbox"), after);
}

#[test]
fn an_observer_has_times_and_kinds_of_request_and_nothing_of_any_child() {
    let week = booked();
    let docx = |content: &[u8]| words_of(content, "word/document.xml");
    week.says(&["agenda"]).ends(0).shows("written: office/");
    let said = week.says(&["send", "agenda", "2026-11-23", "--go"]);
    said.ends(0).shows("times and kinds of request");
    let (text, enclosed) = draft(&week, "2026-11-23 agenda stu-student (student@panel.example.org).eml");
    let (_, members) = draft(&week, "2026-11-23 agenda mia-member (member@panel.example.org).eml");
    let (his, hers) = (docx(&enclosed[0].1), docx(&members[0].1));
    for telling in ["1000001", "1000002", "1000003", "Priya Nair", "INCOMPLETE"] {
        assert!(hers.contains(telling), "{telling}: {hers}");
        assert!(!his.contains(telling) && !text.contains(telling), "{telling}: {his} {text}");
    }
    assert!(his.contains("New placement") && his.contains("1.10 pm"), "{his}");
    // Without the word of whoever must agree there is nothing for an observer, and it is said what to type.
    let file = week.root().join("office/People.xlsx");
    let good = std::fs::read(&file).unwrap();
    std::fs::write(&file, changed(&good, "Members", "Cato Chair", &Typed::Text("Carl Chair".to_owned())))
        .unwrap();
    let said = week.says(&["send", "agenda", "2026-11-23"]);
    said.ends(1).shows("the Chair must agree to an observer, and `Cato Chair` is not that");
    let outbox = week.tree("office/2026-11-23/outbox");
    assert!(outbox.iter().any(|draft| draft.contains("student@")));
    let week = week.run(&["scan"], 0);
    let outbox = week.tree("office/2026-11-23/outbox");
    assert!(
        !outbox.iter().any(|draft| draft.contains("student@")),
        "what lay there is taken back: {outbox:?}"
    );
}

#[test]
fn at_redbridge_the_head_of_service_agrees_to_an_observer() {
    let week = Week::new("redbridge").at("2026-11-18T09:00");
    let mut people = everybody();
    seat_these(&week, &people);
    let day = "2026-11-24";
    does(&week, &["expect", "1000001", "--request=new_placement"]);
    week.says(&["agenda"]).ends(0).shows("written: office/");
    let chairs = week.says(&["send", "agenda", day]);
    chairs.ends(1).shows("the Head of Service must agree to an observer, and `Cato Chair` is not that");
    people[2].role = "Head of Service, Commissioning".to_owned();
    people[3].terms.agreed = Some(Agreed { by: "Mia Member".to_owned(), on: date(2026, 11, 17) });
    seat_these(&week, &people);
    week.says(&["send", "agenda", day]).ends(0).shows("times and kinds of request");
    people[3].terms.meetings = vec![date(2026, 12, 8)];
    seat_these(&week, &people);
    let other = week.says(&["send", "agenda", day]);
    other.ends(0).shows(
        "Stu Student                  is not of this meeting: comes to another meeting: 8 December 2026",
    );
}

#[test]
fn what_somebody_sits_as_must_be_known_before_anything_goes_to_the_panel() {
    let week = booked();
    week.says(&["agenda"]).ends(0).shows("written: office/");
    let file = week.root().join("office/People.xlsx");
    let good = std::fs::read(&file).unwrap();
    std::fs::write(&file, changed(&good, "Members", "Member", &Typed::Text("Panel adviser".to_owned())))
        .unwrap();
    let said = week.says(&["send", "agenda", "2026-11-23", "--go"]);
    assert_eq!(said.status, 2, "{}", said.out);
    for words in [
        "what `Mia Member` sits as is not known",
        "cell E5",
        "`Panel adviser`",
        "`Vice Chair`",
        "`Substitute`",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    assert!(week.tree("office/2026-11-23").iter().all(|file| !file.contains("outbox")));
    week.says(&["send", "invitations", "2026-11-23", "--go"]).ends(0).shows("Priya Nair");
    week.says(&["check"]).ends(1).shows("`Panel adviser` is not one of the choices");
}

#[test]
fn what_is_due_stands_in_the_workbook_and_is_taken_onto_the_agenda() {
    let week = booked();
    let decision = serde_json::json!({
        "case": "1000009", "word": "agreed", "reason": "", "decided_by": "consensus", "weekly": null, "split": [],
        "from": null, "to": null, "review": "2026-11-20", "conditions": "", "discussion": "",
    });
    let outcome =
        Outcome { decisions: vec![serde_json::from_value(decision).unwrap()], ..Outcome::default() };
    let mut register = Register::open(&week.root().join("data")).unwrap();
    register.record_outcome(date(2026, 11, 9), &outcome, "2026-11-09T18:00:00Z".parse().unwrap()).unwrap();
    drop(register);
    week.says(&["agenda"]).ends(0).shows("written: office/");
    let key = "1000009 review";
    let there = std::fs::read(workbook(&week)).unwrap();
    assert_eq!(
        shown(&there, "Due", key, "Due back to panel"),
        "review of what was decided on 9 November 2026"
    );
    type_into(&week, &[("Due", key, "Take onto this agenda", "yes"), ("Due", key, "By", "Ann Clerk")]);
    let said = week.says(&["--json", "scan"]);
    assert!(said.out.contains("done for Ann Clerk"), "{}{}", said.out, said.err);
    assert!(time_of(&times(&week, &[]), "1000009").is_some());
    let there = std::fs::read(workbook(&week)).unwrap();
    assert_eq!(shown(&there, "Due", key, "Listed"), "on this agenda");
    assert_eq!(shown(&there, "Due", key, "Take onto this agenda"), "", "what was done is cleared");
}

#[test]
fn invitations_are_ordered_in_the_workbook() {
    let week = booked();
    week.says(&["agenda"]).ends(0).shows("written: office/");
    type_into(
        &week,
        &[
            ("Tasks", "Send the invitations", "Do it", "yes"),
            ("Tasks", "Send the invitations", "By", "Ann Clerk"),
        ],
    );
    let said = week.says(&["--json", "scan"]);
    assert!(
        said.out.contains("Send the invitations: 2 emails are in the outbox; 0 people could not be invited"),
        "{}{}",
        said.out,
        said.err
    );
    let drafts = week.tree("office/2026-11-23/outbox");
    assert_eq!(drafts.iter().filter(|name| name.contains(" invitation ")).count(), 2, "{drafts:?}");
}
