//! Faults of the program itself: a panic is caught, costs what was being done, and is said with its place. What a panic said may hold a
//! paper's words and is not repeated.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::Result;

use thiserror::Error;

/// Something that must not happen did, and was caught.
#[derive(Debug, Error)]
#[error("a fault of the program itself ({place}); hint: report this line; everything else goes on")]
pub struct ProgramFault {
    place: String,
}

thread_local! {
    /// Where the last panic on this thread was.
    static FAULT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on a panic says where it was and not what it said. `say` prints it where nobody catches it.
pub fn keep_panics_quiet(say: fn(&str)) {
    std::panic::set_hook(Box::new(move |panic| {
        let place =
            panic.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
        say(&format!("panelclerk: a fault of the program at {place}"));
        FAULT.with(|fault| *fault.borrow_mut() = Some(place));
    }));
}

/// Does something. Nothing of it is left half done where it panics: what is in the register is written in transactions, which roll back,
/// and files are put in place whole.
///
/// Fails as `work` does, and when it panics.
pub fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let place = FAULT.with(|fault| fault.borrow_mut().take()).unwrap_or_default();
        Err(ProgramFault { place }.into())
    })
}
