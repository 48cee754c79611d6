//! What a person does with the program and what comes out: a file per story.

mod sample_meeting;
mod documents;
mod workbook;
mod casebook;
mod any_paper;
