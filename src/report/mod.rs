//! What people look at: receipts, the board, tables.
