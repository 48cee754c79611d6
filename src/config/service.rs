//! `[folders]`, `[post]`, `[limits]` and the second engine: where things are and what they may use.

use std::path::{Path, PathBuf};

use crate::config::domains::{self, DomainRule};
use crate::config::link::{self, LinkRules};
use crate::config::road::{self, Road};
use crate::config::section::Section;

/// Where everything is; absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// The share, one sub-folder per case; read-only is enough.
    pub inbox: PathBuf,
    /// A shared folder we write to.
    pub receipts: PathBuf,
    /// The administrator's share, one sub-folder per meeting.
    pub office: PathBuf,
    /// The service's alone, on a local disk.
    pub data: PathBuf,
}

/// Who may open the files that are made for people, where the panel says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MadeFiles {
    /// Their mode; none where the umask decides.
    pub mode: Option<u32>,
    /// The number of their group.
    pub group: Option<u32>,
}

/// What one dropped file may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub memory_mb: u64,
    pub seconds: u64,
    pub file_mb: u64,
    pub pages: u32,
    /// How long a dropped file must be unchanged before it is taken in; 0 where nobody waits (rehearsals).
    pub quiet_seconds: u32,
    /// Of a hundred papers in the inbox, how many may go at once without a second look.
    pub removed_percent: u32,
    /// How long a shared folder may say nothing before it is let be for this round.
    pub share_seconds: u64,
    /// Worker processes; as many as there are cores unless said otherwise.
    pub workers: usize,
}

/// How letters go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRules {
    pub road: Road,
    /// `Placement Panel <panel@council.example>`.
    pub sender: String,
    pub reply_to: Option<String>,
    /// Stands before every subject, after the marking: NHSmail's `[secure]`.
    pub subject_prefix: Option<String>,
    /// The only domains that letters go to, in small letters; `*.` stands for any sub-domain. Empty: any.
    pub domains: Vec<String>,
    /// What is particular to the letters to a domain.
    pub domain_rules: Vec<DomainRule>,
    /// Whether nobody gets papers, agenda or minutes before their address is proved; none: as the road has it.
    pub prove_addresses: Option<bool>,
    /// Kinds of letter that go to officers by themselves; not yet in use.
    pub automatic: Option<Vec<String>>,
    /// Holds the password that copies of the pack open with; absolute. None: they open without.
    pub password_file: Option<PathBuf>,
    /// Holds a line for each member with a password of their own; absolute.
    pub member_passwords: Option<PathBuf>,
    /// Megabytes of an encoded letter above which a pack is sent in parts.
    pub letter_mb: u64,
    /// The same for an address or a domain (`nhs.net`) that takes less or more, in small letters.
    pub letter_mb_for: Vec<(String, u64)>,
    /// Whether the pack issued again goes out with the supplement.
    pub supplement_with_pack: bool,
    /// Where copies lie that letters lead to; none where every copy is attached.
    pub link: Option<LinkRules>,
    /// How the password of a protected copy reaches its reader.
    pub password_by: PasswordBy,
}

/// How the password of a protected copy reaches its reader; never in the letter that holds the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PasswordBy {
    #[default]
    Telephone,
    /// In an email by itself: the program's where it hands emails over, the administrator's where they are drafts in the outbox.
    Email,
    /// They have it already, as every pack of theirs opens with it.
    Known,
}

impl PostRules {
    /// Bytes that a letter to this address may have as it travels; `own` is what is said of the mailbox beside its owner's name.
    pub fn most_bytes(&self, address: &str, own: Option<u32>) -> u64 {
        if let Some(megabytes) = own {
            return u64::from(megabytes) * 1_000_000;
        }
        let address = address.to_lowercase();
        let domain = address.rsplit('@').next().unwrap_or_default();
        let of = |wanted: &str| self.letter_mb_for.iter().find(|(whose, _)| whose == wanted);
        let own = of(&address).or_else(|| of(domain)).map(|(_, megabytes)| *megabytes);
        let of_rule = self.rule_of(&address).and_then(|rule| rule.letter_mb);
        own.or(of_rule).unwrap_or(self.letter_mb) * 1_000_000
    }

    /// What is particular to letters to this address' domain.
    pub fn rule_of(&self, address: &str) -> Option<&DomainRule> {
        domains::of(&self.domain_rules, address)
    }

    /// Whether addresses are proved first: on the roads that send by themselves, unless the panel says otherwise.
    pub fn proves_addresses(&self) -> bool {
        self.prove_addresses.unwrap_or(self.road != Road::Outbox)
    }

    /// Whether an address is the council's own: its domain is the sender's, or said to be the council's.
    pub fn is_council(&self, address: &str) -> bool {
        domain(address) == domain(&self.sender) || self.rule_of(address).is_some_and(|rule| rule.council)
    }

    /// The council's own domains: the sender's, and those said to be.
    pub fn council_domains(&self) -> Vec<String> {
        let sender = domain(&self.sender);
        let said = self.domain_rules.iter().filter(|rule| rule.council).map(|rule| rule.name.clone());
        [sender].into_iter().chain(said).collect()
    }
}

/// What stands after the `@`, in small letters.
fn domain(address: &str) -> String {
    address.rsplit('@').next().unwrap_or_default().trim_end_matches('>').trim().to_lowercase()
}

pub(crate) fn read_folders(section: Option<Section<'_>>, home: &Path) -> (Folders, PathBuf, MadeFiles) {
    let folder = |section: &mut Option<Section<'_>>, key: &str| {
        let written = section.as_mut().and_then(|section| section.text(key));
        let path = home.join(written.unwrap_or_else(|| key.to_owned()));
        path.components().collect::<PathBuf>()
    };
    let mut section = section;
    let folders = Folders {
        inbox: folder(&mut section, "inbox"),
        receipts: folder(&mut section, "receipts"),
        office: folder(&mut section, "office"),
        data: folder(&mut section, "data"),
    };
    let templates = folder(&mut section, "templates");
    let mut made = MadeFiles::default();
    if let Some(mut section) = section {
        if let Some(written) = section.text("mode") {
            // What the service could not read again itself, or anybody could start or change, is no mode for papers.
            let fits = |mode: &u32| mode & 0o600 == 0o600 && mode & !0o664 == 0;
            made.mode = u32::from_str_radix(&written, 8).ok().filter(fits);
            if made.mode.is_none() {
                let message = format!("`mode` cannot be `{written}`");
                section.mistake(
                    message,
                    Some("write it like `0640`: 06, then what the group and the others may".to_owned()),
                );
            }
        }
        made.group = section.whole("group", 0..=u32::MAX - 1);
        let places = [&folders.inbox, &folders.receipts, &folders.office, &folders.data];
        for (at, place) in places.iter().enumerate() {
            let inside = |other: &&&PathBuf| place.starts_with(other) || other.starts_with(place);
            if let Some(other) = places[at + 1..].iter().find(inside) {
                let names = (shown(place, home), shown(other, home));
                let message = format!("the folders `{}` and `{}` lie one inside the other", names.0, names.1);
                section.mistake(message, Some("give each a place of its own".to_owned()));
            }
        }
        section.finish();
    }
    (folders, templates, made)
}

fn shown(place: &Path, home: &Path) -> String {
    place.strip_prefix(home).unwrap_or(place).display().to_string()
}

pub(crate) fn read_post(section: Option<Section<'_>>, panel: &str, home: &Path) -> PostRules {
    let mut post = PostRules {
        road: Road::Outbox,
        sender: format!("{panel} <placement.panel@council.invalid>"),
        reply_to: None,
        subject_prefix: None,
        domains: Vec::new(),
        domain_rules: Vec::new(),
        prove_addresses: None,
        automatic: None,
        password_file: None,
        member_passwords: None,
        letter_mb: 25,
        letter_mb_for: Vec::new(),
        supplement_with_pack: false,
        link: None,
        password_by: PasswordBy::default(),
    };
    if let Some(mut section) = section {
        post.road = road::read(&mut section, home);
        post.sender = section.text("sender").unwrap_or(post.sender);
        post.reply_to = section.text("reply_to");
        post.subject_prefix = section.text("subject_prefix");
        post.domains = domains::read_allowed(&mut section);
        post.domain_rules = domains::read(&mut section, &post.domains);
        post.prove_addresses = section.yes("prove_addresses");
        if post.domains.is_empty() && post.road != Road::Outbox {
            section.mistake(
                "the road sends by itself, and it is not said to which domains".to_owned(),
                Some(
                    "name them: `domains = [\"council.gov.uk\", \"nhs.net\"]`; nothing goes anywhere else"
                        .to_owned(),
                ),
            );
        }
        post.automatic = section.list("automatic");
        post.password_file = section.text("password_file").map(|file| home.join(file));
        post.member_passwords = section.text("member_passwords").map(|file| home.join(file));
        post.letter_mb = section.whole("letter_mb", 1..=150).map_or(post.letter_mb, u64::from);
        post.supplement_with_pack = section.yes("supplement_with_pack").unwrap_or_default();
        post.link = link::read(section.section("link"), home);
        let ways = [
            ("telephone", PasswordBy::Telephone),
            ("email", PasswordBy::Email),
            ("known", PasswordBy::Known),
        ];
        let way = section.entry("password_by").and_then(|entry| entry.one_of("password_by", &ways));
        post.password_by = way.unwrap_or_default();
        if let Some(mut table) = section.section("letter_mb_for") {
            for (whose, _) in table.named() {
                let most = table.whole(&whose, 1..=150).map(u64::from);
                post.letter_mb_for.extend(most.map(|most| (whose.to_lowercase(), most)));
            }
            table.finish();
        }
        section.finish();
    }
    post
}

/// Nobody waits in a rehearsal, whose clock may stand still.
pub(crate) fn read_limits(section: Option<Section<'_>>, rehearsal: bool) -> Limits {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut limits = Limits {
        memory_mb: 1536,
        seconds: 60,
        file_mb: 100,
        pages: 1500,
        quiet_seconds: if rehearsal { 0 } else { 60 },
        removed_percent: 33,
        share_seconds: 20,
        workers: cores,
    };
    if let Some(mut section) = section {
        limits.memory_mb = section.whole("memory_mb", 256..=65_536).map_or(limits.memory_mb, u64::from);
        limits.seconds = section.whole("seconds", 5..=3_600).map_or(limits.seconds, u64::from);
        limits.file_mb = section.whole("file_mb", 1..=4_096).map_or(limits.file_mb, u64::from);
        limits.pages = section.whole("pages", 1..=20_000).unwrap_or(limits.pages);
        limits.quiet_seconds = section.whole("quiet_seconds", 0..=3_600).unwrap_or(limits.quiet_seconds);
        limits.removed_percent = section.whole("removed_percent", 1..=100).unwrap_or(limits.removed_percent);
        limits.share_seconds =
            section.whole("share_seconds", 2..=600).map_or(limits.share_seconds, u64::from);
        let workers = section.whole("workers", 1..=64).and_then(|count| usize::try_from(count).ok());
        limits.workers = workers.unwrap_or(limits.workers);
        section.finish();
    }
    limits
}
