//! Each reader's own copy of the pack: nothing in it that is not for them, and nobody without the password opens it.

use std::collections::BTreeSet;
use std::fs;

use lopdf::Document;
use mail_parser::{MessageParser, MimeHeaders as _};
use panelclerk::desk::people::people_workbook;
use panelclerk::pack::manifest::Manifest;
use panelclerk::panel::ids::Sha256;
use panelclerk::panel::outcome::{Attendee, Outcome, Presence};
use panelclerk::panel::people::{Capacity, Person};
use panelclerk::register::Register;
use sha2::Digest;

use crate::harness::{Week, tool};
use crate::sample_meeting::date;

/// Of the case on which Housing is consulted: the child is over sixteen.
const OURS: [&str; 2] =
    ["1150678 Hargreaves C/Update form Callum Hargreaves.docx", "1150678 Hargreaves C/Pathway Plan CH.docx"];
const OTHERS: [&str; 2] = [
    "1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx",
    "1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx",
];

const CHAIR: &str = "chair@panel.example.org";
const MEMBER: &str = "member@panel.example.org";
const HOUSING: &str = "housing@panel.example.org";

/// Two cases, a chair, a member who knows Yusuf's family, and Housing; the pack is pressed.
fn week() -> Week {
    let mut week = Week::new("nelc").at("2026-11-17T10:00");
    for file in OURS.into_iter().chain(OTHERS) {
        week = week.drop_sample(file);
    }
    let person = |name: &str, role: &str, email: &str, capacity| Person {
        name: name.to_owned(),
        role: role.to_owned(),
        agency: "Fictional".to_owned(),
        email: Some(email.to_owned()),
        capacity,
    };
    let people = [
        person("Cato Chair", "Assistant Director", CHAIR, Capacity::Chair),
        person("Mia Member", "Education", MEMBER, Capacity::Member),
        person("Hal House", "Housing options (virtual)", HOUSING, Capacity::Virtual),
    ];
    let book = people_workbook("Fictional panel", "OFFICIAL-SENSITIVE", date(2026, 11, 17), &people).unwrap();
    fs::write(week.root().join("office/People.xlsx"), book).unwrap();
    let scanned = week.says(&["scan"]);
    assert!(scanned.status < 2, "{}{}", scanned.out, scanned.err);
    let interest = Attendee {
        name: "Mia Member".to_owned(),
        role: "Education".to_owned(),
        agency: String::new(),
        presence: Presence::Present,
        standing_for: None,
        interests: vec!["1167109".parse().unwrap()],
        kept_out: Vec::new(),
    };
    let outcome = Outcome { attendance: vec![interest], ..Outcome::default() };
    let mut register = Register::open(&week.root().join("data")).unwrap();
    register.record_outcome(date(2026, 11, 23), &outcome, "2026-11-17T10:30:00Z".parse().unwrap()).unwrap();
    drop(register);
    let week = week.at("2026-11-19T11:00");
    let pressed = week.says(&["pack", "2026-11-23"]);
    assert!(pressed.status < 2, "{}{}", pressed.out, pressed.err);
    week
}

/// What somebody got: the words of the letter and the pack with it.
struct Got {
    letter: String,
    pack: Vec<u8>,
}

impl Got {
    fn sha256(&self) -> Sha256 {
        Sha256::from_digest(sha2::Sha256::digest(&self.pack).into())
    }

    /// All its words, blanks left out; none where `pdftotext` is not installed.
    fn words(&self) -> Option<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &self.pack).unwrap();
        let text = tool("pdftotext", &["-layout", &file.path().to_string_lossy(), "-"])?;
        Some(String::from_utf8_lossy(&text.stdout).into_owned())
    }

    fn pages(&self) -> usize {
        Document::load_mem(&self.pack).unwrap().get_pages().len()
    }
}

fn got(week: &Week, what: &str, who: &str) -> Got {
    let drafts: Vec<String> = week
        .tree("office")
        .into_iter()
        .filter(|file| file.contains(&format!("{what} ")) && file.contains(who))
        .collect();
    assert_eq!(drafts.len(), 1, "{who}: {drafts:?}");
    let draft = fs::read(week.root().join("office").join(&drafts[0])).unwrap();
    let message = MessageParser::default().parse(&draft).unwrap();
    let pack =
        message.attachments().find(|part| part.attachment_name().is_some_and(|name| name.ends_with(".pdf")));
    Got { letter: message.body_text(0).unwrap().into_owned(), pack: pack.unwrap().contents().to_vec() }
}

/// The manifest beside the pack, which is the one frozen with it.
fn manifest(week: &Week) -> Manifest {
    let beside = week.tree("office").into_iter().find(|file| file.ends_with("pack.manifest.json")).unwrap();
    let beside: Manifest =
        serde_json::from_slice(&fs::read(week.root().join("office").join(beside)).unwrap()).unwrap();
    let register = Register::open(&week.root().join("data")).unwrap();
    let frozen = register.packs(date(2026, 11, 23)).unwrap().remove(0);
    assert_eq!(serde_json::from_str::<Manifest>(&frozen.manifest).unwrap(), beside);
    for copy in &beside.copies {
        assert!(register.store().holds(&copy.sha256), "{} is not kept", copy.recipient);
    }
    beside
}

#[test]
fn a_copy_has_the_same_pages_and_nothing_of_the_cases_withheld() {
    let week = week().run(&["send", "pack", "2026-11-23", "--go"], 0);
    let (chair, member, housing) =
        (got(&week, "pack", CHAIR), got(&week, "pack", MEMBER), got(&week, "pack", HOUSING));
    assert_eq!(chair.pages(), housing.pages());
    assert_eq!(chair.pages(), member.pages());
    let manifest = manifest(&week);
    assert_eq!(manifest.sha256, chair.sha256());
    let listed: Vec<(&str, &Sha256)> =
        manifest.copies.iter().map(|copy| (copy.recipient.as_str(), &copy.sha256)).collect();
    assert_eq!(listed, [(MEMBER, &member.sha256()), (HOUSING, &housing.sha256())]);
    for copy in [&member, &housing] {
        assert!(copy.letter.contains("a sheet stands for each page"), "{}", copy.letter);
        assert!(copy.letter.contains(copy.sha256().as_str()) && !copy.letter.contains("1167109"));
        let Some(words) = copy.words() else { return };
        for word in ["1167109", "Yusuf", "Rahman", "Y. R.", "YR"] {
            assert!(!words.contains(word), "{word}");
        }
        assert!(words.contains("1150678") && words.contains("Callum"));
    }
    assert!(chair.words().unwrap().contains("1167109"));
}

#[test]
fn a_protected_copy_opens_with_its_password_only() {
    let week = week();
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.contains("\n[post]\n"));
    fs::write(&config, text.replace("\n[post]\n", "\n[post]\npassword_file = \"secret.txt\"\n")).unwrap();
    let refused = week.says(&["send", "pack", "2026-11-23", "--go"]);
    assert!(refused.status == 2 && refused.err.contains("secret.txt"), "{}", refused.err);
    fs::write(week.root().join("secret.txt"), "Grimsby Dock Tower 1852\n").unwrap();
    let told = week.says(&["check"]).out;
    #[cfg(unix)]
    assert!(told.contains("`secret.txt` can be looked into by other accounts"), "{told}");
    let week = week.run(&["send", "pack", "2026-11-23", "--go"], 0);
    let manifest = manifest(&week);
    let different: BTreeSet<&Sha256> = manifest.copies.iter().map(|copy| &copy.sha256).collect();
    assert_eq!(different.len(), 3, "each reader has a copy of their own");
    for (who, copy) in [CHAIR, MEMBER, HOUSING].into_iter().zip(&manifest.copies) {
        let got = got(&week, "pack", who);
        assert_eq!((who, got.sha256()), (copy.recipient.as_str(), copy.sha256.clone()));
        assert!(got.letter.contains("opens with a password") && !got.letter.contains("Grimsby Dock"));
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &got.pack).unwrap();
        let path = file.path().to_string_lossy().into_owned();
        let Some(closed) = tool("qpdf", &["--check", &path]) else { return };
        assert!(!closed.status.success(), "{who}: it opens without the password");
        let opened = tool("qpdf", &["--check", "--password=Grimsby Dock Tower 1852", &path]).unwrap();
        assert!(opened.status.success(), "{who}: {}", String::from_utf8_lossy(&opened.stderr));
        let shown =
            tool("qpdf", &["--show-encryption", "--password=Grimsby Dock Tower 1852", &path]).unwrap();
        assert!(String::from_utf8_lossy(&shown.stdout).contains("AESv3"), "{who}: not AES-256");
    }
}

#[test]
fn a_paper_taken_out_is_told_in_the_audit_trail_and_its_holders_are_listed() {
    let week = week().run(&["send", "pack", "2026-11-23", "--go"], 0).at("2026-11-19T15:00");
    let number = manifest(&week).entries[0].number.to_string();
    let without = ["pack", "2026-11-23", "--withdraw", &number, "--reason", "about another child"];
    assert_eq!(week.says(&without).status, 2, "nobody said who");
    let made = week.json(&[&without[..], &["--by", "Lesley Thackeray"]].concat());
    assert_eq!(made["manifest"]["version"], 2);
    let list = fs::read_to_string(week.root().join(made["recall_list"].as_str().unwrap())).unwrap();
    for who in [CHAIR, MEMBER, HOUSING] {
        assert_eq!(list.matches(&format!("\"{who}\"")).count(), 1, "{list}");
    }
    let audit = week.says(&["audit"]).out;
    assert!(audit.contains(&format!("{number} excluded by Lesley Thackeray")), "{audit}");
    let week = week.run(&["send", "pack", "2026-11-23", "--go"], 0);
    assert_eq!(got(&week, "pack v2", CHAIR).pages(), got(&week, "pack v2", HOUSING).pages());
}

#[test]
fn late_papers_go_out_with_each_readers_own_copy() {
    let week = week().run(&["send", "pack", "2026-11-23", "--go"], 0).at("2026-11-19T15:00");
    let early = week.says(&["send", "supplement", "2026-11-23", "--go"]);
    assert!(early.status == 2 && early.err.contains("there is no supplement"), "{}", early.err);
    let week = week.drop_sample("1150678 Hargreaves C/Anchor Court progress report.pdf");
    week.says(&["scan"]);
    let number = week.json(&["status", "2026-11-23"])["cases"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|case| case["papers"].as_array().unwrap().clone())
        .find(|paper| paper["file"].as_str().unwrap().contains("Anchor Court"))
        .map(|paper| paper["number"].to_string().trim_matches('"').to_owned())
        .unwrap();
    let week =
        week.run(&["accept", &number, "--by", "Lesley Thackeray", "--reason", "the chair asked for it"], 0);
    let pressed = week.says(&["pack", "2026-11-23", "--supplement"]);
    assert!(pressed.status < 2, "{}{}", pressed.out, pressed.err);
    let week = week.run(&["send", "supplement", "2026-11-23", "--go"], 0);
    let (before, after) = (got(&week, "pack", HOUSING), got(&week, "supplement v2", HOUSING));
    assert!(before.pages() < after.pages());
    assert_eq!(after.pages(), got(&week, "supplement v2", CHAIR).pages());
    let Some(words) = after.words() else { return };
    assert!(words.contains("Anchor Court") && !words.contains("Rahman"));
}

#[test]
fn sent_again_later_the_very_same_letters_go_out() {
    let week = week();
    let outbox = week.root().join("office/2026-11-23/outbox");
    let sent = |week: &Week| {
        let said = week.says(&["send", "pack", "2026-11-23", "--go"]);
        assert!(said.status < 2, "{}{}", said.out, said.err);
        let names = week.tree("office/2026-11-23/outbox");
        names.into_iter().map(|name| fs::read(outbox.join(name)).unwrap()).collect::<Vec<_>>()
    };
    let first = sent(&week);
    assert_eq!(first.len(), 3);
    let week = week.at("2026-11-20T09:00");
    fs::remove_dir_all(&outbox).unwrap();
    assert!(sent(&week) == first, "a letter was composed a second time");
}
