//! A working folder to tell a story in: drop a file, set the clock, run a command, look at what came out.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A panel's working folder, made by `init --rehearsal`.
pub struct Week {
    home: TempDir,
    now: String,
}

/// What a command said and how it ended. A run that nobody looks at shows nothing.
#[must_use = "look at how it ended"]
pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Expects how it ended.
    #[track_caller]
    pub fn ends(&self, status: i32) -> &Self {
        assert_eq!(self.status, status, "{}\n{}", self.out, self.err);
        self
    }

    /// Expects words on the screen.
    #[track_caller]
    pub fn shows(&self, words: &str) -> &Self {
        assert!(self.out.contains(words), "no `{words}` in\n{}\n{}", self.out, self.err);
        self
    }
}

impl Week {
    #[track_caller]
    pub fn new(panel: &str) -> Self {
        let week = Week { home: TempDir::new().expect("a temporary folder"), now: "2026-11-17T09:00".into() };
        let made = week.bare(&["init", &week.root().to_string_lossy(), "--panel", panel, "--rehearsal"]);
        assert_eq!(made.status, 0, "init: {}{}", made.out, made.err);
        week
    }

    pub fn root(&self) -> PathBuf {
        self.home.path().join("panel")
    }

    /// Sets the program's clock, Europe/London.
    pub fn at(mut self, now: &str) -> Self {
        now.clone_into(&mut self.now);
        self
    }

    /// Puts a file into the inbox.
    #[track_caller]
    pub fn drop(self, file: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.root().join("inbox").join(file);
        fs::create_dir_all(path.parent().expect("inside the inbox")).expect("a folder in the inbox");
        fs::write(path, content).expect("a file in the inbox");
        self
    }

    /// Copies a sample paper, named below `sample-inbox/`, to the same place in the inbox.
    #[track_caller]
    pub fn drop_sample(self, file: &str) -> Self {
        let content = fs::read(project().join("sample-inbox").join(file));
        self.drop(file, content.unwrap_or_else(|error| panic!("{file}: {error}")))
    }

    /// Runs a command in the folder and expects `status`.
    #[track_caller]
    pub fn run(self, args: &[&str], status: i32) -> Self {
        let said = self.says(args);
        assert_eq!(said.status, status, "{args:?}\n{}\n{}", said.out, said.err);
        self
    }

    /// Runs a command in the folder and gives what it said.
    #[track_caller]
    pub fn says(&self, args: &[&str]) -> Said {
        let config = self.root().join("config.toml");
        let config = config.to_string_lossy();
        let mut all = vec!["--config", &*config, "--now", &self.now];
        all.extend(args);
        self.bare(&all)
    }

    /// The same for a command that reads `input`.
    #[track_caller]
    pub fn answered(&self, args: &[&str], input: &str) -> Said {
        let config = self.root().join("config.toml");
        let mut child = command(self.home.path())
            .args(["--config", &*config.to_string_lossy(), "--now", &self.now])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
        said(child.wait_with_output().expect("the program ends"))
    }

    /// The JSON a command prints.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(args);
        let said = self.says(&all);
        serde_json::from_str(&said.out)
            .unwrap_or_else(|error| panic!("{args:?}: {error}\n{}\n{}", said.out, said.err))
    }

    /// Every file below `folder` of the working folder, sorted.
    pub fn tree(&self, folder: &str) -> Vec<String> {
        tree(&self.root().join(folder))
    }

    #[track_caller]
    fn bare(&self, args: &[&str]) -> Said {
        program(args, self.home.path())
    }
}

/// Runs the program with nothing of the environment but the search path.
#[track_caller]
pub fn program(args: &[&str], folder: &Path) -> Said {
    said(command(folder).args(args).output().expect("the program starts"))
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_panelclerk"));
    command.current_dir(folder).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

fn said(output: Output) -> Said {
    let Output { status, stdout, stderr } = output;
    Said {
        status: status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        err: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// The folder of the project.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder`, with `/`, sorted.
pub fn tree(folder: &Path) -> Vec<String> {
    let mut found: Vec<String> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            Some(entry.path().strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/"))
        })
        .collect();
    found.sort();
    found
}

/// Runs an optional tool; none, and a line that says so, where it is not installed.
pub fn tool(name: &str, args: &[&str]) -> Option<Output> {
    match Command::new(name).args(args).output() {
        Ok(output) => Some(output),
        Err(_) => {
            skipped(name);
            None
        }
    }
}

/// Runs one of the project's example programs, which is built first where it must be.
#[track_caller]
pub fn example(name: &str, args: &[&str]) {
    let made = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--example", name, "--"])
        .args(args)
        .current_dir(project())
        .output()
        .expect("cargo starts");
    assert!(made.status.success(), "{name}: {}", String::from_utf8_lossy(&made.stderr));
}

/// Says that a test, or the rest of it, needs what is not here. Not `println!`, which nobody sees of a test that passes.
pub fn skipped(needs: &str) {
    let story = std::thread::current().name().unwrap_or_default().to_owned();
    writeln!(std::io::stderr(), "skipped: needs {needs} ({story})").expect("somewhere to say it");
}
