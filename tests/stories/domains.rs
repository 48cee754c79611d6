//! Where letters may go, and what is particular to one domain.

use std::fs;

use mail_parser::MessageParser;

use crate::harness::Week;
use crate::people::{everybody, seat, seat_these};

const DAY: &str = "2026-11-23";

fn configured(week: &Week, post: &str, tables: &str) {
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replacen("[post]\n", &format!("[post]\n{post}"), 1) + tables).unwrap();
}

fn booked() -> Week {
    let week = Week::new("nelc").at("2026-11-18T09:00");
    seat(&week);
    let by =
        ["expect", "1000001", "--request=new_placement", "--by", "Ann Clerk", "--reason", "the team rang"];
    week.run(&by, 0).run(&["agenda"], 0)
}

#[test]
fn a_letter_to_a_domain_has_its_prefix_and_its_header_lines_and_the_showing_says_so() {
    let week = booked();
    let table = "\n[[post.domain]]\nname = \"panel.example.org\"\nsubject_prefix = \"[secure]\"\n\
                 headers = [\"x-classification: Official-Sensitive\"]\ntakes_encrypted = true\n";
    configured(&week, "", table);
    let said = week.says(&["send", "agenda", DAY, "--go"]);
    said.ends(0).shows(
        "emails to panel.example.org: the subject begins [secure]; x-classification: Official-Sensitive",
    );
    let outbox = week.root().join(format!("office/{DAY}/outbox"));
    let draft =
        fs::read(outbox.join(format!("{DAY} agenda mia-member (member@panel.example.org).eml"))).unwrap();
    let message = MessageParser::default().parse(&draft).unwrap();
    assert!(message.subject().unwrap().starts_with("REHEARSAL [secure] OFFICIAL-SENSITIVE: "));
    assert_eq!(message.header_raw("x-classification").map(str::trim), Some("Official-Sensitive"));
    let checked = week.says(&["check"]);
    checked.shows("without a password, because the domain takes encrypted mail");
}

#[test]
fn what_cannot_be_a_domain_or_a_header_line_is_said_before_anything_goes() {
    for (post, table, said) in [
        (
            "",
            "\n[[post.domain]]\nname = \"nhs.net\"\nheaders = [\"Bcc: a@b.example\"]\n",
            "the header line `Bcc` does not begin `x-`",
        ),
        (
            "",
            "\n[[post.domain]]\nname = \"nhs.net\"\nheaders = [\"x-panelclerk-head: 1\"]\n",
            "is the program's own",
        ),
        (
            "",
            "\n[[post.domain]]\nname = \"nhs.net\"\nheaders = [\"x-a: b\\r\\nBcc: c\"]\n",
            "no value of plain letters on one line",
        ),
        (
            "domains = [\"council.gov.uk\"]\n",
            "\n[[post.domain]]\nname = \"nhs.net\"\n",
            "it is not among `domains`",
        ),
        ("domains = [\"jane@council.gov.uk\"]\n", "", "is no domain"),
        ("road = \"smtp\"\n", "\n[post.smtp]\nhost = \"localhost\"\n", "it is not said to which domains"),
    ] {
        let week = Week::new("nelc");
        configured(&week, post, table);
        let checked = week.says(&["check"]);
        assert!(checked.status == 2 && checked.err.contains(said), "{said}: {}{}", checked.out, checked.err);
    }
}

#[test]
fn nobody_at_another_domain_is_sent_anything_and_a_look_alike_is_called_one() {
    let week = booked();
    configured(&week, "domains = [\"panel.example.org\"]\n", "");
    let mut people = everybody();
    people[2].email = Some("member@panel.example.co".to_owned());
    people[3].email = Some("student@gmail.com".to_owned());
    seat_these(&week, &people);
    let said = week.says(&["send", "agenda", DAY, "--go"]);
    said.ends(1)
        .shows("cell D5: `panel.example.co` is not `panel.example.org`, it only looks like it: it has another ending")
        .shows("cell D6: no email goes to `gmail.com`: it is not among the domains that are allowed");
    let drafts = week.tree(&format!("office/{DAY}/outbox"));
    assert_eq!(drafts.len(), 2, "everybody else gets theirs: {drafts:?}");
    week.says(&["check"]).ends(1).shows("emails go to panel.example.org and nowhere else");
}
