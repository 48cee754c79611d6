//! A third panel, from its configuration alone: checked, given its forms, played through a week.

use std::fs;

use crate::documents::words_of;
use crate::harness::Week;
use crate::people::seat;

fn wendmoor() -> Week {
    let week = Week::new("nelc").at("2026-11-18T09:00");
    let folders = "[folders]\ninbox = \"inbox\"\nreceipts = \"receipts\"\noffice = \"office\"\ndata = \"data\"\ntemplates = \"templates\"\n";
    let text = fs::read_to_string(crate::harness::project().join("tests/third_panel.toml")).unwrap();
    let folders = if text.contains("[folders]") { "" } else { folders };
    fs::write(week.root().join("config.toml"), format!("{text}\n{folders}")).unwrap();
    fs::remove_dir_all(week.root().join("forms")).unwrap();
    seat(&week);
    week
}

#[test]
fn its_forms_are_made_from_its_configuration_and_known_when_they_come_back() {
    let week = wendmoor().run(&["check"], 0).run(&["forms"], 0);
    assert_eq!(week.tree("forms"), ["How to submit.docx", "Package request.docx"]);
    let form = fs::read(week.root().join("forms/Package request.docx")).unwrap();
    let words = words_of(&form, "word/document.xml");
    for label in
        ["Mosaic ID", "Who is this about", "Birthday", "Practice lead", "What would help", "Hours a week"]
    {
        assert!(words.contains(label), "`{label}` in {words}");
    }
    let how = words_of(&fs::read(week.root().join("forms/How to submit.docx")).unwrap(), "word/document.xml");
    assert!(
        how.contains("meets on Thursdays at 10 am. Documents by 5 pm on the Monday before the meeting"),
        "{how}"
    );
    assert!(how.contains("Package of support: package request; a one-page profile."), "{how}");
    crate::documents::keep(
        "how to submit.docx",
        &fs::read(week.root().join("forms/How to submit.docx")).unwrap(),
    );
    crate::documents::keep("package request.docx", &form);
    fs::write(week.root().join("forms/Package request.docx"), "the council's own").unwrap();
    let again = week.says(&["forms"]);
    assert!(again.out.contains("left as it is: forms/Package request.docx"), "{}", again.out);

    let week = week.drop("M123456 anything/Package request.docx", &form);
    week.says(&["scan"]).ends(0);
    let week = week.at("2026-11-18T09:30");
    week.says(&["scan"]).ends(0);
    let case = week.json(&["status"])["cases"][0].clone();
    assert_eq!(
        (case["case_id"].as_str(), case["papers"][0]["kind"].as_str()),
        (Some("M123456"), Some("package_request"))
    );
    let told = case["findings"].as_array().unwrap();
    let empty = |label: &str| format!("“{label}” not recorded on the package request");
    assert!(
        told.iter().any(|finding| finding["message"] == empty("What would help")),
        "a blank answers nothing: {told:?}"
    );
    assert!(week.says(&["agenda"]).out.contains("M123456"));
    let pressed = week.says(&["pack"]);
    assert!(pressed.status < 2 && pressed.out.contains("verified"), "{}{}", pressed.out, pressed.err);
}
