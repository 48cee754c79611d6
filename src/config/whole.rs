//! The whole configuration: the shipped data files first, the panel's own file over them, then the cross-checks.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use regex_lite::Regex;
use toml::Spanned;
use toml::de::DeTable;

use crate::config::mistakes::{Book, Mistakes, Source};
use crate::config::procedure::{self, Kinds, KnownWords, Requests};
use crate::config::questions::{self, Fields};
use crate::config::section::Section;
use crate::config::service::{self, Folders, Limits, MadeFiles, PostRules};
use crate::config::{meetings, running, vocabulary};
use crate::panel::calendar_rules::CalendarRules;
use crate::panel::codes::{CodeList, Codes};
use crate::panel::dated::DatingWords;
use crate::panel::demands::Weights;
use crate::panel::ids::FieldKey;
use crate::panel::rules::{CaseIds, Rules};
use crate::panel::shown::ChildShown;

/// Everything the configuration says.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub path: PathBuf,
    /// A practice run: the clock may be set, and letters say so.
    pub rehearsal: bool,
    pub rules: Rules,
    pub folders: Folders,
    pub made: MadeFiles,
    /// The folder of Word templates, letters, pages and `pack.typ`.
    pub templates: PathBuf,
    pub post: PostRules,
    pub limits: Limits,
    /// LibreOffice's `soffice`, where there is one.
    pub second_engine: Option<PathBuf>,
    /// A folder of faces of the council's own, for scripts that the bundled ones lack.
    pub faces: Option<PathBuf>,
    /// Whether pages on which words are blackened are shown as pictures, from which no word can be copied.
    pub blackened_as_pictures: bool,
}

const SHIPPED: [(&str, &str); 8] = [
    ("data/bank-holidays.toml", include_str!("../../data/bank-holidays.toml")),
    ("data/codes.toml", include_str!("../../data/codes.toml")),
    ("data/kinds.toml", include_str!("../../data/kinds.toml")),
    ("data/fields.toml", include_str!("../../data/fields.toml")),
    ("data/requests.toml", include_str!("../../data/requests.toml")),
    ("data/checks.toml", include_str!("../../data/checks.toml")),
    ("data/dating.toml", include_str!("../../data/dating.toml")),
    ("data/connected-carers.toml", include_str!("../../data/connected-carers.toml")),
];

/// Reads the configuration at `path`.
pub fn load(path: &Path) -> Result<Config, Mistakes> {
    let name = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let unreadable = |why: &std::io::Error| {
        let hint =
            "make a working folder with `panelclerk init DIR`, or say where the file is with `--config FILE`";
        Mistakes::unreadable(path.display().to_string(), format!("cannot be read: {why}"), hint)
    };
    let text = std::fs::read_to_string(path).map_err(|why| unreadable(&why))?;
    let path = std::path::absolute(path).map_err(|why| unreadable(&why))?;
    resolve(&name, &text, &path)
}

/// The configuration `text`, as if it stood in the file `path`; `name` is what mistakes call it.
pub fn resolve(name: &str, text: &str, path: &Path) -> Result<Config, Mistakes> {
    let book = Book::default();
    let shipped = SHIPPED.map(|(name, text)| Source { name: name.to_owned(), text: text.to_owned() });
    let own = Source { name: name.to_owned(), text: text.to_owned() };
    let parsed = shipped.each_ref().map(|source| parse(source, &book));
    let own_table = parse(&own, &book);
    if !book.is_empty() {
        // With a syntax error the rest of the file is not read, and everything in it would be reported as missing.
        return Err(book.close().expect("a mistake was just written down"));
    }
    let [holidays, codes, kinds, fields, requests, checks, dating, carers] = &parsed;
    let data = |index: usize, table| Section::of_file(&shipped[index], &book, table);
    let data = Shipped {
        holidays: data(0, holidays),
        codes: data(1, codes),
        kinds: data(2, kinds),
        fields: data(3, fields),
        requests: data(4, requests),
        checks: data(5, checks),
        dating: data(6, dating),
        carers: data(7, carers),
    };
    let config = assemble(data, Section::of_file(&own, &book, &own_table), path);
    match (book.close(), config) {
        (None, Some(config)) => Ok(config),
        (Some(mistakes), _) => Err(mistakes),
        (None, None) => {
            let message = "the configuration is not complete".to_owned();
            Err(Mistakes::unreadable(name.to_owned(), message, "compare it with the shipped `config.toml`"))
        }
    }
}

/// The data files, each as its outermost table.
#[derive(Debug)]
struct Shipped<'t> {
    holidays: Section<'t>,
    codes: Section<'t>,
    kinds: Section<'t>,
    fields: Section<'t>,
    requests: Section<'t>,
    checks: Section<'t>,
    dating: Section<'t>,
    carers: Section<'t>,
}

fn parse<'s>(source: &'s Source, book: &Book) -> Spanned<DeTable<'s>> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let place = error.span().map_or(0, |span| span.start);
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        book.note(source, place, format!("not valid TOML: {message}"), None);
    }
    table
}

fn assemble(data: Shipped<'_>, mut own: Section<'_>, path: &Path) -> Option<Config> {
    let home = path.parent().unwrap_or(Path::new("."));
    let rehearsal = own.yes("rehearsal").unwrap_or(false);
    let second_engine = own.text("second_engine").map(|engine| home.join(engine));
    let faces = own.text("faces").map(|folder| home.join(folder));
    let blackened_as_pictures = own.yes("blackened_as_pictures").unwrap_or(true);
    let (folders, templates, made) = service::read_folders(own.section("folders"), home);
    let limits = service::read_limits(own.section("limits"), rehearsal);
    let rules = rules(data, &mut own);
    let post = service::read_post(own.section("post"), rules.as_ref().map_or("", |rules| &rules.name), home);
    own.finish();
    let path = path.to_owned();
    Some(Config {
        path,
        rehearsal,
        rules: rules?,
        folders,
        made,
        templates,
        post,
        limits,
        second_engine,
        faces,
        blackened_as_pictures,
    })
}

fn calendar(holidays: Section<'_>, own: &mut Section<'_>) -> Option<CalendarRules> {
    let mut holidays = meetings::read_holidays(holidays, None);
    if let Some(section) = own.section("bank_holidays") {
        holidays = meetings::read_holidays(section, holidays);
    }
    let meeting = own.section("meeting");
    own.must("meeting", meeting).and_then(|section| meetings::read(section, holidays?))
}

fn codes(shipped: Section<'_>, own: &mut Section<'_>) -> Codes {
    let mut lists: IndexMap<String, CodeList> = IndexMap::new();
    vocabulary::read_codes(shipped, &mut lists);
    if let Some(section) = own.section("codes") {
        vocabulary::read_codes(section, &mut lists);
    }
    vocabulary::finish_codes(lists)
}

fn rules(data: Shipped<'_>, own: &mut Section<'_>) -> Option<Rules> {
    let calendar = calendar(data.holidays, own);

    let codes = codes(data.codes, own);
    let mut kinds = Kinds::new();
    vocabulary::read_kinds(data.kinds, &mut kinds);
    let shipped: Vec<String> = kinds.values().map(|kind| kind.label.clone()).collect();
    if let Some(section) = own.section("kinds") {
        vocabulary::read_kinds(section, &mut kinds);
    }

    let dating = vocabulary::read_dating(data.dating, &DatingWords::default());
    let dating =
        own.section("dating").map_or(dating.clone(), |section| vocabulary::read_dating(section, &dating));

    let mut weights = Weights::default();
    procedure::read_checks(data.checks, &mut weights);
    let mut fields = Fields::new();
    questions::read_fields(data.fields, &mut fields, &codes);
    if let Some(section) = own.section("fields") {
        questions::read_fields(section, &mut fields, &codes);
    }
    let forms = own.section("forms");
    let mut forms = own
        .must("forms", forms)
        .map(|section| questions::read_forms(section, &fields, &mut weights))
        .unwrap_or_default();
    for kind in kinds.values_mut() {
        let form = kind.form.take().and_then(|key| forms.rules.iter().find(|rule| rule.key == key));
        kind.form = form.map(|rule| rule.key.clone());
        // A document type that is a form takes the form's label, unless the panel gives it another.
        if let Some(form) = form.filter(|_| shipped.contains(&kind.label)) {
            kind.label.clone_from(&form.label);
        }
    }
    questions::check_forms_of_kinds(own, &kinds, &forms);
    let needs = own
        .section("needs")
        .map(|section| procedure::read_needs(section, &kinds, &mut weights))
        .unwrap_or_default();
    if let Some(section) = own.section("weights") {
        procedure::read_weights(section, &mut weights);
    }
    questions::mark_required(&mut forms, &weights);

    let agenda = own.section("agenda");
    let slots = own.must("agenda", agenda).map(running::read_agenda);
    let sections: Vec<String> =
        slots.iter().flat_map(|slots| &slots.sections).map(|section| section.key.clone()).collect();
    let mut requests = Requests::new();
    let known =
        KnownWords { kinds: &kinds, needs: &needs, forms: &forms.rules, sections: None, weights: &weights };
    procedure::read_requests(data.requests, &mut requests, &known);
    if let Some(section) = own.section("requests") {
        procedure::read_requests(section, &mut requests, &KnownWords { sections: Some(&sections), ..known });
    }

    let decisions = running::read_decisions(own.section("decisions"));
    let audience = running::read_audience(own.sections("audience"));
    let obligations = running::read_obligations(own.section("obligations"), &kinds);
    let connected_carers = running::read_approvals(data.carers);
    let budgets = running::read_budgets(own.section("budget"));
    let permission = procedure::read_permission(own.section("permission"));
    let thresholds = procedure::read_thresholds(own.section("thresholds"));
    let case_ids = own.section("case_id");
    let case_ids = own.must("case_id", case_ids).and_then(read_case_ids);
    let panel = own.section("panel");
    let panel = own.must("panel", panel).and_then(read_panel);

    let requests = procedure::finish_requests(&requests, &kinds, &sections);
    let panel = panel?;
    Some(Rules {
        name: panel.name,
        short: panel.short,
        council: panel.council,
        area: panel.area,
        venue: panel.venue,
        marking: panel.marking,
        category: panel.category,
        record_heading: panel.record_heading,
        record_system: panel.record_system,
        record_type: panel.record_type,
        escalation: panel.escalation,
        file_name: panel.file_name,
        case_ids: case_ids?,
        presented_by: panel.presented_by,
        stands_in: panel.stands_in,
        permission,
        child_shown: panel.child_shown,
        calendar: calendar?,
        codes,
        kinds: vocabulary::finish_kinds(kinds),
        forms: forms.rules,
        dating,
        form_requests: forms.requests,
        answers: forms.answers,
        requests,
        needs,
        weights,
        thresholds,
        slots: slots?,
        decisions,
        audience,
        observers_agreed_by: panel.observers_agreed_by,
        obligations,
        connected_carers,
        budgets,
    })
}

/// `[panel]`.
#[derive(Debug)]
struct Named {
    name: String,
    short: String,
    council: String,
    area: String,
    venue: String,
    marking: String,
    category: Option<String>,
    record_heading: String,
    record_system: String,
    record_type: String,
    escalation: String,
    presented_by: Vec<FieldKey>,
    stands_in: Vec<String>,
    observers_agreed_by: String,
    file_name: String,
    child_shown: ChildShown,
}

fn read_panel(mut section: Section<'_>) -> Option<Named> {
    let must = |section: &mut Section<'_>, key: &str| {
        let text = section.text(key);
        section.must(key, text)
    };
    let name = must(&mut section, "name");
    let short = must(&mut section, "short");
    let council = must(&mut section, "council");
    let marking = must(&mut section, "marking");
    let venue = section.text("venue").unwrap_or_default();
    let category = section.text("category");
    let record_heading = section.text("record_heading").unwrap_or_else(|| "PLACEMENT PANEL".to_owned());
    let record_system = section.text("record_system").unwrap_or_else(|| "the child's record".to_owned());
    let presenting = [("social_worker", "social_worker"), ("manager", "team_manager")];
    let presented_by = section.entries_of_list("presented_by").unwrap_or_default();
    let presented_by = presented_by
        .iter()
        .filter_map(|entry| entry.one_of("presented_by", &presenting)?.parse().ok())
        .collect();
    let stands_in = section.list("stands_in").unwrap_or_default();
    let area = section.text("area").or_else(|| council.as_deref().map(area_of)).unwrap_or_default();
    let record_type = section.text("record_type").unwrap_or_default();
    let escalation = section.text("escalation").unwrap_or_default();
    let observers_agreed_by = section.text("observers_agreed_by").unwrap_or_else(|| "Chair".to_owned());
    let file_name = section
        .text("file_name")
        .unwrap_or_else(|| "{short} Placement Panel {yyyy}-{mm}-{dd} {what}".to_owned());
    let shown = [("initials", ChildShown::Initials), ("name", ChildShown::Name)];
    let child_shown = section.entry("child_shown").and_then(|entry| entry.one_of("child_shown", &shown));
    if let Some(entry) = section.entry("file_name")
        && !(file_name.contains("{what}") && file_name.contains("{dd}"))
    {
        let hint = "use `{short}`, `{yyyy}`, `{mm}`, `{dd}` and `{what}`";
        entry.mistake("file names must tell meetings and documents apart".to_owned(), Some(hint.to_owned()));
    }
    section.finish();
    Some(Named {
        name: name?,
        short: short?,
        council: council?,
        area,
        venue,
        marking: marking?,
        category,
        record_heading,
        record_system,
        record_type,
        escalation,
        presented_by,
        stands_in,
        observers_agreed_by,
        file_name,
        child_shown: child_shown.unwrap_or(ChildShown::Initials),
    })
}

/// "London Borough of Redbridge" and "Redbridge Council" are the councils of Redbridge.
fn area_of(council: &str) -> String {
    let words = council.split(" (").next().unwrap_or(council);
    let words = words.rsplit(" of ").next().unwrap_or(words);
    let kinds =
        [" Metropolitan Borough Council", " Borough Council", " City Council", " County Council", " Council"];
    kinds.iter().find_map(|kind| words.strip_suffix(kind)).unwrap_or(words).trim().to_owned()
}

fn read_case_ids(mut section: Section<'_>) -> Option<CaseIds> {
    let label = section.text("label").unwrap_or_else(|| "LCS ID".to_owned());
    let entry = section.entry("pattern");
    let written = entry.and_then(|entry| entry.text("pattern")).unwrap_or_else(|| "[0-9]{4,10}".to_owned());
    let pattern = Regex::new(&format!("^(?:{written})$"));
    if let (Some(entry), Err(why)) = (entry, &pattern) {
        entry.mistake(
            format!("`pattern` is not a regular expression: {why}"),
            Some("for example `[0-9]{4,10}`".to_owned()),
        );
    }
    section.finish();
    Some(CaseIds { label, pattern: pattern.ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn shipped(name: &str) -> Config {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        load(&path).unwrap_or_else(|mistakes| panic!("{mistakes}"))
    }

    #[test]
    fn the_shipped_configuration_of_nelc_loads() {
        let config = shipped("config.toml");
        assert_eq!(config.rules.short, "NELC");
        assert!(config.folders.inbox.is_absolute());
        let day = "2026-11-23".parse().unwrap();
        let category = config.rules.category_on(day);
        assert_eq!(category.as_deref(), Some("P25 2026/11/23 LEGAL MEETINGS (PLACEMENT PANEL)"));
        assert_eq!(
            config.rules.file_stem(day, "pack"),
            "NELC Placement and Commissioning Panel 2026-11-23 pack"
        );
    }

    #[test]
    fn every_mistake_is_reported_at_once_with_its_place() {
        let text = include_str!("../../tests/third_panel.toml")
            .replace("weekday = \"Thursday\"", "weekday = \"Thrusday\"")
            .replace("starts = \"10:00\"", "start = \"10:00\"")
            .replace("counted_from = 2026-11-12", "counted_from = \"soon\"")
            .replace("needs = [\"profile\"]", "needs = [\"profiles\"]")
            .replace("any_of = [\"one_page_profile\"]", "any_of = [\"one_page_profile\", \"quotation\"]")
            .replace("missing-child-views = \"blocks\"", "missing-childs-views = \"blocks\"")
            .replace("minutes = 25", "minutes = 0");
        let mistakes = resolve("config.toml", &text, Path::new("/panel/config.toml")).unwrap_err();
        insta::assert_snapshot!(mistakes.to_string(), @r#"
        config.toml:21:1: `[meeting]` has no `starts`
        config.toml:22:11: `weekday` cannot be `Thrusday`
          hint: did you mean `Thursday`?
        config.toml:23:1: unknown key `start` in `[meeting]`
          hint: did you mean `starts`?
        config.toml:26:16: `counted_from` is "soon", but must be a date such as `2026-11-23`
        config.toml:76:31: there is no kind of document `quotation`
          hint: describe it first under `[kinds.quotation]`
        config.toml:89:10: `needs` names `profiles`, which is not described anywhere
          hint: did you mean `profile`?
        config.toml:91:11: `minutes` is 0, but must be from 1 to 240
        config.toml:99:24: there is no rule `missing-childs-views`
          hint: did you mean `missing-child-views`?
        "#);
    }

    #[test]
    fn broken_toml_names_its_line_and_a_missing_file_says_what_to_do() {
        let mistakes =
            resolve("config.toml", "rehearsal = true\n[panel\nname = \"x\"\n", Path::new("/c.toml"))
                .unwrap_err();
        let first = mistakes.iter().next().unwrap();
        assert_eq!((first.line, first.message.starts_with("not valid TOML: ")), (2, true), "{mistakes}");
        let missing = load(Path::new("/nowhere/config.toml")).unwrap_err().to_string();
        assert!(missing.starts_with("/nowhere/config.toml:1:1: cannot be read: "), "{missing}");
        assert!(missing.contains("hint: make a working folder with `panelclerk init DIR`"), "{missing}");
    }

    #[test]
    fn the_shipped_configuration_of_redbridge_loads() {
        let config = shipped("panels/redbridge.toml");
        assert_eq!(config.rules.short, "Redbridge");
        assert_eq!(config.rules.calendar.record_within, Some(3));
        assert_eq!(config.rules.calendar.ends, None);
    }

    #[test]
    fn the_guide_names_every_key_that_the_shipped_files_use() {
        let guide = include_str!("../../docs/configuration.md");
        let shipped = [
            include_str!("../../config.toml"),
            include_str!("../../panels/redbridge.toml"),
            include_str!("../../tests/third_panel.toml"),
            include_str!("../../data/fields.toml"),
        ];
        let mut unnamed = std::collections::BTreeSet::new();
        for line in shipped.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#')) {
            let Some((key, _)) = line.split_once(" = ") else { continue };
            let is_rule = key.contains('-') || key.starts_with("20");
            if !is_rule
                && !key.contains(['"', '{', ' '])
                && !guide.contains(&format!("`{key}`"))
                && !guide.contains(&format!("{key} = "))
            {
                unnamed.insert(key);
            }
        }
        assert!(unnamed.is_empty(), "{unnamed:?}");
    }
}
