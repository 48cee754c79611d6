//! The panel's rules and words. Pure: no files, clock, network, printing or SQL.

pub mod ids;
pub mod london;
pub mod money;
pub mod request;
pub mod codes;
pub mod meeting;
pub mod seen;
pub mod form;
pub mod values;
pub mod labels;
pub mod answers;
pub mod label_text;
pub mod layout;
pub mod named_fields;
pub mod filling;
pub mod kinds;
pub mod people;
pub mod paper;
pub mod whose;
pub mod case;
pub mod agenda;
pub mod outcome;
