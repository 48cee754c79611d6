//! `[post] domains`, `[[post.domain]]` and `[post] prove_addresses`: where letters may go, and what is particular to a domain.

use crate::config::section::Section;

/// What is particular to the letters to one domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DomainRule {
    /// In small letters; `*.` in front stands for whatever is below it.
    pub name: String,
    /// Stands before the subject of letters there, instead of the usual one.
    pub subject_prefix: Option<String>,
    /// Header lines of letters there: name and value. Each name begins `x-`.
    pub headers: Vec<(String, String)>,
    /// Its mail travels encrypted and lies protected: copies open without a password there unless `protected` says otherwise.
    pub takes_encrypted: bool,
    /// Whether copies of the pack open with a password there, whatever is usual.
    pub protected: Option<bool>,
    /// Megabytes of an encoded letter.
    pub letter_mb: Option<u64>,
    /// One of the council's own.
    pub council: bool,
}

impl DomainRule {
    /// What there is to know of it, as a person reads it; empty where it is as any other.
    pub fn said(&self) -> String {
        let mut said: Vec<String> = Vec::new();
        said.extend(self.subject_prefix.as_ref().map(|prefix| format!("the subject begins {prefix}")));
        said.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        match (self.protected, self.takes_encrypted) {
            (Some(true), _) => said.push("with a password".to_owned()),
            (Some(false), _) => said.push("without a password".to_owned()),
            (None, true) => {
                said.push("without a password, because the domain takes encrypted mail".to_owned());
            }
            (None, false) => {}
        }
        said.join("; ")
    }
}

/// Whether a domain is the one that is `named`, or below one that is named with `*.`; both in small letters.
pub fn fits(named: &str, domain: &str) -> bool {
    match named.strip_prefix("*.") {
        Some(above) => {
            domain.strip_suffix(above).is_some_and(|below| below.len() > 1 && below.ends_with('.'))
        }
        None => domain == named,
    }
}

/// The rule of an address' domain; of several the one with the longest name.
pub fn of<'r>(rules: &'r [DomainRule], address: &str) -> Option<&'r DomainRule> {
    let domain = address.rsplit('@').next().unwrap_or_default().to_lowercase();
    rules.iter().filter(|rule| fits(&rule.name, &domain)).max_by_key(|rule| rule.name.len())
}

/// Reads `domains`: the only domains that letters go to.
pub(crate) fn read_allowed(section: &mut Section<'_>) -> Vec<String> {
    let mut allowed = Vec::new();
    for entry in section.entries_of_list("domains").unwrap_or_default() {
        let Some(name) = entry.text("domains").map(|name| name.trim().to_lowercase()) else { continue };
        if is_domain(&name) {
            allowed.push(name);
        } else {
            entry.mistake(
                format!("`{name}` is no domain"),
                Some(
                    "write what stands after the `@`: `council.gov.uk`, or `*.nhs.uk` for all below it"
                        .to_owned(),
                ),
            );
        }
    }
    allowed
}

/// Reads `[[post.domain]]`. Where there are `allowed` domains, one that is not among them gets no letter and needs no rule.
pub(crate) fn read(section: &mut Section<'_>, allowed: &[String]) -> Vec<DomainRule> {
    let mut rules: Vec<DomainRule> = Vec::new();
    for mut table in section.sections("domain").unwrap_or_default() {
        let name = table.text("name");
        let name = table.must_say("name", name, Some("what stands after the `@`")).unwrap_or_default();
        let name = name.trim().to_lowercase();
        if !name.is_empty() && !is_domain(&name) {
            table.mistake(
                format!("`{name}` is no domain"),
                Some("write what stands after the `@`".to_owned()),
            );
        }
        if !name.is_empty() && !allowed.is_empty() && !allowed.contains(&name) {
            table.mistake(
                format!("no email goes to `{name}`: it is not among `domains`"),
                Some("add it there, or take this table out".to_owned()),
            );
        }
        if rules.iter().any(|rule| rule.name == name) {
            table.mistake(format!("`{name}` has a table already"), Some("put the two together".to_owned()));
        }
        let headers = table.list("headers").unwrap_or_default();
        let headers = headers.iter().filter_map(|line| header(&table, line)).collect();
        rules.push(DomainRule {
            name,
            subject_prefix: table.text("subject_prefix").map(|prefix| prefix.trim().to_owned()),
            headers,
            takes_encrypted: table.yes("takes_encrypted").unwrap_or_default(),
            protected: table.yes("protected"),
            letter_mb: table.whole("letter_mb", 1..=150).map(u64::from),
            council: table.yes("council").unwrap_or_default(),
        });
        table.finish();
    }
    rules
}

/// `x-name: value`. The names that are ours, or that say who a letter is from or for, are no domain's to set.
fn header(table: &Section<'_>, line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    let (name, value) = (name.trim(), value.trim());
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    let folded = name.to_lowercase();
    let wrong = if !plain || !folded.starts_with("x-") || folded.len() < 3 {
        Some(format!("the header line `{name}` does not begin `x-`"))
    } else if folded.starts_with("x-panelclerk") || folded == "x-unsent" {
        Some(format!("the header line `{name}` is the program's own"))
    } else if value.is_empty()
        || value.len() > 200
        || value.chars().any(|letter| !(' '..='~').contains(&letter))
    {
        Some(format!("the header line `{name}` has no value of plain letters on one line"))
    } else {
        None
    };
    match wrong {
        Some(message) => {
            table.mistake(message, Some("write it like `x-classification: Official-Sensitive`".to_owned()));
            None
        }
        None => Some((name.to_owned(), value.to_owned())),
    }
}

fn is_domain(name: &str) -> bool {
    let bare = name.strip_prefix("*.").unwrap_or(name);
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    bare.contains('.') && bare.split('.').all(label)
}
