//! The tables of docs/post_faults.md are the very ones that the stories of the roads are run by: what goes wrong, what the journal says, what follows.

use std::fs;

use crate::graph;
use crate::graph_server::{Does, Fault, Step};
use crate::harness::{Week, project};
use crate::journal;
use crate::people::seat;
use crate::posted::{DAY, states};

/// What follows from how an email's journal ends.
fn follows(journal: &str) -> &'static str {
    match journal.rsplit(' ').next().unwrap_or_default() {
        "" => "nothing goes to anybody, and one alert says who must act",
        "accepted" => "nothing",
        "refused_for_now" => "tried again after 5 minutes, then later and later; told after the second time",
        "refused" => "told at once; never again unless a person says so",
        "unknown" => {
            "told; once more after 15 minutes, the very same message, and on record as perhaps twice"
        }
        "superseded" => "said once; marked as sent where it had been sent all the same",
        "ready" => "`send --go` again puts the draft there",
        other => panic!("{other}"),
    }
}

/// The same through Microsoft Graph, where the mailbox is asked before anything goes a second time.
fn follows_by_graph(journal: &str, stops: bool) -> String {
    let follows = match journal.rsplit(' ').next().unwrap_or_default() {
        "unknown" => "told; the mailbox is asked again, and nothing is sent a second time",
        _ => follows(journal),
    };
    let rest = if stops { "; the others wait as well" } else { "" };
    format!("{follows}{rest}")
}

fn code(journal: &str) -> String {
    if journal.is_empty() { "`queued`".to_owned() } else { format!("`{}`", journal.replace(' ', "`, `")) }
}

fn by_smtp() -> String {
    let mut table =
        "| what goes wrong | the email's journal | the next one's | what follows |\n|---|---|---|---|\n"
            .to_owned();
    for (fault, _, [first, next], stopped) in journal::table() {
        let said = stopped.map_or_else(String::new, |words| format!(" (\"{words}\")"));
        table.push_str(&format!(
            "| {fault}{said} | {} | {} | {} |\n",
            code(first),
            code(next),
            follows(first)
        ));
    }
    table
}

fn step(step: Step) -> &'static str {
    match step {
        Step::Token => "the token is fetched",
        Step::Knock => "the mailbox is opened",
        Step::Find => "the email is looked for",
        Step::Create => "the draft is made",
        Step::Attach | Step::Session | Step::Piece | Step::PieceStatus => "a file is put in",
        Step::List => "the files are listed",
        Step::Look => "the draft is looked at",
        Step::Content => "a file is read back",
        Step::Address => "the reader is entered",
        Step::Send => "it is sent",
        Step::Remove => "the draft is taken out",
    }
}

fn does(fault: &Fault) -> String {
    let times = if fault.times == 2 { ", twice" } else { "" };
    let does = match fault.does {
        Does::No(429, _, rest) => format!("429, asks for {rest} seconds"),
        Does::No(status, "", _) => status.to_string(),
        Does::No(status, word, _) => format!("{status} {word}"),
        Does::NoToken(number) => number.to_owned(),
        Does::Drops => "the line breaks".to_owned(),
        Does::ThenDrops => "done, and the answer is lost".to_owned(),
        Does::Holds => "no answer".to_owned(),
        Does::ThenHolds => "done, and no answer".to_owned(),
        Does::Redirects(_) => "sent elsewhere".to_owned(),
    };
    format!("{does}{times}")
}

fn by_graph() -> String {
    let mut rows: Vec<(Vec<&str>, String, &str)> = Vec::new();
    for (fault, expected) in graph::faults() {
        let (step, does) = (step(fault.step), does(&fault));
        // Every step before the last goes the same way.
        let alike = rows.iter_mut().find(|(steps, other, end)| {
            let is_last = fault.step == Step::Send || steps.contains(&"it is sent");
            !is_last && *other == does && *end == expected
        });
        match alike {
            Some((steps, ..)) => steps.push(step),
            None => rows.push((vec![step], does, expected)),
        }
    }
    let mut table = "| when | what the cloud does | what is said | the email's journal | what follows |\n|---|---|---|---|---|\n".to_owned();
    for (steps, does, expected) in rows {
        let (begun, stops) = (expected.contains(", begun"), expected.contains(", stops"));
        let plain = expected.replace(", begun", "").replace(", stops", "").replace("HOST", "the host");
        let (end, said) = plain.split_once(": ").unwrap_or((&plain, ""));
        let state = match end {
            "accepted" => "accepted",
            "not now" => "refused_for_now",
            "never" => "refused",
            "unknown" => "unknown",
            "stopped" => "",
            other => panic!("{other}"),
        };
        let journal = match (state, begun) {
            ("", _) => String::new(),
            (state, true) => format!("trying data_begun {state}"),
            (state, false) => format!("trying {state}"),
        };
        let said = said.trim_start_matches("nothing is sent any more: ");
        let said = if said.is_empty() { "nothing" } else { said };
        let said = if said == "the line" { "ended the connection, or no answer in time" } else { said };
        table.push_str(&format!(
            "| {} | {does} | {said} | {} | {} |\n",
            steps.join("; "),
            code(&journal),
            follows_by_graph(&journal, stops)
        ));
    }
    table
}

const OUTBOX: [(&str, &str); 2] = [
    ("the outbox cannot be written", "ready"),
    ("nobody says that a draft with the pack was sent, and the meeting is over", "ready superseded"),
];

fn by_hand() -> String {
    let mut table = "| what goes wrong | the email's journal | what follows |\n|---|---|---|\n".to_owned();
    for (fault, journal) in OUTBOX {
        table.push_str(&format!("| {fault} | {} | {} |\n", code(journal), follows(journal)));
    }
    table
}

#[test]
fn the_tables_in_the_docs_are_those_that_the_roads_are_held_to() {
    let page = fs::read_to_string(project().join("docs/post_faults.md")).unwrap();
    let tables: Vec<String> = page
        .split("\n\n")
        .filter(|part| part.starts_with("| "))
        .map(|table| format!("{}\n", table.trim_end()))
        .collect();
    assert_eq!(
        tables,
        [by_hand(), by_smtp(), by_graph()],
        "{}\n\n{}\n\n{}",
        by_hand(),
        by_smtp(),
        by_graph()
    );
}

#[test]
fn an_outbox_that_cannot_be_written_leaves_letters_ready_and_a_meeting_that_is_over_takes_packs_back() {
    let week = Week::new("nelc")
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx")
        .drop_sample("1167109 Rahman Yusuf/Care plan Yusuf Rahman.docx");
    seat(&week);
    let week = week.run(&["scan"], 0).at("2026-11-19T10:00").run(&["scan"], 0).run(&["agenda"], 0);
    week.says(&["pack"]).ends(0);
    let outbox = week.root().join("office").join(DAY).join("outbox");
    fs::write(&outbox, "in its place").unwrap();
    week.says(&["send", "pack", DAY, "--go"]).ends(3);
    let [(_, first), (_, over)] = OUTBOX;
    assert!(states(&week).values().all(|state| state == first), "{:?}", states(&week));
    fs::remove_file(&outbox).unwrap();
    week.says(&["send", "pack", DAY, "--go"]).ends(0);
    assert_eq!(week.tree(&format!("office/{DAY}/outbox")).len(), 3);
    let week = week.at("2026-11-24T07:00").run(&["scan"], 0);
    let last = over.rsplit(' ').next().unwrap();
    assert!(states(&week).values().all(|state| state == last), "{:?}", states(&week));
}
