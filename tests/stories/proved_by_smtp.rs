//! A new address on a road that sends by itself, from the first message to the pack: written to, answered, checked, ticked in the workbook, sent to.

use std::fs;
use std::thread;
use std::time::Duration;

use mail_parser::MessageParser;
use panelclerk::panel::people::{Capacity, How, Person, Terms, Tick};

use crate::harness::Week;
use crate::mail_server::{MailServer, Manners};
use crate::people::{everybody, seat_these};
use crate::posted::{DAY, week};
use crate::sample_meeting::date;

/// A panel whose letters go by this server, which proves addresses unless it is said otherwise.
fn proving(mail: &MailServer) -> Week {
    let week = week(mail);
    set(&week, "prove_addresses = false\n", "");
    week
}

fn set(week: &Week, before: &str, now: &str) {
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.contains(before), "{text}");
    fs::write(&config, text.replacen(before, now, 1)).unwrap();
}

/// What the server took since so many letters, by reader, in order.
fn taken(mail: &MailServer, since: usize) -> Vec<(String, Vec<u8>)> {
    thread::sleep(Duration::from_millis(100));
    let seen = mail.seen.lock().unwrap();
    let mut taken: Vec<(String, Vec<u8>)> =
        seen.taken.iter().skip(since).map(|taken| (taken.to.clone(), taken.message.clone())).collect();
    taken.sort();
    taken
}

fn readers(taken: &[(String, Vec<u8>)]) -> Vec<&str> {
    taken.iter().map(|(to, _)| to.as_str()).collect()
}

fn tick(how: How) -> Tick {
    Tick { by: "Ann Clerk".to_owned(), on: date(2026, 11, 20), how, opened: None }
}

#[test]
fn a_new_address_gets_a_message_without_a_word_of_any_child_then_a_tick_and_only_then_the_pack() {
    let mail = MailServer::start(Manners::default());
    let week = proving(&mail).run(&["pack"], 0);
    week.says(&["check"])
        .shows("no pack, agenda or minutes go to an address that is not proved (the road sends by itself)");
    week.says(&["send", "pack", DAY]).ends(1).shows("gets nothing: the address is not proved");
    week.says(&["send", "pack", DAY, "--go"]).ends(1);
    assert!(taken(&mail, 0).is_empty(), "nobody is sent anything unproved");

    week.says(&["send", "first-contact", DAY]).ends(0).shows("Mia Member");
    week.says(&["send", "first-contact", DAY, "--go"]).ends(0).shows("accepted by the mail server: 4 emails");
    let first = taken(&mail, 0);
    assert_eq!(first.len(), 4);
    for (_, bytes) in &first {
        let message = MessageParser::default().parse(bytes).unwrap();
        let words = format!("{}{}", message.body_text(0).unwrap(), message.body_html(0).unwrap());
        assert!(
            words.contains("Please answer it with one line") && message.attachment_count() == 0,
            "{words}"
        );
        let raw = String::from_utf8_lossy(bytes);
        for telling in ["1167109", "Rahman", "Yusuf"] {
            assert!(!words.contains(telling) && !raw.contains(telling), "{telling}: {words}");
        }
    }

    // They answered, and she rang two of them: the ticks stand in the workbook of people.
    let week = week.at("2026-11-20T10:00");
    let checked = |names: &[&str], more: Vec<Person>| {
        let mut people = everybody();
        for person in people.iter_mut().filter(|person| names.contains(&person.name.as_str())) {
            person.terms.checked = Some(tick(How::Telephone));
        }
        people.extend(more);
        seat_these(&week, &people);
    };
    checked(&["Cato Chair", "Mia Member"], Vec::new());
    week.says(&["scan"]).ends(1).shows("2 addresses wait to be checked");
    week.says(&["send", "pack", DAY])
        .ends(1)
        .shows("Ann Clerk                    gets nothing: the address has been waiting");
    week.says(&["send", "pack", DAY, "--go"]).ends(1).shows("accepted by the mail server: 2 emails");
    let packs = taken(&mail, 4);
    assert_eq!(readers(&packs), ["chair@panel.example.org", "member@panel.example.org"]);
    // What each of them has is the very pack that lies in the office.
    let office = week.tree("office").into_iter().find(|file| file.ends_with("pack.pdf")).unwrap();
    let pack = fs::read(week.root().join("office").join(office)).unwrap();
    for (_, bytes) in &packs {
        let message = MessageParser::default().parse(bytes).unwrap();
        assert_eq!(message.attachment_count(), 1);
        assert!(message.attachment(0).unwrap().contents() == pack, "another file than the pack");
    }

    // A substitute is needed at once: nobody could check, and that is on record with who says so and why.
    let substitute = Person {
        name: "Una Urgent".to_owned(),
        role: "Education".to_owned(),
        agency: "Fictional".to_owned(),
        email: Some("una@panel.example.org".to_owned()),
        capacity: Capacity::Substitute,
        terms: Terms {
            stands_in_for: Some("Mia Member".to_owned()),
            meetings: vec![date(2026, 11, 23)],
            checked: Some(tick(How::Urgent("Mia is ill, and the meeting is on Monday".to_owned()))),
            ..Terms::default()
        },
    };
    checked(&["Cato Chair", "Mia Member"], vec![substitute]);
    assert!(week.says(&["scan"]).status < 2);
    week.says(&["send", "pack", DAY]).ends(1).shows("Una Urgent");
    week.says(&["send", "pack", DAY, "--go"]).ends(1).shows("accepted by the mail server: 1 email");
    assert_eq!(readers(&taken(&mail, 6)), ["una@panel.example.org"]);
    week.says(&["audit"]).ends(0).shows(
        "the address una@panel.example.org of Una Urgent allowed unchecked for 2026-11-23 by Ann Clerk",
    );
    week.says(&["audit"]).shows("Mia is ill, and the meeting is on Monday");

    // Another address starts again, whatever stands in its row.
    let before = taken(&mail, 0).len();
    let mut people = everybody();
    for person in people.iter_mut().filter(|person| person.name == "Mia Member") {
        person.email = Some("mia@panel.example.org".to_owned());
        person.terms.checked = Some(tick(How::Telephone));
    }
    seat_these(&week, &people);
    assert!(week.says(&["scan"]).status < 2);
    week.says(&["send", "agenda", DAY])
        .ends(1)
        .shows("what stands in `Checked by` was said of another address");
    assert!(week.says(&["send", "agenda", DAY, "--go"]).status < 2);
    assert!(!readers(&taken(&mail, before)).contains(&"mia@panel.example.org"));

    // The panel can say that it proves none, and `check` says that this holds.
    set(&week, "road = \"smtp\"\n", "road = \"smtp\"\nprove_addresses = false\n");
    week.says(&["check"])
        .shows("addresses are not proved before documents go there (`[post] prove_addresses` says so)");
    week.says(&["send", "agenda", DAY]).ends(0);
    week.says(&["send", "agenda", DAY, "--go"]).ends(0);
    assert!(readers(&taken(&mail, before)).contains(&"mia@panel.example.org"));
}
