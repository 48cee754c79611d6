//! What changes between two sendings: whoever must no longer have something does not get it, whichever letter it is, whether the drafts
//! still lie in the outbox or somebody cleared it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use lopdf::Document;
use mail_parser::{MessageParser, MimeHeaders as _};
use panelclerk::desk::people::people_workbook;
use panelclerk::panel::letter_state::LetterState;
use panelclerk::panel::outcome::{DecidedBy, Decision, DecisionWord, Outcome};
use panelclerk::panel::people::{Capacity, Person, Terms};
use panelclerk::pdf::search;
use panelclerk::post::outbox::UNSENT;
use panelclerk::register::Register;

use crate::built::rewritten;
use crate::harness::{Week, project, tree};
use crate::own_copies::secret;
use crate::sample_meeting::date;
use crate::typist::with_typed;

const MEETING: &str = "2026-11-23";
const WITHHELD: &str = "1167109";
const MEMBER: &str = "mia.member@panel.example.org";
const MOVED: &str = "mia.member@other.example.org";
const PASSWORD: &str = "Grimsby Dock Tower 1852";

/// In each form Mia is the manager, so that letters about the cases go to her.
const PAPERS: [&str; 4] = [
    "1150678 Hargreaves C/Update form Callum Hargreaves.docx",
    "1150678 Hargreaves C/Pathway Plan CH.docx",
    "1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx",
    "1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx",
];
const MANAGERS: [(&str, &str); 2] = [("Ruth Pargeter", "Mia Member"), ("Samira Qureshi", "Mia Member")];
const LATE: &str = "1150678 Hargreaves C/Anchor Court progress report.pdf";

fn seat(root: &Path, mia: (Capacity, &str)) {
    let person = |name: &str, role: &str, email: &str, capacity| Person {
        name: name.to_owned(),
        role: role.to_owned(),
        agency: "Fictional".to_owned(),
        email: Some(email.to_owned()),
        capacity,
        terms: Terms::default(),
    };
    let people = [
        person("Cato Chair", "Assistant Director", "cato.chair@panel.example.org", Capacity::Chair),
        person("Mia Member", "Education", mia.1, mia.0),
        // The same person on the other list: letters about cases go to her too.
        person("Mia Member", "Social worker", mia.1, Capacity::Officer),
        person("Ann Clerk", "Panel administrator", "ann.clerk@panel.example.org", Capacity::Administrator),
    ];
    let book = people_workbook("Fictional panel", "OFFICIAL-SENSITIVE", date(2026, 11, 17), &people).unwrap();
    fs::write(root.join("office/People.xlsx"), book).unwrap();
}

/// Two cases that Mia would present and sit on; the agenda is set and the pack is pressed.
fn prepared() -> Week {
    let mut week = Week::new("nelc").at("2026-11-17T10:00");
    for file in PAPERS {
        let paper = fs::read(project().join("sample-inbox").join(file)).unwrap();
        week = week.drop(file, rewritten(&paper, &MANAGERS));
    }
    seat(&week.root(), (Capacity::Member, MEMBER));
    assert!(week.says(&["scan"]).status < 2);
    let week = week.at("2026-11-19T11:00");
    does(&week, &["agenda"]);
    does(&week, &["pack"]);
    for kind in ["invitations", "agenda", "pack"] {
        does(&week, &["send", kind, MEETING, "--go"]);
    }
    later(week)
}

/// A paper is taken out, another comes late, the meeting decides; every kind of letter lies in the outbox.
fn later(week: Week) -> Week {
    let by = ["--by", "Ann Clerk", "--reason", "telephoned"];
    let number = |week: &Week, name: &str| -> String {
        let cases = week.json(&["status", MEETING])["cases"].clone();
        let papers =
            cases.as_array().unwrap().iter().flat_map(|case| case["papers"].as_array().unwrap().clone());
        let found = papers.into_iter().find(|paper| paper["file"].as_str().unwrap().contains(name)).unwrap();
        found["number"].as_str().unwrap().to_owned()
    };
    let week = week.at("2026-11-19T11:30");
    does(&week, &[&["pack", MEETING, "--withdraw", &number(&week, "Care plan Yusuf")], &by[..]].concat());
    let packs = drafts(&week.root()).keys().filter(|name| name.contains(" pack ")).count();
    assert_eq!(packs, 0, "what was taken out of the pack lies in the outbox no longer");
    let week = week.drop_sample(LATE);
    does(&week, &["scan"]);
    does(&week, &[&["accept", &number(&week, "Anchor Court")], &by[..]].concat());
    does(&week, &["pack", MEETING, "--supplement"]);
    let mut register = Register::open(&week.root().join("data")).unwrap();
    let decision = |case: &str| Decision {
        reason: "a good match".to_owned(),
        decided_by: Some(DecidedBy::Consensus),
        ..Decision::of(case.parse().unwrap(), DecisionWord::Agreed)
    };
    let decisions = ["1150678", WITHHELD].map(decision).to_vec();
    let outcome = Outcome { decisions, ..Outcome::default() };
    register.record_outcome(date(2026, 11, 23), &outcome, "2026-11-19T11:40:00Z".parse().unwrap()).unwrap();
    drop(register);
    for kind in ["pack", "supplement", "recall", "decisions", "chaser"] {
        does(&week, &["send", kind, MEETING, "--go"]);
    }
    week
}

#[track_caller]
fn does(week: &Week, args: &[&str]) {
    let said = week.says(args);
    assert!(said.status < 2, "{args:?}: {}{}", said.out, said.err);
}

/// One of the letters, opened: its state in the register, the words of all of it, and whether its pack opens without a password.
#[expect(clippy::struct_excessive_bools, reason = "each is a question that a row of the table asks")]
#[derive(Debug)]
struct Opened {
    tells: bool,
    is_pack: bool,
    whole: bool,
    locked: bool,
}

/// Every draft in the outbox to one of Mia's addresses, by its name.
fn drafts(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let outbox = root.join("office").join(MEETING).join("outbox");
    let theirs = tree(&outbox).into_iter().filter(|name| name.contains("mia.member"));
    theirs.map(|name| (name.clone(), fs::read(outbox.join(name)).unwrap())).collect()
}

fn open(bytes: &[u8]) -> Opened {
    let message = MessageParser::default().parse(bytes).unwrap();
    let tells = |text: &str| text.contains(WITHHELD) || text.contains("Rahman") || text.contains("Yusuf");
    let mut opened = Opened { tells: false, is_pack: false, whole: false, locked: false };
    let head = message.subject().unwrap_or_default().to_owned();
    let words = [message.body_text(0).unwrap().into_owned(), message.body_html(0).unwrap().into_owned()];
    opened.tells = tells(&head) || words.iter().any(|text| tells(text));
    for part in message.attachments() {
        let content = part.contents();
        opened.tells |= tells(part.attachment_name().unwrap_or_default());
        if content.starts_with(b"%PDF") {
            opened.locked = !search::opens(content, None);
            let password = opened.locked.then_some(PASSWORD);
            let found =
                search::places(content, password, &[].into(), &tells).expect("it opens for its reader");
            opened.tells |= !found.is_empty();
            opened.is_pack = true;
            opened.whole |= !opened.locked && Document::load_mem(content).unwrap().get_pages().len() > 6;
        } else if content.starts_with(b"PK") {
            let mut archive = zip::ZipArchive::new(Cursor::new(content)).unwrap();
            let mut text = String::new();
            archive.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
            opened.tells |= tells(&text);
        } else {
            opened.tells |= tells(&String::from_utf8_lossy(content).replace("\r\n ", ""));
        }
    }
    opened
}

/// The folder as it stood when everything had been written, copied for each row of the table.
fn copied(week: &Week, to: &Path) -> PathBuf {
    let root = to.join("panel");
    for file in tree(&week.root()) {
        let target = root.join(&file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(week.root().join(&file), target).unwrap();
    }
    root
}

fn says(root: &Path, now: &str, args: &[&str]) -> crate::harness::Said {
    let config = root.join("config.toml");
    let config = config.to_string_lossy();
    let mut all = vec!["--config", &*config, "--now", now];
    all.extend(args);
    crate::harness::program(&all, root)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Interest,
    Password,
    Capacity,
    Address,
}

const KINDS: [&str; 7] = ["invitations", "agenda", "pack", "supplement", "recall", "decisions", "chaser"];

impl Change {
    const ALL: [Change; 4] = [Change::Interest, Change::Password, Change::Capacity, Change::Address];

    fn make(self, root: &Path) {
        match self {
            Change::Interest => {
                let file = root
                    .join("office")
                    .join(MEETING)
                    .join(format!("NELC Placement and Commissioning Panel {MEETING} workbook.xlsx"));
                let typed = with_typed(
                    &fs::read(&file).unwrap(),
                    &[("Attendance", "Mia Member", "Interest in cases", WITHHELD)],
                );
                fs::write(file, typed).unwrap();
            }
            Change::Password => {
                let config = root.join("config.toml");
                let text = fs::read_to_string(&config).unwrap();
                fs::write(&config, text.replace("\n[post]\n", "\n[post]\npassword_file = \"secret.txt\"\n"))
                    .unwrap();
                secret(&root.join("secret.txt"), &format!("{PASSWORD}\n"));
            }
            Change::Capacity => seat(root, (Capacity::Observer, MEMBER)),
            Change::Address => seat(root, (Capacity::Member, MOVED)),
        }
    }

    /// What must be true of a letter of this kind to Mia once the change is known; none where she gets no such letter any more.
    fn holds_of(self, kind: &str, name: &str, opened: &Opened) {
        let what = format!("{self:?}, {kind}, {name}: {opened:?}");
        match self {
            Change::Interest => assert!(!opened.tells, "{what}"),
            Change::Password => assert_eq!(opened.locked, opened.is_pack, "{what}"),
            Change::Capacity => assert!(!opened.whole, "{what}"),
            // A paper that was taken out is asked back from wherever it went.
            Change::Address => assert!(name.contains(MOVED) || name.contains(" recall "), "{what}"),
        }
    }
}

/// Four changes between two sendings, for every kind of letter, with the drafts of the first still in the outbox or cleared away.
#[test]
fn whatever_changes_between_two_sendings_no_letter_holds_what_its_reader_may_not_have() {
    let week = prepared();
    let before = drafts(&week.root());
    for kind in KINDS {
        let kind = kind.trim_end_matches("ations");
        let told = before.iter().filter(|(name, _)| name.contains(kind)).any(|(_, draft)| open(draft).tells);
        assert!(told || kind == "supplement", "{kind} holds all of it at first: {:?}", before.keys());
    }
    for change in Change::ALL {
        for cleared in [false, true] {
            row(&week, change, cleared);
        }
    }
}

fn row(week: &Week, change: Change, cleared: bool) {
    let home = tempfile::tempdir().unwrap();
    let root = copied(week, home.path());
    let outbox = root.join("office").join(MEETING).join("outbox");
    if cleared {
        fs::remove_dir_all(&outbox).unwrap();
    }
    change.make(&root);
    for kind in KINDS {
        let sent = says(&root, "2026-11-19T12:00", &["send", kind, MEETING, "--go"]);
        assert!(sent.status < 2, "{change:?}, {kind}: {}{}", sent.out, sent.err);
        for (name, bytes) in
            drafts(&root).iter().filter(|(name, _)| name.contains(kind.trim_end_matches("ations")))
        {
            change.holds_of(kind, name, &open(bytes));
        }
    }
    // Not one is left in the outbox, whoever it is to, and the register calls nothing ready that is not there.
    let left = drafts(&root);
    for (name, bytes) in &left {
        change.holds_of("any", name, &open(bytes));
    }
    let register = Register::open(&root.join("data")).unwrap();
    let letters = register.letters(date(2026, 11, 23)).unwrap();
    for letter in letters.iter().filter(|letter| letter.state == LetterState::Ready) {
        let kept = register.store().read(&letter.sha).unwrap();
        let lying = fs::read(outbox.join(&letter.draft));
        // An invitation is not written twice: one that somebody cleared away is gone from the outbox alone.
        let kept_there = [UNSENT, &kept].concat();
        assert!(
            lying.map_or(cleared, |lying| lying == kept_there),
            "{change:?}: {} is called ready",
            letter.draft
        );
        if letter.draft.contains("mia.member") {
            change.holds_of("ready", &letter.draft, &open(&kept));
        }
    }
    let superseded = letters.iter().filter(|letter| letter.state == LetterState::Superseded).count();
    assert!(superseded > 0, "{change:?}: nothing was superseded");
    let said = left.values().any(|bytes| {
        let message = MessageParser::default().parse(bytes).unwrap();
        message.header_raw("Supersedes").is_some()
            && message.body_text(0).unwrap().contains("takes the place of")
    });
    assert!(said || change == Change::Capacity, "{change:?}: no email says what it takes the place of");
}
