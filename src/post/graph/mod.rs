//! Letters through Microsoft Graph: a draft in the panel's mailbox, its files, and Send.

pub mod parcel;
pub mod reply;
pub mod advice;
pub mod mailbox;
pub mod upload;
pub mod drafts;
pub mod carrier;
