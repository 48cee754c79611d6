//! One round: look at the inbox, do what the workbook says, tell everybody how things stand.

use anyhow::Result;

use crate::clerk::house::House;
use crate::clerk::orders::{self, Carried};
use crate::clerk::round::{scan, tell};
use crate::intake::scan::ScanReport;
use crate::paper::ask::Readers;
use crate::register::Register;

/// Scan, orders, receipts and board.
pub fn round(house: &House, register: &mut Register, readers: &Readers) -> Result<(ScanReport, Carried)> {
    let report = scan(house, register, readers)?;
    let carried = orders::carry_out(house, register)?;
    tell(house, register)?;
    Ok((report, carried))
}
