//! Letters to the mail server or the outbox folder.
