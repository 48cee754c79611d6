//! Letters that lead to the papers instead of holding them.

use std::fs;

use mail_parser::MessageParser;
use panelclerk::desk::people::people_workbook;
use panelclerk::panel::people::{Capacity, Person, Receives, Terms};

use crate::harness::Week;
use crate::people::{everybody, seat_these};
use crate::sample_meeting::date;

const DAY: &str = "2026-11-23";
const WEB: &str = "https://council.sharepoint.example/sites/panel/{meeting}/{reader}/{file}";

fn linked(more: &str) -> Week {
    let week = Week::new("nelc")
        .drop_sample("1150678 Hargreaves C/Update form Callum Hargreaves.docx")
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx");
    let mut people = everybody();
    // Who reads the agenda's pages alone.
    people[3].capacity = Capacity::Member;
    people[3].terms = Terms { receives: Some(Receives::AgendaOnly), ..Terms::default() };
    seat_these(&week, &people);
    configure(
        &week,
        &format!("folder = \"papers\"\naddress = \"{WEB}\"\ndomains = [\"panel.example.org\"]\n{more}"),
    );
    fs::create_dir(week.root().join("papers")).unwrap();
    let week = week.run(&["scan"], 0).at("2026-11-19T10:00").run(&["scan"], 0);
    let pressed = week.says(&["pack", DAY]);
    assert!(pressed.status < 2, "{}{}", pressed.out, pressed.err);
    week
}

fn configure(week: &Week, link: &str) {
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}\n[post.link]\n{link}\n")).unwrap();
}

/// The words of the letter to this address, and how many files it holds.
fn letter(week: &Week, who: &str) -> (String, usize) {
    let drafts = week.tree(&format!("office/{DAY}/outbox"));
    let draft =
        drafts.iter().find(|draft| draft.contains(" pack ") && draft.contains(who)).expect("an email");
    let bytes = fs::read(week.root().join("office").join(DAY).join("outbox").join(draft)).unwrap();
    let message = MessageParser::default().parse(&bytes).unwrap();
    (message.body_text(0).unwrap().into_owned(), message.attachment_count())
}

#[test]
fn the_letter_leads_to_the_very_pack_and_holds_nothing() {
    let week = linked("");
    let shown = week.says(&["send", "pack", DAY]);
    assert!(shown.out.contains(", by link)"), "{}", shown.out);
    assert_eq!(week.tree("papers"), [""; 0], "shown only");
    let week = week.run(&["send", "pack", DAY, "--go"], 0);
    let papers = week.tree("papers");
    let [pack] = papers.as_slice() else { panic!("one file for all who have the whole pack: {papers:?}") };
    assert_eq!(pack, &format!("{DAY}/everyone/NELC Placement and Commissioning Panel {DAY} pack.pdf"));
    let office = week.tree("office").into_iter().find(|file| file.ends_with("pack.pdf")).unwrap();
    let [there, here] = [week.root().join("papers").join(pack), week.root().join("office").join(office)];
    assert_eq!(fs::read(there).unwrap(), fs::read(here).unwrap());
    let (words, files) = letter(&week, "member@");
    let address = format!(
        "https://council.sharepoint.example/sites/panel/{DAY}/everyone/NELC%20Placement%20and%20Commissioning%20Panel%20{DAY}%20pack.pdf"
    );
    assert!(words.contains(&address) && words.contains("They are not attached"), "{words}");
    assert_eq!(files, 0);
    // An observer's pages are nobody else's: whoever may open the folder would find the pack in it.
    assert_eq!(letter(&week, "student@").1, 1);
}

#[test]
fn a_copy_of_ones_own_lies_in_a_folder_of_ones_own_where_the_panel_wants_it() {
    let week = linked("own_copies = true").run(&["send", "pack", DAY, "--go"], 0);
    let papers = week.tree("papers");
    assert_eq!(papers.len(), 2, "{papers:?}");
    assert!(papers[1].starts_with(&format!("{DAY}/student@panel.example.org/")), "{papers:?}");
    let (words, files) = letter(&week, "student@");
    assert!(words.contains("/student%40panel.example.org/") && files == 0, "{words}");
}

#[test]
fn what_a_letter_leads_to_goes_when_the_letter_is_taken_back() {
    let week = linked("own_copies = true").run(&["send", "pack", DAY, "--go"], 0);
    let people = |names: &[(&str, Capacity)]| {
        let person = |(name, capacity): &(&str, Capacity)| Person {
            name: format!("{name} {name}"),
            role: "Fictional".to_owned(),
            agency: "Fictional".to_owned(),
            email: Some(format!("{}@panel.example.org", name.to_lowercase())),
            capacity: *capacity,
            terms: Terms::default(),
        };
        let people: Vec<Person> = names.iter().map(person).collect();
        let book = people_workbook("Fictional panel", "OFFICIAL-SENSITIVE", date(2026, 11, 17), &people);
        fs::write(week.root().join("office/People.xlsx"), book.unwrap()).unwrap();
    };
    // The observer has left the panel, and with them their letter and what it led to; the others' pack stays.
    people(&[("Chair", Capacity::Chair), ("Member", Capacity::Member)]);
    assert!(week.says(&["scan"]).status < 2);
    let papers = week.tree("papers");
    assert!(!papers.iter().any(|file| file.contains("student@")), "{papers:?}");
    people(&[("New", Capacity::Chair)]);
    assert!(week.says(&["scan"]).status < 2);
    assert_eq!(week.tree("papers"), [""; 0], "nobody's email leads to the pack any more");
}

#[test]
fn a_pack_that_is_asked_back_is_no_longer_where_the_link_leads() {
    let week = linked("").run(&["send", "pack", DAY, "--go"], 0).at("2026-11-19T15:00");
    assert_eq!(week.tree("papers").len(), 1);
    let manifest = week.tree("office").into_iter().find(|file| file.ends_with("pack.manifest.json")).unwrap();
    let manifest = fs::read(week.root().join("office").join(manifest)).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let paper = manifest["entries"][0]["number"].to_string().replace('"', "");
    let paper = if paper.starts_with('P') { paper } else { format!("P{paper}") };
    let by = ["--by", "Ann Clerk", "--reason", "about another child"];
    let taken = week.says(&[&["pack", DAY, "--withdraw", &paper], &by[..]].concat());
    assert!(taken.status < 2, "{}{}", taken.out, taken.err);
    let recalled = week.says(&["send", "recall", DAY, "--go"]);
    assert!(recalled.status < 2, "{}{}", recalled.out, recalled.err);
    assert_eq!(week.tree("papers"), [""; 0]);
    let again = week.says(&["send", "pack", DAY, "--go"]);
    assert!(again.status < 2, "{}{}", again.out, again.err);
    let papers = week.tree("papers");
    assert!(papers.len() == 1 && papers[0].contains("pack v2"), "{papers:?}");
}

#[test]
fn a_folder_that_no_tablet_opens_is_refused_as_an_address() {
    for address in [
        "file:///srv/panel/{meeting}/{reader}/{file}",
        "\\\\\\\\server\\\\panel\\\\{meeting}\\\\{reader}\\\\{file}",
        "/srv/panel/{meeting}/{reader}/{file}",
        "http://intranet/{meeting}/{reader}/{file}",
    ] {
        let week = Week::new("nelc");
        configure(&week, &format!("folder = \"papers\"\naddress = \"{address}\"\ndomains = [\"x.example\"]"));
        let said = week.says(&["check"]);
        said.ends(2);
        assert!(said.err.contains("is not a web address"), "{address}: {}{}", said.out, said.err);
    }
    let week = Week::new("nelc");
    configure(
        &week,
        "folder = \"papers\"\naddress = \"https://x.example/{file}\"\ndomains = [\"x.example\"]",
    );
    let said = week.says(&["check"]);
    said.ends(2);
    assert!(said.err.contains("{meeting}, {reader}"), "{}", said.err);
}

#[test]
fn one_person_gets_a_link_where_it_is_said_beside_their_name_and_only_at_the_councils_own_address() {
    let with = |wish: &[(&str, bool)], more: &str| {
        let week = linked(more);
        let mut people = everybody();
        for (name, by_link) in wish {
            for person in people.iter_mut().filter(|person| person.name == *name) {
                person.terms.by_link = Some(*by_link);
            }
        }
        seat_these(&week, &people);
        week
    };
    let set = |week: &Week, before: &str, now: &str| {
        let config = week.root().join("config.toml");
        let text = fs::read_to_string(&config).unwrap();
        assert!(text.contains(before), "{text}");
        fs::write(&config, text.replacen(before, now, 1)).unwrap();
    };
    let council = "[[post.domain]]\nname = \"panel.example.org\"\ncouncil = true\n\n[post.link]\n";
    // The domain gets none; she does, and he does not although his domain would.
    let week = with(&[("Mia Member", true)], "");
    set(&week, "domains = [\"panel.example.org\"]", "domains = []");
    let said = week.says(&["send", "pack", DAY]);
    said.ends(1).shows("a link opens only for the council's own people");
    assert!(!said.out.contains("member@"), "nothing goes there until it is right: {}", said.out);
    set(&week, "[post.link]\n", council);
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    assert_eq!((letter(&week, "member@").1, letter(&week, "chair@").1), (0, 1));
    assert_eq!(week.tree("papers").len(), 1);
    let week = with(&[("Mia Member", false)], "");
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    assert_eq!((letter(&week, "member@").1, letter(&week, "chair@").1), (1, 0));
    // Where there are no links nobody can get one.
    let week = Week::new("nelc");
    let mut people = everybody();
    people[0].terms.by_link = Some(true);
    seat_these(&week, &people);
    week.says(&["check"]).ends(1).shows("there is no place that a link could lead to");
}

#[test]
fn what_links_lead_to_is_removed_when_circulated_packs_are_and_it_is_said_once() {
    let week = linked("days = 90").run(&["send", "pack", DAY, "--go"], 0);
    week.says(&["send", "pack", DAY, "--mark-sent", "--by", "Ann Clerk"]).ends(0);
    let week = week.at("2027-02-20T09:00");
    assert!(week.says(&["scan"]).status < 2);
    assert_eq!(week.tree("papers").len(), 1, "the 89th day after the meeting");
    let week = week.at("2027-02-21T09:00");
    let said = week.says(&["scan"]);
    assert!(
        said.out.contains("removed from the folder of links: 90 days are over"),
        "{}{}",
        said.out,
        said.err
    );
    assert_eq!(week.tree("papers"), [""; 0]);
    let week = week.at("2027-02-22T09:00");
    assert!(!week.says(&["scan"]).out.contains("folder of links"), "once");
    // Who had it is still known, and until when; sent again, it does not lie there once more.
    week.says(&["report", "holders", "1167109"])
        .ends(0)
        .shows("by a link to where it lay until 21 February 2027");
    assert!(week.says(&["send", "pack", DAY, "--go"]).status < 3);
    assert_eq!(week.tree("papers"), [""; 0]);
}
