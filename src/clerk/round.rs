//! The steps of one round: look at the inbox, tell everybody how things stand.

use anyhow::{Context, Result};

use crate::clerk::house::House;
use crate::clerk::sitting::Sitting;
use crate::intake;
use crate::intake::scan::ScanReport;
use crate::paper::ask::Readers;
use crate::register::Register;
use crate::report::{board, receipt};
use crate::share::put;

/// One pass over the inbox.
pub fn scan(house: &House, register: &mut Register, readers: &Readers) -> Result<ScanReport> {
    intake::scan(&house.config, register, readers, &house.clock, &house.progress)
}

/// Writes the receipts and the board as things now stand.
pub fn tell(house: &House, register: &Register) -> Result<Sitting> {
    let sitting = Sitting::draw(house, register, None)?;
    let folder = &house.config.folders.receipts;
    let template = |name: &str, shipped: &str| crate::clerk::templates::text(house, name, shipped);
    let receipts = template("receipt.hbs", receipt::TEMPLATE)?;
    let look = receipt::Look { heading: &sitting.heading, words: &sitting.words };
    for case in &sitting.casebook.cases {
        let page = receipt::page(&receipts, &sitting.casebook, case, look)
            .with_context(|| format!("the receipt of {}", case.id))?;
        put::put(&folder.join(receipt::file_name(&case.id)), page.as_bytes())?;
    }
    let page = board::page(&template("board.hbs", board::TEMPLATE)?, &sitting.casebook, look)
        .context("the board")?;
    put::put(&house.config.folders.office.join("board.html"), page.as_bytes())?;
    Ok(sitting)
}
