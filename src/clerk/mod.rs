//! What is done, whoever asks: the deeds of a round, the workbook, the agenda, the pack, the letters, the minutes.
//!
//! `commands` and `watch` both come here, so that an order typed in the workbook and a command do the same.

pub mod usage;
pub mod faults;
pub mod shipped;
pub mod house;
pub mod heal;
pub mod heads;
pub mod templates;
pub mod history;
pub mod sitting;
pub mod by_hand;
pub mod inbox;
pub mod losses;
pub mod held;
pub mod reviews;
pub mod deadlines;
pub mod promised;
pub mod workbook;
pub mod lying;
pub mod interests;
pub mod pressings;
pub mod pack_worker;
pub mod agenda;
pub mod letters;
pub mod breach;
pub mod pack;
pub mod records;
pub mod minutes;
pub mod confirm;
pub mod drawn;
pub mod steps;
pub mod work;
pub mod addresses;
pub mod tasks;
pub mod astray;
pub mod along;
pub mod orders;
pub mod outbox;
pub mod links;
pub mod bounces;
pub mod template_check;
pub mod telling;
pub mod round;
