//! Every setting does something, or is said not to be in use yet.

use std::fs;
use std::path::Path;

use regex_lite::Regex;

use crate::harness::{Week, project};
use panelclerk::config::not_yet::NOT_YET_IN_USE;

/// What a configuration resolves to: file and type.
const RESOLVED: [(&str, &[&str]); 12] = [
    ("config/whole.rs", &["Config"]),
    ("config/service.rs", &["Folders", "Limits", "PostRules"]),
    ("panel/rules.rs", &["Rules", "CaseIds"]),
    ("panel/calendar_rules.rs", &["CalendarRules", "Cutoff", "Exception"]),
    ("panel/working_days.rs", &["Holidays"]),
    (
        "panel/agenda_rules.rs",
        &[
            "SlotRules",
            "StandingItem",
            "AgendaSection",
            "Pause",
            "DecisionRules",
            "VirtualRule",
            "ObligationRules",
            "Budget",
        ],
    ),
    ("panel/demands.rs", &["RequestRule", "PaperNeed", "FieldNeed", "Thresholds"]),
    ("panel/codes.rs", &["CodeList", "Code"]),
    ("panel/document_types.rs", &["DocumentTypeRule"]),
    ("panel/labels.rs", &["FormRule", "FieldRule"]),
    ("panel/dated.rs", &["DatingWords"]),
    ("panel/words.rs", &["Heading", "Words"]),
];

/// Production lines below `folder`, but for those that read the file or only hand a value on.
fn lines(folder: &Path, reads: &mut String) {
    let reading = Regex::new(r"\b(?:section|table)\.").unwrap();
    let mut inside: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    inside.sort();
    for path in inside {
        if path.is_dir() {
            lines(&path, reads);
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && !path.ends_with("sample.rs")
            && !path.ends_with("not_yet.rs")
        {
            let text = fs::read_to_string(&path).unwrap();
            let production = text.lines().take_while(|line| *line != "#[cfg(test)]");
            production.filter(|line| !reading.is_match(line)).for_each(|line| {
                reads.push_str(line);
                reads.push('\n');
            });
        }
    }
}

fn fields(source: &str, name: &str) -> Vec<String> {
    let begin = source.find(&format!("pub struct {name} {{")).unwrap_or_else(|| panic!("no `{name}`"));
    let body = &source[begin..begin + source[begin..].find("\n}").unwrap()];
    let field = Regex::new(r"(?m)^    pub (\w+):").unwrap();
    field.captures_iter(body).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_setting_is_read_by_something_or_said_not_to_be_in_use() {
    let source = project().join("src");
    let mut reads = String::new();
    lines(&source, &mut reads);
    // Anything but giving it a value.
    let is_read = |field: &str| {
        Regex::new(&format!(r"(?m)\.{field}(?:$|[^\w =]| [^=]| =[=>])")).unwrap().is_match(&reads)
    };
    let mut idle = Vec::new();
    let mut seen = 0;
    for (file, names) in RESOLVED {
        let text = fs::read_to_string(source.join(file)).unwrap();
        for field in names.iter().flat_map(|name| fields(&text, name)) {
            seen += 1;
            if !is_read(&field) {
                idle.push(field);
            }
        }
    }
    assert!(100 < seen, "only {seen} settings were looked at");
    let not_yet = NOT_YET_IN_USE.map(|(key, _)| key.rsplit('.').next().unwrap().to_owned());
    assert_eq!(idle, not_yet, "what nothing reads, and what is said not to be in use yet");
}

#[test]
fn a_password_in_the_address_of_a_proxy_is_said_nowhere() {
    let week = Week::new("nelc");
    let config = week.root().join("config.toml");
    let before = fs::read_to_string(&config).unwrap();
    let rules = "\n[post.graph]\nmailbox = \"panel@council.example\"\nclient = \"c1\"\ntenant = \"t\"\nsecret_env = \"S\"\nproxy = ";
    let road = before.replacen("[post]\n", "[post]\nroad = \"graph\"\n", 1);
    for (proxy, said) in [
        ("\"svc:Hunter22@proxy.example:8080\"", "`proxy` does not begin `http://`"),
        ("\"http://svc:Hunter22@proxy.example:8080\"", "`proxy` names somebody who logs in"),
        ("[\"http://svc:Hunter22@proxy.example:8080\"]", "`proxy` must be text in quotation marks"),
    ] {
        fs::write(&config, format!("{road}{rules}{proxy}\n")).unwrap();
        let told = week.says(&["check"]);
        let all = format!("{}{}", told.out, told.err);
        assert!(told.status != 0 && all.contains(said) && !all.contains("Hunter22"), "{proxy}: {all}");
    }
}

#[test]
fn check_says_which_settings_are_not_yet_in_use() {
    let week = Week::new("nelc");
    let said = week.says(&["check"]);
    for (key, _) in NOT_YET_IN_USE {
        assert!(said.out.contains(&format!("not yet in use: `{key}`")), "{}", said.out);
    }
    let config = week.root().join("config.toml");
    let without: String = fs::read_to_string(&config)
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with("automatic"))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(&config, without).unwrap();
    let said = week.says(&["check"]);
    assert!(!said.out.contains("not yet in use"), "{}", said.out);
}

#[test]
fn check_gives_the_reason_of_a_meeting_that_is_not_as_usual() {
    let week = Week::new("nelc").at("2026-12-23T09:00");
    let config = week.root().join("config.toml");
    let mut text = fs::read_to_string(&config).unwrap();
    text.push_str(
        "\n[[meeting.exceptions]]\nmeeting = 2026-12-28\nheld_on = 2026-12-30\nreason = \"Christmas\"\n\
         \n[[meeting.exceptions]]\nmeeting = 2027-01-04\ncancelled = true\nreason = \"the chair is away\"\n",
    );
    fs::write(&config, text).unwrap();
    let said = week.says(&["check"]);
    assert!(said.out.contains("the meeting is not as usual: Christmas"), "{}{}", said.out, said.err);
    assert!(said.out.contains("there is no meeting on Mon 4 Jan 2027: the chair is away"), "{}", said.out);
}
