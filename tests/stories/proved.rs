//! No pack, agenda or minutes go to an address before it is proved: the first letter, the check, the address that changes, the directory.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use mail_parser::MessageParser;
use panelclerk::panel::people::{Capacity, How, Person, Tick};

use crate::harness::{Said, Week};
use crate::people::{everybody, seat_also, seat_these};
use crate::sample_meeting::date;

const DAY: &str = "2026-11-23";
const BY: [&str; 4] = ["--by", "Ann Clerk", "--reason", "rang the switchboard"];

/// A panel that proves addresses, with an agenda to send about a child whose name is known.
fn week(more: &str) -> Week {
    let week = Week::new("nelc")
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx")
        .drop_sample("1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    seat_these(&week, &everybody());
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replacen("[post]\n", &format!("[post]\nprove_addresses = true\n{more}"), 1))
        .unwrap();
    let week = week.run(&["scan"], 1).at("2026-11-19T10:00");
    week.says(&["scan"]).ends(1).shows("4 addresses wait to be checked");
    week.run(&["agenda"], 0)
}

fn drafts(week: &Week) -> Vec<String> {
    week.tree(&format!("office/{DAY}/outbox"))
}

fn go(week: &Week, kind: &str) -> Said {
    week.says(&["send", kind, DAY, "--go"])
}

fn check(week: &Week, who: &str, more: &[&str]) -> Said {
    week.says(&[&["addresses", "check", who, "--how", "telephone"], &BY[..], more].concat())
}

#[test]
fn nothing_goes_to_an_address_before_it_is_proved_and_a_new_address_starts_again() {
    let week = week("");
    go(&week, "agenda").ends(1).shows("the address is not proved");
    assert_eq!(drafts(&week), Vec::<String>::new());
    let early = check(&week, "Cato Chair", &[]);
    assert!(early.status == 2 && early.err.contains("no first email has been written"), "{}", early.err);

    go(&week, "first-contact").ends(0).shows("Cato Chair");
    let first = drafts(&week);
    assert_eq!(first.len(), 4, "{first:?}");
    for draft in &first {
        let bytes = fs::read(week.root().join(format!("office/{DAY}/outbox/{draft}"))).unwrap();
        let all = String::from_utf8_lossy(&bytes).into_owned();
        let message = MessageParser::default().parse(&bytes).unwrap();
        let text = message.body_text(0).unwrap();
        assert!(text.contains("Please answer it with one line"), "{text}");
        for telling in ["1167109", "Rahman", "Yusuf"] {
            assert!(!all.contains(telling) && !text.contains(telling), "{telling}: {text}");
        }
        assert_eq!(message.attachment_count(), 0);
    }
    go(&week, "first-contact").ends(0).shows("no address waits for a first email");
    week.says(&["addresses"]).ends(1).shows("waiting since 19 November 2026: first email written");

    let week = week.at("2026-11-20T10:00");
    let old = check(&week, "Cato Chair", &["--on", "2026-11-18"]);
    assert!(old.status == 2 && old.err.contains("older than the first email"), "{}", old.err);
    check(&week, "Cato Chair", &[]).ends(0).shows("`chair@panel.example.org` is checked");
    go(&week, "agenda").ends(1).shows("the address has been waiting to be checked since 19 November 2026");
    let agenda = |week: &Week| -> Vec<String> {
        drafts(week).into_iter().filter(|draft| draft.contains(" agenda ")).collect()
    };
    assert_eq!(agenda(&week).len(), 1, "{:?}", agenda(&week));
    assert!(agenda(&week)[0].contains("chair@"));
    week.says(&["addresses"]).ends(1).shows("checked on 20 November 2026 by Ann Clerk (reply and telephone)");

    // The same in the workbook, and then another address with the tick left as it was.
    let tick = Tick { by: "Ann Clerk".to_owned(), on: date(2026, 11, 20), how: How::Directory, opened: None };
    let ticked = |address: &str| -> Vec<Person> {
        let mut people = everybody();
        for person in people.iter_mut().filter(|person| person.name == "Mia Member") {
            person.email = Some(address.to_owned());
            person.terms.checked = Some(tick.clone());
        }
        people
    };
    seat_these(&week, &ticked("member@panel.example.org"));
    week.says(&["scan"]).ends(1).shows("2 addresses wait to be checked");
    let said = go(&week, "agenda");
    assert_eq!(agenda(&week).len(), 2, "{}{:?}", said.out, agenda(&week));
    seat_these(&week, &ticked("mia@panel.example.org"));
    let said = week.says(&["scan"]);
    said.ends(1)
        .shows("3 addresses wait to be checked")
        .shows("1 check of an address cannot be taken as typed");
    assert!(!said.out.contains("mia@"), "what may end in a log names nobody: {}", said.out);
    go(&week, "agenda").ends(1).shows("what stands in `Checked by` was said of another address");
    assert_eq!(
        agenda(&week).len(),
        1,
        "what lay there for the old address is gone, and nothing lies there for the new one"
    );
    go(&week, "first-contact").ends(0).shows("mia@panel.example.org");

    // What is doubted again takes back what waits.
    let doubted = week.says(&[&["addresses", "doubt", "Cato Chair"], &BY[..]].concat());
    doubted.ends(0).shows("taken back: 2 emails that waited");
    assert_eq!(agenda(&week), Vec::<String>::new());
    let allowed = week.says(&[&["addresses", "allow", "Cato Chair", DAY], &BY[..]].concat());
    allowed.ends(0).shows("although nobody checked it");
    go(&week, "agenda").ends(1);
    assert_eq!(agenda(&week).len(), 1);
    let audit = week.says(&["audit"]);
    audit.ends(0).shows(
        "the address chair@panel.example.org of Cato Chair allowed unchecked for 2026-11-23 by Ann Clerk",
    );
}

#[test]
fn a_doubted_address_gets_nothing_of_any_kind_until_it_is_checked_anew() {
    let week = week("");
    go(&week, "first-contact").ends(0);
    week.says(&["send", "first-contact", DAY, "--mark-sent", "--by", "Ann Clerk"]).ends(0);
    let week = week.at("2026-11-20T10:00");
    for who in ["Cato Chair", "Ann Clerk", "Mia Member"] {
        check(&week, who, &[]).ends(0);
    }
    let _ = week.says(&["pack"]);
    for kind in ["agenda", "pack"] {
        let _ = go(&week, kind);
    }
    let theirs = |week: &Week, who: &str| drafts(week).iter().filter(|draft| draft.contains(who)).count();
    assert_eq!((theirs(&week, "member@"), theirs(&week, "chair@")), (2, 2), "{:?}", drafts(&week));
    let doubt = |who: &str, more: &[&str]| week.says(&[&["addresses", "doubt", who], more, &BY[..]].concat());
    doubt("Mia Member", &[]).ends(0).shows("taken back: 2 emails that waited");
    for kind in ["agenda", "pack", "first-contact"] {
        let said = go(&week, kind);
        said.shows("the address is doubted since 20 November 2026 by Ann Clerk (rang the switchboard)");
        assert_eq!(
            (theirs(&week, "member@"), theirs(&week, "chair@")),
            (0, 2),
            "{kind}: {:?}",
            drafts(&week)
        );
    }
    let listed = week.json(&["addresses"]);
    let of = |name: &str| {
        listed["addresses"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["state"]
            .clone()
    };
    assert_eq!((of("Mia Member"), of("Cato Chair")), ("doubted".into(), "checked".into()));
    week.says(&["scan"]).ends(1).shows("2 addresses wait to be checked");
    // Whoever else has the address gets nothing there either, and no earlier check lifts the doubt.
    let mut people = everybody();
    people[1].email = Some("member@panel.example.org".to_owned());
    people.remove(2);
    seat_these(&week, &people);
    go(&week, "agenda").ends(1).shows("the address is doubted");
    assert_eq!(theirs(&week, "member@"), 0);
    seat_these(&week, &everybody());
    let week = week.at("2026-11-21T10:00");
    let old = check(&week, "Mia Member", &["--on", "2026-11-19"]);
    assert!(old.status == 2 && old.err.contains("older than the doubt of 20 November 2026"), "{}", old.err);
    check(&week, "Mia Member", &[]).ends(0);
    let _ = go(&week, "agenda");
    assert_eq!(theirs(&week, "member@"), 1, "{:?}", drafts(&week));
}

#[test]
fn an_officer_whose_address_is_doubted_is_not_reminded_where_no_address_is_proved_first() {
    let week = Week::new("nelc").drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx");
    seat_also(&week, &["Hannah Iqbal"]);
    let week = week.run(&["scan"], 0).at("2026-11-19T10:00").run(&["scan"], 0);
    let hannah = |week: &Week| drafts(week).iter().filter(|draft| draft.contains("hannah.iqbal@")).count();
    let _ = go(&week, "chaser");
    assert_eq!(hannah(&week), 1, "{:?}", drafts(&week));
    let doubt = |more: &[&str]| week.says(&[&["addresses", "doubt", "Hannah Iqbal"], more, &BY[..]].concat());
    doubt(&[]).ends(0).shows("taken back: 1 email that waited");
    go(&week, "chaser").ends(1).shows("the address is doubted");
    assert_eq!(hannah(&week), 0, "{:?}", drafts(&week));
    week.says(&["addresses"]).ends(1).shows("the address is doubted");
    doubt(&["--lift"]).ends(0).shows("is no longer doubted");
    let _ = go(&week, "chaser");
    assert_eq!(hannah(&week), 1, "{:?}", drafts(&week));
}

#[test]
fn a_member_who_is_named_for_one_meeting_only_and_hears_of_no_other_is_said() {
    let week = week("");
    let mut people = everybody();
    people[2].terms.meetings = vec![date(2026, 11, 23)];
    people[2].terms.checked = Some(Tick {
        by: "Ann Clerk".to_owned(),
        on: date(2026, 11, 19),
        how: How::Urgent("she is needed".to_owned()),
        opened: None,
    });
    seat_these(&week, &people);
    let _ = go(&week, "agenda");
    assert!(drafts(&week).iter().any(|draft| draft.contains("member@")), "{:?}", drafts(&week));
    assert!(!week.says(&["scan"]).out.contains("named for past meetings"));
    let week = week.at("2026-11-24T10:00");
    week.says(&["scan"]).ends(1).shows("1 member is named for past meetings only");
    week.says(&["send", "agenda", "2026-11-30"])
        .shows("comes to another meeting: 23 November 2026 (`Meetings` in `People.xlsx`)");
}

#[test]
fn officers_are_held_against_the_councils_directory_and_need_not_answer() {
    let week = week("");
    let address = "hannah.iqbal@panel.example.org";
    let mut people = everybody();
    people.push(Person {
        name: "Hannah Iqbal".to_owned(),
        capacity: Capacity::Officer,
        email: Some(address.to_owned()),
        ..people[4].clone()
    });
    seat_these(&week, &people);
    week.says(&["check"]).ends(1).shows("there is no directory to hold officers' addresses against");
    let invitations = ["send", "invitations", DAY];
    week.says(&invitations).ends(1).shows("there is no directory of the council to hold the address against");
    let directory = |rows: &str| {
        fs::write(week.root().join("office/Directory.csv"), format!("Display name,Department,Email\n{rows}"))
            .unwrap();
    };
    directory("\"Iqbal, Hannah\",Children,Hannah.Iqbal@panel.example.org\n");
    let told = week.json(&invitations);
    let to: Vec<&str> =
        told["letters"].as_array().unwrap().iter().map(|one| one["email"].as_str().unwrap()).collect();
    assert!(to.contains(&address), "{told}");
    directory("Somebody Else,Children,other@panel.example.org\n");
    week.says(&invitations).ends(1).shows("they are not in the council's directory");
    directory("Somebody Else,Children,hannah.iqbal@panel.example.org\n");
    week.says(&invitations).ends(1).shows("in the council's directory the address is that of Somebody Else");
    let said = week.says(&[&["addresses", "check", "Hannah Iqbal", "--how", "directory"], &BY[..]].concat());
    said.ends(0).shows("is checked: it is that of Hannah Iqbal");
    let told = week.json(&invitations);
    assert!(told["letters"].to_string().contains(address), "{told}");
}

#[test]
fn where_packs_are_protected_one_reader_of_each_domain_tries_a_page() {
    let week = week("password_file = \"secret.txt\"\n");
    let secret = week.root().join("secret.txt");
    fs::write(&secret, "Dock Tower\n").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let said = go(&week, "first-contact");
    said.ends(0).shows("an email with a protected page");
    assert_eq!(said.out.matches("an email with a protected page").count(), 1, "{}", said.out);
    let outbox = week.root().join(format!("office/{DAY}/outbox"));
    let pages: Vec<Vec<u8>> = drafts(&week)
        .iter()
        .filter_map(|draft| {
            let bytes = fs::read(outbox.join(draft)).unwrap();
            let message = MessageParser::default().parse(&bytes).unwrap();
            message.attachment(0).map(|part| part.contents().to_vec())
        })
        .collect();
    assert_eq!(pages.len(), 1);
    let page = lopdf_opens(&pages[0], "Dock Tower");
    assert!(page && !lopdf_opens(&pages[0], ""));
    let week = week.at("2026-11-20T10:00");
    let silent = check(&week, "Cato Chair", &[]);
    assert!(silent.err.contains("it is not said whether the protected page opened"), "{}", silent.err);
    let closed = check(&week, "Cato Chair", &["--page-opened", "no"]);
    assert!(closed.status == 2 && closed.err.contains("the protected page did not open"), "{}", closed.err);
    check(&week, "Cato Chair", &["--page-opened", "yes"]).ends(0).shows("is checked");
    check(&week, "Mia Member", &[]).ends(0).shows("is checked");
}

fn lopdf_opens(bytes: &[u8], password: &str) -> bool {
    hayro_syntax::Pdf::new_with_password(bytes.to_vec(), password).is_ok_and(|pdf| pdf.pages().len() == 1)
}
