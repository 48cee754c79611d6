//! The house rules that the compiler cannot check.
//!
//! The order of `mod` lines is the floor plan: a room, or a file in a room, may use only those declared before it. Paths
//! between them are written out in full, so that one line of text is enough to see an arrow.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;
use std::path::{Path, PathBuf};

/// Production lines in one file; the unit tests at its end do not count.
const LONGEST_FILE: usize = 400;

/// What `panel` may not say, because it reaches outside the process.
const OUTSIDE: [&str; 13] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant",
    "Utc::now",
    "lettre",
    "rusqlite",
    "println!",
    "tracing",
];

/// File names that say nothing.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "common", "misc", "manager"];

#[test]
fn rooms_and_files_use_only_what_is_declared_before_them() {
    let mut broken = Vec::new();
    for room in rooms() {
        let prefix = path_of(&room);
        let floors = declared(&room);
        for (at, floor) in floors.iter().enumerate() {
            for source in sources(&room.join(floor)) {
                for (number, line) in source.production() {
                    for later in &floors[at + 1..] {
                        if names(line, &format!("{prefix}::{later}")) {
                            let place = source.path.display();
                            broken.push(format!("{place}:{number}: `{floor}` may not use `{later}`"));
                        }
                    }
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_code_said_of_a_paper_is_explained() {
    let explained = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/papers.md")).unwrap();
    let code = regex_lite::Regex::new(
        r#"(?:Finding::(?:blocks|warning|note)|=>\s*|=>\s*\{\s*)\(\s*"([a-z]+(?:-[a-z]+)*)",\s"#,
    )
    .unwrap();
    let mut said: Vec<String> = Vec::new();
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/paper")) {
        let text: Vec<&str> = source.production().map(|(_, line)| line).collect();
        said.extend(code.captures_iter(&text.join("\n")).map(|found| found[1].to_owned()));
    }
    assert!(30 < said.len(), "{said:?}");
    said.retain(|code| !explained.contains(&format!("`{code}`")));
    assert!(said.is_empty(), "not in docs/papers.md: {said:?}");
}

#[test]
fn the_floor_plan_is_the_one_in_the_design() {
    let rooms = [
        "finding",
        "clock",
        "panel",
        "config",
        "worker",
        "share",
        "stationery",
        "pdf",
        "paper",
        "register",
        "intake",
        "desk",
        "agenda",
        "pack",
        "minutes",
        "report",
        "post",
        "clerk",
        "watch",
        "commands",
    ];
    assert_eq!(declared(Path::new("src")), rooms);
}

#[test]
fn the_panel_is_pure() {
    let mut broken = Vec::new();
    for source in sources(Path::new("src/panel")) {
        for (number, line) in source.production() {
            for word in OUTSIDE.iter().filter(|word| names(line, word)) {
                broken.push(format!("{}:{number}: panel may not use `{word}`", source.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Files that open nothing but the program's own: a worker's side, and tests.
const OPENS_ITS_OWN: [&str; 1] = ["src/desk/job.rs"];

#[test]
fn shared_folders_are_opened_by_their_door_alone() {
    let mut broken = Vec::new();
    for room in ["intake", "desk", "agenda", "minutes", "report", "post", "watch"] {
        for source in sources(&Path::new("src").join(room)) {
            if OPENS_ITS_OWN.iter().any(|own| source.path == Path::new(own)) || source.is_for_tests() {
                continue;
            }
            for (number, line) in source.production() {
                let opens = ["std::fs", "fs", "File", "NamedTempFile", "notify", "walkdir"];
                if opens.iter().any(|word| names(line, &format!("{word}::"))) || names(line, "std::fs") {
                    broken.push(format!("{}:{number}: ask `share::call`", source.path.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_one_place_prints_and_nobody_unwraps() {
    let screen = Path::new("src/commands/screen.rs");
    let mut broken = Vec::new();
    for source in sources(Path::new("src")) {
        for (number, line) in source.production() {
            let place = format!("{}:{number}", source.path.display());
            let prints = ["println!", "print!", "eprintln!", "eprint!"].iter().any(|word| names(line, word));
            if prints && source.path != screen {
                broken.push(format!("{place}: say it through `commands::screen`"));
            }
            if code(line).contains(".unwrap()") && !source.is_for_tests() {
                broken.push(format!("{place}: `unwrap`; say why it cannot fail, or handle it"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn days_and_times_are_written_in_one_place() {
    // What a machine reads, and what is copied off a paper as it stands there.
    let machines = ["src/stationery/excel.rs", "src/pack/catalog.rs", "src/paper/sheet/cells.rs"];
    let mut broken = Vec::new();
    for source in sources(Path::new("src")) {
        let place = source.path.display().to_string();
        if source.is_for_tests()
            || place == "src/panel/when.rs"
            || machines.iter().any(|machine| place.starts_with(machine))
        {
            continue;
        }
        for (number, line) in source.production() {
            if code(line).contains(".format(") {
                broken.push(format!("{place}:{number}: say it through `panel::when`"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn paths_between_rooms_are_written_out() {
    let mut broken = Vec::new();
    for source in sources(Path::new("src")) {
        for (number, line) in source.production() {
            if names(line, "crate::{") || names(line, "super::") {
                broken.push(format!("{}:{number}: write `crate::room::item`", source.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for_and_stays_short() {
    let mut broken = Vec::new();
    for source in sources(Path::new("src")) {
        let place = source.path.display();
        if !source.text.starts_with("//! ") {
            broken.push(format!("{place}: must open with `//! ` and say what it is for"));
        }
        let lines = source.production().count();
        if lines > LONGEST_FILE {
            broken.push(format!("{place}: {lines} lines, more than {LONGEST_FILE}"));
        }
        let name = source.path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if EMPTY_NAMES.contains(&name) {
            broken.push(format!("{place}: name it after what it does"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// One file of the source tree.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// Whether its room declares it for tests only: sample data that several files test with.
    fn is_for_tests(&self) -> bool {
        let name = self.path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let room = fs::read_to_string(self.path.with_file_name("mod.rs")).unwrap_or_default();
        let declared = |visible: &str| room.contains(&format!("#[cfg(test)]\n{visible}mod {name};"));
        declared("") || declared("pub ") || declared("pub(crate) ")
    }

    /// The numbered lines before the unit tests.
    fn production(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        lines.take_while(|(_, line)| *line != "#[cfg(test)]")
    }
}

/// `src` and each folder below it.
fn rooms() -> Vec<PathBuf> {
    let mut rooms = vec![PathBuf::from("src")];
    let mut at = 0;
    while let Some(room) = rooms.get(at) {
        let inside = listed(room).into_iter().filter(|path| path.is_dir());
        let found: Vec<PathBuf> = inside.collect();
        rooms.extend(found);
        at += 1;
    }
    rooms
}

/// `src/panel` as code names it: `crate::panel`.
fn path_of(room: &Path) -> String {
    let parts = room.iter().skip(1).map(|part| part.to_string_lossy().into_owned());
    std::iter::once("crate".to_owned()).chain(parts).collect::<Vec<_>>().join("::")
}

/// The modules a room declares, in order.
fn declared(room: &Path) -> Vec<String> {
    let door = if room == Path::new("src") { room.join("lib.rs") } else { room.join("mod.rs") };
    let text = fs::read_to_string(&door).unwrap_or_else(|error| panic!("{}: {error}", door.display()));
    let name = |line: &str| {
        let line = ["pub ", "pub(crate) "].iter().find_map(|seen| line.strip_prefix(seen)).unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned)
    };
    text.lines().filter_map(name).collect()
}

/// The files of module `path`, which may be a file or a folder.
fn sources(path: &Path) -> Vec<Source> {
    let file = path.with_extension("rs");
    if file.is_file() {
        return vec![Source { text: fs::read_to_string(&file).unwrap(), path: file }];
    }
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    let mut found = Vec::new();
    for inside in listed(path) {
        if inside.is_dir() {
            found.extend(sources(&inside));
        } else if is_rust(&inside) {
            found.push(Source { text: fs::read_to_string(&inside).unwrap(), path: inside });
        }
    }
    found
}

/// What is in `folder`, in a stable order.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut inside: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    inside.sort();
    inside
}

/// `line` without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// Whether the code on `line` names `path` as a whole word.
fn names(line: &str, path: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    let code = code(line);
    code.match_indices(path).any(|(at, _)| {
        let starts = !code[..at].ends_with(in_name);
        let ends = !path.ends_with(in_name) || !code[at + path.len()..].starts_with(in_name);
        starts && ends
    })
}
