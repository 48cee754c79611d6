//! A week of `watch` in small: each day's rounds cost the same, and memory does not grow. `just long` does the whole week.

use std::path::Path;

use crate::harness::project;
use crate::long_week::tree::{Size, Tree};

#[allow(dead_code, reason = "the bench uses the rest")]
#[path = "../../benches/round/cost.rs"]
mod cost;
#[path = "../../benches/round/tree.rs"]
mod tree;
#[path = "../../benches/round/week.rs"]
mod week;

#[test]
fn a_week_of_rounds_costs_the_same_each_day() {
    if !cfg!(target_os = "linux") || !Path::new("/usr/bin/time").exists() {
        crate::harness::skipped("/proc and /usr/bin/time");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_panelclerk"));
    let size = Size { papers: 100, cases: 25, held: 6 };
    let tree =
        Tree::grow(&place.path().join("panel"), size, program, &project().join("sample-inbox")).unwrap();
    let days = week::week(&tree, 48).unwrap();
    assert_eq!(week::not_flat(&days), Vec::<String>::new());
    // A day begins, an hour strikes, a paper comes: nothing else has anything drawn up.
    let most = days.iter().map(|day| day.drawn).max();
    assert!(most <= Some(24 + 3 * 10), "{days:?}");
}
