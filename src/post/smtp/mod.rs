//! A letter to a mail server, so that of each it is known how far it got: the conversation is ours, the commands are `lettre`'s.

pub mod reply;
pub mod wire;
pub mod login;
pub mod offers;
pub mod stuffing;
pub mod dialogue;
pub mod advice;
pub mod carrier;
