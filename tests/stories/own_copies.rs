//! Each reader's own copy of the pack: nothing in it that is not for them, and nobody without the password opens it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use lopdf::Document;
use mail_parser::{MessageParser, MimeHeaders as _};
use panelclerk::desk::people::people_workbook;
use panelclerk::pack::manifest::{How, Manifest};
use panelclerk::panel::ids::Sha256;
use panelclerk::panel::outcome::{Attendee, Outcome, Presence};
use panelclerk::panel::people::{Capacity, Person, Receives, Terms};
use panelclerk::register::{Register, lock};
use sha2::Digest;

use crate::harness::{Said, Week, tool};
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
const OBSERVER: &str = "observer@panel.example.org";
const EVERYBODY: [&str; 4] = [CHAIR, MEMBER, HOUSING, OBSERVER];

/// Two cases, a chair, a member who knows Yusuf's family, and Housing; the pack is pressed.
pub fn week() -> Week {
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
        terms: Terms {
            receives: (name == "Olly Observer").then_some(Receives::AgendaOnly),
            ..Terms::default()
        },
    };
    let people = [
        person("Cato Chair", "Assistant Director", CHAIR, Capacity::Chair),
        person("Mia Member", "Education", MEMBER, Capacity::Member),
        person("Hal House", "Housing options (virtual)", HOUSING, Capacity::Virtual),
        person("Olly Observer", "Student", OBSERVER, Capacity::Member),
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

    /// What `verify` says of it, in a folder of its own and under another name.
    fn verified(&self, week: &Week, more: &[&str]) -> Said {
        let away = tempfile::tempdir().unwrap();
        let file = away.path().join("out of the mail.pdf");
        fs::write(&file, &self.pack).unwrap();
        week.says(&[&["verify", &*file.to_string_lossy()], more].concat())
    }

    /// Whether `qpdf` opens it with this password; none where it is not installed.
    fn opens_with(&self, password: &str) -> Option<bool> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &self.pack).unwrap();
        let password = format!("--password={password}");
        Some(tool("qpdf", &["--check", &password, &file.path().to_string_lossy()])?.status.success())
    }
}

/// A password file that nobody else can read.
pub fn secret(file: &Path, content: &str) {
    fs::write(file, content).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Puts lines at the head of `[post]`.
pub fn configure(week: &Week, lines: &str) {
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.contains("\n[post]\n"));
    fs::write(&config, text.replace("\n[post]\n", &format!("\n[post]\n{lines}\n"))).unwrap();
}

fn got(week: &Week, what: &str, who: &str) -> Got {
    let draft = draft(week, what, who);
    let message = MessageParser::default().parse(&draft).unwrap();
    let pack =
        message.attachments().find(|part| part.attachment_name().is_some_and(|name| name.ends_with(".pdf")));
    Got { letter: message.body_text(0).unwrap().into_owned(), pack: pack.unwrap().contents().to_vec() }
}

/// The pack that the member got who takes no part in one of the cases.
pub fn members_pack(week: &Week) -> Vec<u8> {
    got(week, "pack", MEMBER).pack
}

/// The words of a letter.
fn letter(week: &Week, what: &str, who: &str) -> String {
    let message = draft(week, what, who);
    MessageParser::default().parse(&message).unwrap().body_text(0).unwrap().into_owned()
}

/// The files that go with a letter.
fn files(week: &Week, what: &str, who: &str) -> Vec<Vec<u8>> {
    let message = draft(week, what, who);
    let message = MessageParser::default().parse(&message).unwrap();
    message.attachments().map(|part| part.contents().to_vec()).collect()
}

fn draft(week: &Week, what: &str, who: &str) -> Vec<u8> {
    let drafts: Vec<String> = week
        .tree("office")
        .into_iter()
        .filter(|file| file.contains(&format!("{what} ")) && file.contains(who))
        .collect();
    assert_eq!(drafts.len(), 1, "{who}: {drafts:?}");
    fs::read(week.root().join("office").join(&drafts[0])).unwrap()
}

/// A file in the office by the end of its name.
fn beside(week: &Week, ending: &str) -> Vec<u8> {
    let file = week.tree("office").into_iter().find(|file| file.ends_with(ending)).unwrap();
    fs::read(week.root().join("office").join(file)).unwrap()
}

/// The manifest beside the pack, which is the one frozen with it.
fn manifest(week: &Week) -> Manifest {
    let beside: Manifest = serde_json::from_slice(&beside(week, "pack.manifest.json")).unwrap();
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
    assert_eq!(chair.pages(), member.pages());
    assert!(housing.pages() < chair.pages(), "who is consulted on one case gets an extract");
    let of_housing: Manifest = {
        let register = Register::open(&week.root().join("data")).unwrap();
        let copies = register.copies(date(2026, 11, 23)).unwrap();
        let copy = copies.into_iter().find(|copy| copy.recipient == HOUSING).unwrap();
        serde_json::from_str(&copy.manifest).unwrap()
    };
    let held = of_housing.held();
    assert_eq!((held.count(), of_housing.pages as usize), (housing.pages(), chair.pages()));
    let printed = format!("{} of {}", held.said(), chair.pages());
    assert!(housing.letter.contains(&format!("Pages of this pack: {printed}")), "{}", housing.letter);
    assert!(housing.letter.contains("Your copy is an extract"), "{}", housing.letter);
    assert!(member.letter.contains("a sheet stands for each page"), "{}", member.letter);
    if let Some(words) = housing.words() {
        assert!(words.contains(&format!("An extract of the pack: pages {printed}")), "{words}");
        assert!(!words.contains("Withheld from this copy"), "{words}");
    }
    housing.verified(&week, &[]).ends(0);
    let manifest = manifest(&week);
    assert_eq!(manifest.sha256, chair.sha256());
    let listed: Vec<(&str, &Sha256)> =
        manifest.copies.iter().map(|copy| (copy.recipient.as_str(), &copy.sha256)).collect();
    let observer = got(&week, "pack", OBSERVER);
    let expected = [(MEMBER, &member.sha256()), (HOUSING, &housing.sha256()), (OBSERVER, &observer.sha256())];
    assert_eq!(listed, expected);
    for copy in [&member, &housing] {
        assert!(!copy.letter.contains(copy.sha256().as_str()), "no hash in what people read");
        assert!(!copy.letter.contains("1167109"), "{}", copy.letter);
        let Some(words) = copy.words() else { return };
        for word in ["1167109", "Yusuf", "Rahman", "Y. R.", "YR"] {
            assert!(!words.contains(word), "{word}");
        }
        assert!(words.contains("1150678") && words.contains("Callum"));
    }
    assert!(chair.words().unwrap().contains("1167109"));
}

#[test]
fn an_observer_gets_the_agendas_pages_and_no_paper_and_no_total() {
    let week = week().run(&["agenda"], 0).run(&["send", "pack", "2026-11-23", "--go"], 0);
    let (chair, observer) = (got(&week, "pack", CHAIR), got(&week, "pack", OBSERVER));
    assert!(
        observer.pages() < 4 && observer.letter.contains("The agenda for the meeting"),
        "{}",
        observer.letter
    );
    let (Some(all), Some(words)) = (chair.words(), observer.words()) else { return };
    for pack in [&all, &words] {
        assert!(!pack.contains("For the chair") && !pack.contains("REQUESTED, BY FUNDER"), "{pack}");
    }
    let agenda =
        "office/2026-11-23/NELC Placement and Commissioning Panel 2026-11-23 agenda for the chair.docx";
    let chairs =
        crate::documents::words_of(&fs::read(week.root().join(agenda)).unwrap(), "word/document.xml");
    assert!(
        chairs.contains("Social care"),
        "what is asked of each funder stands in the chair's agenda: {chairs}"
    );
    let whole = format!("of {}", chair.pages());
    assert!(words.contains("1150678") && words.contains(&whole), "{words}");
    for of_a_paper in ["Anchor Court", "At a glance"] {
        assert!(!words.contains(of_a_paper), "{of_a_paper}");
    }
}

#[test]
fn every_file_that_went_out_can_be_proved_by_itself() {
    let week = week().run(&["send", "pack", "2026-11-23", "--go"], 0);
    for who in EVERYBODY {
        let mut got = got(&week, "pack", who);
        let said = got.verified(&week, &[]);
        assert_eq!(said.status, 0, "{who}: {}{}", said.out, said.err);
        let last = got.pack.len() - 40;
        got.pack[last] ^= 1;
        let changed = got.verified(&week, &[]);
        assert!(
            changed.status == 1 && changed.out.contains("no pack, part or copy"),
            "{who}: {}",
            changed.out
        );
    }
    // A member who joins after the pack went out is in the register's record as well.
    let book = people_workbook(
        "Fictional panel",
        "OFFICIAL-SENSITIVE",
        date(2026, 11, 20),
        &[Person {
            name: "Nia New".to_owned(),
            role: "Housing options (virtual)".to_owned(),
            agency: "Fictional".to_owned(),
            email: Some("new@panel.example.org".to_owned()),
            capacity: Capacity::Virtual,
            terms: Terms::default(),
        }],
    );
    fs::write(week.root().join("office/People.xlsx"), book.unwrap()).unwrap();
    let week = week.at("2026-11-20T09:00").run(&["send", "pack", "2026-11-23", "--go"], 0);
    let late = got(&week, "pack", "new@panel.example.org");
    let register = Register::open(&week.root().join("data")).unwrap();
    let copies = register.copies(date(2026, 11, 23)).unwrap();
    let kept: Vec<_> = copies.iter().map(|copy| (copy.recipient.as_str(), &copy.sha256)).collect();
    assert_eq!(kept.len(), 5);
    assert_eq!(kept[4], ("new@panel.example.org", &late.sha256()));
    drop(register);
    assert_eq!(week.says(&["verify"]).status, 0);
    assert_eq!(late.verified(&week, &[]).status, 0);
}

#[test]
fn a_password_that_somebody_is_about_to_type_holds_up_nobody_else() {
    let week = week();
    let config = week.root().join("config.toml");
    let mut typing = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
        .current_dir(week.root())
        .args(["--config", &config.to_string_lossy(), "--now", "2026-11-19T10:00"])
        .args(["send", "pack", "2026-11-23", "--go", "--ask-password"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_secs(3));
    assert!(typing.try_wait().unwrap().is_none(), "it waits for the password");
    let data = week.root().join("data");
    let (taken, waits) = mpsc::channel();
    thread::spawn(move || taken.send(lock::take_to_write_letters(&data).is_ok()));
    let free = waits.recv_timeout(Duration::from_secs(3));
    typing.kill().unwrap();
    typing.wait().unwrap();
    assert_eq!(free, Ok(true), "somebody else can write letters meanwhile");
}

#[test]
fn each_members_copy_opens_with_their_own_password() {
    let week = week();
    configure(&week, "member_passwords = \"members.txt\"");
    let members = format!("# secret\n{CHAIR} Dock Tower\n{MEMBER} Humber 1981\n");
    secret(&week.root().join("members.txt"), &members);
    let refused = week.says(&["send", "pack", "2026-11-23", "--go"]);
    assert!(refused.status == 2 && refused.err.contains(HOUSING), "{}", refused.err);
    let week = answering(week, "Freshney Place\n", &["send", "pack", "2026-11-23", "--go", "--ask-password"]);
    let passwords = [
        (CHAIR, "Dock Tower"),
        (MEMBER, "Humber 1981"),
        (HOUSING, "Freshney Place"),
        (OBSERVER, "Freshney Place"),
    ];
    for (who, own) in passwords {
        let got = got(&week, "pack", who);
        for password in ["Dock Tower", "Humber 1981", "Freshney Place", ""] {
            let Some(opens) = got.opens_with(password) else { return };
            assert_eq!(opens, password == own, "{who} with `{password}`");
        }
    }
    assert_eq!(got(&week, "pack", CHAIR).verified(&week, &[]).status, 0);
    let housing = got(&week, "pack", HOUSING);
    assert_eq!(housing.verified(&week, &[]).status, 2, "nobody has told the panel's password");
    secret(&week.root().join("secret.txt"), "Wrong\n");
    configure(&week, "password_file = \"secret.txt\"");
    let wrong = housing.verified(&week, &[]);
    assert!(wrong.status == 1 && wrong.out.contains("does not open with this password"), "{}", wrong.out);
    secret(&week.root().join("secret.txt"), "Freshney Place\n");
    assert_eq!(housing.verified(&week, &[]).status, 0);
    for file in week.tree("office").iter().filter(|file| file.ends_with(".json") || file.ends_with(".eml")) {
        let text = fs::read(week.root().join("office").join(file)).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains("Freshney"), "{file}");
    }
}

/// Runs a command that reads a line.
fn answering(week: Week, line: &str, args: &[&str]) -> Week {
    let said = week.answered(args, line);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    week
}

#[test]
fn a_protected_copy_opens_with_its_password_only() {
    let week = week();
    configure(&week, "password_file = \"secret.txt\"");
    let refused = week.says(&["send", "pack", "2026-11-23", "--go"]);
    assert!(refused.status == 2 && refused.err.contains("secret.txt"), "{}", refused.err);
    let file = week.root().join("secret.txt");
    secret(&file, "Grimsby Dock Tower 1852\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let told = week.says(&["check"]).out;
        assert!(told.contains("secret.txt` can be read by other accounts"), "{told}");
        let refused = week.says(&["send", "pack", "2026-11-23", "--go"]);
        assert!(
            refused.status == 2 && refused.err.contains("can be read by other accounts"),
            "{}",
            refused.err
        );
        assert!(!week.tree("office").iter().any(|file| file.ends_with(".eml")), "and nothing was written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let week = week.run(&["send", "pack", "2026-11-23", "--go"], 0);
    let manifest = manifest(&week);
    let different: BTreeSet<&Sha256> = manifest.copies.iter().map(|copy| &copy.sha256).collect();
    assert_eq!(different.len(), 4, "each reader has a copy of their own");
    for (who, copy) in EVERYBODY.into_iter().zip(&manifest.copies) {
        let got = got(&week, "pack", who);
        assert_eq!((who, got.sha256()), (copy.recipient.as_str(), copy.sha256.clone()));
        assert!(got.letter.contains("opens with a password") && !got.letter.contains("Grimsby Dock"));
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &got.pack).unwrap();
        let path = file.path().to_string_lossy().into_owned();
        let Some(opens) = got.opens_with("") else { return };
        assert!(!opens, "{who}: it opens without the password");
        assert!(got.opens_with("Grimsby Dock Tower 1852").unwrap(), "{who}");
        assert_eq!(got.verified(&week, &[]).status, 0, "{who}");
        let shown =
            tool("qpdf", &["--show-encryption", "--password=Grimsby Dock Tower 1852", &path]).unwrap();
        assert!(String::from_utf8_lossy(&shown.stdout).contains("AESv3"), "{who}: not AES-256");
    }
}

#[test]
fn a_paper_taken_out_is_asked_back_from_those_who_hold_it_and_from_nobody_else() {
    let week = week().run(&["send", "pack", "2026-11-23", "--go"], 0).at("2026-11-19T15:00");
    let nobody = week.says(&["send", "recall", "2026-11-23"]);
    assert!(nobody.status == 2 && nobody.err.contains("nobody holds"), "{}", nobody.err);
    let before = manifest(&week);
    let entry = |case: &str, at: usize| {
        before.entries.iter().filter(|entry| entry.case_id.as_str() == case).nth(at).unwrap().clone()
    };
    let secret = entry("1167109", 0);
    let number = secret.number.to_string();
    let without = ["pack", "2026-11-23", "--withdraw", &number, "--reason", "about another child"];
    assert_eq!(week.says(&without).status, 2, "nobody said who");
    let by = ["--by", "Lesley Thackeray"];
    let made = week.json(&[&without[..], &by[..]].concat());
    assert_eq!(made["manifest"]["version"], 2);
    let list = fs::read_to_string(week.root().join(made["recall_list"].as_str().unwrap())).unwrap();
    assert_eq!(list.matches("@panel.example.org\",").count(), 1, "{list}");
    assert!(list.contains(&format!("\"{CHAIR}\",\"1\",\"pack\",\"1–")), "{list}");
    let audit = week.says(&["audit"]).out;
    assert!(audit.contains(&format!("{number} excluded by Lesley Thackeray")), "{audit}");
    let week = week.run(&["send", "recall", "2026-11-23", "--go"], 0);
    let letter = letter(&week, "recall v2", CHAIR);
    let pages = format!("{} to {}", secret.first_page, secret.last_page);
    for told in ["LCS ID 1167109: Update form, pages", &pages, "version 1, pages 1 to"] {
        assert!(letter.contains(told), "`{told}` in {letter}");
    }
    assert!(!letter.contains("Rahman"));
    let recalled = |week: &Week| {
        week.tree("office").into_iter().filter(|file| file.contains(" recall v")).collect::<Vec<_>>()
    };
    assert_eq!(recalled(&week).len(), 1, "those from whom the case was withheld have nothing to delete");

    // A second paper goes before anybody was sent the new version: the first stays out.
    let number = entry("1150678", 1).number.to_string();
    let week = week
        .run(&["pack", "2026-11-23", "--withdraw", &number, "--reason", "wrong version", by[0], by[1]], 0);
    let week = week.run(&["send", "pack", "2026-11-23", "--go"], 0);
    let after: Manifest = serde_json::from_slice(&beside(&week, "pack v2.manifest.json")).unwrap();
    assert_eq!((after.version, after.pages), (2, before.pages));
    let gone = after.entries.iter().filter(|entry| entry.outcome == How::Withdrawn).count();
    assert_eq!(gone, 2);
    assert_eq!(got(&week, "pack v2", CHAIR).pages(), got(&week, "pack v2", MEMBER).pages());
    let plan = week.json(&["send", "recall", "2026-11-23"]);
    let asked: Vec<&str> =
        plan["letters"].as_array().unwrap().iter().map(|letter| letter["email"].as_str().unwrap()).collect();
    assert_eq!(asked, [CHAIR, HOUSING, MEMBER], "an observer never had a document");
}

/// A late paper of Callum's, accepted.
fn late(week: Week) -> Week {
    let week =
        week.at("2026-11-19T15:00").drop_sample("1150678 Hargreaves C/Anchor Court progress report.pdf");
    week.says(&["scan"]).ends(0);
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
    week
}

#[test]
fn a_supplement_goes_by_itself_and_says_what_is_new() {
    let week = week().run(&["send", "pack", "2026-11-23", "--go"], 0);
    let early = week.says(&["send", "supplement", "2026-11-23", "--go"]);
    assert!(early.status == 2 && early.err.contains("there is no supplement"), "{}", early.err);
    let week = late(week).run(&["send", "supplement", "2026-11-23", "--go"], 0);
    let (before, after) = (got(&week, "pack", CHAIR), got(&week, "supplement v2", CHAIR));
    let first = before.pages() + 1;
    let last = before.pages() + after.pages();
    assert!(after.pages() < before.pages());
    for told in [
        "You have version 1 of the pack, and nothing in it changes".to_owned(),
        format!("Pages of this supplement: {first} to {last} of {last}"),
        format!("LCS ID 1150678: Provider report (page{}", if last == first + 1 { "" } else { "s" }),
    ] {
        assert!(after.letter.contains(&told), "`{told}` in {}", after.letter);
    }
    assert!(!after.letter.contains("comes with them"), "{}", after.letter);
    for who in [CHAIR, MEMBER, HOUSING] {
        let got = got(&week, "supplement v2", who);
        assert_eq!(got.verified(&week, &[]).status, 0, "{who}");
    }
    let beside = week.tree("office/2026-11-23").into_iter().find(|file| file.ends_with("supplement v2.pdf"));
    let file = week.root().join("office/2026-11-23").join(beside.unwrap());
    let week = week.run(&["verify", &file.to_string_lossy()], 0);
    let Some(words) = after.words() else { return };
    assert!(words.contains("Anchor Court") && !words.contains("Rahman"));
    assert!(
        words.contains(&format!("{first} of {last}"))
            && words.trim_end().ends_with(&format!("{last} of {last}"))
    );
    drop(week);
}

#[test]
fn the_pack_goes_with_the_supplement_where_the_panel_wants_it_or_the_reader_has_none() {
    let week = week().run(&["send", "pack", "2026-11-23", "--go"], 0);
    configure(&week, "supplement_with_pack = true");
    let week = late(week).run(&["send", "supplement", "2026-11-23", "--go"], 0);
    let letter = letter(&week, "supplement v2", CHAIR);
    assert!(letter.contains("Version 2 comes with them too"), "{letter}");
    assert_eq!(files(&week, "supplement v2", CHAIR).len(), 2);
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
    assert_eq!(first.len(), 4);
    let week = week.at("2026-11-20T09:00");
    fs::remove_dir_all(&outbox).unwrap();
    assert!(sent(&week) == first, "an email was composed a second time");
}
