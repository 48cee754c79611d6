//! The panel's rules and words. Pure: no files, clock, network, printing or SQL.

pub mod ids;
pub mod london;
pub mod money;
pub mod request;
pub mod codes;
pub mod meeting;
pub mod seen;
pub mod form;
pub mod labels;
pub mod kinds;
pub mod people;
pub mod paper;
pub mod case;
pub mod agenda;
pub mod outcome;
pub mod working_days;
pub mod calendar_rules;
pub mod demands;
pub mod agenda_rules;
pub mod rules;
pub mod calendar;
pub mod arrival;
pub mod standing;
pub mod completeness;
pub mod words;
