//! The helper of one shared folder: does what it is asked below that folder, until the line to the program closes.
//!
//! It is the only process that opens a path of the folder, and it may hang there for as long as the folder's server does; the
//! program then goes on without it. Everything long is told in pieces, so that the program can tell slow from stuck.

use std::io;
use std::path::Path;

use anyhow::{Context, Result};

use crate::share::deeds::Deeds;
use crate::share::put::Access;
use crate::share::wire::{DONE, FAULT, LONGEST};
use crate::worker::frame;
use crate::worker::line::Line;

/// Serves the program that started this process. `root` is the one folder it may touch, `access` who may open what is made there.
///
/// Fails when this process has no line to a main process, or the line breaks.
pub fn serve(root: &Path, access: Access) -> Result<()> {
    let mut from = Line::to_parent().context("no line to the main process")?;
    let mut to = from.another().context("no line to the main process")?;
    let mut say = |tag: u8, piece: &[u8]| {
        let mut message = Vec::with_capacity(piece.len() + 1);
        message.push(tag);
        message.extend_from_slice(piece);
        frame::send(&mut to, &message)
    };
    let mut deeds = Deeds::new(Some(root), access, &mut say);
    while let Some(request) = frame::receive(&mut from, LONGEST)? {
        let request = serde_json::from_slice(&request).context("unreadable request")?;
        let mut content =
            || frame::receive(&mut from, LONGEST)?.ok_or_else(|| io::Error::other("half a file"));
        match deeds.done(request, &mut content) {
            Ok(answer) => deeds.say(DONE, &serde_json::to_vec(&answer)?)?,
            Err(fault) => deeds.say(FAULT, &serde_json::to_vec(&fault)?)?,
        }
    }
    Ok(())
}
