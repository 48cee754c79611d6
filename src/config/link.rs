//! `[post.link]`: whose copies are put where they can be opened, so that the letter carries a web address instead of a file.

use std::path::{Path, PathBuf};

use crate::config::percent::encoded;
use crate::config::section::Section;

/// Circulated packs are copies, kept for so many days.
const KEPT: u32 = 90;

/// Where copies lie that letters lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRules {
    /// As this machine writes it; absolute.
    pub folder: PathBuf,
    /// As its readers open it: the web address of a file in it, with `{meeting}`, `{reader}` and `{file}`.
    pub address: String,
    /// Domains and addresses, in small letters, whose readers get a link.
    pub whose: Vec<String>,
    /// Whether a copy that is one reader's alone is put there too, in that reader's folder. Otherwise it is attached: whoever may open the
    /// folder could open the whole pack as well.
    pub own_copies: bool,
    /// For so many days after confirmed minutes, or after the meeting where none were confirmed, copies lie there.
    pub days: u32,
}

impl LinkRules {
    /// Whether this reader gets links.
    fn is_for(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let domain = address.rsplit('@').next().unwrap_or_default();
        self.whose.iter().any(|whose| *whose == address || whose == domain)
    }

    /// Whether this reader's copy is linked: `shared` is one that is the same for all who have it, `wish` what is said beside their name.
    pub fn takes(&self, address: &str, wish: Option<bool>, shared: bool) -> bool {
        wish.unwrap_or_else(|| self.is_for(address)) && (self.own_copies || shared)
    }

    /// The web address of a file.
    pub fn address_of(&self, meeting: &str, reader: &str, file: &str) -> String {
        let parts = [("{meeting}", meeting), ("{reader}", reader), ("{file}", file)];
        parts.iter().fold(self.address.clone(), |address, (tag, value)| address.replace(tag, &encoded(value)))
    }
}

pub(crate) fn read(section: Option<Section<'_>>, home: &Path) -> Option<LinkRules> {
    let mut section = section?;
    let folder = section.text("folder");
    let folder = section.must_say(
        "folder",
        folder,
        Some("the folder that copies are put into, as this machine writes it"),
    );
    let written = section.entry("address");
    let address = written.as_ref().and_then(|entry| entry.text("address"));
    let hint = "such as `https://council.sharepoint.com/sites/panel/Papers/{meeting}/{reader}/{file}`";
    if written.is_none() {
        section.must_say("address", None::<String>, Some(hint));
    }
    if let (Some(entry), Some(address)) = (&written, &address) {
        let missing: Vec<&str> =
            ["{meeting}", "{reader}", "{file}"].into_iter().filter(|tag| !address.contains(tag)).collect();
        let host =
            address.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if !host.contains('.')
            || host.contains('{')
            || address.contains(|c: char| c.is_whitespace() || c == '\\')
        {
            let said =
                format!("`{address}` is not a web address: it does not open on a tablet or a telephone");
            entry.mistake(said, Some(format!("a web address begins with https://, {hint}")));
        } else if !missing.is_empty() {
            let said = format!("the address does not say where {} stands", missing.join(", "));
            entry.mistake(said, Some(hint.to_owned()));
        }
    }
    let whose = section.list("domains");
    let whose = section.must_say(
        "domains",
        whose,
        Some("whose readers get a link: domains such as `council.gov.uk`, or single addresses"),
    );
    let own_copies = section.yes("own_copies").unwrap_or_default();
    let days = section.whole("days", 1..=3_650).unwrap_or(KEPT);
    section.finish();
    Some(LinkRules {
        folder: home.join(folder?),
        address: address?,
        whose: whose?.iter().map(|whose| whose.trim().trim_start_matches('@').to_lowercase()).collect(),
        own_copies,
        days,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_for_a_domain_or_an_address_and_never_for_one_that_only_ends_like_it() {
        let rules = LinkRules {
            folder: PathBuf::from("/papers"),
            address: "https://council.example/panel/{meeting}/{reader}/{file}?web=1".to_owned(),
            whose: vec!["council.example".to_owned(), "pat@nhs.example".to_owned()],
            own_copies: false,
            days: KEPT,
        };
        assert!(rules.is_for("Ann.Lee@Council.example") && rules.is_for("pat@nhs.example"));
        assert!(!rules.is_for("ann@other-council.example") && !rules.is_for("sam@nhs.example"));
        assert_eq!(
            rules.address_of("2026-11-23", "everyone", "NELC pack é & more.pdf"),
            "https://council.example/panel/2026-11-23/everyone/NELC%20pack%20%C3%A9%20%26%20more.pdf?web=1"
        );
    }
}
