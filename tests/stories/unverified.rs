//! A pack that does not pass its own check for a reason no paper gave: made all the same, marked, kept from going out until a person
//! has accepted it by name, and never called verified.

use std::fs;

use panelclerk::pdf::text;

use crate::harness::{Week, tool};
use crate::own_copies;

/// A marking that no reader sees: each page lacks the one it should have, and no paper is to blame.
fn without_marking(week: &Week) {
    let config = week.root().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    let changed = text.replace("marking = \"OFFICIAL-SENSITIVE\"", "marking = \"\\u00AD\\u00AD\"");
    assert_ne!(text, changed);
    fs::write(config, changed).unwrap();
}

fn file(week: &Week, ends: &str) -> Option<String> {
    let found = week.tree("office").into_iter().find(|file| file.ends_with(ends))?;
    Some(week.root().join("office").join(found).to_string_lossy().into_owned())
}

#[test]
fn a_pack_that_is_not_verified_is_made_and_goes_out_only_when_a_person_says_so() {
    let week = own_copies::week();
    without_marking(&week);
    let made = week.says(&["pack"]);
    assert_eq!(made.status, 1, "{}{}", made.out, made.err);
    assert!(
        made.out.contains("NOT verified") && made.out.contains("panelclerk accept 2026-11-23"),
        "{}",
        made.out
    );
    assert!(!made.out.contains("a sheet stands in its place"), "no document is to blame: {}", made.out);
    let pack = file(&week, " pack.pdf").unwrap();
    let list = fs::read_to_string(file(&week, "pack NOT VERIFIED.txt").unwrap()).unwrap();
    assert!(list.contains("page 1 is not stamped as it should be"), "{list}");
    let pages = text::words(&fs::read(&pack).unwrap()).unwrap();
    assert!(
        pages[0].text().contains("NOT VERIFIED: this pack did not pass its own check"),
        "{}",
        pages[0].text()
    );
    for page in &pages {
        assert!(page.text().contains("NOT VERIFIED"), "{}", page.text());
    }
    let manifest = fs::read_to_string(pack.replace(".pdf", ".manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["verified"], false);
    assert_eq!(manifest["found"][0]["code"], "pack-stamp", "{manifest}");

    let go = ["send", "pack", "2026-11-23", "--go"];
    let refused = week.says(&go);
    assert_eq!(refused.status, 2, "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("is not verified and nobody has accepted it"), "{}", refused.err);
    assert!(week.tree("office").iter().all(|file| !file.ends_with(".eml")), "nothing is written");
    let look = week.says(&["verify", &pack]);
    assert_eq!(look.status, 1, "{}{}", look.out, look.err);

    let accept = |more: &[&str]| {
        let all =
            [&["accept", "2026-11-23", "--by", "Ann Clerk", "--reason", "each page was looked at"], more]
                .concat();
        week.says(&all)
    };
    assert_eq!(
        week.says(&["accept", "2026-11-23", "--by", "Ann Clerk", "--reason", " "]).status,
        2,
        "a reason is needed"
    );
    assert_eq!(accept(&[]).status, 0);
    let audit = week.says(&["audit"]).out;
    assert!(audit.contains("accepted unverified") && audit.contains("by Ann Clerk"), "{audit}");
    assert_eq!(accept(&["--no-longer"]).status, 0);
    assert_eq!(week.says(&go).status, 2, "taken back");
    assert_eq!(accept(&[]).status, 0);
    let sent = week.says(&go);
    assert!(sent.status < 2, "{}{}", sent.out, sent.err);
    assert!(week.tree("office").iter().any(|file| file.ends_with(".eml")));
    let look = week.says(&["verify", &pack]);
    assert_eq!(look.status, 1, "it is no better for having been accepted");
    assert!(look.out.contains("Ann Clerk accepted it as it is"), "{}", look.out);
    if let Some(checked) = tool("qpdf", &["--check", &pack]) {
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
    if let Ok(folder) = std::env::var("PANELCLERK_LOOK") {
        fs::copy(&pack, format!("{folder}/unverified.pdf")).unwrap();
    }
}

#[test]
fn another_pack_must_be_accepted_anew_and_a_verified_one_needs_nobody() {
    let week = own_copies::week();
    let nothing = week.says(&["accept", "2026-11-23", "--by", "Ann Clerk", "--reason", "looked at"]);
    assert_eq!(nothing.status, 2, "{}{}", nothing.out, nothing.err);
    assert!(nothing.err.contains("is verified"), "{}", nothing.err);
    let marked = fs::read_to_string(week.root().join("config.toml")).unwrap();
    without_marking(&week);
    assert_eq!(week.says(&["pack"]).status, 1);
    assert_eq!(week.says(&["accept", "2026-11-23", "--by", "Ann Clerk", "--reason", "looked at"]).status, 0);
    fs::write(week.root().join("config.toml"), marked).unwrap();
    let mended = week.says(&["pack"]);
    assert_eq!(mended.status, 0, "{}{}", mended.out, mended.err);
    assert!(file(&week, "NOT VERIFIED.txt").is_none(), "the list of what to look at is gone");
    assert_eq!(week.says(&["verify", &file(&week, " pack.pdf").unwrap()]).status, 0);
}

#[test]
fn a_broken_template_of_the_panel_gives_way_to_the_shipped_one() {
    for broken in ["#nonsense", "nothing", "#while true { }", "\u{FFFD}"] {
        let week = own_copies::week();
        fs::write(week.root().join("templates/pack.typ"), broken).unwrap();
        let made = week.says(&["pack"]);
        assert_eq!(made.status, 0, "{broken}: {}{}", made.out, made.err);
        assert!(made.out.contains("`pack.typ` could not be used"), "{broken}: {}", made.out);
        let pack = file(&week, " pack.pdf").unwrap();
        assert_eq!(week.says(&["verify", &pack]).status, 0);
        // Its copies are set in the same way.
        let sent = week.says(&["send", "pack", "2026-11-23", "--go"]);
        assert!(sent.status < 2, "{}{}", sent.out, sent.err);
    }
    let week = own_copies::week();
    let template = week.root().join("templates/pack.typ");
    let _ = fs::remove_file(&template);
    fs::create_dir(&template).unwrap();
    let made = week.says(&["pack"]);
    assert!(made.status == 0 && made.out.contains("could not be used"), "{}{}", made.out, made.err);
}
