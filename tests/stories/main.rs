//! What a person does with the program and what comes out: a file per story.

mod harness;
mod sample_meeting;
mod documents;
mod form_reading;
mod workbook;
mod casebook;
mod any_paper;
mod typed;
mod redbridge;
mod demo;
mod sample_inbox;
