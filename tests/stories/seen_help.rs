//! What the program says of itself: its help and that of every command.

use crate::harness::{program, project};
use crate::seen::Shown;

/// The commands that the help lists.
pub fn commands() -> Vec<String> {
    let said = program(&["--help"], project());
    said.ends(0);
    let lines = said.out.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = lines
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next().map(str::to_owned));
    let names: Vec<String> = names.filter(|name| name != "help").collect();
    assert!(20 < names.len(), "{names:?}");
    names
}

#[test]
fn the_help_of_every_command() {
    let mut shown = Shown::of("help");
    let said = program(&["--help"], project());
    shown.run("panelclerk", &["--help"], &said);
    for command in commands() {
        let args = [command.as_str(), "--help"];
        shown.run(&command, &args, &program(&args, project()));
    }
    shown.finish();
}
