//! What a person does with the program and what comes out: a file per story.

mod harness;
mod sample_meeting;
mod documents;
mod corpus_reading;
mod form_reading;
mod hostile_office;
mod workbook;
mod casebook;
mod typed;
mod redbridge;
mod demo;
mod sample_inbox;
