//! The pages people look at, in a real browser: every case is on the board, each receipt says what is missing, and nothing is
//! fetched from anywhere.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::harness::{Week, tool};

/// What a browser makes of a page, and a picture of it.
fn seen(page: &Path) -> Option<(String, image::RgbImage)> {
    tool("chromium", &["--version"])?;
    let folder = TempDir::new().unwrap();
    let address = format!("file://{}", page.display().to_string().replace(' ', "%20"));
    let picture = folder.path().join("page.png");
    let browse = |what: &str| {
        let output = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--window-size=1200,900", what])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg(&address)
            .stderr(Stdio::null())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let dom = browse("--dump-dom");
    browse(&format!("--screenshot={}", picture.display()));
    Some((dom, image::open(picture).unwrap().to_rgb8()))
}

/// How much of a picture is not of its most frequent colour, in hundredths.
fn ink(picture: &image::RgbImage) -> usize {
    let mut colours = std::collections::HashMap::<_, usize>::new();
    for dot in picture.pixels() {
        *colours.entry(dot.0).or_default() += 1;
    }
    let all: usize = colours.values().sum();
    let most = colours.into_values().max().unwrap_or(0);
    (all - most) * 100 / all
}

#[test]
fn board_and_receipt_are_pages_a_browser_shows_whole_and_alone() {
    let week = Week::new("nelc")
        .at("2026-11-17T10:00")
        .drop("1234567 Sample/Care plan.txt", "Care plan for a fictional child")
        .drop("7654321 Other/Care plan.docx", "not a Word file")
        .run(&["scan"], 0);
    let receipt = week.tree("receipts").into_iter().find(|file| file.contains("1234567")).unwrap();
    let pages = [
        (week.root().join("office/board.html"), ["1234567", "7654321", "referral form not received"]),
        (
            week.root().join("receipts").join(receipt),
            ["1234567", "Care plan.txt", "referral form not received"],
        ),
    ];
    for (page, expected) in pages {
        let Some((dom, picture)) = seen(&page) else { return };
        for words in expected {
            assert!(dom.contains(words), "{}: no `{words}`", page.display());
        }
        let fetched = ["http://", "https://", "src=\"//", "@import"].iter().find(|from| dom.contains(**from));
        assert_eq!(fetched, None, "{} fetches something", page.display());
        assert!(2 < ink(&picture), "{}: hardly anything to see", page.display());
    }
}
