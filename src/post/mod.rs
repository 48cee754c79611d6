//! Letters: who gets what, in which words, as which message, and where the drafts lie.
//!
//! One message per recipient, made once; a subject begins with the marking, after the prefix that a gateway asks for, and never names a child.

pub mod kind;
pub mod plan;
pub mod facts;
pub mod wording;
pub mod compose;
pub mod claims;
pub mod returned;
pub mod outbox;
pub mod advice;
pub mod secret;
pub mod sealed;
pub mod carry;
pub mod smtp;
pub mod went_out;
pub mod web;
pub mod token;
pub mod graph;
pub mod record;
