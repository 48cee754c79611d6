//! One row of `People.xlsx` that is not clear costs one person their letter, and the cell is named; everybody else gets theirs.

use std::fs;

use panelclerk::stationery::excel::Value;

use crate::harness::Week;
use crate::people::seat;
use crate::typist::changed;

const MEETING: &str = "2026-11-23";

#[test]
fn one_bad_name_or_address_costs_one_person_and_its_cell_is_named() {
    let week = Week::new("nelc")
        .at("2026-11-17T10:00")
        .drop_sample("1167109 Rahman Yusuf/Panel update form Yusuf Rahman.docx");
    seat(&week);
    assert!(week.says(&["scan"]).status < 2);
    assert!(week.says(&["agenda"]).status < 2);
    let file = week.root().join("office/People.xlsx");
    let good = fs::read(&file).unwrap();
    let outbox = week.root().join("office").join(MEETING).join("outbox");
    let (name, address) = ("Mia Member", "member@panel.example.org");
    for (what, value, message) in [
        (name, "Mia\nMember", "line break"),
        (name, "Mia\r\nBcc: evil@evil.example", "line break"),
        (name, "Mia\tMember", "line break, a tab"),
        (name, "Mia \"<evil@evil.example>\"", "mail address where the name"),
        (name, "chair@nelc.gov.uk", "mail address where the name"),
        (name, "Mia=?utf-8?q?=0D=0A?=", "a character in it that no name has"),
        (name, "Mia\u{202e}Member", "cannot be seen"),
        (address, "a@b..c", "`a@b..c` is not an email address"),
        (address, "x@-.-", "is not an email address"),
        (address, "../../../eight@x.example", "is not an email address"),
        (address, "member@p\u{430}nel.example.org", "may only look like one"),
        (address, "member@pane1.example.org", "only looks like `panel.example.org`"),
        (address, "cato.chair@panel.example.org", ""),
        (address, "chair@panel.example.org", "the same address as that of Cato Chair"),
    ] {
        fs::write(&file, changed(&good, "Members", what, &Value::Text(value.to_owned()))).unwrap();
        let sent = week.says(&["send", "agenda", MEETING, "--go"]);
        assert!(sent.status < 2 && !sent.err.contains("panicked"), "{value:?}: {}{}", sent.out, sent.err);
        if message.is_empty() {
            continue;
        }
        assert!(
            sent.out.contains("`People.xlsx`, sheet `Members`, cell ") && sent.out.contains(message),
            "{value:?}: {}",
            sent.out
        );
        let drafts: Vec<String> = crate::harness::tree(&outbox);
        let others =
            drafts.iter().filter(|draft| draft.contains("chair@") || draft.contains("clerk@")).count();
        assert!(
            others == 2 || value.starts_with("chair@panel"),
            "{value:?}: everybody else gets theirs: {drafts:?}"
        );
        assert!(!drafts.iter().any(|draft| draft.contains("evil") || draft.contains("eight")), "{drafts:?}");
    }
}
