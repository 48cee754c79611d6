//! The administrator's workbook, out and back in.
