//! When things are done: the loop of scans, orders and reminders.
