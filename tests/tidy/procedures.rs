//! The page that holds the two procedures to the stories.

use std::collections::BTreeSet;
use std::fs;

/// How many sentences of each: North East Lincolnshire, Redbridge, and what a panel wants besides.
const ROWS: [(&str, usize); 3] = [("N", 46), ("R", 46), ("B", 8)];

#[test]
fn each_row_of_the_procedures_names_its_story() {
    let page = fs::read_to_string("docs/procedures.md").unwrap();
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'))
        .map(|line| line.split(" |").map(str::trim).collect())
        .filter(|cells: &Vec<&str>| is_row(cells[0]))
        .collect();
    let expected: Vec<String> =
        ROWS.iter().flat_map(|(letter, many)| (1..=*many).map(move |at| format!("{letter}{at}"))).collect();
    let named: Vec<&str> = rows.iter().map(|cells| cells[0]).collect();
    assert_eq!(named, expected, "each row once, in order");
    let stories = stories();
    let faults: Vec<String> = rows.iter().filter_map(|cells| fault(cells, &stories)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

fn is_row(cell: &str) -> bool {
    ROWS.iter().any(|(letter, _)| cell.strip_prefix(letter).is_some_and(|at| at.parse::<usize>().is_ok()))
}

fn fault(cells: &[&str], stories: &BTreeSet<String>) -> Option<String> {
    let [row, asked, does, stands, proof] = cells else {
        return Some(format!("{}: {} cells, not five", cells[0], cells.len()));
    };
    if asked.is_empty() || does.is_empty() {
        return Some(format!("{row}: what is asked and what the program does are both said"));
    }
    let named: Vec<&str> =
        proof.split(',').map(|name| name.trim().trim_matches('`')).filter(|name| !name.is_empty()).collect();
    match *stands {
        "yes" if named.is_empty() => Some(format!("{row}: stands, but names no story")),
        "yes" => named
            .iter()
            .find(|name| !stories.contains(**name))
            .map(|name| format!("{row}: there is no story {name}")),
        "not yet" if named.is_empty() => None,
        "not yet" => Some(format!("{row}: names a story, so it stands")),
        other => Some(format!("{row}: “{other}” is neither yes nor not yet")),
    }
}

/// Each story as `file::function`.
fn stories() -> BTreeSet<String> {
    let files = fs::read_dir("tests/stories").unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .flat_map(|path| {
            let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let code = fs::read_to_string(&path).unwrap();
            let mut is_test = false;
            let mut found = Vec::new();
            for line in code.lines().map(str::trim) {
                if line == "#[test]" {
                    is_test = true;
                } else if let Some(rest) = line.strip_prefix("fn ")
                    && is_test
                {
                    found.push(format!("{file}::{}", rest.split('(').next().unwrap_or_default()));
                    is_test = false;
                }
            }
            found
        })
        .collect()
}
