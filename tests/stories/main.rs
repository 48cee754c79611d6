//! What a person does with the program and what comes out: a file per story.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a story may fail where it stands, write files and look at the time"
)]

mod harness;
mod corpus;
mod built;
mod typist;
mod office_typist;
mod filled;
mod form_typist;
mod forms;
mod rounds;
mod calendars;
mod people;
mod sample_meeting;
mod documents;
mod templates;
mod corpus_reading;
mod form_reading;
mod hostile_office;
#[cfg(all(debug_assertions, target_os = "linux"))]
mod escapes;
mod workbook;
mod invitations;
mod casebook;
mod any_paper;
mod nothing_invented;
mod nothing_lost;
mod unsteady_shares;
mod strict;
mod mail_in_mail;
mod hidden_cells;
mod pages_shown;
mod leaks;
mod page_look;
mod own_faces;
mod no_calls;
mod odd_names;
mod typed;
mod known;
mod shown;
mod letters;
mod settings;
mod redbridge;
mod pack;
mod planted;
mod many_packs;
mod pdf_corpus;
mod own_copies;
mod protected_copies;
mod linked;
mod withheld;
mod restricted;
mod bad_names;
mod in_parts;
mod unverified;
mod once_more;
mod other_readers;
mod demo;
mod reviews;
mod between_meetings;
mod come_and_go;
mod deadlines;
mod agendas;
mod undone;
mod desk;
mod carried_week;
#[cfg(unix)]
mod three_weeks;
mod third_panel;
mod invited;
mod sample_inbox;
mod stopped;
mod mail_server;
mod smtp;
mod posted;
mod graph_server;
mod graph;
mod by_graph;
#[cfg(unix)]
mod through_a_proxy;
#[cfg(unix)]
mod killed_post;
mod address_slips;
mod proved;
mod proved_by_smtp;
mod domains;
mod received;
#[cfg(unix)]
mod postfix;
mod after_sending;
#[cfg(unix)]
mod journal;
mod asked_back;
#[cfg(unix)]
mod password_letters;
mod wrong_share;
mod covered;
mod killed_tasks;
#[cfg(unix)]
mod fault_table;
mod troubles;
mod true_record;
mod kept_record;
mod long_week;
mod whole_inbox;
mod browser;
mod letters_looked_at;
mod sample_papers;
mod canaries;
mod sealed;
mod tampering;
mod kept_elsewhere;
mod seen;
mod samples;
mod seen_help;
mod seen_refusals;
mod seen_week;
mod pictures;
mod in_england;
mod mails_as_written;
mod of_one_kind;
mod printed_forms;
