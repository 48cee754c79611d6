//! A letter's draft in the mailbox: found, made whole, held against the letter.
//!
//! A draft gets its reader last. Until then nobody can send it by mistake while half of its files are missing.

use crate::post::graph::mailbox::{Attached, Folder, Found, Mailbox};
use crate::post::graph::parcel::{Enclosed, Parcel};
use crate::post::graph::reply::Fault;
use crate::post::graph::upload::{self, LARGE};

/// Where a letter stands in the mailbox.
#[derive(Debug, Clone)]
pub struct Stands {
    pub drafts: Vec<Found>,
    pub sent: Vec<Found>,
}

impl Stands {
    /// What has gone besides so many that went before.
    pub fn gone(&self, before: usize) -> Option<&Found> {
        if self.sent.len() <= before { None } else { self.sent.iter().max_by_key(|sent| &sent.sent) }
    }
}

/// Looks for a letter. Sent Items are asked last: what moves there between the two questions is seen.
pub fn look(mailbox: &Mailbox<'_>, mark: &str) -> Result<Stands, Fault> {
    let drafts = mailbox.find(Folder::Drafts, mark)?;
    let sent = mailbox.find(Folder::SentItems, mark)?;
    Ok(Stands { drafts, sent })
}

/// How a draft that was found compares with its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// It is the letter, with its reader.
    Whole,
    /// What there is of it is the letter's, and something is missing.
    Begun,
    /// Something in it is not the letter's: somebody has changed it.
    Other,
}

/// Holds a draft against its letter: subject, words, reader, and each enclosure by its hash.
pub fn compare(mailbox: &Mailbox<'_>, parcel: &Parcel, draft: &Found) -> Result<Compared, Fault> {
    let held = mailbox.draft(&draft.id)?;
    if !parcel.says_the_same(&held) {
        return Ok(Compared::Other);
    }
    let is_to_its_reader = parcel.is_to_its_reader(&held);
    if draft.has_reader && !is_to_its_reader {
        return Ok(Compared::Other);
    }
    let attached = mailbox.attached(&draft.id)?;
    if parcel.enclosures.len() < attached.len() {
        return Ok(Compared::Other);
    }
    for one in &attached {
        let Some(file) = of_name(parcel, one) else { return Ok(Compared::Other) };
        if mailbox.hash_of(&draft.id, &one.id, file.content.len())? != file.sha256 {
            return Ok(Compared::Other);
        }
    }
    let all = parcel.enclosures.iter().all(|file| attached.iter().any(|one| one.name == file.file_name));
    Ok(if all && is_to_its_reader { Compared::Whole } else { Compared::Begun })
}

/// Makes a draft whole but for its reader: one that was begun is used, others of this letter are taken away.
///
/// Fails where the mailbox does not do it, or holds something else afterwards than was put there.
pub fn make_whole(
    mailbox: &Mailbox<'_>,
    parcel: &Parcel,
    mark: &str,
    stands: &Stands,
) -> Result<String, Fault> {
    let mut chosen = None;
    for draft in &stands.drafts {
        if chosen.is_none() && compare(mailbox, parcel, draft)? != Compared::Other {
            chosen = Some(draft.id.clone());
        } else {
            mailbox.remove(&draft.id)?;
        }
    }
    let id = match chosen {
        Some(id) => id,
        None => mailbox.create(&parcel.draft(mark))?,
    };
    let there = mailbox.attached(&id)?;
    for file in parcel.enclosures.iter().filter(|file| !there.iter().any(|one| one.name == file.file_name)) {
        if file.content.len() < LARGE {
            mailbox.attach(&id, file)?;
        } else {
            upload::upload(mailbox, &id, file)?;
        }
    }
    check_enclosures(mailbox, parcel, &id)?;
    Ok(id)
}

/// Every enclosure is there once, and is what it should be.
fn check_enclosures(mailbox: &Mailbox<'_>, parcel: &Parcel, id: &str) -> Result<(), Fault> {
    let attached = mailbox.attached(id)?;
    let mut same = attached.len() == parcel.enclosures.len();
    for one in &attached {
        let Some(file) = of_name(parcel, one) else {
            same = false;
            continue;
        };
        same &= mailbox.hash_of(id, &one.id, file.content.len())? == file.sha256;
    }
    if same {
        return Ok(());
    }
    mailbox.remove(id)?;
    Err(Fault::Odd("the mailbox holds other files than were put into it; the draft was taken away"))
}

fn of_name<'p>(parcel: &'p Parcel, attached: &Attached) -> Option<&'p Enclosed> {
    parcel.enclosures.iter().find(|file| file.file_name == attached.name)
}
