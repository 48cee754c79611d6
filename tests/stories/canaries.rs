//! Where names may be: whatever a week leaves in the register and in the logs is searched for names that were put into it.
//!
//! Every name, address, file name and reason of this week holds the letters `zqx`, which stand nowhere else.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use panelclerk::desk::people::people_workbook;
use panelclerk::panel::people::{Capacity, Person, Terms};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::built::{docx, paragraph, rewritten};
use crate::harness::{Week, project};
use crate::sample_meeting::date;
use crate::typist::type_into;

const MARK: &str = "zqx";
const CASE: &str = "1167109";
const BY: [&str; 4] = ["--by", "Zqxhand Clerk", "--reason", "zqxreason: the aunt rang"];

fn seat(week: &Week) {
    let person = |name: &str, email: &str, capacity| Person {
        name: name.to_owned(),
        role: "Zqxrole".to_owned(),
        agency: "Zqxagency".to_owned(),
        email: Some(email.to_owned()),
        capacity,
        terms: Terms::default(),
    };
    let people = [
        person("Cato Zqxchair", "zqxchair@panel.example.org", Capacity::Chair),
        person("Mia Zqxmember", "zqxmember@panel.example.org", Capacity::Member),
        person("Ann Zqxclerk", "zqxclerk@panel.example.org", Capacity::Administrator),
        person("Priya Zqxnair", "zqxpriya@panel.example.org", Capacity::Officer),
    ];
    let book = people_workbook("Fictional panel", "OFFICIAL-SENSITIVE", date(2026, 11, 17), &people).unwrap();
    fs::write(week.root().join("office/People.xlsx"), book).unwrap();
}

fn papers(week: Week) -> Week {
    let sample = |file: &str| {
        let paper = fs::read(project().join("sample-inbox").join(file)).unwrap();
        rewritten(&paper, &[("Yusuf", "Zqxyusuf"), ("Rahman", "Zqxrahman"), ("Priya Nair", "Priya Zqxnair")])
    };
    let form = sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx");
    let plan = sample("1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    let about = docx("", &paragraph("Chronology of Zqxyusuf Zqxrahman, seen by Zqxnurse on 3 November 2026"));
    let mail = "From: Zqxsender <zqxsender@example.org>\r\nTo: panel@example.org\r\nSubject: zqxsubject\r\n\
                MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nabout Zqxyusuf\r\n\
                --b\r\nContent-Type: text/plain; name=\"zqxattached.txt\"\r\n\
                Content-Disposition: attachment; filename=\"zqxattached.txt\"\r\n\r\nzqxnote\r\n--b--\r\n";
    week.drop("zqxteam/1167109 Zqxfolder/Panel update form Zqxrahman.docx", form)
        .drop("zqxteam/1167109 Zqxfolder/Care plan Zqxrahman.docx", &plan)
        .drop("zqxteam/1167109 Zqxfolder/zqxmail.eml", mail)
        .drop("zqxteam/1167109 Zqxfolder/zqxbroken.docx", &plan[..plan.len() / 2])
        .drop("zqxteam/1167109 Zqxfolder/~$zqxignored.docx", "zqxlock")
        .drop("zqxloose.docx", about)
}

/// The whole week, from the first paper to the confirmed minutes, and what was said in it.
pub fn played(panel: &str) -> (Week, String) {
    let mut week = papers(Week::new(panel).at("2026-11-17T10:00"));
    seat(&week);
    let mut logs = String::new();
    let mut scan = |week: &Week| {
        let said = week.says(&["scan"]);
        assert!(said.status < 2, "{}{}", said.out, said.err);
        logs.push_str(&(said.out + &said.err));
    };
    scan(&week);
    week = week.at("2026-11-17T10:30");
    scan(&week);
    let does = |week: &Week, args: &[&str]| {
        let said = week.says(&[args, &BY].concat());
        assert!(said.status < 2, "{args:?}: {}{}", said.out, said.err);
    };
    fs::write(week.root().parent().unwrap().join("zqxreceived.txt"), "zqxyusuf").unwrap();
    does(&week, &["receive", "zqxreceived.txt", CASE, "--at", "2026-11-17T09:40"]);
    let booked = ["expect", "1000001", "--request=review", "--child", "Zqxchild Zqxborn"];
    does(&week, &[&booked[..], &["--presented-by", "Zqxpresenter"]].concat());
    does(
        &week,
        &["expect", "1000002", "--emergency", "--authorised-by", "Zqxdirector", "--placed-on", "2026-11-14"],
    );
    does(&week, &["slot", CASE, "--at", "14:00", "--note", "zqxnote"]);
    does(&week, &["accept", CASE]);
    does(&week, &["exclude", "P1"]);
    does(&week, &["reinstate", "P1"]);
    let said = week.says(&["agenda"]);
    assert!(said.status < 2, "{}{}", said.out, said.err);
    type_into(
        &week,
        &[
            ("Cases", "1000001", "What to do", "withdraw"),
            ("Cases", "1000001", "By", "Zqxtypist"),
            ("Cases", "1000001", "Reason", "zqxbecause"),
            ("Cases", CASE, "What to do", "zqxnonsense"),
        ],
    );
    scan(&week);
    week = week.at("2026-11-19T11:00");
    let press = |order: &'static str| {
        [
            ("Tasks", order, "Do it", "yes"),
            ("Tasks", order, "By", "Zqxtypist"),
            ("Tasks", order, "Reason", "zqxorder"),
        ]
    };
    for order in ["Create the pack", "Send the invitations", "Send the agenda", "Send the pack"] {
        type_into(&week, &press(order));
        scan(&week);
    }
    week = week.at("2026-11-23T17:00");
    type_into(
        &week,
        &[
            ("Attendance", "Mia Zqxmember", "Presence", "present"),
            ("Attendance", "Mia Zqxmember", "Standing in for", "Zqxabsent"),
            ("Decisions", CASE, "Decision", "Agreed"),
            ("Decisions", CASE, "Reason", "zqxwhy"),
            ("Decisions", CASE, "Discussion", "zqxdiscussion"),
            ("Decisions", CASE, "Decided by", "Consensus"),
            ("Decisions", CASE, "Review", "22/02/2027"),
            ("Decisions", "1000002", "Decision", "Deferred"),
            ("Decisions", "1000002", "Decided by", "Chair"),
            ("Decisions", "1000002", "Reason", "zqxdeferred"),
            ("Decisions", "1000002", "Review", "30/11/2026"),
            ("Meeting", "In the chair", "Fill in", "Mia Zqxmember"),
        ],
    );
    for order in ["Write the minutes", "Confirm the minutes", "Send the decisions"] {
        type_into(&week, &press(order));
        scan(&week);
    }
    (week, logs)
}

/// What `watch` says of another paper and of a cell typed wrongly.
fn watched(week: &Week) -> String {
    let watch = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
        .current_dir(week.root())
        .args(["--config", "config.toml", "--now", "2026-11-23T18:00", "watch", "--every", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    fs::write(week.root().join("inbox/zqxlate.docx"), docx("", &paragraph("Zqxrahman"))).unwrap();
    thread::sleep(Duration::from_secs(8));
    let stopped = Command::new("kill").args(["-TERM", &watch.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    let said = watch.wait_with_output().unwrap();
    let said = [said.stdout, said.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(said.contains("1 new"), "it looked: {said}");
    said
}

/// Every column of every table, and those that hold a name.
fn searched(week: &Week) -> (BTreeSet<String>, BTreeSet<String>) {
    let db = Connection::open(week.root().join("data/register.sqlite")).unwrap();
    let names = |sql: &str| -> Vec<String> {
        let mut rows = db.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    };
    let (mut all, mut holding) = (BTreeSet::new(), BTreeSet::new());
    for table in names("SELECT name FROM sqlite_schema WHERE type = 'table'") {
        for column in names(&format!("SELECT name FROM pragma_table_info('{table}')")) {
            let mut rows = db.prepare(&format!("SELECT \"{column}\" FROM \"{table}\"")).unwrap();
            let mut rows = rows.query([]).unwrap();
            let place = format!("{table}.{column}");
            while let Some(row) = rows.next().unwrap() {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(0).unwrap()
                    && String::from_utf8_lossy(bytes).to_lowercase().contains(MARK)
                {
                    holding.insert(place.clone());
                }
            }
            all.insert(place);
        }
    }
    (all, holding)
}

/// The columns that `docs/security.md` says names may be in.
fn listed() -> BTreeSet<String> {
    let page = fs::read_to_string(project().join("docs/security.md")).unwrap();
    let section = page.split("\n## ").find(|section| section.starts_with("Where names are")).unwrap();
    let cell = regex_lite::Regex::new(r"`([a-z_]+)\.([a-z_]+)`").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let first = rows.map(|row| row.split('|').nth(1).unwrap());
    let cells =
        first.flat_map(|text| cell.captures_iter(text).map(|found| found[0].trim_matches('`').to_owned()));
    cells.collect()
}

#[test]
fn names_are_where_the_list_says_and_neither_in_the_chain_nor_in_the_logs() {
    let listed = listed();
    let mut found = BTreeSet::new();
    for panel in ["nelc", "redbridge"] {
        let (week, logs) = played(panel);
        let logs = logs + &watched(&week);
        let told: Vec<&str> = logs.lines().filter(|line| line.to_lowercase().contains(MARK)).collect();
        assert!(told.is_empty(), "{panel}, in the logs:\n{}", told.join("\n"));
        let (all, holding) = searched(&week);
        let gone: Vec<&String> = listed.difference(&all).collect();
        assert!(gone.is_empty(), "docs/security.md lists columns that are not there: {gone:?}");
        let unlisted: Vec<&String> = holding.difference(&listed).collect();
        assert!(
            unlisted.is_empty(),
            "{panel}: names in columns that docs/security.md does not list: {unlisted:?}"
        );
        for clean in ["evidence.", "operations.", "contents."] {
            assert!(all.iter().any(|place| place.starts_with(clean)));
            assert!(!listed.iter().any(|place| place.starts_with(clean)), "{clean} is never to hold a name");
        }
        let (verified, audit) = (week.says(&["verify"]), week.says(&["audit"]).out);
        assert_eq!(verified.status, 0, "{}{}", verified.out, verified.err);
        let withdrawn = |line: &str| line.contains("1000001 withdrawn from") && line.contains("by Zqxtypist");
        assert!(audit.lines().any(withdrawn), "people can read it: {audit}");
        assert!(audit.contains("to zqxmember@panel.example.org): ready"), "{audit}");
        found.extend(holding);
    }
    // The week finds a name in nearly all of them; the others take a login, a share that fails or a mail server.
    let seldom = [
        "acts.login",
        "blind.path",
        "blind.why",
        "files.trouble",
        "letter_states.answer",
        "scans.why",
        "sealed.body",
        "troubles.message",
        "troubles.path",
    ];
    let untried: Vec<&String> =
        listed.difference(&found).filter(|place| !seldom.contains(&place.as_str())).collect();
    assert!(untried.is_empty(), "listed, and no name found there: {untried:?}");
}
