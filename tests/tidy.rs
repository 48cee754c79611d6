//! The house rules that the compiler cannot check.
//!
//! The order of `mod` lines is the floor plan: a room, or a file in a room, may use only those declared before it. Paths
//! between them are written out in full, so that one line of text is enough to see an arrow.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "tidy/procedures.rs"]
mod procedures;
#[path = "tidy/reading.rs"]
mod reading;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::reading::Code;

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

/// How the docs of a function say when it gives an error that has no type of its own; a typed one says it by its variants.
const SAYS_HOW: &str = "Fails ";

/// Types of errors that say nothing of how.
const SAYS_NOTHING: [&str; 5] = ["anyhow::Error", "Error", "io::Error", "std::io::Error", "String"];

/// File names that say nothing.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "common", "misc", "manager"];

#[test]
fn rooms_and_files_use_only_what_is_declared_before_them() {
    let given_on = given_on();
    let mut broken = Vec::new();
    let mut arrows = 0;
    for room in rooms() {
        let prefix = path_of(&room);
        let floors = declared(&room);
        for (at, floor) in floors.iter().enumerate() {
            for source in sources(&room.join(floor)) {
                for name in &source.code.names {
                    let path = meant(&name.path, &given_on);
                    let Some(room) = path.strip_prefix(prefix.as_slice()) else { continue };
                    arrows += 1;
                    if let Some(later) = room.first().filter(|to| floors[at + 1..].contains(to)) {
                        broken.push(format!("{}: `{floor}` may not use `{later}`", source.place(name.line)));
                    }
                }
            }
        }
    }
    assert!(2000 < arrows, "only {arrows} arrows seen: does the reader see the code?");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn what_a_room_itself_defines_is_for_others() {
    let mut broken = Vec::new();
    for room in rooms().into_iter().skip(1) {
        let prefix = path_of(&room);
        let door = read(&room.join("mod.rs"));
        let uses_its_files = door.code.names.iter().any(|name| {
            let inside = name.path.strip_prefix(prefix.as_slice()).unwrap_or(&name.path);
            inside.first().is_some_and(|first| door.code.modules.contains(first))
        });
        if !uses_its_files {
            continue;
        }
        for source in declared(&room).iter().flat_map(|floor| sources(&room.join(floor))) {
            for name in &source.code.names {
                let inside = name.path.strip_prefix(prefix.as_slice()).and_then(<[String]>::first);
                if let Some(item) = inside.filter(|item| door.code.items.contains(item)) {
                    broken.push(format!("{}: `{item}` stands above this file", source.place(name.line)));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_code_said_of_a_paper_is_explained() {
    let explained = fs::read_to_string("docs/papers.md").unwrap();
    let code = regex_lite::Regex::new(
        r#"(?:Finding::(?:blocks|warning|note)|=>\s*|=>\s*\{\s*)\(\s*"([a-z]+(?:-[a-z]+)*)",\s"#,
    )
    .unwrap();
    let mut said: Vec<String> = Vec::new();
    for source in sources(Path::new("src/paper")) {
        let text = source.production();
        said.extend(code.captures_iter(&text).map(|found| found[1].to_owned()));
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
        for name in &source.code.names {
            for word in OUTSIDE.iter().filter(|word| name.holds(word)) {
                broken.push(format!("{}: panel may not use `{word}`", source.place(name.line)));
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
            let opens = ["fs", "File", "NamedTempFile", "notify", "walkdir"];
            let asks = |name: &&reading::Name| {
                name.holds("std::fs") || name.path.len() > 1 && opens.contains(&name.path[0].as_str())
            };
            for name in source.code.names.iter().filter(asks) {
                broken.push(format!("{}: ask `share::call`", source.place(name.line)));
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
        for name in &source.code.names {
            let prints = ["println!", "print!", "eprintln!", "eprint!"].iter().any(|word| name.holds(word));
            if prints && source.path != screen {
                broken.push(format!("{}: say it through `commands::screen`", source.place(name.line)));
            }
        }
        let called = source.code.calls.iter().map(|(line, name)| (*line, name));
        let named = source.code.names.iter().filter_map(|name| Some((name.line, name.path.last()?)));
        for (line, _) in called.chain(named).filter(|(_, name)| *name == "unwrap" && !source.is_for_tests()) {
            broken.push(format!("{}: `unwrap`; say why it cannot fail, or handle it", source.place(line)));
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
        for (line, _) in source.code.calls.iter().filter(|(_, method)| method == "format") {
            broken.push(format!("{}: say it through `panel::when`", source.place(*line)));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn paths_between_rooms_are_written_out() {
    let mut broken = Vec::new();
    for source in sources(Path::new("src")) {
        let own_rooms = source.rooms();
        for name in &source.code.names {
            let ours = name.path[0] == "crate";
            let hides_the_room = name.path.len() == 1 || name.imported && own_rooms.contains(&name.path);
            if name.path[0] == "super" || ours && (hides_the_room || name.veiled.is_some()) {
                broken.push(format!("{}: write `crate::room::item`", source.place(name.line)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn public_functions_that_can_fail_say_how() {
    let is_typed =
        |error: &Option<String>| error.as_ref().is_some_and(|error| !SAYS_NOTHING.contains(&error.as_str()));
    let mut silent = Vec::new();
    for source in sources(Path::new("src")).into_iter().filter(|source| !source.is_for_tests()) {
        // A door's errors are for whoever typed the command; `--help` and docs/json.md say how each ends.
        if source.path.starts_with("src/commands") {
            continue;
        }
        for function in source.code.fallible.iter().filter(|function| !is_typed(&function.error)) {
            if !function.doc.contains(SAYS_HOW) {
                silent.push(format!("{}: `{}`", source.place(function.line), function.name));
            }
        }
    }
    assert!(silent.is_empty(), "say `Fails when ...`, or give a typed error:\n{}", silent.join("\n"));
}

#[test]
fn the_program_sees_only_the_commands() {
    let mut broken = Vec::new();
    for path in ["src/main.rs", "src/cli.rs"] {
        let source = read(Path::new(path));
        for name in source.code.names.iter().filter(|name| name.path[0] == "panelclerk") {
            if name.path.get(1).is_none_or(|room| room != "commands") {
                broken.push(format!("{}: `{}`", source.place(name.line), name.text()));
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
        let lines = source.production().lines().count();
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

/// Pages that say where things are.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(PathBuf::from).to_vec();
    pages.extend(
        listed(Path::new("docs")).into_iter().filter(|page| page.extension().is_some_and(|end| end == "md")),
    );
    pages
}

#[test]
fn the_architecture_names_every_room_in_order() {
    let text = fs::read_to_string("ARCHITECTURE.md").unwrap();
    let table = text.split("## The rooms").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    let named = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(named.collect::<Vec<_>>(), declared(Path::new("src")));
}

#[test]
fn every_path_room_and_page_that_the_docs_name_is_there() {
    let path = regex_lite::Regex::new(
        r"`((?:src|tests|docs|panels|templates|examples|benches)/[\w./ -]*|data/[\w-]+\.toml)`",
    )
    .unwrap();
    let link = regex_lite::Regex::new(r"\]\(([^)#:]+)(?:#[^)]*)?\)").unwrap();
    let module = regex_lite::Regex::new(r"`(\w+)::(\w+)(?:::\w+)*`").unwrap();
    let rooms = declared(Path::new("src"));
    let (mut missing, mut seen) = (Vec::new(), 0);
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let beside = page.parent().unwrap();
        let paths = path.captures_iter(&text).map(|found| PathBuf::from(&found[1]));
        let links = link.captures_iter(&text).map(|found| beside.join(&found[1]));
        let code = module.captures_iter(&text).filter(|found| rooms.iter().any(|room| *room == found[1]));
        let code = code.map(|found| {
            let file = Path::new("src").join(&found[1]).join(&found[2]);
            if file.is_dir() { file } else { file.with_extension("rs") }
        });
        let named: Vec<PathBuf> = paths.chain(links).chain(code).collect();
        seen += named.len();
        missing.extend(
            named
                .into_iter()
                .filter(|file| !file.exists())
                .map(|file| format!("{}: {}", page.display(), file.display())),
        );
    }
    assert!(60 < seen, "only {seen} paths seen");
    assert!(missing.is_empty(), "not there: {missing:#?}");
}

#[test]
fn what_is_known_of_a_file_format_stands_in_one_table() {
    let mut tables = Vec::new();
    for source in sources(Path::new("src")) {
        let formats: BTreeSet<&String> = source
            .code
            .names
            .iter()
            .filter(|name| name.path.len() > 1 && name.path[name.path.len() - 2] == "FileFormat")
            .filter_map(|name| name.path.last())
            .collect();
        // The readers' table and the look at the bytes name those that are told and read in a way of their own.
        let may = [
            "src/paper/format.rs",
            "src/paper/by_format.rs",
            "src/paper/sniff/office.rs",
            "src/paper/sniff/content.rs",
        ];
        if 6 < formats.len() && !may.iter().any(|file| source.path == Path::new(file)) {
            tables.push(format!("{}: {formats:?}", source.path.display()));
        }
    }
    assert!(tables.is_empty(), "a row in src/paper/format.rs says it once:\n{}", tables.join("\n"));
}

#[test]
fn a_command_is_named_in_its_file_and_in_the_table_alone() {
    let table = read(Path::new("src/commands/mod.rs"));
    let doors = table.code.modules.iter().filter(|door| *door != "screen");
    let cli = read(Path::new("src/cli.rs"));
    let broken: Vec<String> = doors
        .clone()
        .filter(|door| cli.code.names.iter().any(|name| name.path.contains(door)))
        .map(|door| format!("src/cli.rs names `{door}`"))
        .collect();
    assert!(doors.count() > 15);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_test_is_a_tool_that_waits_to_be_asked_for() {
    let is_worker = |reason: &str| {
        ["this is the worker process of", "this is the helper process of"]
            .iter()
            .any(|other| reason.starts_with(other))
    };
    let mut broken = Vec::new();
    for file in files(Path::new("src")).into_iter().chain(files(Path::new("tests"))) {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| line.trim().starts_with("#[ignore"))
        {
            if !is_worker(line.split('"').nth(1).unwrap_or_default()) {
                broken.push(format!("{}:{}: make it an example or a recipe", file.display(), number + 1));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// What the reader makes of small texts, so that the rules above do not pass because it is blind.
mod reader {
    use crate::reading::{self, Veil};

    fn paths(text: &str) -> Vec<String> {
        let code = reading::read(text).unwrap();
        code.names.iter().filter(|name| name.path.len() > 1).map(|name| name.text()).collect()
    }

    #[test]
    fn a_group_is_each_of_its_paths_however_deep_and_over_however_many_lines() {
        let text = "use crate::paper::{\n    word::{read::Look, walk},\n    sheet,\n    self,\n};";
        let expected = [
            "crate::paper::word::read::Look",
            "crate::paper::word::walk",
            "crate::paper::sheet",
            "crate::paper",
        ];
        assert_eq!(paths(text), expected);
        let veils: Vec<_> = reading::read(text).unwrap().names.iter().map(|name| name.veiled).collect();
        assert_eq!(veils, [Some(Veil::DeepGroup), Some(Veil::DeepGroup), None, None]);
    }

    #[test]
    fn renaming_and_taking_everything_are_seen() {
        let veils = |text| reading::read(text).unwrap().names[0].veiled;
        assert_eq!(veils("use crate as c;"), Some(Veil::Renamed));
        assert_eq!(veils("use crate::paper::*;"), Some(Veil::Everything));
        assert_eq!(veils("use crate::paper::word as w;"), None);
    }

    #[test]
    fn bodies_types_macros_and_attributes_name_paths_and_comments_and_strings_do_not() {
        let text = r#"
            //! crate::not::this
            /// [`crate::nor::that`]
            #[serde(with = "x")]
            fn f(a: &crate::one::A) -> Vec<crate::two::B> {
                let s = "crate::no::more"; // crate::nothing::here
                format!("{}", crate::three::c(a));
                crate::four::D::<u8>::new().part.get::<u8>().unwrap()
            }
        "#;
        assert_eq!(paths(text), ["crate::one::A", "crate::two::B", "crate::three::c", "crate::four::D"]);
        let code = reading::read(text).unwrap();
        assert!(code.names.iter().any(|name| name.holds("format!")));
        assert_eq!(code.calls, [(8, "get".to_owned()), (8, "unwrap".to_owned())], "a field is not called");
    }

    #[test]
    fn modules_count_whoever_may_see_them_but_for_those_of_tests() {
        let text = "mod a;\npub mod b;\npub(crate) mod c;\npub(in crate::x) mod d;\n#[cfg(test)]\npub(crate) mod e;\n\
            #[cfg(unix)]\nmod f;\n#[cfg(test)]\nmod tests { use super::*; fn g() {} }\nfn h() {}";
        let code = reading::read(text).unwrap();
        assert_eq!(code.modules, ["a", "b", "c", "d", "f"]);
        assert_eq!(code.for_tests, ["e", "tests"]);
        assert_eq!(code.items, ["h"]);
        assert_eq!(code.test_lines, [5..=6, 9..=10]);
        assert!(code.names.iter().all(|name| name.path != ["super"]), "tests are left out");
    }

    #[test]
    fn what_stands_after_something_for_tests_is_read_again() {
        for item in
            ["use a::{b};", "const A: [u8; 2] = { [1, 2] };", "fn a() { b::c(); }", "struct A { b: b::C }"]
        {
            assert_eq!(
                paths(&format!("#[cfg(test)]\n{item}\nfn d() {{ crate::e::f() }}")),
                ["crate::e::f"],
                "{item}"
            );
        }
        let not_only = "#[cfg(not(test))]\nfn d() { crate::e::f() }\n#[cfg(any(test, unix))]\nuse crate::g;";
        assert_eq!(paths(not_only), ["crate::e::f", "crate::g"]);
    }

    #[test]
    fn what_is_given_on_is_known_by_its_new_name() {
        let code =
            reading::read("pub use crate::a::{B, C as D};\npub(crate) use self::e::f;\nuse crate::g::H;")
                .unwrap();
        let given: Vec<_> =
            code.given_on.iter().map(|(name, path)| (name.as_str(), path.join("::"))).collect();
        assert_eq!(
            given,
            [("B", "crate::a::B".into()), ("D", "crate::a::C".into()), ("f", "self::e::f".to_owned())]
        );
    }

    #[test]
    fn public_functions_with_a_result_are_found_with_their_words() {
        let text = "/// Opens.\n///\n/// Fails when shut.\npub fn a() -> io::Result<()> { b() }\n\
            pub(crate) fn c() -> Result<(), E> {}\npub fn d() -> Vec<Result<(), E>> {}\n\
            impl X {\n    /// Says.\n    pub const fn e(&self) -> Result<u8, E> where Self: Sized {}\n}\n\
            pub fn f(g: fn() -> u8) -> anyhow::Result<u8> {}\npub fn h() -> Result<BTreeMap<A, B>, h::Fault> {}";
        let found = reading::read(text).unwrap().fallible;
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.line, one.name.as_str(), one.doc.contains("Fails"), one.error.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                (4, "a", true, None),
                (9, "e", false, Some("E")),
                (11, "f", false, None),
                (12, "h", false, Some("h::Fault"))
            ]
        );
    }
}

/// One file of the source tree.
struct Source {
    path: PathBuf,
    text: String,
    code: Code,
}

impl Source {
    /// `src/pack/plan.rs:12`.
    fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }

    /// Whether its room declares it for tests only: sample data that several files test with.
    fn is_for_tests(&self) -> bool {
        let name = self.path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let door = self.path.with_file_name("mod.rs");
        door.is_file() && read(&door).code.for_tests.iter().any(|module| module == name)
    }

    /// The rooms it stands in, and the file itself: `crate::paper`, `crate::paper::word`.
    fn rooms(&self) -> Vec<Vec<String>> {
        let own = path_of(&self.path.with_extension(""));
        (2..=own.len()).map(|length| own[..length].to_vec()).collect()
    }

    /// The lines that are not there for tests alone.
    fn production(&self) -> String {
        let for_tests = |line: usize| self.code.test_lines.iter().any(|lines| lines.contains(&line));
        let lines = self.text.lines().zip(1..).filter(|(_, number)| !for_tests(*number));
        lines.map(|(line, _)| format!("{line}\n")).collect()
    }
}

/// The file at `path`, read once for all tests.
fn read(path: &Path) -> &'static Source {
    static READ: OnceLock<BTreeMap<PathBuf, Source>> = OnceLock::new();
    let all = READ.get_or_init(|| {
        let files = files(Path::new("src")).into_iter();
        files.map(|path| (path.clone(), read_anew(path))).collect()
    });
    all.get(path).unwrap_or_else(|| panic!("{} is not there", path.display()))
}

fn read_anew(path: PathBuf) -> Source {
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let code = reading::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Source { path, text, code }
}

/// What rooms give on under a name of their own, and what it stands for: `crate::config::Config`.
fn given_on() -> BTreeMap<Vec<String>, Vec<String>> {
    let mut all = BTreeMap::new();
    for source in sources(Path::new("src")) {
        let own = match source.path.file_stem() {
            Some(name) if name == "mod" => source.path.parent().map(path_of),
            Some(name) if name == "lib" => Some(vec!["crate".to_owned()]),
            _ => Some(path_of(&source.path.with_extension(""))),
        };
        let own = own.unwrap_or_default();
        for (name, path) in &source.code.given_on {
            let stands_for = match path[0].as_str() {
                "crate" => path.clone(),
                "self" => [&own, &path[1..]].concat(),
                _ if source.code.modules.contains(&path[0]) => [&own, path.as_slice()].concat(),
                _ => continue,
            };
            all.insert([own.as_slice(), std::slice::from_ref(name)].concat(), stands_for);
        }
    }
    all
}

/// `path`, with what rooms only give on replaced by where it is from.
fn meant(path: &[String], given_on: &BTreeMap<Vec<String>, Vec<String>>) -> Vec<String> {
    let mut path = path.to_vec();
    for _ in 0..8 {
        let known = (1..=path.len()).find_map(|length| Some((length, given_on.get(&path[..length])?)));
        let Some((length, stands_for)) = known else { break };
        path = [stands_for, &path[length..]].concat();
    }
    path
}

/// `src` and each folder below it.
fn rooms() -> Vec<PathBuf> {
    let mut rooms = vec![PathBuf::from("src")];
    let mut at = 0;
    while let Some(room) = rooms.get(at) {
        // Kept texts of a file's tests are no room.
        let inside = listed(room).into_iter().filter(|path| path.is_dir() && !path.ends_with("snapshots"));
        let found: Vec<PathBuf> = inside.collect();
        rooms.extend(found);
        at += 1;
    }
    rooms
}

/// `src/panel` as code names it: `crate::panel`.
fn path_of(room: &Path) -> Vec<String> {
    let parts = room.iter().skip(1).map(|part| part.to_string_lossy().into_owned());
    std::iter::once("crate".to_owned()).chain(parts).collect()
}

/// The modules a room declares, in order, but for those that are there for tests only.
fn declared(room: &Path) -> Vec<String> {
    let door = if room == Path::new("src") { "lib.rs" } else { "mod.rs" };
    read(&room.join(door)).code.modules.clone()
}

/// The files of module `path`, which may be a file or a folder.
fn sources(path: &Path) -> Vec<&'static Source> {
    files(path).iter().map(|path| read(path)).collect()
}

/// The paths of [`sources`].
fn files(module: &Path) -> Vec<PathBuf> {
    let file = module.with_extension("rs");
    if file.is_file() {
        return vec![file];
    }
    let mut found = Vec::new();
    for inside in listed(module) {
        if inside.is_dir() {
            found.extend(files(&inside));
        } else if inside.extension().is_some_and(|extension| extension == "rs") {
            found.push(inside);
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
