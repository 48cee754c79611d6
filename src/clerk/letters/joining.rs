//! The web address under which a meeting is joined, typed once into its workbook.

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::clerk::usage::Usage;
use crate::clerk::workbook;
use crate::desk::outcome;

/// What the sheet *Meeting* has; none where nothing is typed.
///
/// Fails when the workbook cannot be read, or what is typed is no web address.
pub fn link(house: &House, sitting: &Sitting) -> Result<Option<String>> {
    let Some(read) = workbook::read(house, sitting)? else { return Ok(None) };
    let (link, mistake) = outcome::link(&read.typed, sitting.day());
    match mistake {
        None => Ok(link),
        Some(mistake) => Err(Usage::new(format!("the link to join the meeting is not clear: {mistake}"))
            .hint("correct it in the workbook, save and close it")
            .into()),
    }
}
