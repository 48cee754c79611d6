//! What every road that the program itself takes has in common: one letter is handed over, and it is known what became of it.

use anyhow::Result;
use lettre::Address;

use crate::post::advice::Advice;
use crate::register::pieces::Kept;

/// A letter on its way: from whom, to whom, and the bytes as they are kept.
#[derive(Debug, Clone, Copy)]
pub struct Carried<'a> {
    pub from: &'a Address,
    pub to: &'a Address,
    /// `L12`.
    pub id: &'a str,
    /// By which it is found again wherever it was put: its Message-ID without brackets.
    pub mark: &'a str,
    pub message: Kept<'a>,
    /// A sending of it has begun before, and nobody knows how that ended.
    pub begun_before: bool,
    /// How often it has gone already, each time on record; a person has it go once more.
    pub went_before: usize,
}

/// What became of a letter. `said` is what the other side answered, for the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Whoever was asked has taken it and will see to it; no more than that.
    Accepted { said: String },
    /// The whole letter lies among the mailbox's drafts: a person sends it.
    InDrafts { said: String },
    /// A person has sent it from there.
    SentByHand { said: String },
    /// It may be tried again later; nothing was taken.
    NotNow { said: String, advice: Advice },
    /// It will not be taken, however often it is tried.
    Never { said: String, advice: Advice },
    /// It may have been taken.
    Unknown { said: String, advice: Advice },
}

/// What a mailbox says of a letter when it is asked, without anything being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It has left.
    Gone(String),
    /// It lies among the drafts, or did until now.
    StillThere,
    /// Nothing of it is there.
    Nowhere,
}

/// Why no further letter goes at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    pub advice: Advice,
    /// For so many seconds nothing may be asked again.
    pub rest: Option<u64>,
}

/// A road that is open.
pub trait Carrier {
    /// Hands one letter over. `begins` is called before anything that may send it; where that fails, nothing is sent.
    ///
    /// Fails when `begins` does.
    fn carry(&mut self, letter: &Carried<'_>, begins: &mut dyn FnMut() -> Result<()>) -> Result<Fate>;

    /// Asks what became of a letter; none where nobody can be asked.
    fn ask(&mut self, _letter: &Carried<'_>) -> Option<Asked> {
        None
    }

    /// Takes a letter's draft out of the mailbox; gives what was there. None where that could not be done.
    fn take_out(&mut self, _letter: &Carried<'_>) -> Option<Asked> {
        None
    }

    /// Why no other letter may follow, if none may.
    fn stopped(&self) -> Option<Stopped>;

    /// Whether the line still stands; where it does not, the road can be opened anew.
    fn goes_on(&self) -> bool;

    /// Says goodbye.
    fn end(&mut self);
}
