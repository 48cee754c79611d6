//! Domains that only look like one that is known: another ending, one letter off, a digit for a letter, another alphabet, a known name in front of
//! somebody else's.

use deunicode::deunicode;

use crate::config::domains::fits;

/// Letters that are looked at as another: `ne1c` is read as `nelc`.
const ALIKE: [(&str, &str); 8] =
    [("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("q", "g")];

/// Letters of other alphabets that look like a plain one, and that their own sound does not lead to.
const FOREIGN: [(char, char); 14] = [
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ѕ', 's'),
    ('һ', 'h'),
    ('ԁ', 'd'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('α', 'a'),
];

/// Endings under which public bodies are; one of them beside another is no trick.
const PUBLIC: [&str; 11] = [
    "gov.uk",
    "nhs.uk",
    "nhs.net",
    "police.uk",
    "sch.uk",
    "ac.uk",
    "org.uk",
    "mod.uk",
    "cjsm.net",
    "parliament.uk",
    "org",
];

/// A name of a domain's owner is long enough for one letter to tell nothing.
const LONG_ENOUGH: usize = 4;

/// Whether letters may go to the domain: it is one of those named, or below one that is named with `*.`.
pub fn is_allowed(domain: &str, allowed: &[String]) -> bool {
    allowed.iter().any(|one| fits(one, domain))
}

/// In which way the domain only looks like `known`; none where it does not. With `strictly`, another ending alone is enough: it is known
/// which domains are right.
pub fn looks_like(domain: &str, known: &str, strictly: bool) -> Option<&'static str> {
    if domain == known || domain.ends_with(&format!(".{known}")) {
        return None;
    }
    let (own, other) = (owner(domain), owner(known));
    let seen = as_seen(domain);
    if seen != domain && (seen == known || skeleton(&seen) == skeleton(known)) {
        return Some("it has letters of another alphabet");
    }
    let dashed = known.replace('.', "-");
    if domain.starts_with(&format!("{known}."))
        || domain.contains(&format!(".{known}."))
        || domain.starts_with(&format!("{dashed}."))
        || domain.starts_with(&format!("{dashed}-"))
    {
        return Some("it only begins like it, and belongs to whoever has the end of it");
    }
    if skeleton(domain) == skeleton(known) {
        return Some("it has a character in it that looks like another");
    }
    let long = own.len().min(other.len()) >= LONG_ENOUGH;
    if long && domain.replace('.', "") == known.replace('.', "") {
        return Some("a dot is missing or stands elsewhere");
    }
    if own == other && own.len() > 2 {
        let ending = |of: &str| of.split_once('.').map_or("", |(_, ending)| ending).to_owned();
        let is_public =
            |ending: &str| PUBLIC.iter().any(|one| ending == *one || ending.ends_with(&format!(".{one}")));
        let (its, right) = (ending(domain), ending(known));
        if strictly || (is_public(&right) && !is_public(&its)) {
            return Some("it has another ending");
        }
    }
    (long && strsim::osa_distance(domain, known) == 1).then_some("it is one letter off")
}

/// What stands before the first dot.
fn owner(domain: &str) -> &str {
    domain.split('.').next().unwrap_or_default()
}

/// What a person sees in it: an international name (`xn--...`) in its own letters, each as the plain one that it looks like.
pub fn as_seen(domain: &str) -> String {
    let shown = if domain.contains("xn--") { idna::domain_to_unicode(domain).0 } else { domain.to_owned() };
    let plain = shown.chars().map(|letter| match FOREIGN.iter().find(|(foreign, _)| *foreign == letter) {
        Some((_, plain)) => plain.to_string(),
        None if letter.is_ascii() => letter.to_string(),
        None => deunicode(&letter.to_string()),
    });
    plain.collect::<String>().to_lowercase()
}

fn skeleton(domain: &str) -> String {
    ALIKE.iter().fold(domain.to_owned(), |domain, (seen, read)| domain.replace(seen, read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trick_is_seen_and_called_by_its_name() {
        let right = "redbridge.gov.uk";
        for (domain, how) in [
            ("redbridge.gov.co", "another ending"),
            ("redbridge.gov.uk.com", "only begins like it"),
            ("redbridge.co", "another ending"),
            ("redbridge.co.uk", "another ending"),
            ("redbridge.uk", "another ending"),
            ("redbrigde.gov.uk", "one letter off"),
            ("redbridg.gov.uk", "one letter off"),
            ("redbridgee.gov.uk", "one letter off"),
            ("redbr1dge.gov.uk", "looks like another"),
            ("redbridqe.gov.uk", "looks like another"),
            ("redbridgegov.uk", "a dot"),
            ("redbridge.govuk", "a dot"),
            ("redbridge.gov.uk.evil.com", "only begins like it"),
            ("mail.redbridge.gov.uk.evil.com", "only begins like it"),
            ("redbridge-gov-uk.com", "only begins like it"),
            ("xn--redbridg-j8g.gov.uk", "another alphabet"),
        ] {
            let said = looks_like(domain, right, true);
            assert!(said.is_some_and(|said| said.contains(how)), "{domain}: {said:?}");
        }
        assert_eq!(
            looks_like("rnoorside.gov.uk", "moorside.gov.uk", true),
            Some("it has a character in it that looks like another")
        );
    }

    #[test]
    fn honest_neighbours_are_no_trick() {
        for (domain, known) in [
            ("nhs.net", "nelincs.gov.uk"),
            ("redbridge.nhs.uk", "redbridge.gov.uk"),
            ("hull.ac.uk", "hull.gov.uk"),
            ("mail.redbridge.gov.uk", "redbridge.gov.uk"),
            ("bexley.gov.uk", "barnet.gov.uk"),
            ("x.example", "y.example"),
            ("nelft.nhs.uk", "nelincs.gov.uk"),
        ] {
            assert_eq!(looks_like(domain, known, false), None, "{domain}");
        }
    }

    #[test]
    fn only_what_is_named_is_allowed() {
        let allowed = ["council.gov.uk".to_owned(), "*.nhs.uk".to_owned()];
        for domain in ["council.gov.uk", "trust.nhs.uk", "a.trust.nhs.uk"] {
            assert!(is_allowed(domain, &allowed), "{domain}");
        }
        for domain in ["nhs.uk", ".nhs.uk", "evilnhs.uk", "mail.council.gov.uk", "council.gov.uk.com", ""] {
            assert!(!is_allowed(domain, &allowed), "{domain}");
        }
    }
}
