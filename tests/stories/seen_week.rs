//! A week of both panels at the terminal, as the administrator types it; then what lies in her folders.

use std::fs;

use mail_parser::MessageParser;
use panelclerk::pack::manifest::{How, Manifest};

use crate::harness::{Week, project, tree};
use crate::people::seat_also;
use crate::seen::{self, Shown};
use crate::typist::{keys, type_into, workbook};

const HAND: [&str; 4] = ["--by", "Ann Clerk", "--reason", "the team rang"];

/// What differs between the two weeks.
struct Panel {
    name: &'static str,
    meeting: &'static str,
    /// Tuesday, when papers come; after the cutoff; the evening after the meeting.
    times: [&'static str; 3],
    /// Folders of the panel's samples that are dropped.
    inbox: &'static str,
    folders: &'static [&'static str],
    /// A case that is listed and decided.
    case: &'static str,
    /// Who brings the cases, by their forms; one who is left out gets no letters.
    officers: &'static [&'static str],
}

const NELC: Panel = Panel {
    name: "nelc",
    meeting: "2026-11-23",
    times: ["2026-11-17T10:00", "2026-11-19T11:00", "2026-11-23T18:00"],
    inbox: "sample-inbox",
    folders: &["1150678 Hargreaves C", "1167109 Rahman Yusuf", "1187254 Ŵyn-Hughes Siân"],
    case: "1150678",
    officers: &["Olu Adeyemi", "Samira Qureshi", "Hannah Iqbal", "Kofi Mensah", "Ruth Pargeter"],
};

const REDBRIDGE: Panel = Panel {
    name: "redbridge",
    meeting: "2026-11-24",
    times: ["2026-11-19T10:00", "2026-11-23T09:00", "2026-11-24T18:00"],
    inbox: "tests/fixtures/redbridge",
    folders: &["48230 O'Shea Niamh", "50412 Abebe Dawit", "51388 Rai"],
    case: "48230",
    officers: &["Anjali Desai", "Conrad Bello", "Nadia Rafiq"],
};

/// Types one thing after the other and keeps what was said.
struct Typing {
    week: Week,
    shown: Shown,
}

impl Typing {
    fn at(mut self, now: &str) -> Self {
        self.week = self.week.at(now);
        self
    }

    fn types(mut self, name: &str, args: &[&str]) -> Self {
        let said = self.week.says(args);
        self.shown.run(name, args, &said);
        self
    }

    fn by_hand(self, name: &str, args: &[&str]) -> Self {
        self.types(name, &[args, &HAND[..]].concat())
    }
}

#[test]
fn a_week_at_nelc() {
    a_week(&NELC);
}

#[test]
fn a_week_at_redbridge() {
    a_week(&REDBRIDGE);
}

fn a_week(panel: &Panel) {
    let [before, after_cutoff, evening] = panel.times;
    let mut week = Week::new(panel.name).at(before);
    let mut shown = Shown::of(&format!("week-{}", panel.name)).hiding(&week);
    shown.run("01-check-without-people", &["check"], &week.says(&["check"]));
    seat_also(&week, panel.officers);
    for folder in panel.folders {
        for file in tree(&project().join(panel.inbox).join(folder)) {
            let content = fs::read(project().join(panel.inbox).join(folder).join(&file)).unwrap();
            week = week.drop(&format!("{folder}/{file}"), content);
        }
    }
    week = week.drop("loose letter.txt", "to whom it may concern").drop("~$lock.docx", [1_u8; 162]);
    let meeting = panel.meeting;
    let typing = Typing { week, shown }
        .types("02-check", &["check"])
        .types("03-scan", &["scan"])
        .types("04-status", &["status"])
        .by_hand("05-expect", &["expect", "9000001", "--request=retainer"])
        .by_hand(
            "06-expect-emergency",
            &[
                "expect",
                "9000002",
                "--emergency",
                "--placed-on",
                "2026-11-16",
                "--authorised-by",
                "Ann Ash",
                "--authorised-on",
                "2026-11-16",
            ],
        )
        .by_hand("07-exclude", &["exclude", "P2"])
        .by_hand("08-reinstate", &["reinstate", "P2"])
        .by_hand("09-withdraw", &["withdraw", "9000001"])
        .by_hand("10-reinstate-case", &["reinstate", "9000001"])
        .types("11-agenda", &["agenda"])
        .by_hand("12-slot", &["slot", panel.case, "--minutes", "25", "--note", "by telephone"])
        .types("13-invitations", &["send", "invitations", meeting])
        .types("13-invitations-go", &["send", "invitations", meeting, "--go"])
        .types("14-send-agenda", &["send", "agenda", meeting])
        .types("15-send-agenda-go", &["send", "agenda", meeting, "--go"])
        .types("16-send-chaser", &["send", "chaser", meeting])
        .types("17-send-chaser-go", &["send", "chaser", meeting, "--go"])
        .at(after_cutoff)
        .types("18-scan-after-the-cutoff", &["scan"])
        .types("19-pack", &["pack"])
        .types("20-send-pack", &["send", "pack", meeting])
        .types("21-send-pack-go", &["send", "pack", meeting, "--go"])
        .types("22-send-pack-again", &["send", "pack", meeting, "--go"])
        .types("23-pack-again", &["pack"])
        .by_hand("24-pack-withdraw", &["pack", "--withdraw", "P1"])
        .types("25-send-recall", &["send", "recall", meeting])
        .types("26-send-recall-go", &["send", "recall", meeting, "--go"])
        .types("27-verify", &["verify"]);
    let typing = decide(typing, panel)
        .at(evening)
        .types("28-scan-of-the-decisions", &["scan"])
        .types("29-minutes", &["minutes", meeting])
        .types("30-minutes-confirmed", &["minutes", meeting, "--confirm", "--by", "Ann Clerk"])
        .types("31-send-decisions", &["send", "decisions", meeting])
        .types("32-send-decisions-go", &["send", "decisions", meeting, "--go"])
        .types("33-actions", &["actions"])
        .types("34-reviews", &["reviews"])
        .types("35-status-after", &["status"])
        .types("36-backup", &["backup", "week.backup"]);
    typing.shown.finish();
    made(&typing.week, panel);
}

/// The administrator types what the panel decided.
fn decide(typing: Typing, panel: &Panel) -> Typing {
    let present = [
        ("Meeting", "In the chair", "Fill in", "Cato Chair"),
        ("Meeting", "Interests declared", "Fill in", "none"),
        ("Attendance", "Cato Chair", "Presence", "present"),
        ("Attendance", "Mia Member", "Presence", "apologies"),
    ];
    let decided = [
        ("Decision", "agreed"),
        ("Decided by", "consensus"),
        ("Presented by", "as planned"),
        ("Time considered", "as planned"),
        ("Discussion", "The panel heard from the social worker."),
        ("Review", "22/02/2027"),
    ];
    let decided = decided.map(|(column, value)| ("Decisions", panel.case, column, value));
    // What was not reached is deferred: minutes are confirmed once each case has its decision.
    let book = fs::read(workbook(&typing.week)).unwrap();
    let others: Vec<String> =
        keys(&book, "Decisions", "Case").into_iter().filter(|case| case != panel.case).collect();
    let deferred = others.iter().flat_map(|case| {
        let cells = [
            ("Decision", "deferred"),
            ("Reason", "not reached"),
            ("Decided by", "chair"),
            ("Review", "08/12/2026"),
        ];
        cells.map(|(column, value)| ("Decisions", case.as_str(), column, value))
    });
    let deferred: Vec<_> = deferred.collect();
    type_into(&typing.week, &[&present[..], &decided[..], &deferred[..]].concat());
    typing
}

/// What lies in the folders after that week, as words.
fn made(week: &Week, panel: &Panel) {
    let mut shown = Shown::of(&format!("made-{}", panel.name)).hiding(week);
    shown.take("files", &[week.tree("office"), week.tree("receipts")].concat().join("\n"));
    for (folder, what) in [("office", "board"), ("receipts", "receipt")] {
        for file in week.tree(folder).iter().filter(|file| file.ends_with(".html")) {
            let page = fs::read_to_string(week.root().join(folder).join(file)).unwrap();
            let name = if folder == "office" { what.to_owned() } else { format!("{what}-{}", plain(file)) };
            shown.take(&name, &seen::html(&page));
        }
    }
    let office = week.root().join("office");
    for file in week.tree("office") {
        let read = || fs::read(office.join(&file)).unwrap();
        let name = file.rsplit('/').next().unwrap();
        match name.rsplit('.').next().unwrap() {
            "docx" => shown.take(&plain(name), &seen::word(&read())),
            "eml" => shown.take(&plain(name), &letter(&read())),
            "pdf" => {
                let manifest = fs::read(office.join(&file).with_extension("manifest.json")).unwrap();
                let manifest: Manifest = serde_json::from_slice(&manifest).unwrap();
                let of_papers = manifest.entries.iter().filter(|entry| entry.outcome == How::Included);
                let of_papers: Vec<_> =
                    of_papers.map(|entry| entry.first_page..entry.last_page + 1).collect();
                shown.take(&plain(name), &seen::pdf(&read(), &of_papers));
            }
            "xlsx" => {
                for (sheet, text) in seen::sheets(&read()) {
                    shown.take(&format!("{}-{}", plain(name), sheet.replace(' ', "-")), &text);
                }
            }
            _ => {}
        }
    }
    shown.finish();
}

/// A name that every file system has room and letters for.
fn plain(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain: String =
        stem.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// A letter as its reader has it: from, to, subject, words, and what is enclosed.
fn letter(draft: &[u8]) -> String {
    let message = MessageParser::default().parse(draft).unwrap();
    let header = |name: &str| message.header_raw(name).unwrap_or_default().trim().to_owned();
    let enclosed = message.attachments().map(|part| {
        use mail_parser::MimeHeaders as _;
        format!("enclosed: {}\n", part.attachment_name().unwrap_or("(no name)"))
    });
    let enclosed: String = enclosed.collect();
    let text = message.body_text(0).unwrap_or_default().replace('\r', "");
    format!("To: {}\nSubject: {}\n\n{text}\n{enclosed}", header("To"), message.subject().unwrap_or_default())
}
